//! `impl Entity`: the static description.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use crate::attr::Key;
use crate::diag::respan;
use crate::expand::declaration_json;
use crate::ir::{DefaultValue, Entity, Field, Link, Many, Relation};
use crate::standard_type::StandardType;
use crate::values::Role;

/// The implementation of `Entity`.
pub fn expand(entity: &Entity, obligations: &TokenStream) -> TokenStream {
    let runtime = &quote!(__entify);
    let ident = &entity.ident;
    let [model, input, patch] = ["Model", "Input", "Patch"].map(|what| entity.generated(what));
    let key = match entity.options.key.unwrap_or_default() {
        Key::Identity => quote!(i64),
        Key::Uuid => quote!(#runtime::Uuid),
    };
    let relations = expand_relations(entity);
    let numbers = expand_numbers(entity);
    let declaration = expand_declaration(entity, !obligations.is_empty());
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
    let implement = entity.written_as("impl");
    // Where an entity is missed, rustc lists others: not those of the framework.
    let hidden = crate::runtime::is_entify().then(|| quote!(#[diagnostic::do_not_recommend]));
    let obligations = (!obligations.is_empty()).then(|| quote!(fn obligations(&self) { #obligations }));
    quote! {
        #(#markers)*

        #hidden
        #[automatically_derived]
        #implement #runtime::Entity for #ident {
            type Key = #key;
            type Model = #model;
            type Input = #input;
            type Patch = #patch;

            const ACTIONS: &'static #runtime::Actions = {
                use #runtime::NoActions as _;
                Self::__ENTIFY_ACTIONS_ARE_IN_ONE_BLOCK
            };
            #relations
            #numbers
            #declaration
            #obligations
        }
    }
}

/// The implementation of `Values`, and of what they are for.
pub fn expand_values(values: &Entity, role: Role, obligations: &TokenStream) -> TokenStream {
    let ident = &values.ident;
    let role_trait = format_ident!("{}", role.name());
    let relations = expand_relations(values);
    let declaration = expand_declaration(values, !obligations.is_empty());
    let obligations = (!obligations.is_empty()).then(|| quote!(fn obligations(&self) { #obligations }));
    let answers = (role == Role::Output).then(|| {
        quote! {
            #[automatically_derived]
            impl __entify::Answers<#ident> for #ident {
                const IS_ROW: bool = false;
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl __entify::Described for #ident {
            fn described() -> &'static __entify::EntityDef {
                <Self as __entify::Values>::DECLARATION.read_values::<Self>()
            }
        }

        #[automatically_derived]
        impl __entify::Values for #ident {
            #relations
            #declaration
            #obligations
        }

        #[automatically_derived]
        impl __entify::#role_trait for #ident {}

        #answers
    }
}

/// The declaration, which others read while the program is compiled.
fn expand_declaration(entity: &Entity, is_whole: bool) -> TokenStream {
    let ident = &entity.ident;
    let json = declaration_json::literal(entity);
    let name = crate::names::plain(ident);
    // Entities of one name may be declared in two functions of a module.
    let line = format!(":{}", proc_macro::Span::call_site().line());
    let hash = hash(&format!("{name}{line}"));
    let declared = entity.fields.iter().map(|field| crate::names::plain(&field.declared));
    let fields = declared.chain(entity.engine_names().map(str::to_owned)).collect::<Vec<_>>().join(" ");
    let subjects = subjects(entity);
    let defaults = entity.fields.iter().enumerate().filter_map(expand_default_of);
    let policies = entity.policies();
    let policies = policies.iter().map(|policy| expand_policy(ident, policy));
    let hooks = expand_hooks(entity);
    let (declare, of_rows) = match entity.values {
        None => (quote!(declare), quote!(&[#(#policies),*], #hooks,)),
        Some(_) => (quote!(declare_values), TokenStream::new()),
    };
    quote! {
        const DECLARATION: &'static __entify::Declaration = {
            static DECLARATION: __entify::Declaration = __entify::#declare::<#ident>(
                #json,
                [#name, ::core::concat!(::core::module_path!(), #line), #fields, #subjects],
                #hash,
                #is_whole,
                &[#(#defaults),*],
                #of_rows
            );
            &DECLARATION
        };
    }
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The names of the stored fields that may hold a principal's subject, by what is known of their types.
fn subjects(entity: &Entity) -> String {
    let may_hold = |field: &&Field| match StandardType::of(&field.scalar) {
        _ if field.computed.is_some() => false,
        _ if field.relation.is_some() => true,
        Some(StandardType::Text | StandardType::Number { whole: true, .. } | StandardType::Uuid) | None => {
            true
        }
        Some(_) => false,
    };
    let names = entity.fields.iter().filter(may_hold).map(|field| crate::names::plain(&field.declared));
    names.collect::<Vec<_>>().join(" ")
}

/// The relations. A target is named in an implementation of the struct, as the argument of a type or a function: there rustc says
/// of one that is missing what it says in the struct itself, and shows it once.
fn expand_relations(entity: &Entity) -> TokenStream {
    let to_one = entity.fields.iter().enumerate().filter_map(|(position, field)| {
        let Relation { name, target, .. } = field.relation.as_ref()?;
        let position = Literal::usize_unsuffixed(position);
        let reference = respan(&quote!(__entify::reference), target.span());
        Some(quote!(#reference::<#target>(#name, #position),))
    });
    let to_one: TokenStream = to_one.collect();
    let to_many: TokenStream = entity.many.iter().map(expand_many).collect();
    let to_one =
        (!to_one.is_empty()).then(|| quote!(const REFERENCES: &'static [__entify::Reference] = &[#to_one];));
    let to_many =
        (!to_many.is_empty()).then(|| quote!(const MANY: &'static [__entify::ToManyRows] = &[#to_many];));
    quote!(#to_one #to_many)
}

/// The conditions of numbers over relations. Each must be one on the related rows.
fn expand_numbers(entity: &Entity) -> TokenStream {
    let filters = entity.fields.iter().enumerate().filter_map(|(position, field)| {
        let number = field.number()?;
        let (filter, target) = (number.filter.as_ref()?, &entity.many_of(number)?.target);
        let position = Literal::usize_unsuffixed(position);
        let rows = respan(&quote!(__entify::rows_where), filter.span());
        let target = respan(target, filter.span());
        Some(quote_spanned!(filter.span()=> (#position, || #rows::<#target>(#filter)),))
    });
    let filters: TokenStream = filters.collect();
    match filters.is_empty() {
        true => filters,
        false => quote!(const NUMBER_FILTERS: &'static [(usize, __entify::NumberFilter)] = &[#filters];),
    }
}

fn expand_many(relation: &Many) -> TokenStream {
    let Many { name, target, link, .. } = relation;
    let rows = |function: TokenStream| respan(&function, target.span());
    match link {
        Link::Inverse(field) => {
            let inverse = crate::names::plain(field);
            let rows = rows(quote!(__entify::rows_of));
            quote!(#rows::<#target>(#name, #inverse),)
        }
        Link::Through(via) => {
            let rows = rows(quote!(__entify::rows_through));
            let via = respan(&quote!(<#via as __entify::Entity>::DECLARATION), via.span());
            quote!(#rows::<#target>(#name, #via),)
        }
        Link::Broken => {
            let rows = rows(quote!(__entify::rows_of));
            quote!(#rows::<#target>(#name, ""),)
        }
    }
}

/// The default of a field that is no literal, with the field's index.
fn expand_default_of((position, field): (usize, &Field)) -> Option<TokenStream> {
    let default = field.default.as_ref().filter(|_| declaration_json::default(field).is_none())?;
    let position = Literal::usize_unsuffixed(position);
    let default = expand_default(&quote!(__entify), field, default);
    Some(quote!((#position, #default)))
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
