//! The row, the create input and the patch.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::expand::docs_or;
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
    let names = fields.iter().map(|field| &field.ident);
    let all = all_of_model(fields);
    let copies = expand_copies(runtime, &model, &all);
    let same =
        all.iter().map(|(name, span)| quote_spanned!(*span=> #runtime::same(&self.#name, &__other.#name)));
    let cells = fields.iter().enumerate().map(|(position, field)| {
        let column = position + 1;
        quote_spanned!(field.ty.span()=> #runtime::cell(&mut __record, #column)?)
    });
    let created = fields.len() + 1;
    let updated = fields.len() + 2;
    quote! {
        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #visibility struct #model {
            /// The primary key.
            pub id: #runtime::Id<#ident>,
            #(#[doc = #field_docs] pub #idents: #types,)*
            /// When the row was created.
            pub created_at: #runtime::DateTime<#runtime::Utc>,
            /// When the row last changed.
            pub updated_at: #runtime::DateTime<#runtime::Utc>,
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
                    id: #runtime::cell(&mut __record, 0)?,
                    #(#names: #cells,)*
                    created_at: #runtime::cell(&mut __record, #created)?,
                    updated_at: #runtime::cell(&mut __record, #updated)?,
                })
            }
        }
    }
}

/// Every field of the model, with the place of its type.
fn all_of_model(fields: &[Field]) -> Vec<(Ident, Span)> {
    let engine = |name| (Ident::new(name, Span::call_site()), Span::call_site());
    let declared = fields.iter().map(|field| (field.ident.clone(), field.ty.span()));
    std::iter::once(engine("id"))
        .chain(declared)
        .chain([engine("created_at"), engine("updated_at")])
        .collect()
}

/// `Clone` and `Debug` by the fields' own ways, so that a field type needs neither: an enum of the user's may derive
/// them, or not.
fn expand_copies(runtime: &TokenStream, of: &Ident, fields: &[(Ident, Span)]) -> TokenStream {
    let name = of.to_string();
    let copied = fields
        .iter()
        .map(|(field, span)| quote_spanned!(*span=> #field: #runtime::FieldType::duplicate(&self.#field)));
    let shown = fields.iter().map(|(field, span)| {
        let label = names::plain(field);
        quote_spanned!(*span=> .field(#label, &#runtime::Shown(&self.#field)))
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
                __to.debug_struct(#name)#(#shown)*.finish()
            }
        }
    }
}

/// `UserInput`.
pub fn expand_input(entity: &Entity) -> TokenStream {
    let Entity { ident, visibility, runtime, .. } = entity;
    let input = format_ident!("{ident}Input");
    let docs = format!("The values of a new [`{ident}`].");
    let mut idents = Vec::new();
    let mut declared = Vec::new();
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    let mut writes = Vec::new();
    for (column, field) in entity.fields.iter().enumerate().filter(|(_, field)| field.in_input()) {
        let Field { ident: name, ty, scalar, .. } = field;
        let column = column + 1;
        idents.push((name.clone(), ty.span()));
        let docs = field_docs(field);
        let docs = match field.default {
            Some(_) => format!("{docs}\n\n`None` takes the default."),
            None => docs,
        };
        if field.default.is_some() {
            declared.push(quote!(#[doc = #docs] pub #name: ::core::option::Option<#scalar>,));
            writes.push(
                quote_spanned!(ty.span()=> #runtime::assign_or_default(&mut __to, #column, self.#name);),
            );
        } else {
            declared.push(quote!(#[doc = #docs] pub #name: #ty,));
            writes.push(quote_spanned!(ty.span()=> #runtime::assign(&mut __to, #column, self.#name);));
        }
        if field.required() {
            parameters.push(quote!(#name: impl ::core::convert::Into<#ty>));
            values.push(quote!(#name: ::core::convert::Into::into(#name),));
        } else {
            values.push(quote!(#name: ::core::option::Option::None,));
        }
    }
    let copies = expand_copies(runtime, &input, &idents);
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
    let mut declared = Vec::new();
    let mut writes = Vec::new();
    for (column, field) in entity.fields.iter().enumerate().filter(|(_, field)| field.in_patch()) {
        let Field { ident: name, ty, .. } = field;
        let column = column + 1;
        let docs = field_docs(field);
        declared.push(quote!(#[doc = #docs] pub #name: #runtime::Change<#ty>,));
        writes.push(quote_spanned!(ty.span()=> #runtime::change(&mut __to, #column, self.#name);));
    }
    quote! {
        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::default::Default)]
        #visibility struct #patch {
            #(#declared)*
        }

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
