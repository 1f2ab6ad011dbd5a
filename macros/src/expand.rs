//! The output. Nothing here can fail: what is wrong was reported before.

mod accessors;
mod aliases;
mod asserts;
mod definition;
mod hooks;
mod model;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use syn::spanned::Spanned;
use syn::{Type, parse_quote};

use crate::diag::respan;
use crate::ir::Entity;

/// Everything that the derive emits.
pub fn expand(entity: &Entity) -> TokenStream {
    let unchecked = expand_unchecked(entity);
    let asserts = asserts::expand(entity);
    quote!(#unchecked #asserts)
}

/// The items without the obligations on types: what a broken declaration still offers to the rest of the crate.
pub fn expand_unchecked(entity: &Entity) -> TokenStream {
    let model = model::expand_model(entity);
    let input = model::expand_input(entity);
    let patch = model::expand_patch(entity);
    let definition = definition::expand(entity);
    let accessors = accessors::expand(entity);
    let aliases = aliases::expand(entity);
    let hooks = hooks::expand(entity);
    quote!(#model #input #patch #definition #accessors #aliases #hooks)
}

/// A field that the engine adds.
struct EnginePart {
    name: &'static str,
    docs: &'static str,
    ty: Type,
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
        EnginePart { name, docs, ty, column }
    })
}

/// The doc comment of a generated item.
fn docs_or(docs: &str, otherwise: String) -> String {
    if docs.is_empty() { otherwise } else { docs.to_owned() }
}

/// `<T as FieldType>`, blamed on the type as declared: every use of a wrong type gives the same message at the same
/// place, which rustc shows once.
fn field_type(runtime: &TokenStream, ty: &Type) -> TokenStream {
    let trait_path = respan(&quote!(#runtime::FieldType), ty.span());
    quote_spanned!(ty.span()=> <#ty as #trait_path>)
}
