//! A parsed document. It borrows from the text, keeps the order of everything and says where each part stands.

use std::borrow::Cow;

use async_graphql::Pos;
use async_graphql::parser::types::{OperationType, Type};

/// Operations and fragments, each in the document's order.
#[derive(Debug, Default)]
pub(in crate::graphql) struct Document<'a> {
    pub(in crate::graphql) operations: Vec<Operation<'a>>,
    pub(in crate::graphql) fragments: Vec<Fragment<'a>>,
}

/// A name and its place.
#[derive(Debug, Clone, Copy)]
pub(in crate::graphql) struct Word<'a> {
    pub(in crate::graphql) text: &'a str,
    pub(in crate::graphql) pos: Pos,
}

#[derive(Debug)]
pub(in crate::graphql) struct Operation<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) ty: OperationType,
    pub(in crate::graphql) name: Option<Word<'a>>,
    pub(in crate::graphql) variables: Vec<Variable<'a>>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
    pub(in crate::graphql) selections: SelectionSet<'a>,
}

/// The definition of a variable.
#[derive(Debug)]
pub(in crate::graphql) struct Variable<'a> {
    /// Without the `$`.
    pub(in crate::graphql) name: Word<'a>,
    pub(in crate::graphql) ty: Type,
    pub(in crate::graphql) ty_pos: Pos,
    pub(in crate::graphql) default: Option<Value<'a>>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
}

#[derive(Debug)]
pub(in crate::graphql) struct Fragment<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) name: Word<'a>,
    pub(in crate::graphql) on: Word<'a>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
    pub(in crate::graphql) selections: SelectionSet<'a>,
}

#[derive(Debug)]
pub(in crate::graphql) struct SelectionSet<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) items: Vec<Selection<'a>>,
}

#[derive(Debug)]
pub(in crate::graphql) enum Selection<'a> {
    Field(Field<'a>),
    Spread(Spread<'a>),
    Inline(InlineFragment<'a>),
}

#[derive(Debug)]
pub(in crate::graphql) struct Field<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) alias: Option<Word<'a>>,
    pub(in crate::graphql) name: Word<'a>,
    pub(in crate::graphql) arguments: Vec<Argument<'a>>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
    pub(in crate::graphql) selections: Option<SelectionSet<'a>>,
}

/// `...Name`
#[derive(Debug)]
pub(in crate::graphql) struct Spread<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) name: Word<'a>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
}

/// `... on Type { … }`
#[derive(Debug)]
pub(in crate::graphql) struct InlineFragment<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) on: Option<Word<'a>>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
    pub(in crate::graphql) selections: SelectionSet<'a>,
}

#[derive(Debug)]
pub(in crate::graphql) struct Directive<'a> {
    pub(in crate::graphql) pos: Pos,
    /// Without the `@`.
    pub(in crate::graphql) name: Word<'a>,
    pub(in crate::graphql) arguments: Vec<Argument<'a>>,
}

#[derive(Debug)]
pub(in crate::graphql) struct Argument<'a> {
    pub(in crate::graphql) name: Word<'a>,
    pub(in crate::graphql) value: Value<'a>,
}

#[derive(Debug)]
pub(in crate::graphql) struct Value<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) literal: Literal<'a>,
}

/// A value as it is written.
#[derive(Debug)]
pub(in crate::graphql) enum Literal<'a> {
    Variable(&'a str),
    Null,
    Boolean(bool),
    /// Digits, with their sign.
    Int(&'a str),
    Float(&'a str),
    String {
        text: Cow<'a, str>,
        /// Between triple quotes.
        block: bool,
    },
    Enum(&'a str),
    List(Vec<Value<'a>>),
    /// Members as written: a name may stand there twice.
    Object(Vec<(Word<'a>, Value<'a>)>),
}

impl<'a> Operation<'a> {
    /// `query`, `mutation` or `subscription`, as it is called in messages: by its name, if it has one.
    pub(in crate::graphql) fn described(&self) -> String {
        match self.name {
            Some(name) => format!("the {} `{}`", self.ty, name.text),
            None => format!("the {} without a name", self.ty),
        }
    }
}

impl<'a> Field<'a> {
    /// What its value is called in the answer.
    pub(in crate::graphql) fn response_key(&self) -> &'a str {
        self.alias.unwrap_or(self.name).text
    }
}

impl Value<'_> {
    pub(in crate::graphql) fn is_null(&self) -> bool {
        matches!(self.literal, Literal::Null)
    }
}

impl std::fmt::Display for Literal<'_> {
    /// As in the document, but lists and objects in short.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "${name}"),
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Int(text) | Self::Float(text) | Self::Enum(text) => {
                f.write_str(&crate::types::shorten(text, 40))
            }
            Self::String { text, .. } => write!(f, "\"{}\"", crate::types::shorten(text, 40)),
            Self::List(_) => f.write_str("[…]"),
            Self::Object(_) => f.write_str("{…}"),
        }
    }
}
