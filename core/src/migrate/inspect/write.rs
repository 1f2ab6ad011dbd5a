//! The sources.

use std::collections::BTreeSet;

use heck::ToSnakeCase as _;

use crate::migrate::inspect::names;
use crate::migrate::inspect::plan::{EntityPlan, EnumPlan, FieldPlan, KeyPlan, ManyPlan, Plan, variant};
use crate::migrate::inspect::{InspectOptions, Inspection, SourceFile};

/// Columns of a line.
const WIDTH: usize = 100;

pub(super) fn inspection(plan: &Plan<'_>, options: &InspectOptions) -> Inspection {
    let mut files = vec![SourceFile { name: "mod.rs".to_owned(), text: module(plan) }];
    if !plan.enums.is_empty() {
        let items: Vec<String> = plan.enums.iter().map(enumeration).collect();
        let text =
            format!("//! Enum types of the database.\n\nuse entify::prelude::*;\n\n{}", items.join("\n"));
        files.push(SourceFile { name: "enums.rs".to_owned(), text });
    }
    for entity in &plan.entities {
        let name = format!("{}.rs", names::module(&entity.name));
        files.push(SourceFile { name, text: source(plan, entity, options) });
    }
    let entities = plan.entities.iter().map(|entity| entity.name.clone()).collect();
    Inspection { files, entities, notes: plan.notes.clone() }
}

fn module(plan: &Plan<'_>) -> String {
    let mut text = String::from("//! The entities of a database that others made, written by `inspect`.\n\n");
    let mut modules: Vec<String> = plan.entities.iter().map(|entity| names::module(&entity.name)).collect();
    if !plan.enums.is_empty() {
        modules.push("enums".to_owned());
    }
    modules.sort();
    for module in &modules {
        text.push_str(&format!("mod {module};\n"));
    }
    text.push('\n');
    for module in &modules {
        text.push_str(&format!("pub use {module}::*;\n"));
    }
    let list: Vec<String> =
        plan.entities.iter().map(|entity| format!("        {},\n", entity.name)).collect();
    text.push_str(&format!(
        "\n/// Every entity, for `App::new`.\npub fn entities() -> Vec<&'static entify::entity::EntityDef> {{\n    \
         entify::entities![\n{}    ]\n}}\n",
        list.concat()
    ));
    text
}

fn source(plan: &Plan<'_>, entity: &EntityPlan<'_>, options: &InspectOptions) -> String {
    let mut text = format!("//! The table `{}`.\n\nuse entify::prelude::*;\n", line(&entity.table.name));
    let imports = imports(plan, entity);
    match imports.as_slice() {
        [] => {}
        [only] => text.push_str(&format!("\nuse super::{only};\n")),
        _ => text.push_str(&format!("\nuse super::{{{}}};\n", imports.join(", "))),
    }
    text.push('\n');
    let docs = entity.table.comment.clone();
    text.push_str(&doc(&docs.unwrap_or_else(|| format!("A row of `{}`.", entity.table.name)), ""));
    for remark in &entity.remarks {
        text.push_str(&comment(&sentence(remark), ""));
    }
    text.push_str("#[derive(Entity)]\n");
    text.push_str(&attribute(plan, entity, options));
    text.push_str(&format!("pub struct {} {{\n", entity.name));
    for field in &entity.fields {
        text.push_str(&self::field(field));
    }
    for many in &entity.many {
        let ManyPlan { name, target, option, via: _ } = many;
        let name = names::identifier(name);
        text.push_str(&format!("    #[entity({option})]\n    {name}: Many<{target}>,\n"));
    }
    text.push_str("}\n");
    for item in &entity.enums {
        text.push('\n');
        text.push_str(&enumeration(item));
    }
    text
}

/// What the file names of other files.
fn imports(plan: &Plan<'_>, entity: &EntityPlan<'_>) -> Vec<String> {
    let targets = entity.fields.iter().filter_map(|field| field.target.clone());
    let many = entity.many.iter().flat_map(|many| many.via.iter().cloned().chain([many.target.clone()]));
    let uses = |item: &&EnumPlan| {
        entity
            .fields
            .iter()
            .any(|field| field.rust == item.name || field.rust == format!("Vec<{}>", item.name))
    };
    let enums = plan.enums.iter().filter(uses).map(|item| item.name.clone());
    let all: BTreeSet<String> =
        targets.chain(many).chain(enums).filter(|name| *name != entity.name).collect();
    all.into_iter().collect()
}

