//! Rules of computed fields: what reads the row cannot be written to it.

use proc_macro2::Span;

use crate::attr::{FieldAttrs, Keyed, Search};
use crate::diag::{Errors, suggestion};
use crate::ir::Entity;
use crate::lower::{Declared, Source, stored_name};
use crate::names;

/// Reports every broken rule.
pub fn check(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    for declared in source.fields.iter().filter(|declared| declared.attrs.computed.is_some()) {
        check_pairs(declared, errors);
    }
    check_names(entity, errors);
    check_shown(entity, errors);
    check_stored(source, entity, errors);
}

/// Options of a field that is stored or written.
fn check_pairs(declared: &Declared<'_>, errors: &mut Errors) {
    // No `..`: a new option does not compile until it is sorted here.
    let FieldAttrs {
        unique,
        index,
        filter: _,
        sort: _,
        search,
        default,
        min_len,
        max_len,
        min,
        max,
        pattern,
        format,
        multiline: _,
        read_only,
        write_only,
        immutable,
        skip,
        rename: _,
        column,
        was,
        on_delete: _,
        inverse: _,
        through: _,
        precision,
        scale: _,
        computed: _,
        policy: _,
    } = &declared.attrs;
    let (stored, written) = ("it is not stored", "it is never written");
    let word = |word: &str| {
        let words = skip.iter().flat_map(|skip| &skip.value.0);
        words.into_iter().find(|written| *written == word).map(proc_macro2::Ident::span)
    };
    let fulltext = search.as_ref().filter(|search| search.value == Search::Fulltext).map(|search| search.key);
    for (option, place, why) in [
        ("unique", key(unique), stored),
        ("index", key(index), stored),
        ("search(fulltext)", fulltext, stored),
        ("column", key(column), stored),
        ("was", key(was), stored),
        ("precision", key(precision), "it is not stored; `scale` rounds it"),
        ("default", key(default), written),
        ("min_len", key(min_len), written),
        ("max_len", key(max_len), written),
        ("min", key(min), written),
        ("max", key(max), written),
        ("pattern", key(pattern), written),
        ("format", key(format), written),
        ("read_only", key(read_only), "it is never written anyway"),
        ("immutable", key(immutable), written),
        ("skip(create)", word("create"), written),
        ("skip(update)", word("update"), written),
        ("write_only", key(write_only), "no one could use the field"),
    ] {
        if let Some(place) = place {
            errors.at(place, format!("`{option}` cannot be combined with `computed`; {why}"));
        }
    }
}

fn key<T>(option: &Option<Keyed<T>>) -> Option<Span> {
    option.as_ref().map(|option| option.key)
}

/// `{names}` in the SQL are fields that are stored.
fn check_names(entity: &Entity, errors: &mut Errors) {
    let stored = entity.fields.iter().filter(|field| field.computed.is_none());
    let known = stored.map(|field| field.name.as_str()).chain(entity.engine_fields());
    for computed in entity.fields.iter().filter_map(|field| field.computed.as_ref()) {
        for name in computed.parts.iter().skip(1).step_by(2) {
            if known.clone().any(|known| known == name) {
                continue;
            }
            if entity.fields.iter().any(|field| field.name == *name) {
                errors.on(
                    &computed.sql,
                    format!("`{{{name}}}` is computed itself; write its SQL here, or name stored fields"),
                );
            } else {
                let help = suggestion(name, known.clone());
                errors.on(
                    &computed.sql,
                    format!(
                        "there is no field `{name}`{help}; a brace of the SQL itself is written twice: `{{{{`"
                    ),
                );
            }
        }
    }
}

/// What is made of a field that not everyone may see says itself who may see it.
fn check_shown(entity: &Entity, errors: &mut Errors) {
    for field in entity.fields.iter().filter(|field| field.read.is_none()) {
        let Some(computed) = &field.computed else { continue };
        let mut parts = computed.parts.iter().skip(1).step_by(2);
        let guarded =
            |name: &&String| entity.fields.iter().any(|part| part.name == **name && part.read.is_some());
        if let Some(name) = parts.find(guarded) {
            errors.on(
                &computed.sql,
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
