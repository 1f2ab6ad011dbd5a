//! `impl Entity`: the static description.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Path, Type};

use crate::attr::Key;
use crate::diag::respan;
use crate::expand::declaration_json;
use crate::ir::{DefaultValue, Entity, Field, Link, Many};
use crate::standard_type::StandardType;

/// The implementation of `Entity`.
pub fn expand(entity: &Entity, obligations: &TokenStream) -> TokenStream {
    let runtime = &quote!(__entify);
    let ident = &entity.ident;
    let [model, input, patch] = ["Model", "Input", "Patch"].map(|what| entity.generated(what));
    let key = match entity.options.key.unwrap_or_default() {
        Key::Identity => quote!(i64),
        Key::Uuid => quote!(#runtime::Uuid),
    };
    let json = declaration_json::literal(entity);
    let fields = entity.fields.iter().enumerate().map(expand_field);
    let to_many = entity.many.iter().map(|relation| expand_many(entity, relation));
    let policies = entity.policies();
    let policies = policies.iter().map(|policy| expand_policy(ident, policy));
    let hooks = expand_hooks(entity);
    let markers = [
        ("Versioned", entity.options.version.is_some()),
        ("SoftDelete", entity.options.soft_delete),
        ("Hooked", entity.hooks.is_some()),
    ];
    let markers = markers.into_iter().filter(|(_, on)| *on).map(|(marker, _)| {
        let marker = format_ident!("{marker}");
        quote! {
            #[automatically_derived]
            impl #runtime::#marker for #ident {}
        }
    });
    let obligations = (!obligations.is_empty()).then(|| quote!(fn obligations(&self) { #obligations }));
    quote! {
        #(#markers)*

        #[automatically_derived]
        impl #runtime::Entity for #ident {
            type Key = #key;
            type Model = #model;
            type Input = #input;
            type Patch = #patch;

            fn def() -> &'static #runtime::EntityDef {
                static DECLARATION: #runtime::Declaration = #runtime::Declaration {
                    json: #json,
                    fields: &[#(#fields)*],
                    many: &[#(#to_many),*],
                    policies: &[#(#policies),*],
                    hooks: #hooks,
                    def: #runtime::unread(),
                };
                #runtime::read::<#model>(&DECLARATION)
            }

            #obligations
        }
    }
}

/// The parts of fields that are code, with the field's index.
fn expand_field((position, field): (usize, &Field)) -> TokenStream {
    let runtime = &quote!(__entify);
    let position = Literal::usize_unsuffixed(position);
    let target = field.relation.iter().map(|relation| {
        let target = expand_target(&relation.target);
        quote!((#position, #runtime::FieldCode::Target(#target)),)
    });
    let default =
        field.default.iter().filter(|_| declaration_json::default(field).is_none()).map(|default| {
            let default = expand_default(runtime, field, default);
            quote!((#position, #runtime::FieldCode::Default(#default)),)
        });
    target.chain(default).collect()
}

/// The definition of a relation's target, which is to blame if it is no entity.
fn expand_target(target: &Type) -> TokenStream {
    respan(&quote!(<#target as __entify::Entity>::def), target.span())
}

/// A function that makes the default. Literals convert by traits, which are required at the literal's span.
fn expand_default(runtime: &TokenStream, field: &Field, default: &DefaultValue) -> TokenStream {
    let scalar = &field.scalar;
    match default {
        DefaultValue::Number(number) => {
            let scalar = respan(scalar, number.span);
            match number.whole {
                Some(whole) if StandardType::of(&field.scalar).is_some() => {
                    quote_spanned!(number.span=> || #runtime::int_default::<#scalar>(#whole))
                }
                Some(whole) => {
                    let message = format!("{whole} is out of the range of the field's type");
                    quote_spanned! {number.span=> {
                        ::core::assert!(#runtime::int_fits::<#scalar>(#whole), #message);
                        || #runtime::int_default::<#scalar>(#whole)
                    }}
                }
                None => {
                    let digits = &number.digits;
                    quote_spanned!(number.span=> || #runtime::float_default::<#scalar>(#digits))
                }
            }
        }
        DefaultValue::Text(text) => {
            let scalar = respan(scalar, text.span());
            quote_spanned!(text.span()=> || #runtime::text_default::<#scalar>(#text))
        }
        DefaultValue::Expression(value) => {
            quote_spanned!(value.span()=> || #runtime::value_default::<#scalar>(#value))
        }
        // No code: words of the declaration's text.
        DefaultValue::Now | DefaultValue::Uuid => TokenStream::new(),
    }
}

fn expand_many(entity: &Entity, relation: &Many) -> TokenStream {
    let runtime = &quote!(__entify);
    let ident = &entity.ident;
    let Many { target, link, .. } = relation;
    let link = match link {
        Link::Inverse(field) => {
            let name = crate::names::plain(field);
            quote!(#runtime::Link::Inverse(#name))
        }
        Link::Through(via) => {
            respan(&quote!(#runtime::Link::through::<#via, #ident, #target, _, _>()), via.span())
        }
        Link::Broken => quote!(#runtime::Link::Inverse("")),
    };
    let target = expand_target(target);
    quote!((#target, #link))
}

/// A policy type, which is to blame if it is no policy of the entity.
fn expand_policy(ident: &Ident, policy: &Path) -> TokenStream {
    respan(&quote!(__entify::policy_of::<#ident, #policy>()), policy.span())
}

/// The definition's `hooks`. A missing `impl Hooks` is blamed on the option.
fn expand_hooks(entity: &Entity) -> TokenStream {
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
