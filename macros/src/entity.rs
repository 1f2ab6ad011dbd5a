//! `#[derive(Entity)]`: parse, check, emit.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::diag::Errors;
use crate::{check, expand, fallback, lower, runtime, source};

/// The derive's output.
pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let entity = source::parse(input, &mut errors).map(|source| {
        let entity = lower::lower(runtime::path(), &source, &mut errors);
        check::check(&source, &entity, &mut errors);
        entity
    });
    match (errors.finish(), entity) {
        (Ok(()), Some(entity)) => expand::expand(&entity),
        (Ok(()), None) => TokenStream::new(),
        (Err(messages), entity) => {
            let dummies = fallback::expand(input, entity);
            quote!(#messages #dummies)
        }
    }
}
