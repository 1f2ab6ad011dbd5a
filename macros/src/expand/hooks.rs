//! `hooks`: where the engine finds the user's `impl Hooks`, and how it makes the typed values that hooks see.
//! Entities without hooks get nothing of this.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::diag::respan;
use crate::expand::field_type;
use crate::ir::Entity;

/// The definition's `hooks`. A missing `impl Hooks` is blamed on the option.
pub fn expand_reference(entity: &Entity) -> TokenStream {
    let Entity { runtime, ident, hooks, .. } = entity;
    match hooks {
        None => quote!(::core::option::Option::None),
        Some(span) => {
            let ident = respan(ident, *span);
            let hooks = respan(&quote!(#runtime::hooks_of::<#ident>()), *span);
            quote!(::core::option::Option::Some(#hooks))
        }
    }
}

/// The implementation of `Hooked`.
pub fn expand(entity: &Entity) -> Option<TokenStream> {
    entity.hooks?;
    let Entity { runtime, ident, fields, .. } = entity;
    let [input, patch] = ["Input", "Patch"].map(|what| format_ident!("{ident}{what}"));
    let columns = || fields.iter().zip(1_usize..);
    let given = columns().filter(|(field, _)| field.in_input()).map(|(field, column)| {
        let name = &field.ident;
        let (ty, take) = match field.default {
            Some(_) => (&field.scalar, format_ident!("take_given")),
            None => (&field.ty, format_ident!("take_assigned")),
        };
        let of = field_type(runtime, ty);
        quote_spanned!(ty.span()=> #name: #of::#take(__from, #column)?)
    });
    let changes = columns().filter(|(field, _)| field.in_patch()).map(|(field, column)| {
        let (name, ty) = (&field.ident, &field.ty);
        let of = field_type(runtime, ty);
        quote_spanned!(ty.span()=> #name: #of::take_change(__from, #column)?)
    });
    Some(quote! {
        #[automatically_derived]
        #[allow(unused_variables)]
        impl #runtime::Hooked for #ident {
            fn input_from(__from: &mut #runtime::Assignments) -> #runtime::Result<#input> {
                #runtime::Result::Ok(#input { #(#given,)* })
            }

            fn patch_from(__from: &mut #runtime::Assignments) -> #runtime::Result<#patch> {
                #runtime::Result::Ok(#patch { #(#changes,)* })
            }
        }
    })
}
