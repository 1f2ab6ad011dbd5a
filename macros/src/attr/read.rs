//! Reading a list of options: every item by itself, so that one mistake does not hide the next.

use std::collections::HashSet;

use darling::FromMeta;
use darling::ast::NestedMeta;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Meta};

use crate::attr::{EnumAttrs, Options};
use crate::diag::{Errors, choices, suggestion};

/// Reads every `#[entity(…)]` among the attributes; what is wrong is reported and left out.
pub fn read<T: Options>(attributes: &[Attribute], errors: &mut Errors) -> T {
    read_all(attributes, errors).0
}

/// As [`read`], and whether every attribute could be split into options.
pub fn read_all<T: Options>(attributes: &[Attribute], errors: &mut Errors) -> (T, bool) {
    read_named(attributes, "entity", errors)
}

/// As [`read_all`], of the attributes of this name.
pub fn read_named<T: Options>(attributes: &[Attribute], name: &str, errors: &mut Errors) -> (T, bool) {
    let mut complete = true;
    let mut items = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident(name)) {
        match &attribute.meta {
            Meta::List(meta) => match NestedMeta::parse_meta_list(meta.tokens.clone()) {
                Ok(parsed) => items.extend(parsed),
                Err(error) => {
                    complete = false;
                    errors.extend(error.into());
                }
            },
            other => {
                complete = false;
                errors.on(other, format!("`{name}` takes its options in parentheses: `#[{name}(…)]`"));
            }
        }
    }
    let (options, wrong) = read_items(&items);
    wrong.into_iter().for_each(|error| errors.extend(error));
    (options, complete)
}

/// Options in parentheses behind an option: `rest(path = "…")`.
#[derive(Debug, Default)]
pub struct Nested<T>(pub T);

impl<T: Options> FromMeta for Nested<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let Meta::List(meta) = item else {
            let name = item.path().to_token_stream();
            return Err(darling::Error::custom(format!(
                "`{name}` takes its options in parentheses: `{name}({} = …)`",
                T::NAMES[0]
            ))
            .with_span(item));
        };
        let (options, errors) = read_items(&NestedMeta::parse_meta_list(meta.tokens.clone())?);
        if errors.is_empty() { Ok(Self(options)) } else { Err(darling::Error::multiple(errors)) }
    }
}

fn read_items<T: Options>(items: &[NestedMeta]) -> (T, Vec<darling::Error>) {
    let mut options = T::default();
    let mut seen = HashSet::new();
    let read = items.iter().map(|item| read_item(item, &mut options, &mut seen));
    let errors = read.filter_map(Result::err).collect();
    (options, errors)
}

/// Reads one item, which must be an option of this context and a new one.
fn read_item<T: Options>(
    item: &NestedMeta,
    options: &mut T,
    seen: &mut HashSet<String>,
) -> darling::Result<()> {
    let meta = match item {
        NestedMeta::Meta(meta) => meta,
        NestedMeta::NameValueInvalidExpr(meta) => {
            let name = meta.path.to_token_stream();
            return Err(darling::Error::custom(format!("expected a value after `{name} =`")).with_span(item));
        }
        NestedMeta::Lit(_) => {
            let message = format!("expected an option; {}", choices(T::NAMES));
            return Err(darling::Error::custom(message).with_span(item));
        }
    };
    let path = meta.path();
    let name = path.to_token_stream().to_string();
    if !T::NAMES.contains(&name.as_str()) {
        return Err(darling::Error::custom(unknown::<T>(&name)).with_span(path));
    }
    if !seen.insert(name.clone()) && !T::is_repeatable(&name) {
        return Err(
            darling::Error::custom(format!("`{name}` is given twice; remove one of them")).with_span(path)
        );
    }
    options
        .take(&name, meta)
        .map_err(|error| if error.has_span() { error } else { error.with_span(&path.span()) })
}

fn unknown<T: Options>(name: &str) -> String {
    let context = T::CONTEXT;
    // The one option of an enum, which is tried on a field of its type first.
    if EnumAttrs::NAMES.contains(&name) {
        return format!(
            "`{name}` is not an option of {context}; it belongs on an enum with `#[derive(EntityEnum)]`"
        );
    }
    match T::ELSEWHERE.filter(|(_, names)| names.contains(&name)) {
        Some((other, _)) => format!("`{name}` is not an option of {context}; it belongs on {other}"),
        None if T::NAMES.is_empty() => format!("{context} takes no options"),
        None => {
            format!("`{name}` is not an option of {context}{}", suggestion(name, T::NAMES.iter().copied()))
        }
    }
}
