//! Typed names of fields and relations: `User::email()`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use crate::expand::{EnginePart, docs_or, visible_items};
use crate::ir::{Entity, Field, Many};

/// The accessors.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { ident, fields, many, .. } = entity;
    let engine = expand_engine(entity);
    let stored = fields.iter().enumerate().map(|(position, field)| {
        let docs = docs_or(&field.docs, || format!("`{}`.", field.name));
        expand_column(entity, &field.ident, &docs, position + 1, &field.ty)
    });
    let to_one = fields.iter().enumerate().map(|(position, field)| expand_to_one(entity, position, field));
    let to_many = many.iter().enumerate().map(|(position, many)| expand_to_many(entity, position, many));
    let implement = entity.written_as("impl");
    quote! {
        #[allow(dead_code, unreachable_pub)]
        #implement #ident {
            #engine
            #(#stored)*
            #(#to_one)*
            #(#to_many)*
        }
    }
}

/// The accessors of the fields that the engine adds.
fn expand_engine(entity: &Entity) -> TokenStream {
    let ident = &entity.ident;
    let accessors = super::engine_parts(entity).map(|EnginePart { name, docs, ty, column, .. }| {
        [
            format!("#[doc = \"{docs}\"]"),
            format!("fn {name}() -> __entify::Column<{ident}, {ty}> {{ __entify::column({column}) }}"),
        ]
    });
    visible_items(&entity.visibility, &accessors.collect::<Vec<_>>())
}

fn expand_column(
    entity: &Entity,
    name: &Ident,
    docs: &str,
    column: usize,
    ty: &impl ToTokens,
) -> TokenStream {
    let Entity { ident, visibility, .. } = entity;
    quote! {
        #[doc = #docs]
        #visibility fn #name() -> __entify::Column<#ident, #ty> {
            __entify::column(#column)
        }
    }
}

fn expand_to_one(entity: &Entity, position: usize, field: &Field) -> Option<TokenStream> {
    let Entity { ident, visibility, .. } = entity;
    let relation = field.relation.as_ref()?;
    let name = &field.declared;
    let target = &relation.target;
    let docs = docs_or(&field.docs, || format!("The relation `{}`.", relation.name));
    Some(quote! {
        #[doc = #docs]
        #visibility fn #name() -> __entify::ToOne<#ident, #target> {
            __entify::to_one(#position)
        }
    })
}

fn expand_to_many(entity: &Entity, position: usize, many: &Many) -> TokenStream {
    let Entity { ident, visibility, .. } = entity;
    let Many { ident: name, target, .. } = many;
    let docs = docs_or(&many.docs, || format!("The relation `{}`.", many.name));
    quote! {
        #[doc = #docs]
        #visibility fn #name() -> __entify::ToMany<#ident, #target> {
            __entify::to_many(#position)
        }
    }
}
