//! What is emitted beside error messages, so that the rest of the user's crate does not light up.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::expand;
use crate::ir::{Entity, Link, Policy, Rule};

/// The items of the entity as far as it was understood, without what may be wrong in it.
///
/// Nothing for an item that is no struct with named fields: its name cannot be guessed to mean an entity.
pub fn expand(_: &DeriveInput, entity: Option<Entity>) -> TokenStream {
    match entity {
        Some(mut entity) => {
            strip(&mut entity);
            expand::expand_unchecked(&entity)
        }
        None => TokenStream::new(),
    }
}

fn strip(entity: &mut Entity) {
    let mut seen: HashSet<String> = ["id", "created_at", "updated_at"].map(str::to_owned).into();
    entity.fields.retain(|field| {
        let relation = field.relation.as_ref().map(|relation| relation.name.clone());
        !field.misused && seen.insert(field.name.clone()) && relation.is_none_or(|name| seen.insert(name))
    });
    entity.many.retain(|many| seen.insert(many.name.clone()));
    for field in &mut entity.fields {
        field.default = None;
    }
    for many in &mut entity.many {
        many.link = Link::Broken;
    }
    entity.indexes.clear();
    entity.uniques.clear();
    entity.order.clear();
    entity.policy = Policy {
        read: Rule::Nobody,
        create: Rule::Nobody,
        update: Rule::Nobody,
        delete: Rule::Nobody,
    };
}
