//! The output. Nothing here can fail: what is wrong was reported before.
//!
//! rustc works on every token of it, for every entity: what can be done once for all entities is done in `entify`.

mod accessors;
mod aliases;
mod asserts;
pub mod declaration_json;
mod definition;
mod model;

use std::str::FromStr;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Visibility;

use crate::ir::{EngineField, Entity};
use crate::values::Role;

/// Everything that the derive emits.
pub fn expand(entity: &Entity) -> TokenStream {
    expand_with(entity, &asserts::expand(entity))
}

/// The items without the obligations on types: what a broken declaration still offers to the rest of the crate.
pub fn expand_unchecked(entity: &Entity) -> TokenStream {
    expand_with(entity, &TokenStream::new())
}

/// Named items are emitted beside the declaration; the implementations are in a block, where the runtime has a short
/// name.
fn expand_with(entity: &Entity, obligations: &TokenStream) -> TokenStream {
    let runtime = &entity.runtime;
    let (model, of_model) = model::expand_model(entity);
    let (input, of_input) = model::expand_input(entity);
    let (patch, of_patch) = model::expand_patch(entity);
    let definition = definition::expand(entity, obligations);
    let accessors = accessors::expand(entity);
    let aliases = aliases::expand(entity);
    // What the surfaces that are compiled in need of them is theirs to say.
    let [row, new, changes] = ["Model", "Input", "Patch"].map(|what| entity.generated(what));
    let types = tokens(&format!("__entify::entity_types! {{ {row} {new} {changes} }}"));
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
            #types
        };
    }
}

/// Everything that the derive of values emits.
pub fn expand_values(values: &Entity, role: Role) -> TokenStream {
    expand_values_with(values, role, &asserts::expand(values))
}

/// As [`expand_values`], of a wrong struct: without its fields.
pub fn expand_values_unchecked(values: &Entity, role: Role) -> TokenStream {
    expand_values_with(values, role, &TokenStream::new())
}

fn expand_values_with(values: &Entity, role: Role, obligations: &TokenStream) -> TokenStream {
    let runtime = &values.runtime;
    let fields = model::expand_values(values, !obligations.is_empty());
    let definition = definition::expand_values(values, role, obligations);
    quote! {
        const _: () = {
            use #runtime as __entify;
            #fields
            #definition
        };
    }
}

/// The tokens of a text in which no token is the user's but names. rustc reads it in one go, where `quote!` hands it
/// over token by token.
fn tokens(text: &str) -> TokenStream {
    // Not by `proc_macro2`, which would read it before, without rustc's speed.
    proc_macro::TokenStream::from_str(text).map(TokenStream::from).unwrap_or_default()
}

/// Items, each as the text before and after its visibility.
fn visible_items(visibility: &Visibility, items: &[[String; 2]]) -> TokenStream {
    let written = quote!(#visibility).to_string();
    if written.contains('$') {
        // The `$crate` of a user's macro cannot be spelled out.
        let items = items.iter().map(|[before, after]| {
            let [before, after] = [tokens(before), tokens(after)];
            quote!(#before #visibility #after)
        });
        return items.collect();
    }
    let items: Vec<String> =
        items.iter().map(|[before, after]| format!("{before} {written} {after}")).collect();
    tokens(&items.concat())
}

/// A field that the engine adds.
struct EnginePart {
    name: &'static str,
    docs: &'static str,
    /// Its type, where the runtime is `__entify`.
    ty: String,
    nullable: bool,
    column: usize,
}

const TIME: &str = "__entify::DateTime<__entify::Utc>";

/// What the engine adds, in the order of [`Entity::engine_fields`].
fn engine_parts(entity: &Entity) -> impl Iterator<Item = EnginePart> {
    let Entity { ident, fields, .. } = entity;
    let declared = fields.len();
    entity.engine_fields().enumerate().map(move |(position, field)| {
        let column = if position == 0 { 0 } else { declared + position };
        let time = TIME.to_owned();
        let (docs, ty, nullable) = match field {
            EngineField::Id => ("The primary key.", format!("__entify::Id<{ident}>"), false),
            EngineField::CreatedAt => ("When the row was created.", time, false),
            EngineField::UpdatedAt => ("When the row last changed.", time, false),
            EngineField::Version => {
                ("Counts the changes of the row, from 1.", "::core::primitive::i64".to_owned(), false)
            }
            EngineField::DeletedAt => (
                "When the row was deleted; a row that is not deleted has none.",
                format!("::core::option::Option<{TIME}>"),
                true,
            ),
        };
        EnginePart { name: field.name(), docs, ty, nullable, column }
    })
}

/// The doc comment of a generated item.
fn docs_or(docs: &str, otherwise: impl FnOnce() -> String) -> String {
    if docs.is_empty() { otherwise() } else { docs.to_owned() }
}
