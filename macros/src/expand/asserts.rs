//! Obligations: what rustc must find true of the types, each at the span of the token that is wrong otherwise. What
//! is wrong with a standard type was reported before.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::attr::{Requirement, Transitions};
use crate::diag::respan;
use crate::expand::tokens;
use crate::ir::{Entity, Field, Link, Many, Owner};
use crate::standard_type::StandardType;

/// The body of a function that is never called: the obligations, and a use of every declared field so that none
/// counts as dead.
pub fn expand(entity: &Entity) -> TokenStream {
    let used: Vec<String> = entity.declared.iter().map(|field| format!("let _ = self.{field};")).collect();
    let used = tokens(&used.concat());
    let fields = entity.fields.iter().map(expand_field);
    let inverses = entity.many.iter().filter_map(|many| expand_inverse(many, &entity.ident));
    let owners = entity.rules().flat_map(|rule| rule.owners()).map(|owner| expand_owner(owner, entity));
    quote! {
        #used
        #(#fields)*
        #(#owners)*
        #(#inverses)*
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

/// The target has the relation, and it points here.
fn expand_inverse(many: &Many, ident: &Ident) -> Option<TokenStream> {
    let field = match &many.link {
        Link::Inverse(field) => field,
        Link::Through(_) | Link::Broken => return None,
    };
    let target = &many.target;
    let inverse = quote!(let _: __entify::ToOne<#target, #ident> = <#target>::#field(););
    Some(respan(&inverse, field.span()))
}

fn expand_field(field: &Field) -> TokenStream {
    let scalar = &field.scalar;
    // That a relation points to an entity is required by the definition.
    if field.relation.is_some() || StandardType::of(scalar).is_some() {
        return TokenStream::new();
    }
    let requirements = field.requirements.iter().map(|requirement| {
        let check = match requirement {
            Requirement::Text => quote!(is_text),
            Requirement::Length => quote!(has_length),
            Requirement::Numeric => quote!(is_numeric),
            Requirement::Decimal => quote!(is_decimal),
            Requirement::Sortable => quote!(is_sortable),
            Requirement::Enum => quote!(is_enum),
            Requirement::Whole => quote!(is_whole),
        };
        respan(&quote!(__entify::#check::<#scalar>();), scalar.span())
    });
    let bounds =
        [&field.options.min, &field.options.max].into_iter().flatten().map(|bound| match bound.whole {
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
    let states = field.options.transitions.iter().flat_map(Transitions::variants).map(|variant| {
        let scalar = respan(scalar, variant.span());
        quote_spanned!(variant.span()=> let _ = <#scalar>::#variant;)
    });
    quote!(#(#requirements)* #(#bounds)* #(#states)*)
}
