//! Obligations: what rustc must find true of the types, each at the place of the token that is wrong otherwise.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::ir::{DefaultValue, Entity, Field, Link, Many, Need};

/// The obligations, and a use of every declared field so that none counts as dead.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity {
        runtime,
        ident,
        declared,
        ..
    } = entity;
    let fields = entity.fields.iter().map(|field| expand_field(runtime, field));
    let many = entity.many.iter().map(|many| expand_many(entity, many));
    quote! {
        const _: () = {
            #[allow(dead_code)]
            const fn __read(__declared: &#ident) {
                let _ = (#(&__declared.#declared,)*);
            }
            let _ = __read;
            #(#fields)*
            #(#many)*
        };
    }
}

fn expand_field(runtime: &TokenStream, field: &Field) -> TokenStream {
    let Field { scalar, .. } = field;
    let is_type = match &field.relation {
        Some(relation) => {
            let target = &relation.target;
            quote_spanned!(target.span()=> #runtime::is_entity::<#target>();)
        }
        None => quote_spanned!(scalar.span()=> #runtime::is_scalar::<#scalar>();),
    };
    let needs = field.needs.iter().map(|need| {
        let check = match need {
            Need::Text => quote!(is_text),
            Need::Length => quote!(has_length),
            Need::Numeric => quote!(is_numeric),
            Need::Decimal => quote!(is_decimal),
            Need::Sortable => quote!(is_sortable),
        };
        quote_spanned!(scalar.span()=> #runtime::#check::<#scalar>();)
    });
    let default = match &field.default {
        Some(DefaultValue::Number(number)) => Some(number),
        _ => None,
    };
    let numbers = [default, field.min.as_ref(), field.max.as_ref()].into_iter().flatten().map(|number| {
        match number.whole {
            Some(whole) => {
                let message = format!("{whole} is out of the range of the field's type");
                quote_spanned!(number.span=> ::core::assert!(#runtime::int_fits::<#scalar>(#whole), #message);)
            }
            None => quote_spanned!(number.span=> #runtime::is_fractional::<#scalar>();),
        }
    });
    quote!(#is_type #(#needs)* #(#numbers)*)
}

fn expand_many(entity: &Entity, many: &Many) -> TokenStream {
    let Entity { runtime, ident, .. } = entity;
    let target = &many.target;
    let link = match &many.link {
        Link::Inverse(field) => quote_spanned! {field.span()=>
            let _: fn() -> #runtime::ToOne<#target, #ident> = <#target>::#field;
        },
        Link::Through(_) | Link::Broken => TokenStream::new(),
    };
    quote_spanned!(target.span()=> #runtime::is_entity::<#target>(); #link)
}
