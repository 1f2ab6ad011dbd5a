//! Names: reserved, taken, or not spellable on a surface.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::LitStr;

use crate::attr::{Keyed, Text};
use crate::diag::Errors;
use crate::ir::{EngineField, Entity};
use crate::names;
use crate::source::{Source, SourceField};

/// Bytes of an identifier that PostgreSQL keeps; it cuts the rest off silently.
const MAX_IDENTIFIER: usize = 63;

/// Types that the GraphQL schema has already.
const GRAPHQL_TYPES: [&str; 20] = [
    "BigInt",
    "Boolean",
    "Bytes",
    "Date",
    "DateTime",
    "Decimal",
    "Float",
    "ID",
    "Int",
    "JSON",
    "Mutation",
    "Node",
    "PageInfo",
    "Query",
    "String",
    "Subscription",
    "Time",
    "UUID",
    "Password",
    "Upload",
];

/// The engine's own columns cannot be declared.
pub fn check_reserved(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    for field in &source.fields {
        let name = names::plain(field.ident);
        if let Some(engine) = entity.engine_fields().find(|engine| engine.name() == name) {
            let who = match engine {
                EngineField::Version => "an entity with `version`",
                EngineField::DeletedAt => "an entity with `soft_delete`",
                EngineField::Id | EngineField::CreatedAt | EngineField::UpdatedAt => "every entity",
            };
            errors.on(
                field.ident,
                format!("{who} has a field `{name}`; remove it, or give this one another name"),
            );
        }
    }
}

/// A namespace in which names must differ from each other.
struct Names<'a> {
    what: &'static str,
    option: &'static str,
    taken: HashMap<String, String>,
    errors: &'a mut Errors,
}

impl<'a> Names<'a> {
    fn new(
        what: &'static str,
        option: &'static str,
        entity: &Entity,
        spelt: fn(&str) -> String,
        errors: &'a mut Errors,
    ) -> Self {
        let taken = entity.engine_names().map(|field| (spelt(field), field.to_owned()));
        Self { what, option, taken: taken.collect(), errors }
    }

    fn take(&mut self, name: &str, field: &str, span: Span) {
        let Some(other) = self.taken.insert(name.to_owned(), field.to_owned()) else {
            return;
        };
        if other == field {
            return;
        }
        let Self { what, option, .. } = self;
        self.errors.at(
            span,
            format!("`{field}` and `{other}` share the {what} `{name}`; give one of them another with `{option} = \"…\"`"),
        );
    }
}

/// Two fields with one name on some surface.
pub fn check_collisions(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    check_rust_names(entity, errors);
    let declared = |field: &proc_macro2::Ident| source.fields.iter().find(|declared| declared.ident == field);
    let span_of = |field: &crate::ir::Field, option: fn(&SourceField<'_>) -> Option<Span>| {
        declared(&field.declared).and_then(option).unwrap_or_else(|| field.declared.span())
    };
    let own = entity.fields.iter().filter(|field| entity.engine_names().all(|engine| engine != field.name));
    let mut columns = Names::new("column", "column", entity, str::to_owned, errors);
    for field in own.clone() {
        columns.take(&field.column, &field.name, span_of(field, |declared| key(&declared.attrs.column)));
    }
    let mut wires = Names::new("name in REST", "rename", entity, str::to_owned, errors);
    for field in own.clone() {
        wires.take(&field.wire, &field.name, span_of(field, |declared| key(&declared.attrs.rename)));
    }
    let mut graphql = Names::new("name in GraphQL", "rename", entity, names::lower_camel, errors);
    for field in own {
        graphql.take(&field.graphql, &field.name, span_of(field, |declared| key(&declared.attrs.rename)));
        if let Some(relation) = &field.relation {
            graphql.take(&relation.graphql, &relation.name, field.declared.span());
        }
    }
    for many in &entity.many {
        graphql.take(&many.graphql, &many.name, many.ident.span());
    }
}

