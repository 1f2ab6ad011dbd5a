//! `migrations!()`: the files of an application's migrations, compiled into the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;

use crate::runtime;

/// `migrations!()` or `migrations!("path")`.
pub fn expand(input: TokenStream) -> TokenStream {
    read(input).unwrap_or_else(|error| error.to_compile_error())
}

fn read(input: TokenStream) -> syn::Result<TokenStream> {
    let given: Option<LitStr> = match input.is_empty() {
        true => None,
        false => Some(syn::parse2(input).map_err(|error| {
            syn::Error::new(
                error.span(),
                "`migrations!` takes the path of a folder: `migrations!(\"migrations\")`",
            )
        })?),
    };
    let span = given.as_ref().map_or_else(Span::call_site, LitStr::span);
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let path = given.as_ref().map_or_else(|| "migrations".to_owned(), LitStr::value);
    let folder = Path::new(&package).join(&path);
    if given.is_some() && !folder.is_dir() {
        return Err(syn::Error::new(
            span,
            format!("there is no folder `{path}` beside the package's Cargo.toml"),
        ));
    }
    let krate = runtime::krate();
    let sqlite = dialect(&folder.join("sqlite"), &krate, span)?;
    let postgres = dialect(&folder.join("postgres"), &krate, span)?;
    Ok(quote!(#krate::migrate::EmbeddedMigrations { sqlite: #sqlite, postgres: #postgres }))
}

/// The migrations of a folder, oldest first; none when there is no folder.
fn dialect(folder: &Path, krate: &TokenStream, span: Span) -> syn::Result<TokenStream> {
    let mut ups: BTreeMap<(i64, String), PathBuf> = BTreeMap::new();
    let mut downs = ups.clone();
    for path in
        files(folder).map_err(|error| syn::Error::new(span, format!("{}: {error}", folder.display())))?
    {
        let Some((version, name, is_up)) = parse_name(&path) else {
            let reason = "is not named like a migration; call it `<version>_<name>.up.sql` or `.down.sql`";
            return Err(syn::Error::new(span, format!("{} {reason}", path.display())));
        };
        (if is_up { &mut ups } else { &mut downs }).insert((version, name), path);
    }
    let migrations = ups.iter().map(|(key, up)| {
        let (version, name) = key;
        let text = |path: &PathBuf| {
            let path = path.to_string_lossy();
            quote!(::core::include_str!(#path))
        };
        let up = text(up);
        let down = match downs.get(key).map(text) {
            Some(down) => quote!(::core::option::Option::Some(#down)),
            None => quote!(::core::option::Option::None),
        };
        quote!(#krate::migrate::EmbeddedMigration { version: #version, name: #name, up: #up, down: #down })
    });
    // Written anew with every migration: cargo then runs this again, which would not see a new file by itself.
    let schema = folder.join("schema.json");
    let watched = schema.is_file().then(|| {
        let path = schema.to_string_lossy();
        quote!(
            const _: &::core::primitive::str = ::core::include_str!(#path);
        )
    });
    Ok(quote!({ #watched &[#(#migrations),*] }))
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// `20240131120000_create_user.up.sql` as its version, its name and whether it applies.
fn parse_name(path: &Path) -> Option<(i64, String, bool)> {
    let file = path.file_name()?.to_str()?;
    let (stem, is_up) = match file.strip_suffix(".up.sql") {
        Some(stem) => (stem, true),
        None => (file.strip_suffix(".down.sql")?, false),
    };
    let (version, name) = stem.split_once('_')?;
    Some((version.parse().ok()?, name.to_owned(), is_up))
}
