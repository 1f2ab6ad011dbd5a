//! Reading a list of options: every item by itself, so that one mistake does not hide the next.

use std::collections::HashSet;

use darling::FromMeta;
use darling::ast::NestedMeta;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Meta};

use crate::diag::{Errors, list, suggestion};

/// The options one place may have.
pub trait Options: FromMeta + Default {
    /// Where they stand, in words: "a struct".
    const PLACE: &'static str;
    /// Their names.
    const NAMES: &'static [&'static str];
    /// Those that may be written more than once.
    const REPEATABLE: &'static [&'static str] = &[];
    /// Options that are likely meant but belong to another place.
    const ELSEWHERE: &'static [(&'static str, &'static [&'static str])] = &[];
}

/// Reads every `#[entity(…)]` among the attributes; what is wrong is reported and left out.
pub fn read<T: Options>(attributes: &[Attribute], errors: &mut Errors) -> T {
    read_all(attributes, errors).0
}

/// As [`read`], and whether every attribute could be split into options.
pub fn read_all<T: Options>(attributes: &[Attribute], errors: &mut Errors) -> (T, bool) {
    let mut complete = true;
    let mut items = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("entity")) {
        match &attribute.meta {
            Meta::List(meta) => match NestedMeta::parse_meta_list(meta.tokens.clone()) {
                Ok(found) => items.extend(found),
                Err(error) => {
                    complete = false;
                    errors.absorb(error.into());
                }
            },
            other => errors.on(other, "`entity` takes its options in parentheses: `#[entity(…)]`"),
        }
    }
    let (options, found) = collect(&items);
    found.into_iter().for_each(|error| errors.absorb(error));
    (options, complete)
}

/// Options in parentheses behind an option: `rest(path = "…")`.
#[derive(Debug, Default)]
pub struct Checked<T>(pub T);

impl<T: Options> FromMeta for Checked<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let Meta::List(meta) = item else {
            let name = item.path().to_token_stream();
            return Err(darling::Error::custom(format!(
                "`{name}` takes its options in parentheses: `{name}({} = …)`",
                T::NAMES[0]
            ))
            .with_span(item));
        };
        let (options, errors) = collect(&NestedMeta::parse_meta_list(meta.tokens.clone())?);
        if errors.is_empty() { Ok(Self(options)) } else { Err(darling::Error::multiple(errors)) }
    }
}

fn collect<T: Options>(items: &[NestedMeta]) -> (T, Vec<darling::Error>) {
    let mut errors = Vec::new();
    let mut seen = HashSet::new();
    let mut good = Vec::new();
    for item in items {
        match judge::<T>(item, &mut seen) {
            Ok(()) => good.push(item.clone()),
            Err(error) => errors.push(error),
        }
    }
    match T::from_list(&good) {
        Ok(options) => (options, errors),
        Err(error) => {
            errors.push(error);
            (T::default(), errors)
        }
    }
}

/// Whether one item is an option of this place, is new, and can be read.
fn judge<T: Options>(item: &NestedMeta, seen: &mut HashSet<String>) -> darling::Result<()> {
    let path = match item {
        NestedMeta::Meta(meta) => meta.path(),
        NestedMeta::NameValueInvalidExpr(meta) => {
            let name = meta.path.to_token_stream();
            return Err(darling::Error::custom(format!("expected a value after `{name} =`")).with_span(item));
        }
        NestedMeta::Lit(_) => {
            return Err(darling::Error::custom(format!("expected an option; there are {}", list(T::NAMES)))
                .with_span(item));
        }
    };
    let name = path.to_token_stream().to_string();
    if !T::NAMES.contains(&name.as_str()) {
        return Err(darling::Error::custom(unknown::<T>(&name)).with_span(path));
    }
    if !seen.insert(name.clone()) && !T::REPEATABLE.contains(&name.as_str()) {
        return Err(
            darling::Error::custom(format!("`{name}` is given twice; remove one of them")).with_span(path)
        );
    }
    T::from_list(std::slice::from_ref(item))
        .map(drop)
        .map_err(|error| if error.has_span() { error } else { error.with_span(&path.span()) })
}

fn unknown<T: Options>(name: &str) -> String {
    let place = T::PLACE;
    match T::ELSEWHERE.iter().find(|(_, names)| names.contains(&name)) {
        Some((other, _)) => format!("`{name}` is not an option of {place}; it belongs on {other}"),
        None if T::NAMES.is_empty() => format!("{place} takes no options"),
        None => format!("`{name}` is not an option of {place}{}", suggestion(name, T::NAMES.iter().copied())),
    }
}
