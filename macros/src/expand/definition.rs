//! `impl Entity`: the static description.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::attr::Number;
use crate::check::Known;
use crate::diag::respan;
use crate::ir::{
    Admin, DefaultValue, Entity, Field, Format, Key, Link, Many, OnDelete, Relation, Rule, Skip, SkipField,
    Sort,
};

/// The implementation of `Entity`.
pub fn expand(entity: &Entity, obligations: &TokenStream) -> TokenStream {
    let runtime = &quote!(__entify);
    let Entity { ident, docs, table, singular, plural, rest_path, graphql, .. } = entity;
    let [model, input, patch] = ["Model", "Input", "Patch"].map(|what| format_ident!("{ident}{what}"));
    let name = crate::names::plain(ident);
    let (key, key_type) = match entity.key {
        Key::Identity => (quote!(#runtime::KeyKind::Identity), quote!(i64)),
        Key::Uuid => (quote!(#runtime::KeyKind::Uuid), quote!(#runtime::Uuid)),
    };
    let crate::ir::GraphqlNames { type_name, one, many, many_type } = graphql;
    let fields = entity.fields.iter().map(|field| expand_field(entity, field));
    let to_many = entity.many.iter().map(|relation| expand_many(entity, relation));
    let indexes = entity.indexes.iter().map(|index| expand_index(runtime, index));
    let uniques = entity.uniques.iter().map(|unique| expand_index(runtime, unique));
    let checks = entity.checks.iter().enumerate().map(|(position, sql)| {
        let name = format!("ck_{table}_{}", position + 1);
        quote!(#runtime::CheckDef { name: #name, sql: #sql })
    });
    let order = expand_sorts(runtime, &entity.order);
    let policy = &entity.policy;
    let [read, create, update, delete] =
        [&policy.read, &policy.create, &policy.update, &policy.delete].map(|rule| expand_rule(entity, rule));
    let Skip { graphql, rest, admin } = entity.skip;
    let Entity { version, soft_delete, .. } = entity;
    let history = entity.history;
    let hooks = expand_hooks(entity);
    let markers = [("Versioned", *version), ("SoftDelete", *soft_delete), ("Hooked", entity.hooks.is_some())];
    let markers = markers.into_iter().filter(|(_, on)| *on).map(|(marker, _)| {
        let marker = format_ident!("{marker}");
        quote! {
            #[automatically_derived]
            impl #runtime::#marker for #ident {}
        }
    });
    let admin_def = expand_admin(runtime, &entity.admin);
    let obligations = (!obligations.is_empty()).then(|| quote!(fn obligations(&self) { #obligations }));
    quote! {
        #(#markers)*

        #[automatically_derived]
        impl #runtime::Entity for #ident {
            type Key = #key_type;
            type Model = #model;
            type Input = #input;
            type Patch = #patch;

            fn def() -> &'static #runtime::EntityDef {
                // A static of its own: as an argument, every slice in it would be a constant of its own to rustc.
                static DECLARED: &[#runtime::Declared] = &[#(#fields),*];
                static FIELDS: #runtime::FieldList = #runtime::FieldList::of::<#model>(DECLARED);
                static DEF: #runtime::EntityDef = #runtime::EntityDef {
                    name: #name,
                    docs: #docs,
                    table: #table,
                    singular: #singular,
                    plural: #plural,
                    rest_path: #rest_path,
                    graphql: #runtime::GraphqlNames {
                        type_name: #type_name,
                        one: #one,
                        many: #many,
                        many_type: #many_type,
                    },
                    key: #key,
                    fields: &FIELDS,
                    many: &[#(#to_many),*],
                    indexes: &[#(#indexes),*],
                    uniques: &[#(#uniques),*],
                    checks: &[#(#checks),*],
                    order: #order,
                    policy: #runtime::PolicyDef { read: #read, create: #create, update: #update, delete: #delete },
                    skip: #runtime::Skip { graphql: #graphql, rest: #rest, admin: #admin },
                    admin: #admin_def,
                    version: #version,
                    soft_delete: #soft_delete,
                    history: #history,
                    hooks: #hooks,
                    info: #runtime::InfoCell::new(),
                };
                &DEF
            }

            #obligations
        }
    }
}

/// One stored field: an option for each thing that differs from a field with none.
fn expand_field(entity: &Entity, field: &Field) -> TokenStream {
    let runtime = &entity.runtime;
    let Field { name, wire, graphql, column, docs, .. } = field;
    let mut options = Vec::new();
    options.extend((wire != name).then(|| quote!(Wire(#wire))));
    options.extend((column != name).then(|| quote!(Column(#column))));
    options.extend(field.was.iter().map(|was| quote!(Was(#was))));
    options.extend(field.relation.iter().map(|relation| expand_relation(runtime, relation)));
    if let Some(default) = &field.default {
        let default = expand_default(runtime, field, default);
        options.push(quote!(Default(#default)));
    }
    if let Some(computed) = &field.computed {
        let parts = &computed.parts;
        options.push(quote!(Computed(&[#(#parts),*])));
    }
    for (flag, on) in [
        ("Unique", field.unique),
        ("Index", field.index),
        ("Filter", field.filter),
        ("Sort", field.sort),
        ("Search", field.search),
        ("Fulltext", field.fulltext),
        ("Multiline", field.multiline),
        ("ReadOnly", field.read_only),
        ("WriteOnly", field.write_only),
        ("Immutable", field.immutable),
    ] {
        let flag = format_ident!("{flag}");
        options.extend(on.then(|| quote!(#flag)));
    }
    for (option, count) in [
        ("MinLen", field.min_len),
        ("MaxLen", field.max_len),
        ("Precision", field.precision),
        ("Scale", field.scale),
    ] {
        let option = format_ident!("{option}");
        options.extend(count.map(|count| quote!(#option(#count))));
    }
    for (option, bound) in [("Min", &field.min), ("Max", &field.max)] {
        let option = format_ident!("{option}");
        let bound = bound.as_ref().map(|bound| expand_bound(runtime, bound));
        options.extend(bound.map(|bound| quote!(#option(#bound))));
    }
    options.extend(field.pattern.iter().map(|pattern| quote!(Pattern(#pattern))));
    if let Some(format) = field.format {
        let format = match format {
            Format::Email => quote!(Email),
            Format::Url => quote!(Url),
            Format::Slug => quote!(Slug),
        };
        options.push(quote!(Format(#runtime::Format::#format)));
    }
    options.extend(expand_skip(runtime, field.skip).map(|skip| quote!(Skip(#skip))));
    for (option, rule) in [("Read", &field.read), ("Write", &field.write)] {
        let option = format_ident!("{option}");
        let rule = rule.as_ref().map(|rule| expand_rule(entity, rule));
        options.extend(rule.map(|rule| quote!(#option(#rule))));
    }
    quote! {
        #runtime::Declared {
            name: #name,
            graphql: #graphql,
            docs: #docs,
            options: &[#(#runtime::FieldOption::#options),*],
        }
    }
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

/// A bound, exact: an `i64` or the digits.
fn expand_bound(runtime: &TokenStream, number: &Number) -> TokenStream {
    match number.whole.and_then(|whole| i64::try_from(whole).ok()) {
        Some(whole) => quote!(#runtime::Bound::Int(#whole)),
        None => {
            let digits = &number.digits;
            quote!(#runtime::Bound::Decimal(#digits))
        }
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

fn expand_index(runtime: &TokenStream, sorts: &[Sort]) -> TokenStream {
    let fields = expand_sorts(runtime, sorts);
    quote!(#runtime::IndexDef { fields: #fields })
}

fn expand_sorts(runtime: &TokenStream, sorts: &[Sort]) -> TokenStream {
    let sorts = sorts.iter().map(
        |Sort { field, descending }| quote!(#runtime::SortDef { field: #field, descending: #descending }),
    );
    quote!(&[#(#sorts),*])
}

fn expand_rule(entity: &Entity, rule: &Rule) -> TokenStream {
    let Entity { runtime, ident, .. } = entity;
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

fn expand_admin(runtime: &TokenStream, admin: &Admin) -> TokenStream {
    let Admin { label, list, icon, group } = admin;
    let [label, icon, group] = [label, icon, group].map(|text| match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    });
    quote!(#runtime::AdminDef { label: #label, list: &[#(#list),*], icon: #icon, group: #group })
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
