//! `computed(sql = "…")`, `computed(count(comments))`, `computed(sum(lines.amount), where = Line::paid().eq(true))`.

use darling::FromMeta;
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Meta, Token};

use crate::attr::value::OptionValue;
use crate::attr::{ComputedAttrs, Nested};
use crate::diag::suggestion;

/// What is computed for every read.
#[derive(Debug)]
pub enum Computed {
    /// SQL of the row.
    Sql(ComputedAttrs),
    /// A number over related rows.
    Number(RelationNumber),
}

/// A number over the rows of a to-many relation.
#[derive(Debug, Clone)]
pub struct RelationNumber {
    pub function: NumberFunction,
    pub relation: Ident,
    /// The measured field of the related rows.
    pub field: Option<Ident>,
    /// Which of the related rows count.
    pub filter: Option<Expr>,
}

/// What is computed of the related rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFunction {
    Count,
    Exists,
    Sum,
    Avg,
    Min,
    Max,
}

impl NumberFunction {
    const ALL: [Self; 6] = [Self::Count, Self::Exists, Self::Sum, Self::Avg, Self::Min, Self::Max];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Exists => "exists",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// Whether it measures a field, and not the rows themselves.
    pub const fn measures(self) -> bool {
        !matches!(self, Self::Count | Self::Exists)
    }

    fn usage(self) -> String {
        let word = self.word();
        match self.measures() {
            true => format!("`{word}` takes a field of a to-many relation: `{word}(lines.amount)`"),
            false => format!("`{word}` takes a to-many relation: `{word}(comments)`"),
        }
    }
}

impl OptionValue for Computed {}

impl FromMeta for Computed {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        if let Meta::List(list) = item
            && starts_with_call.parse2(list.tokens.clone()).unwrap_or_default()
        {
            return match number.parse2(list.tokens.clone()) {
                Ok(number) => Ok(Self::Number(number)),
                Err(error) => Err(error.into()),
            };
        }
        Nested::from_meta(item).map(|Nested(attrs)| Self::Sql(attrs))
    }
}

/// Whether the arguments begin with a word and parentheses.
fn starts_with_call(input: ParseStream<'_>) -> syn::Result<bool> {
    let is_call = input.peek(Ident::peek_any) && input.peek2(syn::token::Paren);
    input.step(|cursor| {
        let mut rest = *cursor;
        while let Some((_, next)) = rest.token_tree() {
            rest = next;
        }
        Ok(((), rest))
    })?;
    Ok(is_call)
}

fn number(input: ParseStream<'_>) -> syn::Result<RelationNumber> {
    let word = input.call(Ident::parse_any)?;
    let function = NumberFunction::ALL.into_iter().find(|function| word == function.word());
    let Some(function) = function else {
        let words = NumberFunction::ALL.map(NumberFunction::word);
        let message =
            format!("there is no number `{word}` over a relation{}", suggestion(&word.to_string(), words));
        return Err(syn::Error::new(word.span(), message));
    };
    let of;
    syn::parenthesized!(of in input);
    let wrong = |span: Span| syn::Error::new(span, function.usage());
    let relation = Ident::parse_any(&of).map_err(|_| wrong(word.span()))?;
    let field = match function.measures() {
        true => {
            of.parse::<Token![.]>().map_err(|_| wrong(relation.span()))?;
            Some(Ident::parse_any(&of).map_err(|_| wrong(relation.span()))?)
        }
        false => None,
    };
    if !of.is_empty() {
        return Err(wrong(of.span()));
    }
    let filter = filter(input, function)?;
    Ok(RelationNumber { function, relation, field, filter })
}

/// `, where = …`, if there is more.
fn filter(input: ParseStream<'_>, function: NumberFunction) -> syn::Result<Option<Expr>> {
    let word = function.word();
    let usage = format!(
        "after `{word}(…)` there may be a condition on the related rows: `where = Comment::spam().eq(false)`"
    );
    if input.is_empty() {
        return Ok(None);
    }
    let wrong = |span: Span| syn::Error::new(span, &usage);
    input.parse::<Token![,]>().map_err(|error| wrong(error.span()))?;
    if input.is_empty() {
        return Ok(None);
    }
    input.parse::<Token![where]>().map_err(|error| wrong(error.span()))?;
    input.parse::<Token![=]>().map_err(|error| wrong(error.span()))?;
    let filter = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    match input.is_empty() {
        true => Ok(Some(filter)),
        false => Err(wrong(input.span())),
    }
}
