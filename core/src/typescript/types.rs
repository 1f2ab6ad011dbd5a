//! Schemas as types.

use serde_json::Value;

use super::document::Schema;
use super::models::Models;
use super::text::{literal, member};

/// Writes types in one module of the client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Types<'m> {
    models: &'m Models,
    /// What stands before the names of models here.
    prefix: &'static str,
}

impl<'m> Types<'m> {
    pub(super) fn new(models: &'m Models, prefix: &'static str) -> Self {
        Self { models, prefix }
    }

    /// The type of a schema.
    pub(super) fn of(self, schema: &Schema) -> String {
        self.alternatives(schema).join(" | ")
    }

    /// The type of a list.
    pub(super) fn list(self, items: Option<&Schema>, readonly: bool) -> String {
        let of = items.map_or_else(|| vec!["unknown".to_owned()], |items| self.alternatives(items));
        let of = match &of[..] {
            [one] if !one.contains(" & ") => one.clone(),
            many => format!("({})", many.join(" | ")),
        };
        if readonly { format!("readonly {of}[]") } else { format!("{of}[]") }
    }

    /// The types of which a value has one.
    fn alternatives(self, schema: &Schema) -> Vec<String> {
        let mut found = self.not_null(schema);
        if schema.nullable {
            found.push("null".to_owned());
        }
        let mut seen = std::collections::HashSet::new();
        found.retain(|alternative| seen.insert(alternative.clone()));
        found
    }

    fn not_null(self, schema: &Schema) -> Vec<String> {
        if let Some(name) = schema.reference() {
            return vec![
                self.models.name(name).map_or("unknown".to_owned(), |name| format!("{}{name}", self.prefix)),
            ];
        }
        if let Some(constant) = &schema.constant {
            return vec![value(constant)];
        }
        if !schema.choices.is_empty() {
            return schema.choices.iter().map(value).collect();
        }
        let mut parts: Vec<Vec<String>> = schema.all_of.iter().map(|part| self.alternatives(part)).collect();
        for of in [&schema.any_of, &schema.one_of] {
            if !of.is_empty() {
                parts.push(of.iter().flat_map(|one| self.alternatives(one)).collect());
            }
        }
        // What stands beside other schemas says nothing more, unless it has members.
        if parts.is_empty() || !schema.properties.is_empty() {
            parts.insert(0, self.by_kind(schema));
        }
        match &mut parts[..] {
            [one] => std::mem::take(one),
            many => vec![many.iter().map(|part| within(part)).collect::<Vec<_>>().join(" & ")],
        }
    }

    fn by_kind(self, schema: &Schema) -> Vec<String> {
        let kinds = schema.kinds();
        if kinds.is_empty() && !schema.properties.is_empty() {
            return self.object(schema);
        }
        if kinds.is_empty() {
            return vec!["unknown".to_owned()];
        }
        let types = kinds.into_iter().flat_map(|kind| match kind {
            "string" => vec!["string".to_owned()],
            "integer" | "number" => vec!["number".to_owned()],
            "boolean" => vec!["boolean".to_owned()],
            "null" => vec!["null".to_owned()],
            "array" => vec![self.list(schema.items.as_deref(), false)],
            "object" => self.object(schema),
            _ => vec!["unknown".to_owned()],
        });
        types.collect()
    }

    /// An object in one line. One of which exactly one member is there is a choice between those.
    fn object(self, schema: &Schema) -> Vec<String> {
        if schema.has_one_member() {
            let names = || schema.properties.keys();
            return names()
                .map(|given| {
                    let members = schema.properties.iter().map(|(name, of)| match name == given {
                        true => format!("{}: {}", member(name), self.of(of)),
                        false => format!("{}?: never", member(name)),
                    });
                    format!("{{ {} }}", members.collect::<Vec<_>>().join("; "))
                })
                .collect();
        }
        let others = match schema.other_members() {
            Some(others) if schema.properties.is_empty() => Some(self.of(&others)),
            // The members that have names need not be of the type of the others.
            Some(_) => Some("unknown".to_owned()),
            None if schema.properties.is_empty() && schema.is_plain() => Some("unknown".to_owned()),
            None => None,
        };
        let members = schema.properties.iter().map(|(name, of)| {
            let optional = if schema.required.contains(name) { "" } else { "?" };
            format!("{}{optional}: {}", member(name), self.of(of))
        });
        let others = others.map(|others| format!("[name: string]: {others}"));
        let members: Vec<_> = members.chain(others).collect();
        vec![format!("{{ {} }}", members.join("; "))]
    }
}

fn within(alternatives: &[String]) -> String {
    match alternatives {
        [one] => one.clone(),
        many => format!("({})", many.join(" | ")),
    }
}

/// A value as the type that it alone has.
fn value(value: &Value) -> String {
    match value {
        Value::String(text) => literal(text),
        Value::Array(_) | Value::Object(_) => "unknown".to_owned(),
        other => other.to_string(),
    }
}
