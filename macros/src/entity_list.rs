//! `entities![…]` and `main!`: the entities of an application.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Path, Token};

use crate::runtime;

/// `entities![User, Post]`: their definitions.
pub fn entities(input: TokenStream) -> TokenStream {
    parse(input).map_or_else(|error| error.to_compile_error(), |paths| expand(&paths))
}

/// `main!(User, Post);`: the program.
pub fn main(input: TokenStream) -> TokenStream {
    let krate = runtime::krate();
    let entities = entities(input);
    quote! {
        fn main() -> ::std::process::ExitCode {
            #krate::server::App::new(#entities).main()
        }
    }
}

fn parse(input: TokenStream) -> syn::Result<Vec<Path>> {
    let list = |input: ParseStream<'_>| Punctuated::<Path, Token![,]>::parse_terminated(input);
    let paths = list.parse2(input).map_err(|error| {
        syn::Error::new(error.span(), "expected the names of entities: `entities![User, Post]`")
    })?;
    Ok(paths.into_iter().collect())
}

fn expand(paths: &[Path]) -> TokenStream {
    let runtime = runtime::path();
    let definitions =
        paths.iter().map(|path| quote_spanned!(path.span()=> <#path as #runtime::Entity>::def()));
    quote!(#runtime::list([#(#definitions),*]))
}
