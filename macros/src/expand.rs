//! The output. Nothing here can fail: what is wrong was reported before.

mod accessors;
mod aliases;
mod asserts;
mod definition;
mod model;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::ir::Entity;

/// Everything that the derive emits.
pub fn expand(entity: &Entity) -> TokenStream {
    let unchecked = expand_unchecked(entity);
    let asserts = asserts::expand(entity);
    quote!(#unchecked #asserts)
}

/// The items without the obligations on types: what a broken declaration still offers to the rest of the crate.
pub fn expand_unchecked(entity: &Entity) -> TokenStream {
    let model = model::expand_model(entity);
    let input = model::expand_input(entity);
    let patch = model::expand_patch(entity);
    let definition = definition::expand(entity);
    let accessors = accessors::expand(entity);
    let aliases = aliases::expand(entity);
    quote!(#model #input #patch #definition #accessors #aliases)
}

/// The doc comment of a generated item.
fn docs_or(docs: &str, otherwise: String) -> String {
    if docs.is_empty() { otherwise } else { docs.to_owned() }
}

/// The same tokens, blamed on another place.
fn respan(tokens: &impl ToTokens, span: Span) -> TokenStream {
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