/// `author: One<User>` is also `author_id`.
fn check_rust_names(entity: &Entity, errors: &mut Errors) {
    let relations = entity.fields.iter().filter(|field| field.relation.is_some());
    for relation in relations {
        let name = &relation.name;
        let stored = entity.fields.iter().filter(|field| field.relation.is_none());
        let taken = stored.map(|field| &field.ident).chain(entity.many.iter().map(|many| &many.ident));
        for other in taken.filter(|other| names::plain(other) == *name) {
            errors.on(
                other,
                format!(
                    "the relation `{}` is stored as `{name}`, so that name is taken; remove this field",
                    names::plain(&relation.declared)
                ),
            );
        }
    }
}

fn key(option: &Option<Keyed<Text>>) -> Option<Span> {
    option.as_ref().map(|text| text.value.0.span())
}

/// Names that a database, a URL or a GraphQL schema cannot hold.
pub fn check_spelling(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    let attrs = &source.attrs;
    check_identifier("table", attrs.table.as_ref(), errors);
    check_word("plural", attrs.plural.as_ref(), errors);
    if let Some(plural) = &attrs.plural
        && plural.value.0.value() == entity.singular
    {
        errors.on(
            &plural.value.0,
            "`plural` is the same as the singular; one row and many rows need two names",
        );
    }
    if let Some(path) = attrs.rest.as_ref().and_then(|rest| rest.value.0.path.as_ref()) {
        check_path(&path.value.0, errors);
    }
    let name = attrs.graphql.as_ref().and_then(|graphql| graphql.value.0.name.as_ref());
    check_word("name", name, errors);
    check_type_name(
        &entity.graphql.type_name,
        name.map_or(source.input.ident.span(), |name| name.value.0.span()),
        "give this one another name with `graphql(name = \"…\")`",
        errors,
    );
    for field in &source.fields {
        check_word("rename", field.attrs.rename.as_ref(), errors);
        check_identifier("column", field.attrs.column.as_ref(), errors);
        check_identifier("was", field.attrs.was.as_ref(), errors);
        check_was(field, entity, errors);
    }
}

/// A type that the GraphQL schema has already.
pub fn check_type_name(name: &str, span: Span, way_out: &str, errors: &mut Errors) {
    if GRAPHQL_TYPES.contains(&name) {
        errors.at(span, format!("GraphQL has a type `{name}` already; {way_out}"));
    }
}

/// `was` must differ from the present name.
fn check_was(declared: &SourceField<'_>, entity: &Entity, errors: &mut Errors) {
    let field = entity.fields.iter().find(|field| field.declared == *declared.ident);
    if let (Some(was), Some(field)) = (&declared.attrs.was, field)
        && was.value.0.value() == field.column
    {
        errors.on(
            &was.value.0,
            format!("the column is called `{}` now; `was` takes the name it had before", field.column),
        );
    }
}

fn check_identifier(option: &str, text: Option<&Keyed<Text>>, errors: &mut Errors) {
    let Some(Keyed { value: Text(text), .. }) = text else {
        return;
    };
    let name = text.value();
    if name.is_empty() || name.contains('\0') {
        errors.on(text, format!("`{option}` needs a name"));
    } else if name.len() > MAX_IDENTIFIER {
        errors.on(text, format!("`{option}` is longer than the {MAX_IDENTIFIER} bytes PostgreSQL keeps"));
    }
}

/// Letters, digits and underscores: what GraphQL and JSON clients can spell.
pub fn check_word(option: &str, text: Option<&Keyed<Text>>, errors: &mut Errors) {
    let Some(Keyed { value: Text(text), .. }) = text else {
        return;
    };
    let name = text.value();
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !letters || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        errors.on(
            text,
            format!("`{option}` takes letters, digits and `_`, beginning with a letter, as GraphQL names do"),
        );
    }
}

fn check_path(text: &LitStr, errors: &mut Errors) {
    let path = text.value();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if path.is_empty() || !path.chars().all(plain) {
        errors.on(
            text,
            "`path` is one segment of lower-case letters, digits and hyphens: `rest(path = \"blog-posts\")`",
        );
    }
}
