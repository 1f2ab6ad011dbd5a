//! `models.ts`: the types of what is sent and answered, one for each schema.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::document::{Document, Schema};
use super::text::{Names, comment, identifier, member};
use super::types::Types;

/// Names of types that cannot be declared.
const RESERVED: [&str; 18] = [
    "any",
    "as",
    "async",
    "bigint",
    "boolean",
    "declare",
    "enum",
    "never",
    "null",
    "number",
    "object",
    "string",
    "symbol",
    "type",
    "undefined",
    "unknown",
    "void",
    "models",
];

/// The schemas, by their names in the client.
#[derive(Debug)]
pub(super) struct Models(HashMap<String, String>);

impl Models {
    pub(super) fn of(document: &Document) -> Self {
        let mut names = Names::without(&RESERVED);
        let named = document.components.schemas.keys().map(|name| {
            let wanted = identifier(name);
            (name.clone(), names.first_free(&[wanted.clone(), format!("{wanted}_")]))
        });
        Self(named.collect())
    }

    /// The name of a schema's type.
    pub(super) fn name(&self, schema: &str) -> Option<&str> {
        self.0.get(schema).map(String::as_str)
    }

    pub(super) fn write(&self, document: &Document) -> String {
        let mut out = format!("/** What {} takes and answers. */\n", comment_text(&document.info.title));
        out.push_str("export {};\n");
        for (name, schema) in &document.components.schemas {
            out.push('\n');
            out.push_str(&self.declaration(self.name(name).unwrap_or(name), schema));
        }
        out
    }

    fn declaration(&self, name: &str, schema: &Schema) -> String {
        let types = Types::new(self, "");
        let docs = comment("", &[schema.description.as_deref().unwrap_or_default()], schema.deprecated);
        let is_interface = !schema.properties.is_empty()
            && schema.is_plain()
            && !schema.nullable
            && !schema.has_one_member()
            && schema.other_members().is_none()
            && matches!(&schema.kinds()[..], [] | ["object"]);
        if !is_interface {
            return format!("{docs}export type {name} = {};\n", types.of(schema));
        }
        let mut out = format!("{docs}export interface {name} {{\n");
        for (field, of) in &schema.properties {
            let optional = if schema.required.contains(field) { "" } else { "?" };
            out.push_str(&comment("  ", &[of.description.as_deref().unwrap_or_default()], of.deprecated));
            let _ = writeln!(out, "  {}{optional}: {};", member(field), types.of(of));
        }
        out.push_str("}\n");
        out
    }
}

/// A text that stands within a comment of one line.
fn comment_text(text: &str) -> String {
    text.replace("*/", "*\\/").replace(['\r', '\n'], " ")
}
