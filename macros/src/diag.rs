//! Errors: collected while parsing, lowering and checking, and reported all at once; and the spans that rustc's own
//! errors point to.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// What is wrong with the declaration, in the order found.
///
/// Forgetting to call [`Errors::finish`] panics, so that no error can get lost.
#[derive(Debug, Default)]
pub struct Errors {
    errors: Vec<syn::Error>,
    finished: bool,
}

impl Errors {
    /// Records an error at a span.
    pub fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new(span, message));
    }

    /// Records an error on all of the tokens.
    pub fn on(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    /// Records the errors of a parser.
    pub fn extend(&mut self, error: darling::Error) {
        self.errors.extend(error.flatten().into_iter().map(syn::Error::from));
    }

    /// Stops once: `Ok` when nothing is wrong, else the `compile_error!` calls.
    pub fn finish(mut self) -> Result<(), TokenStream> {
        self.finished = true;
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.errors.iter().map(syn::Error::to_compile_error).collect())
        }
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(self.finished || std::thread::panicking(), "`Errors::finish` was not called");
    }
}

/// `; did you mean …?` when a name is near, else the names there are.
pub fn suggestion<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(written, &known) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => format!("; {}", choices(&known)),
    }
}

/// `there are …`: the names there are.
pub fn choices(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "is only" } else { "are" };
    format!("there {verb} {}", list(names))
}

/// The known name that is most likely meant.
fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(written, name), *name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, name)| name)
}

/// "`a`, `b` and `c`".
pub fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// The same tokens as if the user had written them there: rustc's error points to no macro.
pub fn as_written_at(tokens: &TokenStream, span: Span) -> TokenStream {
    let move_tree = |tree: TokenTree| match tree {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), as_written_at(&group.stream(), span));
            moved.set_span(span);
            TokenTree::Group(moved)
        }
        mut other => {
            other.set_span(span);
            other
        }
    };
    tokens.clone().into_iter().map(move_tree).collect()
}

/// The same tokens at another span.
pub fn respan(tokens: &impl ToTokens, span: Span) -> TokenStream {
    let respan_tree = |tree: TokenTree| match tree {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), respan(&group.stream(), span));
            moved.set_span(span.resolved_at(group.span()));
            TokenTree::Group(moved)
        }
        mut other => {
            other.set_span(span.resolved_at(other.span()));
            other
        }
    };
    tokens.to_token_stream().into_iter().map(respan_tree).collect()
}
