//! The row, the create input and the patch.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Type, parse_quote_spanned};

use crate::expand::{docs_or, field_type};
use crate::ir::{Entity, Field};
use crate::names;

fn field_docs(field: &Field) -> String {
    docs_or(&field.docs, format!("`{}`.", field.name))
}

/// `UserModel`.
pub fn expand_model(entity: &Entity) -> TokenStream {
    let Entity { ident, visibility, runtime, fields, .. } = entity;
    let model = format_ident!("{ident}Model");
    let docs = format!("A stored [`{ident}`].");
    let idents = fields.iter().map(|field| &field.ident);
    let types = fields.iter().map(|field| &field.ty);
    let field_docs = fields.iter().map(field_docs);
    let all = all_of_model(entity);
    let engine: Vec<_> = super::engine_parts(entity).skip(1).collect();
    let engine_names = engine.iter().map(|part| Ident::new(part.name, Span::call_site()));
    let engine_types = engine.iter().map(|part| &part.ty);
    let engine_docs = engine.iter().map(|part| part.docs);
    let copies = expand_copies(&model, &all, &Copies::OF_VALUES);
    let same = all
        .iter()
        .map(|Part { name, span, field }| quote_spanned!(*span=> #field::same(&self.#name, &__other.#name)));
    let references = expand_references(entity);
    let cells = all.iter().enumerate().map(|(column, Part { name, span, field })| {
        quote_spanned!(*span=> #name: #field::take(&mut __record, #column)?)
    });
    quote! {
        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #visibility struct #model {
            /// The primary key.
            pub id: #runtime::Id<#ident>,
            #(#[doc = #field_docs] pub #idents: #types,)*
            #(#[doc = #engine_docs] pub #engine_names: #engine_types,)*
        }

        #copies

        #[automatically_derived]
        impl ::core::cmp::PartialEq for #model {
            fn eq(&self, __other: &Self) -> bool {
                #(#same)&&*
            }
        }

        #[automatically_derived]
        impl #runtime::Model for #model {
            type Entity = #ident;

            fn from_record(mut __record: #runtime::Record) -> #runtime::Result<Self> {
                #runtime::Result::Ok(Self {
                    #(#cells,)*
                })
            }

            fn id(&self) -> #runtime::Id<#ident> {
                self.id
            }

            #references
        }
    }
}

/// The key that a to-one relation points to; nothing where the entity has none.
fn expand_references(entity: &Entity) -> TokenStream {
    let Entity { runtime, fields, .. } = entity;
    let relations = fields.iter().enumerate().filter(|(_, field)| field.relation.is_some());
    let arms: Vec<_> = relations
        .map(|(position, field)| {
            let Part { name, span, field } = Part::of(runtime, &field.ident, &field.ty);
            quote_spanned!(span=> #position => #field::into_cell(#field::duplicate(&self.#name)),)
        })
        .collect();
    if arms.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn reference(&self, __field: usize) -> #runtime::Value {
            match __field {
                #(#arms)*
                _ => #runtime::Value::Null,
            }
        }
    }
}

/// A field of a generated struct.
struct Part {
    /// Its name.
    name: Ident,
    /// Where its type is written.
    span: Span,
    /// `<T as FieldType>`
    field: TokenStream,
}

impl Part {
    fn of(runtime: &TokenStream, name: &Ident, ty: &Type) -> Self {
        Self { name: name.clone(), span: ty.span(), field: field_type(runtime, ty) }
    }
}

/// Every field of the model, in column order.
fn all_of_model(entity: &Entity) -> Vec<Part> {
    let Entity { runtime, fields, .. } = entity;
    let mut engine = super::engine_parts(entity)
        .map(|part| Part::of(runtime, &Ident::new(part.name, Span::call_site()), &part.ty));
    let key = engine.next();
    let declared = fields.iter().map(|field| Part::of(runtime, &field.ident, &field.ty));
    key.into_iter().chain(declared).chain(engine).collect()
}

/// The functions of `FieldType` that copy and show one part.
struct Copies {
    duplicate: &'static str,
    show: &'static str,
}

impl Copies {
    /// For parts of the declared type.
    const OF_VALUES: Self = Self { duplicate: "duplicate", show: "show" };
    /// For parts that are a `Change` of it.
    const OF_CHANGES: Self = Self { duplicate: "duplicate_change", show: "show_change" };
}

