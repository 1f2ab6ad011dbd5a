//! `entities![…]` and `main!`: the entities of an application.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Path, Token};

use crate::diag::as_written_at;
use crate::runtime;

/// `entities![User, Post]`: their definitions.
pub fn entities(input: TokenStream) -> TokenStream {
    parse(input).map_or_else(|error| error.to_compile_error(), |paths| expand(&paths))
}

/// `main!(User, Post);`: the program.
///
/// These are all of its entities, so that a relation to another is an error of the compiler. `entities!` may be a part of a list, and a
/// whole one is checked at start.
pub fn main(input: TokenStream) -> TokenStream {
    let krate = runtime::krate();
    let (entities, checks) = match parse(input) {
        Ok(paths) => (expand(&paths), expand_checks(&paths)),
        Err(error) => (error.to_compile_error(), TokenStream::new()),
    };
    quote! {
        fn main() -> ::std::process::ExitCode {
            #checks
            #krate::server::App::new(#entities).main()
        }
    }
}

/// That relations lead to entities of the list, each blamed on the entity that declares it.
fn expand_checks(paths: &[Path]) -> TokenStream {
    let runtime = runtime::path();
    let count = paths.len();
    let list =
        paths.iter().map(|path| quote_spanned!(path.span()=> <#path as #runtime::Entity>::DECLARATION));
    let checks = paths.iter().enumerate().map(|(position, path)| {
        let check = as_written_at(&quote!(#runtime::check_listed(&LIST, #position)), path.span());
        quote!({ static CHECK: () = #check; CHECK })
    });
    quote! {
        static LIST: [&#runtime::Declaration; #count] = [#(#list),*];
        #(#checks)*
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
