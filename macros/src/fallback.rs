//! What is emitted beside error messages, so that the rest of the user's crate does not light up.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::attr::EntityAttrs;
use crate::diag::Errors;
use crate::ir::{Entity, Link, Policy, Rule};
use crate::source::Source;
use crate::{expand, lower, runtime};

/// The items of the entity as far as it was understood, without what may be wrong in it.
///
/// Nothing for a generic item: a static definition cannot be one.
pub fn expand(input: &DeriveInput, entity: Option<Entity>) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let mut entity = entity.unwrap_or_else(|| without_fields(input));
    strip(&mut entity);
    expand::expand_unchecked(&entity)
}

/// An item that is no struct with named fields still has its generated names.
fn without_fields(input: &DeriveInput) -> Entity {
    let source = Source { input, attrs: EntityAttrs::default(), complete: false, fields: Vec::new() };
    // What is wrong with the item was reported already; that a `policy` is missing is no news.
    let mut reported = Errors::default();
    let entity = lower::lower(runtime::path(), &source, &mut reported);
    let _ = reported.finish();
    entity
}

fn strip(entity: &mut Entity) {
    let mut seen: HashSet<String> = entity.engine_names().map(str::to_owned).collect();
    entity.fields.retain(|field| {
        let relation = field.relation.as_ref().map(|relation| relation.name.clone());
        !field.wrongly_nested
            && seen.insert(field.name.clone())
            && relation.is_none_or(|name| seen.insert(name))
    });
    entity.many.retain(|many| seen.insert(many.name.clone()));
    for field in &mut entity.fields {
        field.default = None;
        field.read = None;
        field.write = None;
    }
    for many in &mut entity.many {
        many.link = Link::Broken;
    }
    entity.hooks = None;
    entity.indexes.clear();
    entity.uniques.clear();
    entity.order.clear();
    entity.policy =
        Policy { read: Rule::Nobody, create: Rule::Nobody, update: Rule::Nobody, delete: Rule::Nobody };
}
