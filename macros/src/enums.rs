//! `#[derive(EntityEnum)]`: an enum of unit variants becomes a field type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident};

use crate::attr::{self, Color, Deprecated, EnumAttrs, VariantAttrs, Words as _, expand_deprecation};
use crate::diag::Errors;
use crate::{check, names, runtime, source};

struct Variant<'a> {
    ident: &'a Ident,
    name: String,
    wire: String,
    graphql: String,
    /// The value it was stored as before.
    was: Option<String>,
    color: Option<Color>,
    deprecated: Option<Deprecated>,
    docs: String,
}

/// The derive's output.
pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let EnumAttrs { ordered } = attr::read(&input.attrs, &mut errors);
    let ordered = attr::resolve(&ordered, "ordered", &mut errors);
    let variants = parse(input, &mut errors);
    match errors.finish() {
        Ok(()) => expand(input, &variants, ordered, true),
        Err(messages) => {
            let dummies = expand(input, &variants, ordered, false);
            quote!(#messages #dummies)
        }
    }
}

fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<Variant<'a>> {
    let Data::Enum(data) = &input.data else {
        errors.on(&input.ident, "`EntityEnum` is for enums; for a struct derive `Entity`");
        return Vec::new();
    };
    if !input.generics.params.is_empty() {
        errors.on(&input.generics, "an `EntityEnum` cannot be generic");
    }
    if data.variants.is_empty() {
        errors.on(&input.ident, "an `EntityEnum` needs at least one variant");
    }
    check::check_type_name(&names::plain(&input.ident), input.ident.span(), "rename the enum", errors);
    let mut variants: Vec<Variant<'a>> = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            errors
                .on(&variant.fields, "a variant of an `EntityEnum` holds no data; it is stored as its name");
        }
        let VariantAttrs { rename, was, color, deprecated } = attr::read(&variant.attrs, errors);
        let name = names::plain(&variant.ident);
        let wire = rename.as_ref().map_or_else(|| names::snake(&name), |rename| rename.value.0.value());
        if let Some(rename) = &rename {
            check::check_word("rename", Some(rename), errors);
        }
        let graphql = names::screaming_snake(&wire);
        if rename.is_none() {
            check::check_enum_value(&graphql, variant.ident.span(), errors);
        }
        let span = rename.map_or(variant.ident.span(), |rename| rename.value.0.span());
        if let Some(other) = variants.iter().find(|other| other.wire == wire || other.graphql == graphql) {
            errors.at(
                span,
                format!(
                    "`{name}` and `{}` would both be stored as `{wire}`; give one another name with `rename = \"…\"`",
                    other.name
                ),
            );
        }
        let was = was.map(|was| was.value.0);
        if let Some(text) = was.as_ref().filter(|text| text.value() == wire) {
            errors.on(
                text,
                format!("the variant is stored as `{wire}` now; `was` takes the value it had before"),
            );
        }
        variants.push(Variant {
            ident: &variant.ident,
            was: was.map(|text| text.value()),
            color: attr::resolve(&color, "color", errors),
            deprecated: attr::resolve(&deprecated, "deprecated", errors),
            name,
            graphql,
            wire,
            docs: source::docs(&variant.attrs),
        });
    }
    variants
}

/// The implementations; of a wrong enum, without making its variants.
fn expand(input: &DeriveInput, variants: &[Variant<'_>], ordered: bool, valid: bool) -> TokenStream {
    if variants.is_empty() || !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let runtime = runtime::path();
    let ident = &input.ident;
    let name = names::plain(ident);
    let docs = source::docs(&input.attrs);
    let definitions = variants.iter().map(|Variant { name, wire, graphql, was, color, deprecated, docs, .. }| {
        let was = match was {
            Some(was) => quote!(::core::option::Option::Some(#was)),
            None => quote!(::core::option::Option::None),
        };
        let color = match color.map(Color::word) {
            Some(color) => quote!(::core::option::Option::Some(#color)),
            None => quote!(::core::option::Option::None),
        };
        let deprecated = expand_deprecation(deprecated.as_ref(), &runtime);
        quote! {
            #runtime::VariantDef {
                name: #name, wire: #wire, graphql: #graphql, was: #was, color: #color, deprecated: #deprecated,
                docs: #docs
            }
        }
    });
    let idents: Vec<&Ident> = variants.iter().map(|variant| variant.ident).collect();
    let positions: Vec<usize> = (0..variants.len()).collect();
    let copied = idents.iter().filter(|_| valid).map(|variant| quote!(Self::#variant => Self::#variant,));
    let copied = if valid { quote!(match self { #(#copied)* }) } else { quote!(loop {}) };
    let Some((last, others)) = idents.split_last() else {
        return TokenStream::new();
    };
    let variant_at = match valid {
        true => {
            let positions = &positions[..others.len()];
            quote!(match __index { #(#positions => Self::#others,)* _ => Self::#last })
        }
        false => quote!(loop {}),
    };
    // Messages about a user's type shall not name the enums of `entify`; under `no_implicit_prelude` the attribute is
    // unknown.
    let quiet = runtime::is_entify().then(|| quote!(#[diagnostic::do_not_recommend]));
    quote! {
        #[automatically_derived]
        #quiet
        impl #runtime::Scalar for #ident {
            const KIND: #runtime::Kind = #runtime::Kind::Enum(<Self as #runtime::EntityEnum>::DEF);

            fn into_value(self) -> #runtime::Value {
                #runtime::enum_value(&self)
            }

            fn duplicate(&self) -> Self {
                #copied
            }

            fn from_value(__value: #runtime::Value) -> ::core::result::Result<Self, #runtime::WrongType> {
                #runtime::enum_of(&__value)
            }

            fn placeholder() -> Self {
                <Self as #runtime::EntityEnum>::at(0)
            }
        }

        #[automatically_derived]
        #quiet
        impl #runtime::Element for #ident {}

        #runtime::enum_types! { #ident }

        #[automatically_derived]
        impl #runtime::EntityEnum for #ident {
            const DEF: &'static #runtime::EnumDef = {
                static DEF: #runtime::EnumDef = #runtime::EnumDef {
                    name: #name,
                    docs: #docs,
                    ordered: #ordered,
                    variants: &[#(#definitions),*],
                };
                &DEF
            };

            fn index(&self) -> usize {
                match self { #(Self::#idents { .. } => #positions,)* }
            }

            fn at(__index: usize) -> Self {
                #variant_at
            }
        }
    }
}
