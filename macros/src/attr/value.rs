//! The forms an option's value may have: how each is written, and what it is in the checked entity.

use std::fmt::Debug;
use std::marker::PhantomData;

use darling::FromMeta;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr, Meta, Path, Token};

use crate::attr::words::{self, WordSet, Words};
use crate::diag::Errors;
use crate::json::{Member, Object};

/// A value and the span of the option's name.
#[derive(Debug)]
pub struct Keyed<T> {
    /// Where the name is written.
    pub key: Span,
    pub value: T,
}

/// How a value is written.
pub trait OptionValue: FromMeta {
    /// Where a word among the option's arguments is written: `create` of `skip(create)`.
    fn word(&self, _key: Span, _word: &str) -> Option<Span> {
        None
    }
}

/// A value that is a member of the definition.
pub trait Resolve: OptionValue {
    /// The resolved value; its default, where the option is not written.
    type Resolved: Member;

    /// Resolves it. An error is reported, and the default is used.
    fn resolve(&self, option: &str, errors: &mut Errors) -> Self::Resolved;
}

impl<T: OptionValue> Keyed<T> {
    pub fn parse(item: &Meta) -> darling::Result<Self> {
        Ok(Self { key: item.path().span(), value: T::from_meta(item)? })
    }

    /// Where a word among the option's arguments is written.
    pub fn word(&self, word: &str) -> Option<Span> {
        self.value.word(self.key, word)
    }
}

pub(super) fn wrong<T>(item: &impl Spanned, message: impl std::fmt::Display) -> darling::Result<T> {
    Err(darling::Error::custom(message).with_span(item))
}

pub(super) fn name_of(item: &Meta) -> String {
    match item.path().get_ident() {
        Some(name) => name.to_string(),
        None => item.path().to_token_stream().to_string(),
    }
}

/// The expression behind `=`, without invisible groups.
pub(super) fn expression(item: &Meta) -> Option<&Expr> {
    let Meta::NameValue(pair) = item else { return None };
    let mut value = &pair.value;
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    Some(value)
}

/// An option without a value: `multiline`.
#[derive(Debug)]
pub struct Flag;

impl FromMeta for Flag {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        match item {
            Meta::Path(_) => Ok(Self),
            _ => wrong(item, format!("`{name}` takes no value; write just `{name}`")),
        }
    }
}

impl OptionValue for Flag {}

impl Resolve for Flag {
    type Resolved = bool;

    fn resolve(&self, _: &str, _: &mut Errors) -> bool {
        true
    }
}

/// A flag that on the struct takes several fields: `unique`.
#[derive(Debug)]
pub struct ColumnFlag;

impl FromMeta for ColumnFlag {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        match item {
            Meta::List(_) => wrong(
                item,
                format!(
                    "`{name}` on a field takes no arguments; for several fields write it on the struct: `{name}(a, b)`"
                ),
            ),
            _ => Flag::from_meta(item).map(|Flag| Self),
        }
    }
}

impl OptionValue for ColumnFlag {}

impl Resolve for ColumnFlag {
    type Resolved = bool;

    fn resolve(&self, _: &str, _: &mut Errors) -> bool {
        true
    }
}

/// The word that a flag may have.
pub trait FlagWord: Debug + Copy {
    /// The flag.
    const OPTION: &'static str;
    /// The word.
    const WORD: &'static str;
    /// The member of the definition that says that it is there.
    const MEMBER: &'static str;
}

/// A flag, with its word or without: `search`, or `search(fulltext)`.
#[derive(Debug, Clone, Copy)]
pub struct WordedFlag<W> {
    pub has_word: bool,
    word: PhantomData<W>,
}

/// The word of `search(fulltext)`: words are found by a full-text index, not anywhere in the text.
#[derive(Debug, Clone, Copy)]
pub struct Fulltext;

/// The word of `version(required)`: a write must say which version it changes, not only may.
#[derive(Debug, Clone, Copy)]
pub struct Required;

pub type Search = WordedFlag<Fulltext>;
pub type Versions = WordedFlag<Required>;

impl FlagWord for Fulltext {
    const OPTION: &'static str = "search";
    const WORD: &'static str = "fulltext";
    const MEMBER: &'static str = "fulltext";
}

