//! `files!("web/dist")`: a folder's files, compiled into a release.

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;

use crate::runtime;

pub fn expand(input: TokenStream) -> TokenStream {
    read(input).unwrap_or_else(|error| error.to_compile_error())
}

fn read(input: TokenStream) -> syn::Result<TokenStream> {
    let given: LitStr = syn::parse2(input).map_err(|_| {
        syn::Error::new(Span::call_site(), "`files!` takes the path of a folder: `files!(\"web/dist\")`")
    })?;
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&package).join(given.value());
    let krate = runtime::krate();
    let in_release = match files(&folder, &folder) {
        Ok(files) if folder.is_dir() => {
            let files = files.iter().map(|(name, path)| {
                let path = path.to_string_lossy();
                quote!((#name, ::core::include_bytes!(#path) as &[::core::primitive::u8]))
            });
            quote!(::core::option::Option::Some(&[#(#files),*]))
        }
        _ => {
            let message = format!(
                "there is no folder `{}` beside the package's Cargo.toml: a release holds its files, so they are made before",
                given.value()
            );
            quote!(::core::compile_error!(#message))
        }
    };
    let folder = folder.to_string_lossy();
    Ok(quote!(#krate::server::EmbeddedFiles {
        folder: #folder,
        #[cfg(debug_assertions)]
        files: ::core::option::Option::None,
        #[cfg(not(debug_assertions))]
        files: #in_release,
    }))
}

/// The files of a folder and of those in it, with their paths as addresses have them.
fn files(root: &Path, folder: &Path) -> std::io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(root, &path)?);
        } else if let Ok(relative) = path.strip_prefix(root) {
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            found.push((parts.join("/"), path));
        }
    }
    found.sort();
    Ok(found)
}
