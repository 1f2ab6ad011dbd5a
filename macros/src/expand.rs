//! The output. Nothing here can fail: what is wrong was reported before.
//!
//! rustc works on every token of it, for every entity: what can be done once for all entities is done in `entify`.

mod accessors;
mod aliases;
mod asserts;
mod declaration;
mod definition;
mod model;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Type, parse_quote};

use crate::ir::Entity;

/// Everything that the derive emits.
pub fn expand(entity: &Entity) -> TokenStream {
    expand_with(entity, &asserts::expand(entity))
}

/// The items without the obligations on types: what a broken declaration still offers to the rest of the crate.
pub fn expand_unchecked(entity: &Entity) -> TokenStream {
    expand_with(entity, &TokenStream::new())
}

/// What has a name stands beside the declaration; the implementations are in a block, where the runtime has a short
/// name.
fn expand_with(entity: &Entity, obligations: &TokenStream) -> TokenStream {
    let runtime = &entity.runtime;
    let (model, of_model) = model::expand_model(entity);
    let (input, of_input) = model::expand_input(entity);
    let (patch, of_patch) = model::expand_patch(entity);
    let definition = definition::expand(entity, obligations);
    let accessors = accessors::expand(entity);
    let aliases = aliases::expand(entity);
    quote! {
        #model
        #input
        #patch
        #aliases

        const _: () = {
            use #runtime as __entify;
            #of_model
            #of_input
            #of_patch
            #accessors
            #definition
        };
    }
}

/// A field that the engine adds.
struct EnginePart {
    name: &'static str,
    docs: &'static str,
    ty: Type,
    nullable: bool,
    column: usize,
}

/// What the engine adds, in the order of [`Entity::engine_fields`].
fn engine_parts(entity: &Entity) -> impl Iterator<Item = EnginePart> {
    let Entity { runtime, ident, fields, .. } = entity;
    let declared = fields.len();
    entity.engine_fields().enumerate().map(move |(position, name)| {
        let column = if position == 0 { 0 } else { declared + position };
        let (docs, ty) = match name {
            "id" => ("The primary key.", parse_quote!(#runtime::Id<#ident>)),
            "created_at" => ("When the row was created.", parse_quote!(#runtime::DateTime<#runtime::Utc>)),
            "updated_at" => ("When the row last changed.", parse_quote!(#runtime::DateTime<#runtime::Utc>)),
            "version" => ("Counts the changes of the row, from 1.", parse_quote!(::core::primitive::i64)),
            _ => (
                "When the row was deleted; a living row has none.",
                parse_quote!(::core::option::Option<#runtime::DateTime<#runtime::Utc>>),
            ),
        };
        EnginePart { name, docs, ty, nullable: name == "deleted_at", column }
    })
}

/// The doc comment of a generated item.
fn docs_or(docs: &str, otherwise: impl FnOnce() -> String) -> String {
    if docs.is_empty() { otherwise() } else { docs.to_owned() }
}