impl FlagWord for Required {
    const OPTION: &'static str = "version";
    const WORD: &'static str = "required";
    const MEMBER: &'static str = "version_required";
}

impl<W: FlagWord> FromMeta for WordedFlag<W> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let flag = |has_word| Ok(Self { has_word, word: PhantomData });
        match item {
            Meta::Path(_) => flag(false),
            Meta::List(list)
                if syn::parse2::<Ident>(list.tokens.clone()).is_ok_and(|word| word == W::WORD) =>
            {
                flag(true)
            }
            _ => {
                let (option, word) = (W::OPTION, W::WORD);
                wrong(
                    item,
                    format!("`{option}` takes no value but `{word}`: `{option}` or `{option}({word})`"),
                )
            }
        }
    }
}

impl<W: FlagWord> OptionValue for WordedFlag<W> {
    fn word(&self, key: Span, word: &str) -> Option<Span> {
        (self.has_word && word == W::WORD).then_some(key)
    }
}

impl<W: FlagWord> Resolve for WordedFlag<W> {
    type Resolved = Option<Self>;

    fn resolve(&self, _: &str, _: &mut Errors) -> Option<Self> {
        Some(*self)
    }
}

impl<W: FlagWord> Member for Option<WordedFlag<W>> {
    fn write(&self, name: &str, object: &mut Object) {
        object.flag(name, self.is_some());
        object.flag(W::MEMBER, self.is_some_and(|flag| flag.has_word));
    }
}

/// A text: `table = "…"`.
#[derive(Debug)]
pub struct Text(pub LitStr);

impl FromMeta for Text {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        match expression(item) {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Self(text.clone())),
            _ => wrong(item, format!("`{name}` takes a text: `{name} = \"…\"`")),
        }
    }
}

impl OptionValue for Text {}

impl Resolve for Text {
    type Resolved = Option<LitStr>;

    fn resolve(&self, _: &str, _: &mut Errors) -> Option<LitStr> {
        Some(self.0.clone())
    }
}

impl Member for Option<LitStr> {
    fn write(&self, name: &str, object: &mut Object) {
        object.some_text(name, self.as_ref().map(LitStr::value).as_deref());
    }
}

/// A condition in SQL: `check("…")`, or `check = "…"`.
#[derive(Debug)]
pub struct Condition(pub LitStr);

impl FromMeta for Condition {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let usage = "`check` takes one condition in SQL: `check(\"amount > 0\")`";
        match item {
            Meta::List(list) => match syn::parse2::<LitStr>(list.tokens.clone()) {
                Ok(text) => Ok(Self(text)),
                Err(_) => wrong(list, usage),
            },
            _ => match Text::from_meta(item) {
                Ok(Text(text)) => Ok(Self(text)),
                Err(_) => wrong(item, usage),
            },
        }
    }
}

impl OptionValue for Condition {}

/// One of a few words: `key = uuid`.
#[derive(Debug)]
pub struct Choice<T>(pub Ident, PhantomData<T>);

impl<T> FromMeta for Choice<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        identifier(item, "a word").map(|word| Self(word, PhantomData))
    }
}

impl<T> OptionValue for Choice<T> {}

impl<T: Words> Resolve for Choice<T> {
    type Resolved = Option<T>;

    fn resolve(&self, option: &str, errors: &mut Errors) -> Option<T> {
        words::choose(&self.0, option, errors)
    }
}

/// Some of a few words: `skip(rest, admin)`.
#[derive(Debug)]
pub struct WordList<T>(pub Vec<Ident>, PhantomData<T>);

impl<T> FromMeta for WordList<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        FieldNames::from_meta(item).map(|words| Self(words.0, PhantomData))
    }
}

impl<T> OptionValue for WordList<T> {
    fn word(&self, _: Span, word: &str) -> Option<Span> {
        self.0.iter().find(|written| *written == word).map(Ident::span)
    }
}

impl<T: WordSet + Member> Resolve for WordList<T> {
    type Resolved = T;

    fn resolve(&self, option: &str, errors: &mut Errors) -> T {
        words::collect(&self.0, option, errors)
    }
}

/// The name of a field: `inverse = author`.
#[derive(Debug)]
pub struct FieldName(pub Ident);

impl OptionValue for FieldName {}

impl FromMeta for FieldName {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        identifier(item, "the name of a field").map(Self)
    }
}

