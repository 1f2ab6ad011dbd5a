//! `params.ts`: the types of queries, and of the conditions in them.

use std::collections::HashMap;
use std::fmt::Write as _;

use indexmap::IndexMap;

use super::document::{Operation, Parameter};
use super::models::Models;
use super::text::{Names, comment, member, pascal_case};
use super::types::Types;

/// The types of the queries of all operations.
#[derive(Debug)]
pub(super) struct Params<'m> {
    types: Types<'m>,
    names: Names,
    /// The types of conditions, by what they say: the list and the writes of many rows have the same.
    wheres: HashMap<String, String>,
    text: String,
}

/// The query of one operation.
#[derive(Debug)]
pub(super) struct QueryType {
    /// Its type's name.
    pub(super) name: String,
    /// Whether it must be given.
    pub(super) required: bool,
    /// The member that has its conditions.
    pub(super) conditions: Option<&'static str>,
}

impl<'m> Params<'m> {
    pub(super) fn new(models: &'m Models) -> Self {
        let mut text = String::from("import type * as models from \"./models.js\";\n\n");
        // What no parameter refers to is no unused import.
        text.push_str("export type { models };\n");
        Self {
            types: Types::new(models, "models."),
            names: Names::without(&["models"]),
            wheres: HashMap::new(),
            text,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Writes the type of an operation's query, if it has one. `of` names whose rows its conditions are about.
    pub(super) fn add(&mut self, id: &str, of: &str, operation: &Operation) -> Option<QueryType> {
        let mut conditions: IndexMap<&str, Vec<(&str, &Parameter)>> = IndexMap::new();
        let in_query = || operation.parameters.iter().filter(|it| it.place == "query");
        for parameter in in_query() {
            if let Some((field, operator)) = condition_of(&parameter.name) {
                conditions.entry(field).or_default().push((operator, parameter));
            }
        }
        for parameter in in_query() {
            if let Some(operators) = conditions.get_mut(parameter.name.as_str()) {
                operators.insert(0, ("eq", parameter));
            }
        }
        let options: Vec<&Parameter> = in_query()
            .filter(|it| condition_of(&it.name).is_none() && !conditions.contains_key(it.name.as_str()))
            .collect();
        if options.is_empty() && conditions.is_empty() {
            return None;
        }
        let where_type = (!conditions.is_empty()).then(|| self.where_type(id, of, &conditions));
        let name = self.names.first_free(&[pascal_case(id)]);
        let _ = write!(self.text, "\n/** The query of `{id}`. */\nexport interface {name} {{\n");
        // A parameter of that name leaves another to the conditions.
        let is_taken = options.iter().any(|parameter| parameter.name == "where");
        let conditions = where_type.map(|of| (if is_taken { "conditions" } else { "where" }, of));
        if let Some((member, of)) = &conditions {
            let _ = writeln!(self.text, "  /** Which rows. */\n  {member}?: {of};");
        }
        for parameter in &options {
            let docs = [parameter.description.as_deref().unwrap_or_default()];
            let optional = if parameter.required { "" } else { "?" };
            self.text.push_str(&comment("  ", &docs, parameter.deprecated));
            let _ =
                writeln!(self.text, "  {}{optional}: {};", member(&parameter.name), self.value(parameter));
        }
        self.text.push_str("}\n");
        let required = options.iter().any(|it| it.required);
        Some(QueryType { name, required, conditions: conditions.map(|(member, _)| member) })
    }

    fn where_type(
        &mut self,
        id: &str,
        of: &str,
        conditions: &IndexMap<&str, Vec<(&str, &Parameter)>>,
    ) -> String {
        let mut body = String::new();
        for (field, operators) in conditions {
            let bare = operators.iter().find(|(operator, _)| *operator == "eq");
            let bare = bare.map(|(_, parameter)| format!("{} | ", self.value(parameter))).unwrap_or_default();
            let operators = operators
                .iter()
                .map(|(operator, parameter)| format!("{}?: {}", member(operator), self.value(parameter)));
            let operators: Vec<_> = operators.collect();
            let _ = writeln!(body, "  {}?: {bare}{{ {} }};", member(field), operators.join("; "));
        }
        if let Some(known) = self.wheres.get(&body) {
            return known.clone();
        }
        let name = self.names.first_free(&[format!("{of}Where"), format!("{}Where", pascal_case(id))]);
        let _ = write!(
            self.text,
            "\n/** Conditions, all of which hold. */\nexport interface {name} {{\n{body}}}\n"
        );
        self.wheres.insert(body, name.clone());
        name
    }

    fn value(&self, parameter: &Parameter) -> String {
        let Some(schema) = parameter.schema() else { return "string".to_owned() };
        match &schema.kinds()[..] {
            ["array"] => self.types.list(schema.items.as_deref(), true),
            _ => self.types.of(schema),
        }
    }
}

/// A condition's field and operator: `total[gte]`.
fn condition_of(name: &str) -> Option<(&str, &str)> {
    let (field, operator) = name.strip_suffix(']')?.rsplit_once('[')?;
    (!field.is_empty() && !operator.is_empty()).then_some((field, operator))
}
