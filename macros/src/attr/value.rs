//! The forms an option's value may have.

use darling::FromMeta;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitStr, Meta, Path, Token, UnOp};

/// A value and the place of the option's name.
#[derive(Debug)]
pub struct Keyed<T> {
    /// Where the name is written.
    pub key: Span,
    /// What was given.
    pub value: T,
}

impl<T: FromMeta> FromMeta for Keyed<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        Ok(Self { key: item.path().span(), value: T::from_meta(item)? })
    }
}

fn wrong<T>(item: &impl Spanned, message: impl std::fmt::Display) -> darling::Result<T> {
    Err(darling::Error::custom(message).with_span(item))
}

fn name_of(item: &Meta) -> String {
    match item.path().get_ident() {
        Some(name) => name.to_string(),
        None => item.path().to_token_stream().to_string(),
    }
}

/// The expression behind `=`, without invisible groups.
fn expression(item: &Meta) -> Option<&Expr> {
    let Meta::NameValue(pair) = item else { return None };
    let mut value = &pair.value;
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    Some(value)
}

/// An option without a value: `unique`.
#[derive(Debug)]
pub struct Flag;

impl FromMeta for Flag {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        match item {
            Meta::Path(_) => Ok(Self),
            Meta::List(_) if name == "index" || name == "unique" => wrong(
                item,
                format!(
                    "`{name}` on a field takes no arguments; for several fields write it on the struct: `{name}(a, b)`"
                ),
            ),
            _ => wrong(item, format!("`{name}` takes no value; write just `{name}`")),
        }
    }
}

/// `search`, or `search(fulltext)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Words are found anywhere.
    Plain,
    /// Words are found by a full-text index.
    Fulltext,
}

impl FromMeta for Search {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match item {
            Meta::Path(_) => Ok(Self::Plain),
            Meta::List(list)
                if syn::parse2::<Ident>(list.tokens.clone()).is_ok_and(|word| word == "fulltext") =>
            {
                Ok(Self::Fulltext)
            }
            _ => wrong(item, "`search` takes no value but `fulltext`: `search` or `search(fulltext)`"),
        }
    }
}

/// A text: `table = "…"`, `check("…")`.
#[derive(Debug)]
pub struct Text(pub LitStr);

impl FromMeta for Text {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        if let Meta::List(list) = item
            && name == "check"
        {
            return match syn::parse2::<LitStr>(list.tokens.clone()) {
                Ok(text) => Ok(Self(text)),
                Err(_) => wrong(list, "`check` takes one condition in SQL: `check(\"amount > 0\")`"),
            };
        }
        match expression(item) {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Self(text.clone())),
            _ if name == "check" => {
                wrong(item, "`check` takes one condition in SQL: `check(\"amount > 0\")`")
            }
            _ => wrong(item, format!("`{name}` takes a text: `{name} = \"…\"`")),
        }
    }
}

/// One of a few words: `key = uuid`.
#[derive(Debug)]
pub struct Choice(pub Ident);

impl FromMeta for Choice {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        identifier(item, "a word").map(Self)
    }
}

/// The name of a field: `inverse = author`.
#[derive(Debug)]
pub struct Name(pub Ident);

impl FromMeta for Name {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        identifier(item, "the name of a field").map(Self)
    }
}

fn identifier(item: &Meta, what: &str) -> darling::Result<Ident> {
    let name = name_of(item);
    match expression(item) {
        Some(Expr::Path(path)) if path.path.get_ident().is_some() => Ok(path.path.require_ident()?.clone()),
        Some(value @ Expr::Lit(_)) => wrong(value, format!("`{name}` takes {what}, without quotes")),
        Some(value) => wrong(value, format!("`{name}` takes {what}")),
        None => wrong(item, format!("`{name}` takes {what}: `{name} = …`")),
    }
}

/// An expression as written: `default = Status::Active`.
#[derive(Debug)]
pub struct Value(pub Expr);

impl FromMeta for Value {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        match expression(item) {
            Some(value) => Ok(Self(value.clone())),
            None => wrong(item, format!("`{name}` takes a value: `{name} = …`")),
        }
    }
}

/// The path of an entity: `through = PostTag`.
#[derive(Debug)]
pub struct Target(pub Path);

impl FromMeta for Target {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match expression(item) {
            Some(Expr::Path(path)) if path.qself.is_none() => Ok(Self(path.path.clone())),
            _ => {
                let name = name_of(item);
                wrong(item, format!("`{name}` takes an entity: `{name} = PostTag`"))
            }
        }
    }
}

/// Names of fields or surfaces in parentheses: `unique(a, b)`.
#[derive(Debug)]
pub struct Names(pub Vec<Ident>);

