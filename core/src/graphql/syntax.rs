//! Documents as text, by the grammar of the GraphQL specification (September 2025, section 2 and appendix C).
//!
//! async-graphql's own parser refuses texts that the grammar has (`\u{51}`, surrogate pairs, blanks in types, directives
//! behind a variable's default) and forgets what validation must see (the second of two fields of one name).

mod ast;
mod lexer;
mod parser;

pub(super) use ast::{
    Argument, Directive, Document, Field, Fragment, InlineFragment, Literal, Operation, Selection,
    SelectionSet, Spread, Value, Variable, Word,
};
pub(super) use parser::{SyntaxError, SyntaxLimits, parse};
