//! `impl Entity`: the static description.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::check::Known;
use crate::diag::respan;
use crate::expand::declaration;
use crate::ir::{DefaultValue, Entity, Field, Key, Link, Many, OnDelete, Relation, Rule, SkipField};

/// The implementation of `Entity`.
pub fn expand(entity: &Entity, obligations: &TokenStream) -> TokenStream {
    let runtime = &quote!(__entify);
    let ident = &entity.ident;
    let [model, input, patch] = ["Model", "Input", "Patch"].map(|what| format_ident!("{ident}{what}"));
    let key = match entity.key {
        Key::Identity => quote!(i64),
        Key::Uuid => quote!(#runtime::Uuid),
    };
    let text = declaration::text(entity);
    let fields =
        entity.fields.iter().enumerate().map(|(position, field)| expand_field(entity, position, field));
    let to_many = entity.many.iter().map(|relation| expand_many(entity, relation));
    let policy = &entity.policy;
    let [read, create, update, delete] =
        [&policy.read, &policy.create, &policy.update, &policy.delete].map(|rule| expand_rule(entity, rule));
    let hooks = expand_hooks(entity);
    let markers = [
        ("Versioned", entity.version),
        ("SoftDelete", entity.soft_delete),
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
                    text: #text,
                    fields: &[#(#fields)*],
                    many: &[#(#to_many),*],
                    policy: #runtime::PolicyDef { read: #read, create: #create, update: #update, delete: #delete },
                    hooks: #hooks,
                    def: #runtime::DefCell::new(),
                };
                DECLARATION.read::<#model>()
            }

            #obligations
        }
    }
}

/// What only code can say of a field, with the field's position.
fn expand_field(entity: &Entity, position: usize, field: &Field) -> TokenStream {
    let runtime = &quote!(__entify);
    let relation = field.relation.iter().map(|relation| expand_relation(runtime, relation));
    let default = field.default.iter().map(|default| {
        let default = expand_default(runtime, field, default);
        quote!(Default(#default))
    });
    let rules = [("Read", &field.read), ("Write", &field.write)].into_iter().filter_map(|(code, rule)| {
        let code = format_ident!("{code}");
        let rule = expand_rule(entity, rule.as_ref()?);
        Some(quote!(#code(#rule)))
    });
    let codes = relation.chain(default).chain(rules);
    let position = Literal::usize_unsuffixed(position);
    codes.map(|code| quote!((#position, #runtime::FieldCode::#code),)).collect()
}

fn expand_relation(runtime: &TokenStream, relation: &Relation) -> TokenStream {
    let Relation { name, graphql, target, on_delete } = relation;
    let on_delete = match on_delete {
        OnDelete::Restrict => quote!(Restrict),
        OnDelete::Cascade => quote!(Cascade),
        OnDelete::SetNull => quote!(SetNull),
    };
    let target = respan(&quote!(<#target as #runtime::Entity>::def), target.span());
    quote! {
        Relation(#runtime::RelationDef {
            name: #name,
            graphql: #graphql,
            target: #target,
            on_delete: #runtime::OnDelete::#on_delete,
        })
    }
}

/// A function that makes the default. Literals convert by traits, which are asked for at the literal's place.
fn expand_default(runtime: &TokenStream, field: &Field, default: &DefaultValue) -> TokenStream {
    let scalar = &field.scalar;
    match default {
        DefaultValue::Number(number) => {
            let scalar = respan(scalar, number.span);
            match number.whole {
                Some(whole) if Known::of(&field.scalar).is_some() => {
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
        DefaultValue::Value(value) => {
            quote_spanned!(value.span()=> || #runtime::value_default::<#scalar>(#value))
        }
    }
}

fn expand_skip(runtime: &TokenStream, skip: SkipField) -> Option<TokenStream> {
    let SkipField { graphql, rest, admin, create, update, filter } = skip;
    let some = graphql || rest || admin || create || update || filter;
    some.then(|| {
        quote! {
            #runtime::SkipField {
                graphql: #graphql,
                rest: #rest,
                admin: #admin,
                create: #create,
                update: #update,
                filter: #filter,
            }
        }
    })
}

fn expand_many(entity: &Entity, relation: &Many) -> TokenStream {
    let runtime = &quote!(__entify);
    let ident = &entity.ident;
    let Many { name, graphql, docs, target, link, skip, .. } = relation;
    let link = match link {
        Link::Inverse(field) => {
            let inverse = quote! {
                #runtime::Link::Inverse(|| {
                    let __relation: #runtime::ToOne<#target, #ident> = <#target>::#field();
                    __relation.field()
                })
            };
            respan(&inverse, field.span())
        }
        Link::Through(via) => {
            respan(&quote!(#runtime::Link::through::<#via, #ident, #target, _, _>()), via.span())
        }
        Link::Broken => quote!(#runtime::Link::Inverse(|| 0)),
    };
    let def = respan(&quote!(<#target as #runtime::Entity>::def), target.span());
    let skip = expand_skip(runtime, *skip).unwrap_or_else(|| quote!(#runtime::SkipField::NONE));
    quote! {
        #runtime::ManyDef {
            name: #name,
            graphql: #graphql,
            docs: #docs,
            target: #def,
            link: #link,
            skip: #skip,
        }
    }
}

fn expand_rule(entity: &Entity, rule: &Rule) -> TokenStream {
    let runtime = &quote!(__entify);
    let ident = &entity.ident;
    let many = |rules: &[Rule]| {
        let rules = rules.iter().map(|rule| expand_rule(entity, rule));
        quote!(&[#(#rules),*])
    };
    let rule = match rule {
        Rule::Public => quote!(Public),
        Rule::Authenticated => quote!(Authenticated),
        Rule::Nobody => quote!(Nobody),
        Rule::Role(name) => quote!(Role(#name)),
        Rule::Owner(owner) => {
            let field = &owner.field;
            quote!(Owner(#field))
        }
        Rule::Custom(policy) => {
            // Blamed on the type, should it be no policy of the entity.
            let policy = respan(&quote!(#runtime::policy_of::<#ident, #policy>()), policy.span());
            quote!(Custom(#policy))
        }
        Rule::Any(rules) => {
            let rules = many(rules);
            quote!(Any(#rules))
        }
        Rule::All(rules) => {
            let rules = many(rules);
            quote!(All(#rules))
        }
        Rule::Not(rule) => {
            let rule = expand_rule(entity, rule);
            quote!(Not(&#rule))
        }
    };
    quote!(#runtime::Rule::#rule)
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
