//! Where the runtime is: crate `entify`, under whatever name the user's Cargo.toml gives it.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

/// The runtime crate's path: `::entify`.
pub fn krate() -> TokenStream {
    match crate_name("entify") {
        // `entify` itself has `extern crate self as entify`, and its tests see it by that name.
        Ok(FoundCrate::Itself) | Err(_) => quote!(::entify),
        Ok(FoundCrate::Name(name)) => {
            let name = format_ident!("{name}", span = Span::call_site());
            quote!(::#name)
        }
    }
}

/// The path of what the emitted code refers to.
pub fn path() -> TokenStream {
    let krate = krate();
    quote!(#krate::__private)
}

/// Whether `entify` itself is being compiled, and not a test or a user of it.
pub fn is_entify() -> bool {
    std::env::var("CARGO_CRATE_NAME").is_ok_and(|name| name == "entify")
}
