//! Rules of the struct's options.

use std::collections::HashSet;

use proc_macro2::Ident;

use crate::attr::{FieldNames, Keyed, Label, Sorts};
use crate::diag::{Errors, suggestion};
use crate::ir::{EngineField, Entity, Link};
use crate::lower::stored_name;
use crate::names;
use crate::source::{Shape, Source};

/// Fields of one entity: a set of columns is one 128-bit word, and the engine adds up to five.
const MAX_FIELDS: usize = 120;

/// More fields than a set of columns can hold.
pub fn check_count(source: &Source<'_>, errors: &mut Errors) {
    if let Some(field) = source.fields.get(MAX_FIELDS) {
        errors.on(
            field.ident,
            format!("an entity has at most {MAX_FIELDS} fields; move some to an entity of their own"),
        );
    }
}

/// `index`, `unique`, `order` and `admin` name fields that exist, each once.
pub fn check_field_lists(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    let attrs = &source.attrs;
    for index in &attrs.index {
        check_list("index", sorted(&index.value), source, entity, errors);
    }
    for unique in &attrs.unique {
        check_unique(unique, source, entity, errors);
    }
    if let Some(order) = &attrs.order {
        check_list("order", sorted(&order.value.0), source, entity, errors);
        for key in &order.value.0.0 {
            check_revealed("order", &key.field, entity, errors);
        }
    }
    let Some(admin) = &attrs.admin else { return };
    if let Some(label) = &admin.value.0.label {
        let fields = match &label.value {
            Label::Field(field) => std::slice::from_ref(field),
            Label::Template(_, fields) => fields,
        };
        check_list("label", fields.iter().collect(), source, entity, errors);
        for field in fields {
            check_revealed("label", field, entity, errors);
        }
    }
    if let Some(list) = &admin.value.0.list {
        check_list("list", list.value.0.iter().collect(), source, entity, errors);
        for name in &list.value.0 {
            check_revealed("list", name, entity, errors);
        }
    }
    let parts = admin.value.0.group.parts.iter().flat_map(|part| &part.value.fields).collect::<Vec<_>>();
    check_form_fields(&parts, entity, errors);
    check_list("group", parts, source, entity, errors);
    if let Some(inline) = &admin.value.0.inline {
        check_inline(&inline.value.0, entity, errors);
    }
}

/// A heading of the form is for fields that the form may have.
fn check_form_fields(fields: &[&Ident], entity: &Entity, errors: &mut Errors) {
    for ident in fields {
        let stored = stored_name(ident, &entity.fields);
        let is_engines = entity.engine_names().any(|name| name == stored);
        let field = entity.fields.iter().find(|field| field.name == stored);
        let is_never_set = field.is_some_and(|field| field.computed.is_some() || field.options.read_only);
        if field.is_none() && is_engines || is_never_set {
            let written = names::plain(ident);
            errors.on(
                *ident,
                format!("`{written}` is not on the form; `group(\"…\", …)` takes fields that may be set"),
            );
        }
    }
}

/// `inline` takes to-many relations whose rows refer to the row itself.
fn check_inline(relations: &[Ident], entity: &Entity, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for ident in relations {
        let written = names::plain(ident);
        let known = entity.many.iter().find(|many| many.name == written);
        let is_field = entity.fields.iter().any(|field| field.name == stored_name(ident, &entity.fields));
        match known.map(|many| &many.link) {
            None if is_field => errors.on(
                ident,
                format!("`{written}` is a field of the row itself; `inline` takes to-many relations"),
            ),
            None => {
                let names = entity.many.iter().map(|many| many.name.as_str());
                errors.on(
                    ident,
                    format!("there is no to-many relation `{written}`{}", suggestion(&written, names)),
                );
            }
            Some(Link::Through(_)) => errors.on(
                ident,
                format!(
                    "the rows of `{written}` are linked by a joining entity, for which the form has a picker; `inline` takes \
                     relations with `inverse`"
                ),
            ),
            Some(_) if !seen.insert(written.clone()) => {
                errors.on(ident, format!("`{written}` is listed twice in `inline`; remove one of them"));
            }
            Some(Link::Inverse(_) | Link::Broken) => {}
        }
    }
}

fn sorted(keys: &Sorts) -> Vec<&Ident> {
    keys.0.iter().map(|key| &key.field).collect()
}

fn check_unique(unique: &Keyed<FieldNames>, source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    let fields = &unique.value.0;
    check_list("unique", fields.iter().collect(), source, entity, errors);
    if let [only] = fields.as_slice() {
        errors.on(
            only,
            "`unique(…)` on the struct is for several fields; for one field write `unique` on the field",
        );
    }
}

fn check_list(option: &str, list: Vec<&Ident>, source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for ident in list {
        let written = names::plain(ident);
        let stored = stored_name(ident, &entity.fields);
        let known = entity.fields.iter().map(|field| field.name.as_str());
        let known = known.chain(entity.engine_names());
        if !known.clone().any(|name| name == stored) {
            let is_many = source.fields.iter().any(|field| {
                matches!(field.shape, Shape::Many { .. }) && names::plain(field.ident) == written
            });
            if is_many {
                errors.on(
                    ident,
                    format!(
                        "`{written}` is a to-many relation and has no column; `{option}` takes stored fields"
                    ),
                );
            } else {
                errors.on(ident, format!("there is no field `{written}`{}", suggestion(&written, known)));
            }
        } else if !seen.insert(stored) {
            errors.on(ident, format!("`{written}` is listed twice in `{option}`; remove one of them"));
        }
    }
}

/// What is never shown to a client must not be revealed by an order or a list.
fn check_revealed(option: &str, ident: &Ident, entity: &Entity, errors: &mut Errors) {
    let stored = stored_name(ident, &entity.fields);
    if entity.fields.iter().any(|field| field.name == stored && field.options.write_only) {
        let written = names::plain(ident);
        errors.on(ident, format!("`{written}` is `write_only`; `{option}` would show it"));
    }
    let guarded = |field: &crate::ir::Field| field.name == stored && field.read.is_some();
    if option == "order" && entity.fields.iter().any(guarded) {
        let written = names::plain(ident);
        errors.on(
            ident,
            format!("`{written}` is not shown to everyone (`policy(read = …)`); `order` would reveal it"),
        );
    }
    if entity.options.soft_delete && stored == EngineField::DeletedAt.name() {
        errors.on(
            ident,
            format!(
                "lists show rows that are not deleted, which have no `{stored}`; take it out of `{option}`"
            ),
        );
    }
}

/// A key that is computed cannot be made by a migration, nor be a column.
pub fn check_key(source: &Source<'_>, errors: &mut Errors) {
    let attrs = &source.attrs;
    let Some(sql) = &attrs.key_sql else { return };
    if let Some(column) = &attrs.key_column {
        errors.at(column.key, "`key_column` cannot be combined with `key_sql`; remove one of them");
    }
    if attrs.external.is_none() {
        errors.at(sql.key, "`key_sql` is for tables of others; add `external`, or let entify make the key");
    }
}

/// Texts that must not be empty.
pub fn check_texts(source: &Source<'_>, errors: &mut Errors) {
    for check in &source.attrs.check {
        if check.value.0.value().trim().is_empty() {
            errors.on(&check.value.0, "`check` needs a condition in SQL: `check(\"amount > 0\")`");
        }
    }
}