fn attribute(plan: &Plan<'_>, entity: &EntityPlan<'_>, options: &InspectOptions) -> String {
    let mut items = Vec::new();
    let mut text = String::new();
    match &options.read {
        Some(rule) => items.push(format!("policy(read = {rule}, write = nobody)")),
        None => {
            text.push_str("// Nobody may do anything yet: say who may.\n");
            items.push("policy = nobody".to_owned());
        }
    }
    let table = &entity.table.name;
    items.extend((entity.name.to_snake_case() != *table).then(|| format!("table = {table:?}")));
    match &entity.key {
        KeyPlan::Identity(column) if column == "id" => {}
        KeyPlan::Identity(column) => items.push(format!("key_column = {column:?}")),
        KeyPlan::Uuid(column) => {
            items.push("key = uuid".to_owned());
            items.extend((column != "id").then(|| format!("key_column = {column:?}")));
        }
        KeyPlan::Rowid => items.push("key_column = \"rowid\"".to_owned()),
        KeyPlan::Digest(columns) => {
            items.push("key = uuid".to_owned());
            items.push(format!("key_sql = {:?}", digest(columns)));
        }
    }
    if !entity.timestamps {
        items.push("timestamps = none".to_owned());
    }
    items.push("external".to_owned());
    // GraphQL calls the groups of another entity so.
    let is_of_groups =
        |other: &EntityPlan<'_>| entity.name.strip_suffix("Group") == Some(other.name.as_str());
    items.extend(
        plan.entities.iter().any(is_of_groups).then(|| format!("graphql(name = \"{}Row\")", entity.name)),
    );
    items.extend(entity.uniques.iter().map(|names| format!("unique({})", names.join(", "))));
    for index in &entity.indexes {
        let parts: Vec<String> = index
            .iter()
            .map(|(name, descending)| format!("{}{name}", if *descending { "-" } else { "" }))
            .collect();
        items.push(format!("index({})", parts.join(", ")));
    }
    text.push_str(&listed("", &items));
    text
}

/// SQL of PostgreSQL that makes a UUID of these columns.
fn digest(columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|column| format!("{{{column}}}")).collect();
    format!("md5(ROW({})::text)::uuid", names.join(", "))
}

/// An attribute, on one line where it fits.
fn listed(indent: &str, items: &[String]) -> String {
    let one = format!("{indent}#[entity({})]\n", items.join(", "));
    if one.len() <= WIDTH {
        return one;
    }
    let lines: String = items.iter().map(|item| format!("{indent}    {item},\n")).collect();
    format!("{indent}#[entity(\n{lines}{indent})]\n")
}

fn field(field: &FieldPlan) -> String {
    const INDENT: &str = "    ";
    let FieldPlan { name, column: _, rust, nullable, options, docs, remarks, target: _, sortable: _ } = field;
    let mut text = docs.as_deref().map(|docs| doc(docs, INDENT)).unwrap_or_default();
    for remark in remarks {
        text.push_str(&comment(remark, INDENT));
    }
    if !options.is_empty() {
        text.push_str(&listed(INDENT, options));
    }
    let name = names::identifier(name);
    let ty = if *nullable { format!("Option<{rust}>") } else { rust.clone() };
    text.push_str(&format!("{INDENT}{name}: {ty},\n"));
    text
}

fn enumeration(item: &EnumPlan) -> String {
    let EnumPlan { name, docs, values, sql_name: _ } = item;
    let mut text = doc(docs, "");
    text.push_str(&format!("#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]\npub enum {name} {{\n"));
    for value in values {
        let variant = variant(value);
        text.push_str(&format!("    /// `{value}`.\n"));
        if variant.to_snake_case() != *value {
            text.push_str(&format!("    #[entity(rename = {value:?})]\n"));
        }
        text.push_str(&format!("    {variant},\n"));
    }
    text.push_str("}\n");
    text
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    format!("{}{}.", first.map(String::from).unwrap_or_default(), chars.as_str())
}

/// Without line breaks.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn doc(text: &str, indent: &str) -> String {
    text.lines().map(|line| format!("{indent}/// {}", line.trim_end()).trim_end().to_owned() + "\n").collect()
}

fn comment(text: &str, indent: &str) -> String {
    let words = line(text);
    let mut lines = vec![format!("{indent}//")];
    for word in words.split(' ') {
        if lines.last().is_some_and(|line| line.len() + word.len() >= WIDTH) {
            lines.push(format!("{indent}//"));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}