impl FromMeta for Names {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        let Meta::List(list) = item else {
            return wrong(item, format!("`{name}` takes names in parentheses: `{name}(a, b)`"));
        };
        let words = |input: ParseStream<'_>| {
            Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)
        };
        match words.parse2(list.tokens.clone()) {
            Ok(words) if words.is_empty() => {
                wrong(item, format!("`{name}` needs at least one name: `{name}(a, b)`"))
            }
            Ok(words) => Ok(Self(words.into_iter().collect())),
            Err(error) => {
                wrong(&error.span(), format!("`{name}` takes names without quotes: `{name}(a, b)`"))
            }
        }
    }
}

/// A field with a direction: `-created_at`.
#[derive(Debug, Clone)]
pub struct SortKey {
    /// The field.
    pub field: Ident,
    /// Whether a minus stands before it.
    pub descending: bool,
}

impl Parse for SortKey {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        Ok(Self {
            descending: input.parse::<Option<Token![-]>>()?.is_some(),
            field: Ident::parse_any(input)?,
        })
    }
}

/// Fields with directions: `order = -created_at`, `index(status, -created_at)`.
#[derive(Debug)]
pub struct Sorts(pub Vec<SortKey>);

impl FromMeta for Sorts {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        let usage = format!("`{name}` takes fields, `-` for descending: `{name}(status, -created_at)`");
        match item {
            Meta::List(list) => {
                match Punctuated::<SortKey, Token![,]>::parse_terminated.parse2(list.tokens.clone()) {
                    Ok(keys) if keys.is_empty() => wrong(item, usage),
                    Ok(keys) => Ok(Self(keys.into_iter().collect())),
                    Err(error) => wrong(&error.span(), usage),
                }
            }
            Meta::NameValue(pair) if name == "order" => {
                match syn::parse2::<SortKey>(pair.value.to_token_stream()) {
                    Ok(key) => Ok(Self(vec![key])),
                    Err(_) => wrong(&pair.value, usage),
                }
            }
            _ => wrong(item, usage),
        }
    }
}

/// A number as written: digits, perhaps a minus and a decimal point.
#[derive(Debug, Clone)]
pub struct Number {
    /// Where it is written.
    pub span: Span,
    /// The digits without separators and suffix, with the minus.
    pub digits: String,
    /// The value, when it is a whole number.
    pub whole: Option<i128>,
}

impl Number {
    /// Reads a literal with or without a minus.
    pub fn of(value: &Expr) -> Option<Self> {
        match value {
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
                let number = Self::of(expr)?;
                Some(Self {
                    span: value.span(),
                    digits: format!("-{}", number.digits),
                    whole: number.whole.map(|whole| -whole),
                })
            }
            Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => Some(Self {
                span: int.span(),
                digits: int.base10_digits().to_owned(),
                whole: Some(int.base10_parse().ok()?),
            }),
            Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) if float.suffix().is_empty() => {
                Some(Self { span: float.span(), digits: float.base10_digits().to_owned(), whole: None })
            }
            _ => None,
        }
    }

    /// Whether this is greater than the other: exact for whole numbers, as `f64` otherwise.
    pub fn exceeds(&self, other: &Self) -> bool {
        match (self.whole, other.whole) {
            (Some(left), Some(right)) => left > right,
            _ => {
                let value = |number: &Self| number.digits.parse::<f64>().unwrap_or(f64::NAN);
                value(self) > value(other)
            }
        }
    }
}

impl FromMeta for Number {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match expression(item).map(|value| (value, Self::of(value))) {
            Some((_, Some(number))) => Ok(number),
            Some((value, None)) => wrong(value, format!("`{}` takes a number", name_of(item))),
            None => {
                let name = name_of(item);
                wrong(item, format!("`{name}` takes a number: `{name} = 10`"))
            }
        }
    }
}

/// `policy = rule` or `policy(read = rule, …)`.
#[derive(Debug)]
pub enum Policy {
    /// One rule for every action.
    All(Expr),
    /// Rules by action, as written.
    Each(Vec<(Ident, Expr)>),
    /// Something else, from this place on.
    Unreadable(Span),
}

impl FromMeta for Policy {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let list = match item {
            Meta::NameValue(pair) => return Ok(Self::All(pair.value.clone())),
            Meta::Path(path) => return Ok(Self::Unreadable(path.span())),
            Meta::List(list) => list,
        };
        let rules = Punctuated::<ActionRule, Token![,]>::parse_terminated.parse2(list.tokens.clone());
        Ok(match rules {
            Ok(rules) if rules.is_empty() => Self::Unreadable(list.path.span()),
            Ok(rules) => Self::Each(rules.into_iter().map(|rule| (rule.action, rule.rule)).collect()),
            Err(error) => Self::Unreadable(error.span()),
        })
    }
}

struct ActionRule {
    action: Ident,
    rule: Expr,
}

impl Parse for ActionRule {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let action = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self { action, rule: input.parse()? })
    }
}
