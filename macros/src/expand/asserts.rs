//! Obligations: what rustc must find true of the types, each at the span of the token that is wrong otherwise. What
//! is wrong with a standard type was reported before.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::attr::{NumberFunction, Requirement, Transitions};
use crate::diag::{as_written_at, respan};
use crate::expand::tokens;
use crate::ir::{Entity, Field, Link, Owner};
use crate::names;
use crate::standard_type::StandardType;

/// The body of a function that is never called: the obligations, and a use of every declared field so that none
/// counts as dead.
pub fn expand(entity: &Entity) -> TokenStream {
    let used: Vec<String> = entity.declared.iter().map(|field| format!("let _ = self.{field};")).collect();
    let used = tokens(&used.concat());
    let fields = entity.fields.iter().map(expand_field);
    let numbers = entity.fields.iter().filter_map(|field| expand_number(field, entity));
    let links = entity.many.iter().enumerate().filter_map(|(position, many)| {
        let word = match &many.link {
            Link::Inverse(field) => field.span(),
            Link::Through(via) => via.span(),
            Link::Broken => return None,
        };
        let ident = &entity.ident;
        Some(expand_check(&quote!(__entify::check_many::<#ident>(#position)), word))
    });
    let labels = entity.admin.label_paths.iter().map(|(names, template)| {
        let ident = &entity.ident;
        expand_check(&quote!(__entify::check_label::<#ident>(&[#(#names),*])), *template)
    });
    let owners = entity.rules().flat_map(|rule| rule.owners());
    let owners: Vec<_> = owners.map(|owner| expand_owner(owner, entity)).collect();
    quote! {
        #used
        #(#fields)*
        #(#numbers)*
        #(#owners)*
        #(#links)*
        #(#labels)*
    }
}

/// What is evaluated while the program is compiled. A static, since constants may not read what changes later, as a
/// declaration does when it is used first.
fn expand_check(check: &TokenStream, word: Span) -> TokenStream {
    let check = as_written_at(check, word);
    quote!({ static CHECK: () = #check; CHECK })
}

/// The field that names a row's owner holds what a principal's subject may be. Of a way over relations the names after the
/// first are those of other entities.
fn expand_owner(owner: &Owner, entity: &Entity) -> TokenStream {
    let ident = &entity.ident;
    if owner.written.len() > 1 {
        let names: Vec<String> = owner.written.iter().map(names::plain).collect();
        let checks = owner.written.iter().enumerate().skip(1).map(|(position, name)| {
            let check = quote!(__entify::check_owner::<#ident>(&[#(#names),*], #position));
            expand_check(&check, name.span())
        });
        return checks.collect();
    }
    let field = entity.fields.iter().find(|field| field.name == owner.field && field.relation.is_none());
    let scalar = field.map(|field| &field.scalar);
    scalar
        .map(|scalar| respan(&quote!(__entify::is_subject::<#scalar>();), owner.written[0].span()))
        .unwrap_or_default()
}

/// The field that a number measures, which gives what the number holds.
fn expand_number(field: &Field, entity: &Entity) -> Option<TokenStream> {
    let number = field.number()?;
    let (measured, target) = (number.field.as_ref()?, &entity.many_of(number)?.target);
    let check = match number.function {
        NumberFunction::Count | NumberFunction::Exists => return None,
        NumberFunction::Sum => quote!(__entify::is_sum),
        NumberFunction::Avg => quote!(__entify::is_avg),
        NumberFunction::Min | NumberFunction::Max => quote!(__entify::is_least),
    };
    let span = measured.span();
    let (check, target) = (respan(&check, span), respan(target, span));
    let scalar = &field.scalar;
    Some(quote_spanned!(span=> #check::<_, _, #scalar>(<#target>::#measured());))
}

fn expand_field(field: &Field) -> TokenStream {
    let scalar = &field.scalar;
    // That a relation points to an entity is required by `reference`.
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
            Requirement::Comparable => quote!(is_comparable),
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