/// `Clone` and `Debug` by the fields' own ways, so that a field type needs neither: an enum of the user's may derive
/// them, or not.
fn expand_copies(of: &Ident, parts: &[Part], copies: &Copies) -> TokenStream {
    let label = of.to_string();
    let [duplicate, show] = [copies.duplicate, copies.show].map(|name| format_ident!("{name}"));
    let copied = parts
        .iter()
        .map(|Part { name, span, field }| quote_spanned!(*span=> #name: #field::#duplicate(&self.#name)));
    let shown = parts.iter().map(|Part { name, span, field }| {
        let label = names::plain(name);
        quote_spanned!(*span=> #field::#show(&self.#name, #label, &mut __to);)
    });
    quote! {
        #[automatically_derived]
        impl ::core::clone::Clone for #of {
            fn clone(&self) -> Self {
                Self { #(#copied,)* }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #of {
            fn fmt(&self, __to: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut __to = __to.debug_struct(#label);
                #(#shown)*
                __to.finish()
            }
        }
    }
}

/// `UserInput`.
pub fn expand_input(entity: &Entity) -> TokenStream {
    let Entity { ident, visibility, runtime, .. } = entity;
    let input = format_ident!("{ident}Input");
    let docs = format!("The values of a new [`{ident}`].");
    let mut parts = Vec::new();
    let mut declared = Vec::new();
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    let mut writes = Vec::new();
    for (column, field) in entity.fields.iter().enumerate().filter(|(_, field)| field.in_input()) {
        let Field { ident: name, ty, scalar, .. } = field;
        let column = column + 1;
        let docs = field_docs(field);
        let docs = match field.default {
            Some(_) => format!("{docs}\n\n`None` takes the default."),
            None => docs,
        };
        if field.default.is_some() {
            let given: Type = parse_quote_spanned!(ty.span()=> ::core::option::Option<#scalar>);
            let part = Part::of(runtime, name, &given);
            let scalar = field_type(runtime, scalar);
            declared.push(quote!(#[doc = #docs] pub #name: #given,));
            writes.push(quote_spanned!(part.span=> #scalar::assign_given(self.#name, &mut __to, #column);));
            parts.push(part);
        } else {
            let part = Part::of(runtime, name, ty);
            let field = &part.field;
            declared.push(quote!(#[doc = #docs] pub #name: #ty,));
            writes.push(quote_spanned!(part.span=> #field::assign(self.#name, &mut __to, #column);));
            parts.push(part);
        }
        if field.required() {
            parameters.push(quote!(#name: impl ::core::convert::Into<#ty>));
            values.push(quote!(#name: ::core::convert::Into::into(#name),));
        } else {
            values.push(quote!(#name: ::core::option::Option::None,));
        }
    }
    let copies = expand_copies(&input, &parts, &Copies::OF_VALUES);
    quote! {
        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #visibility struct #input {
            #(#declared)*
        }

        #copies

        #[allow(dead_code, unreachable_pub, clippy::too_many_arguments)]
        impl #input {
            /// An input with every required field; the others are absent.
            #[must_use]
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values)* }
            }
        }

        #[automatically_derived]
        impl #runtime::IntoAssignments for #input {
            fn into_assignments(self) -> #runtime::Assignments {
                #[allow(unused_mut)]
                let mut __to = #runtime::Assignments::new();
                #(#writes)*
                __to
            }
        }
    }
}

/// `UserPatch`.
pub fn expand_patch(entity: &Entity) -> TokenStream {
    let Entity { ident, visibility, runtime, .. } = entity;
    let patch = format_ident!("{ident}Patch");
    let docs = format!("A partial update of a [`{ident}`].");
    let mut parts = Vec::new();
    let mut declared = Vec::new();
    let mut writes = Vec::new();
    for (column, field) in entity.fields.iter().enumerate().filter(|(_, field)| field.in_patch()) {
        let Field { ident: name, ty, .. } = field;
        let column = column + 1;
        let docs = field_docs(field);
        declared.push(quote!(#[doc = #docs] pub #name: #runtime::Change<#ty>,));
        let part = Part::of(runtime, name, ty);
        let field = &part.field;
        writes.push(quote_spanned!(part.span=> #field::assign_change(self.#name, &mut __to, #column);));
        parts.push(part);
    }
    let copies = expand_copies(&patch, &parts, &Copies::OF_CHANGES);
    quote! {
        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #[derive(::core::default::Default)]
        #visibility struct #patch {
            #(#declared)*
        }

        #copies

        #[automatically_derived]
        impl #runtime::IntoAssignments for #patch {
            fn into_assignments(self) -> #runtime::Assignments {
                #[allow(unused_mut)]
                let mut __to = #runtime::Assignments::new();
                #(#writes)*
                __to
            }
        }
    }
}
