//! How cargo called rustc for the crate that asks: which compiler, and where the dependencies of this very build are.
//!
//! A test that compiles files of its own can so use the dependencies that it is linked with itself, whatever the
//! features, the profile and the target directory they were built with. Cargo says that to rustc alone, and a macro is
//! what runs inside rustc.

use std::path::Path;

use proc_macro::TokenStream;
use quote::quote;

/// The arguments that are about dependencies.
const KEPT: [&str; 4] = ["-L", "--extern", "--target", "--sysroot"];

/// `[rustc, argument, …]`: the compiler, and what it was told of the crate's dependencies, as a `&[&str]`.
#[proc_macro]
pub fn rustc_arguments(_input: TokenStream) -> TokenStream {
    match std::env::current_exe().and_then(|rustc| arguments(&rustc)) {
        Ok(arguments) => quote!(&[#(#arguments),*]).into(),
        Err(error) => {
            let message = format!("cannot tell how rustc was called: {error}");
            quote!(::core::compile_error!(#message)).into()
        }
    }
}

fn arguments(rustc: &Path) -> std::io::Result<Vec<String>> {
    let mut kept = vec![rustc.display().to_string()];
    let mut given = given()?.into_iter();
    while let Some(argument) = given.next() {
        let name = argument.split('=').next().unwrap_or_default();
        if KEPT.contains(&argument.as_str()) {
            kept.push(argument);
            kept.extend(given.next());
        } else if KEPT.contains(&name) {
            kept.push(argument);
        }
    }
    Ok(kept)
}

/// Cargo writes them to a file, one a line, when there are more than the system takes.
fn given() -> std::io::Result<Vec<String>> {
    let mut given = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.strip_prefix('@') {
            Some(file) => given.extend(std::fs::read_to_string(file)?.lines().map(str::to_owned)),
            None => given.push(argument),
        }
    }
    Ok(given)
}
