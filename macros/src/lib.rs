//! The macros of entify.

use proc_macro::TokenStream;

/// Turns a struct into a backend.
#[proc_macro_derive(Entity, attributes(entity))]
pub fn derive_entity(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Turns an enum into a field type.
#[proc_macro_derive(EntityEnum, attributes(entity))]
pub fn derive_entity_enum(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Lists entities.
#[proc_macro]
pub fn entities(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Writes `main`.
#[proc_macro]
pub fn main(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}
