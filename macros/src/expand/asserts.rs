//! Obligations: what rustc must find true of the types, each at the place of the token that is wrong otherwise.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::diag::respan;
use crate::ir::{Entity, Field, Many, Need};

/// The obligations, and a use of every declared field so that none counts as dead.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { runtime, ident, declared, .. } = entity;
    let fields = entity.fields.iter().map(|field| expand_field(runtime, field));
    let many = entity.many.iter().map(|many| expand_many(runtime, many));
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
    let is_entity = field.relation.iter().map(|relation| {
        let target = &relation.target;
        respan(&quote!(#runtime::is_entity::<#target>();), target.span())
    });
    let needs = field.needs.iter().map(|need| {
        let check = match need {
            Need::Text => quote!(is_text),
            Need::Length => quote!(has_length),
            Need::Numeric => quote!(is_numeric),
            Need::Decimal => quote!(is_decimal),
            Need::Sortable => quote!(is_sortable),
        };
        respan(&quote!(#runtime::#check::<#scalar>();), scalar.span())
    });
    let bounds = [&field.min, &field.max].into_iter().flatten().map(|bound| match bound.whole {
        Some(whole) => {
            let message = format!("{whole} is out of the range of the field's type");
            let fits = respan(&quote!(#runtime::bound_fits::<#scalar>), scalar.span());
            quote_spanned!(bound.span=> ::core::assert!(#fits(#whole), #message);)
        }
        None => {
            let scalar = respan(scalar, bound.span);
            quote_spanned!(bound.span=> #runtime::is_fractional::<#scalar>();)
        }
    });
    quote!(#(#is_entity)* #(#needs)* #(#bounds)*)
}

fn expand_many(runtime: &TokenStream, many: &Many) -> TokenStream {
    let target = &many.target;
    respan(&quote!(#runtime::is_entity::<#target>();), target.span())
}
