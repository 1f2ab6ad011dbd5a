//! Schemas: their types in words, their members in a table, an example.

use std::fmt::{self, Write as _};

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use serde_json::{Map, Value as Json, json};

use super::Schemas;
use super::text::{Escaped, inline, markdown};

/// Schemas within schemas that an example goes down to.
const DEPTH: usize = 5;

/// A schema with a name.
pub(super) fn write_named(out: &mut String, name: &str, schema: &MetaSchema) -> fmt::Result {
    let name = Escaped(name);
    writeln!(out, "<details><summary><code>{name}</code></summary><div id=\"schema-{name}\">")?;
    markdown(out, schema.description.unwrap_or_default())?;
    write_members(out, schema)?;
    out.push_str("</div></details>\n");
    Ok(())
}

/// What an object has, or what other values there are.
pub(super) fn write_members(out: &mut String, schema: &MetaSchema) -> fmt::Result {
    if schema.properties.is_empty() {
        out.push_str("<p>");
        write_type(out, schema)?;
        out.push_str("</p>\n");
        return Ok(());
    }
    out.push_str(
        "<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Type</th>\
         <th scope=\"col\">Meaning</th></tr></thead><tbody>\n",
    );
    for (name, member) in &schema.properties {
        write!(out, "<tr><td><code>{}</code>", Escaped(name))?;
        if schema.required.contains(name) {
            out.push_str(" <span class=\"mark\">required</span>");
        }
        if let MetaSchemaRef::Inline(member) = member {
            for (on, mark) in [
                (member.deprecated, "deprecated"),
                (member.read_only, "read only"),
                (member.write_only, "write only"),
            ] {
                if on {
                    write!(out, " <span class=\"mark\">{mark}</span>")?;
                }
            }
        }
        out.push_str("</td><td>");
        write_type_of(out, member)?;
        out.push_str("</td><td>");
        write_meaning(out, member)?;
        out.push_str("</td></tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    Ok(())
}

/// The description of a value, its rules and its default.
pub(super) fn write_meaning(out: &mut String, schema: &MetaSchemaRef) -> fmt::Result {
    let MetaSchemaRef::Inline(schema) = schema else { return Ok(()) };
    markdown(out, schema.description.unwrap_or_default())?;
    let rules = rules(schema);
    if !rules.is_empty() {
        out.push_str("<p class=\"rules\">");
        inline(out, &rules.join(" "))?;
        out.push_str("</p>");
    }
    Ok(())
}

/// What a schema asks of a value, in words.
fn rules(schema: &MetaSchema) -> Vec<String> {
    let mut rules = Vec::new();
    let mut range = |what: &str, least: Option<String>, most: Option<String>| match (least, most) {
        (Some(least), Some(most)) => rules.push(format!("{what}: {least} to {most}.")),
        (Some(least), None) => rules.push(format!("{what}: at least {least}.")),
        (None, Some(most)) => rules.push(format!("{what}: at most {most}.")),
        (None, None) => {}
    };
    let text = |number: Option<usize>| number.map(|number| number.to_string());
    range("Length", text(schema.min_length), text(schema.max_length));
    range("Elements", text(schema.min_items), text(schema.max_items));
    range(
        "Value",
        schema.minimum.map(|least| least.to_string()),
        schema.maximum.map(|most| most.to_string()),
    );
    if let Some(pattern) = &schema.pattern {
        rules.push(format!("Matches `{pattern}`."));
    }
    if let Some(default) = &schema.default {
        rules.push(format!("Default: `{default}`."));
    }
    if let Some(example) = &schema.example {
        rules.push(format!("Example: `{example}`."));
    }
    rules
}

/// The type of a value, in words; a name leads to its schema.
pub(super) fn write_type_of(out: &mut String, schema: &MetaSchemaRef) -> fmt::Result {
    match schema {
        MetaSchemaRef::Inline(schema) => write_type(out, schema),
        MetaSchemaRef::Reference(name) => {
            let name = Escaped(name);
            write!(out, "<a href=\"#schema-{name}\">{name}</a>")
        }
    }
}

fn write_type(out: &mut String, schema: &MetaSchema) -> fmt::Result {
    let choices = [&schema.any_of, &schema.one_of, &schema.all_of].into_iter().find(|some| !some.is_empty());
    if !schema.enum_items.is_empty() {
        let values = schema.enum_items.iter().filter(|value| !value.is_null());
        for (position, value) in values.enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            write!(out, "{comma}<code>{}</code>", Escaped(&text))?;
        }
    } else if let Some(choices) = choices.filter(|_| schema.ty.is_empty() || schema.ty == "object") {
        for (position, choice) in choices.iter().enumerate() {
            out.push_str(if position == 0 { "" } else { " or " });
            write_type_of(out, choice)?;
        }
    } else if let Some(items) = &schema.items {
        out.push_str("list of ");
        write_type_of(out, items)?;
    } else {
        out.push_str(if schema.ty.is_empty() { "any value" } else { schema.ty });
        if let Some(format) = schema.format {
            write!(out, " ({})", Escaped(format))?;
        }
    }
    if schema.nullable {
        out.push_str(" or null");
    }
    Ok(())
}

/// An example of a value, of the members that must be there and those that are no relations.
pub(super) fn example(schema: &MetaSchemaRef, schemas: &Schemas<'_>) -> Option<Example> {
    example_within(schema, schemas, DEPTH)
}

/// An example: JSON whose members keep their order.
pub(super) enum Example {
    Value(Json),
    Object(Vec<(String, Example)>),
    List(Box<Example>),
}

fn example_within(schema: &MetaSchemaRef, schemas: &Schemas<'_>, depth: usize) -> Option<Example> {
    let depth = depth.checked_sub(1)?;
    let schema = match schema {
        MetaSchemaRef::Inline(schema) => &**schema,
        MetaSchemaRef::Reference(name) => *schemas.get(name.as_str())?,
    };
    if let Some(example) = &schema.example {
        return Some(Example::Value(example.clone()));
    }
    if let Some(first) = schema.enum_items.first() {
        return Some(Example::Value(first.clone()));
    }
    if let Some(choice) = schema.any_of.first().or(schema.one_of.first()).or(schema.all_of.first()) {
        return example_within(choice, schemas, depth);
    }
    if let Some(items) = &schema.items {
        return example_within(items, schemas, depth).map(|item| Example::List(Box::new(item)));
    }
    match schema.ty {
        "object" => {
            let is_shown = |name: &&'static str, member: &MetaSchemaRef| match member {
                MetaSchemaRef::Reference(_) => schema.required.contains(name),
                MetaSchemaRef::Inline(inline) => {
                    schema.required.contains(name) || (inline.all_of.is_empty() && !inline.deprecated)
                }
            };
            let members = schema.properties.iter().filter(|(name, member)| is_shown(name, member));
            let members = members.filter_map(|(name, member)| {
                Some(((*name).to_owned(), example_within(member, schemas, depth)?))
            });
            Some(Example::Object(members.collect()))
        }
        "boolean" => Some(Example::Value(json!(true))),
        "integer" | "number" => Some(Example::Value(json!(1))),
        "string" => Some(Example::Value(json!("…"))),
        _ => Some(Example::Value(Json::Object(Map::new()))),
    }
}

impl Example {
    /// As indented JSON.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        let indent = |out: &mut String, depth: usize| {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        };
        match self {
            Self::Value(value) => out.push_str(&value.to_string()),
            Self::List(item) => {
                out.push('[');
                item.write(out, depth);
                out.push(']');
            }
            Self::Object(members) if members.is_empty() => out.push_str("{}"),
            Self::Object(members) => {
                out.push('{');
                for (position, (name, member)) in members.iter().enumerate() {
                    out.push_str(if position == 0 { "" } else { "," });
                    indent(out, depth + 1);
                    out.push_str(&Json::from(name.as_str()).to_string());
                    out.push_str(": ");
                    member.write(out, depth + 1);
                }
                indent(out, depth);
                out.push('}');
            }
        }
    }
}