/// What a row is called by: `label = email`, or a template of fields, `label = "{first_name} {last_name}"`.
#[derive(Debug)]
pub enum Label {
    /// One field.
    Field(Ident),
    /// The template, and the fields that it names: the first of each path.
    Template(LitStr, Vec<Ident>),
}

impl OptionValue for Label {}

impl FromMeta for Label {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name_of(item);
        match expression(item) {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(template), .. })) => match template_fields(template) {
                Ok(fields) => Ok(Self::Template(template.clone(), fields)),
                Err(message) => wrong(template, message),
            },
            Some(value @ Expr::Lit(_)) => {
                wrong(value, format!("`{name}` takes the name of a field or a template of fields"))
            }
            _ => identifier(item, "the name of a field").map(Self::Field),
        }
    }
}

/// The fields that a template names, each once: of a path the first.
fn template_fields(template: &LitStr) -> Result<Vec<Ident>, String> {
    let text = template.value();
    let (mut fields, mut rest): (Vec<Ident>, &str) = (Vec::new(), &text);
    let misplaced = "a template names fields in braces: `label = \"{first_name} {last_name}\"`".to_owned();
    while let Some((before, after)) = rest.split_once('{') {
        let Some((path, after)) = after.split_once('}').filter(|_| !before.contains('}')) else {
            return Err(misplaced);
        };
        let mut names = path.split('.').map(|name| {
            let ident = Ident::parse_any.parse_str(name);
            ident.map_err(|_| format!("`{{{path}}}` names no field; write `{{name}}` or `{{relation.name}}`"))
        });
        let first = names.next().transpose()?;
        names.try_for_each(|name| name.map(|_| ()))?;
        if let Some(mut first) = first.filter(|first| !fields.contains(first)) {
            first.set_span(template.span());
            fields.push(first);
        }
        rest = after;
    }
    if rest.contains('}') {
        return Err(misplaced);
    }
    if fields.is_empty() {
        return Err(format!("{misplaced}; one field is written without quotes: `label = email`"));
    }
    Ok(fields)
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
pub struct Expression(pub Expr);

impl OptionValue for Expression {}

impl FromMeta for Expression {
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
pub struct EntityPath(pub Path);

impl OptionValue for EntityPath {}

impl FromMeta for EntityPath {
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

/// Names in parentheses: `unique(a, b)`.
#[derive(Debug)]
pub struct FieldNames(pub Vec<Ident>);

impl OptionValue for FieldNames {}

impl FromMeta for FieldNames {
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
    /// Whether a minus precedes it.
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

/// Fields with directions: `index(status, -created_at)`.
#[derive(Debug)]
pub struct Sorts(pub Vec<SortKey>);

impl Sorts {
    fn usage(item: &Meta) -> String {
        let name = name_of(item);
        format!("`{name}` takes fields, `-` for descending: `{name}(status, -created_at)`")
    }
}

impl OptionValue for Sorts {}

impl FromMeta for Sorts {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let usage = Self::usage(item);
        let Meta::List(list) = item else { return wrong(item, usage) };
        match Punctuated::<SortKey, Token![,]>::parse_terminated.parse2(list.tokens.clone()) {
            Ok(keys) if keys.is_empty() => wrong(item, usage),
            Ok(keys) => Ok(Self(keys.into_iter().collect())),
            Err(error) => wrong(&error.span(), usage),
        }
    }
}

/// As [`Sorts`], or one field: `order = -created_at`.
#[derive(Debug)]
pub struct Order(pub Sorts);

impl OptionValue for Order {}

impl FromMeta for Order {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let Meta::NameValue(pair) = item else { return Sorts::from_meta(item).map(Self) };
        match syn::parse2::<SortKey>(pair.value.to_token_stream()) {
            Ok(key) => Ok(Self(Sorts(vec![key]))),
            Err(_) => wrong(&pair.value, Sorts::usage(item)),
        }
    }
}

impl<T: super::Options> OptionValue for super::Nested<T> {}

/// `policy = rule` or `policy(read = rule, …)`.
#[derive(Debug)]
pub enum Policy {
    /// One rule for every action.
    All(Expr),
    /// Rules by action, as written.
    Each(Vec<(Ident, Expr)>),
    /// Something else, from this span on.
    Unreadable(Span),
}

impl OptionValue for Policy {}

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
