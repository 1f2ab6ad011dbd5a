//! The macros of entify.

// A macro crate exports nothing but its macros; `pub` here says "for the other rooms".
#![allow(unreachable_pub)]

mod attr;
mod check;
mod diag;
mod entity;
mod enums;
mod expand;
mod fallback;
mod ir;
mod list;
mod lower;
mod names;
mod runtime;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Turns a struct into a backend.
#[proc_macro_derive(Entity, attributes(entity))]
pub fn derive_entity(input: TokenStream) -> TokenStream {
    entity::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Turns an enum into a field type.
#[proc_macro_derive(EntityEnum, attributes(entity))]
pub fn derive_entity_enum(input: TokenStream) -> TokenStream {
    enums::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Lists entities.
#[proc_macro]
pub fn entities(input: TokenStream) -> TokenStream {
    list::entities(input.into()).into()
}

/// Writes `main`.
#[proc_macro]
pub fn main(input: TokenStream) -> TokenStream {
    list::main(input.into()).into()
}
