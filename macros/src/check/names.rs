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
const GRAPHQL_TYPES: [&str; 21] = [
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
    "OrderDirection",
    "PageInfo",
    "Query",
    "String",
    "Subscription",
    "Time",
    "UUID",
    "Password",
    "Upload",
];

/// The columns that every table of PostgreSQL has.
const SYSTEM_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// The columns that every FTS5 table of SQLite has.
const FTS5_COLUMNS: [&str; 2] = ["rank", "rowid"];

/// Fields of the framework in every filter of GraphQL.
const FILTER_OPERATORS: [&str; 3] = ["and", "or", "not"];

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
            let way_out = match engine {
                EngineField::CreatedAt | EngineField::UpdatedAt => {
                    "remove it, give this one another name, or say `timestamps = none`"
                }
                EngineField::Id | EngineField::Version | EngineField::DeletedAt => {
                    "remove it, or give this one another name"
                }
            };
            errors.on(field.ident, format!("{who} has a field `{name}`; {way_out}"));
        }
    }
}

/// A type of a field that is called as a struct that is generated beside the entity.
pub fn check_generated(source: &Source<'_>, errors: &mut Errors) {
    let entity = names::plain(&source.input.ident);
    for (suffix, what) in [("Model", "row"), ("Input", "new row"), ("Patch", "partial update")] {
        let generated = format!("{entity}{suffix}");
        let mut named = source.fields.iter().flat_map(SourceField::named);
        if let Some(ident) = named.find(|ident| *ident == generated) {
            errors.on(
                ident,
                format!("`{generated}` is the type of a {what} of `{entity}`, which is made beside it; give this type another name"),
            );
        }
    }
}

