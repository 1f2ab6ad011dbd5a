//! Obligations: what rustc must find true of the types, each at the place of the token that is wrong otherwise. What
//! can be told of a well-known type's name was checked before.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::check::Known;
use crate::diag::respan;
use crate::ir::{Entity, Field, Many, Need, Owner};

/// The body of a function that is never called: the obligations, and a use of every declared field so that none
/// counts as dead.
pub fn expand(entity: &Entity) -> TokenStream {
    let declared = &entity.declared;
    let fields = entity.fields.iter().map(expand_field);
    let many = entity.many.iter().map(expand_many);
    let owners = entity.rules().flat_map(|rule| rule.owners()).map(|owner| expand_owner(owner, entity));
    quote! {
        #(let _ = self.#declared;)*
        #(#fields)*
        #(#many)*
        #(#owners)*
    }
}

/// The field that names a row's owner holds what a principal's subject may be.
fn expand_owner(owner: &Owner, entity: &Entity) -> TokenStream {
    let field = entity.fields.iter().find(|field| field.name == owner.field && field.relation.is_none());
    let scalar = field.map(|field| &field.scalar);
    scalar
        .map(|scalar| respan(&quote!(__entify::is_subject::<#scalar>();), owner.written.span()))
        .unwrap_or_default()
}

fn expand_field(field: &Field) -> TokenStream {
    if let Some(relation) = &field.relation {
        let target = &relation.target;
        return respan(&quote!(__entify::is_entity::<#target>();), target.span());
    }
    let scalar = &field.scalar;
    if Known::of(scalar).is_some() {
        return TokenStream::new();
    }
    let needs = field.needs.iter().map(|need| {
        let check = match need {
            Need::Text => quote!(is_text),
            Need::Length => quote!(has_length),
            Need::Numeric => quote!(is_numeric),
            Need::Decimal => quote!(is_decimal),
            Need::Sortable => quote!(is_sortable),
        };
        respan(&quote!(__entify::#check::<#scalar>();), scalar.span())
    });
    let bounds = [&field.min, &field.max].into_iter().flatten().map(|bound| match bound.whole {
        Some(whole) => {
            let message = format!("{whole} is out of the range of the field's type");
            let fits = respan(&quote!(__entify::bound_fits::<#scalar>), scalar.span());
            quote_spanned!(bound.span=> const _: () = ::core::assert!(#fits(#whole), #message);)
        }
        None => {
            let scalar = respan(scalar, bound.span);
            quote_spanned!(bound.span=> __entify::is_fractional::<#scalar>();)
        }
    });
    quote!(#(#needs)* #(#bounds)*)
}

fn expand_many(many: &Many) -> TokenStream {
    let target = &many.target;
    respan(&quote!(__entify::is_entity::<#target>();), target.span())
}
