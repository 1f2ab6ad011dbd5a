//! Rules of computed fields: what reads the row cannot be written to it.

mod number;

use crate::attr::{self, FieldAttrs};
use crate::diag::{Errors, suggestion};
use crate::ir::{Computed, Entity};
use crate::lower::stored_name;
use crate::names;
use crate::source::{Shape, Source, SourceField};
use crate::standard_type::StandardType;

/// Reports every broken rule.
pub fn check(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    for declared in source.fields.iter().filter(|declared| declared.attrs.computed.is_some()) {
        check_pairs(declared, errors);
        check_aggregate(declared, errors);
    }
    number::check(source, entity, errors);
    check_names(entity, errors);
    check_shown(entity, errors);
    check_stored(source, entity, errors);
}

/// Options of a field that is stored or written.
fn check_pairs(declared: &SourceField<'_>, errors: &mut Errors) {
    for part in FieldAttrs::RULES.iter().flat_map(|rule| rule.computed) {
        if let Some(span) = (part.span)(&declared.attrs) {
            errors.at(span, format!("`{}` cannot be combined with `computed`; {}", part.option, part.why));
        }
    }
}

/// A decimal that is not stored is a float in SQLite, unless it is rounded. Numbers over relations have no `aggregate` at all.
fn check_aggregate(declared: &SourceField<'_>, errors: &mut Errors) {
    let FieldAttrs { aggregate: Some(aggregate), scale: None, computed: Some(computed), .. } =
        &declared.attrs
    else {
        return;
    };
    if !matches!(computed.value, attr::Computed::Number(_))
        && let Shape::Scalar { scalar, .. } = declared.shape
        && StandardType::of(scalar) == Some(StandardType::Decimal)
    {
        errors.at(
            aggregate.key,
            "a computed decimal with `aggregate` needs a `scale`; sums are exact, and without one its digits are not known",
        );
    }
}

/// `{names}` in the SQL are fields that are stored.
fn check_names(entity: &Entity, errors: &mut Errors) {
    let stored = entity.fields.iter().filter(|field| field.computed.is_none());
    let known = stored.map(|field| field.name.as_str()).chain(entity.engine_names());
    for computed in entity.fields.iter().filter_map(|field| field.computed.as_ref()) {
        let Computed::Sql { sql, .. } = computed else { continue };
        for name in computed.names() {
            if known.clone().any(|known| known == name) {
                continue;
            }
            if entity.fields.iter().any(|field| field.name == *name) {
                errors.on(
                    sql,
                    format!("`{{{name}}}` is computed itself; write its SQL here, or name stored fields"),
                );
            } else {
                let help = suggestion(name, known.clone());
                errors.on(
                    sql,
                    format!(
                        "there is no field `{name}`{help}; a brace of the SQL itself is written twice: `{{{{`"
                    ),
                );
            }
        }
    }
}

/// A field computed from one that not everyone may see needs a policy of its own.
fn check_shown(entity: &Entity, errors: &mut Errors) {
    for field in entity.fields.iter().filter(|field| field.read.is_none()) {
        let Some(computed @ Computed::Sql { sql, .. }) = &field.computed else { continue };
        let mut parts = computed.names();
        let guarded =
            |name: &&String| entity.fields.iter().any(|part| part.name == **name && part.read.is_some());
        if let Some(name) = parts.find(guarded) {
            errors.on(
                sql,
                format!(
                    "`{{{name}}}` has a `policy(read = …)`, and this shows what is made of it to everyone who may read \
                     the row; say here too who may see it, `policy(read = …)`"
                ),
            );
        }
    }
}

/// Indexes and unique rules are of stored fields.
fn check_stored(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    let attrs = &source.attrs;
    let indexed = attrs.index.iter().flat_map(|index| index.value.0.iter().map(|key| ("index", &key.field)));
    let unique = attrs.unique.iter().flat_map(|unique| unique.value.0.iter().map(|name| ("unique", name)));
    for (option, ident) in indexed.chain(unique) {
        let stored = stored_name(ident, &entity.fields);
        if entity.fields.iter().any(|field| field.name == stored && field.computed.is_some()) {
            let written = names::plain(ident);
            errors
                .on(ident, format!("`{written}` is computed and not stored; `{option}` takes stored fields"));
        }
    }
}