/// A namespace in which names must differ from each other.
struct Names<'a> {
    what: &'static str,
    option: &'static str,
    /// Names are the same when they are the same in this spelling.
    spelling: fn(&str) -> String,
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
        Self { what, option, spelling: str::to_owned, taken: taken.collect(), errors }
    }

    fn take(&mut self, name: &str, field: &str, span: Span) {
        let Some(other) = self.taken.insert((self.spelling)(name), field.to_owned()) else {
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
    // SQLite takes upper and lower case for the same.
    columns.spelling = str::to_ascii_lowercase;
    let (id, stored) = (EngineField::Id.name(), &source.attrs.key_column);
    if stored.is_some() || source.attrs.key_sql.is_some() {
        columns.taken.remove(id);
    }
    if let Some(Keyed { value: Text(column), .. }) = stored {
        columns.taken.insert(column.value().to_ascii_lowercase(), id.to_owned());
    }
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
    check_identifier("was", attrs.was.as_ref(), errors);
    if let Some(was) = attrs.was.as_ref().filter(|was| was.value.0.value() == entity.table) {
        let message =
            format!("the table is called `{}` now; `was` takes the name it had before", entity.table);
        errors.on(&was.value.0, message);
    }
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
    let is_reported = name.is_some_and(|name| !is_word(&name.value.0.value()));
    if !entity.options.skip.graphql && !is_reported {
        check_type_name(
            &entity.graphql.type_name,
            name.map_or(source.input.ident.span(), |name| name.value.0.span()),
            "give this one another name with `graphql(name = \"…\")`",
            errors,
        );
    }
    check_plural(source, entity, errors);
    for field in &source.fields {
        check_word("rename", field.attrs.rename.as_ref(), errors);
        check_identifier("column", field.attrs.column.as_ref(), errors);
        check_identifier("was", field.attrs.was.as_ref(), errors);
        check_was(field, entity, errors);
    }
}

/// A type that the GraphQL schema has already, or that it cannot have.
pub fn check_type_name(name: &str, span: Span, way_out: &str, errors: &mut Errors) {
    if GRAPHQL_TYPES.contains(&name) {
        errors.at(span, format!("GraphQL has a type `{name}` already; {way_out}"));
    } else if !is_word(name) {
        errors.at(span, format!("`{name}` is no name in GraphQL ({WORD}); {way_out}"));
    }
}

/// A value of an enum that GraphQL cannot have.
pub fn check_enum_value(name: &str, span: Span, errors: &mut Errors) {
    if !is_word(name) {
        let way_out = "give the variant another with `rename = \"…\"`";
        errors.at(
            span,
            format!("`{name}`, as the variant would be called, is no name in GraphQL ({WORD}); {way_out}"),
        );
    }
}

/// What follows from the struct's name unless an option says otherwise: root fields, paths and schemas.
fn check_plural(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    if entity.values.is_some() {
        return;
    }
    let attrs = &source.attrs;
    let skip = &entity.options.skip;
    let ident = &source.input.ident;
    let (plural, name) = (&entity.plural, names::plain(ident));
    let has_path = attrs.rest.as_ref().is_some_and(|rest| rest.value.0.path.is_some());
    let in_address = !(has_path || skip.rest && skip.admin);
    if attrs.plural.is_none() && !is_word(plural) && (!skip.graphql || in_address) {
        errors.on(
            ident,
            format!(
                "`{plural}` is no name in GraphQL or in an address ({WORD}); give one with `plural = \"…\"`"
            ),
        );
    }
    if !skip.rest && !name.is_ascii() {
        errors.on(
            ident,
            format!(
                "`{name}` is no name of a schema in OpenAPI ({WORD}); give the struct another name, or leave it out with \
                 `skip(rest)`"
            ),
        );
    }
}

/// Fields whose names in SQL or GraphQL are none, or are taken there.
pub fn check_fields(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    for field in &entity.fields {
        let declared = source.fields.iter().find(|declared| declared.ident == &field.declared);
        let Some(declared) = declared else { continue };
        let rename = key(&declared.attrs.rename);
        if field.computed.is_none() && entity.values.is_none() {
            check_column(field, key(&declared.attrs.column).unwrap_or(field.declared.span()), errors);
        }
        let shown = !entity.options.skip.graphql && !field.options.skip.graphql;
        let filtered = field.options.filter && !field.options.skip.filter && !field.options.write_only;
        if shown {
            let way_out = "give the field another with `rename = \"…\"`";
            let span = rename.unwrap_or(field.declared.span());
            check_graphql_field(&field.graphql, filtered, span, way_out, errors);
            if let Some(relation) = &field.relation {
                let way_out = "give the field another name";
                check_graphql_field(&relation.graphql, filtered, field.declared.span(), way_out, errors);
            }
        }
    }
    for many in entity.many.iter().filter(|many| !entity.options.skip.graphql && !many.skip.graphql) {
        let way_out = "give the field another with `rename = \"…\"`";
        check_graphql_field(&many.graphql, !many.skip.filter, many.ident.span(), way_out, errors);
    }
}

fn check_column(field: &crate::ir::Field, span: Span, errors: &mut Errors) {
    let column = field.column.to_ascii_lowercase();
    let whose = match column.as_str() {
        name if SYSTEM_COLUMNS.contains(&name) => "every table of PostgreSQL has a system column",
        name if field.fulltext() && FTS5_COLUMNS.contains(&name) => {
            "every full-text table of SQLite has a column"
        }
        name if name.starts_with("entify_") => {
            "columns that start with `entify_` are the framework's own, such as"
        }
        _ => return,
    };
    errors.at(span, format!("{whose} `{}`; give this one another with `column = \"…\"`", field.column));
}

fn check_graphql_field(name: &str, filtered: bool, span: Span, way_out: &str, errors: &mut Errors) {
    if !is_word(name) {
        errors.at(
            span,
            format!("`{name}`, as the field would be called, is no name in GraphQL ({WORD}); {way_out}"),
        );
    } else if filtered && FILTER_OPERATORS.contains(&name) {
        errors.at(span, format!("every filter of GraphQL has an operator `{name}`; {way_out}"));
    }
}

/// What names are made of.
const WORD: &str = "names there are letters from `a` to `z`, digits and `_`, beginning with a letter";

/// Whether a text is a name in GraphQL, as a declaration may give it.
fn is_word(name: &str) -> bool {
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    letters && name.starts_with(|c: char| c.is_ascii_alphabetic())
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
    if !is_word(&name) {
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
