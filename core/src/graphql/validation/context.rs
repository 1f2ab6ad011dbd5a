//! What the rules share: the document, the schema, and the mistakes found so far.

use std::collections::HashMap;

use async_graphql::Pos;

use crate::error::MAX_LISTED;
use crate::graphql::syntax::{Document, Fragment};
use crate::graphql::type_system::TypeSystem;
use crate::graphql::validation::suggestion;

/// Mistakes listed; an answer may list one entry more.
const MAX_MISTAKES: usize = MAX_LISTED - 1;

/// What is wrong with a document, and where.
#[derive(Debug)]
pub(in crate::graphql) struct Mistake {
    pub(in crate::graphql) message: String,
    pub(in crate::graphql) positions: Vec<Pos>,
}

/// The first mistakes in a document, and how many more there are.
#[derive(Debug, Default)]
pub(in crate::graphql) struct Mistakes {
    pub(in crate::graphql) listed: Vec<Mistake>,
    pub(in crate::graphql) more: usize,
}

impl Mistakes {
    pub(super) fn push(&mut self, positions: Vec<Pos>, message: impl Into<String>) {
        if self.is_full() {
            self.more += 1;
        } else {
            self.listed.push(Mistake { message: message.into(), positions });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Whether others are counted only.
    fn is_full(&self) -> bool {
        self.listed.len() >= MAX_MISTAKES
    }
}

impl From<Mistake> for Mistakes {
    fn from(mistake: Mistake) -> Self {
        Self { listed: vec![mistake], more: 0 }
    }
}

pub(super) struct Validation<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) types: &'a TypeSystem,
    pub(super) fragments: HashMap<&'a str, &'a Fragment<'a>>,
    pub(super) mistakes: Mistakes,
}

impl<'a> Validation<'a> {
    pub(super) fn new(document: &'a Document<'a>, types: &'a TypeSystem) -> Self {
        let fragments = document.fragments.iter().map(|fragment| (fragment.name.text, fragment)).collect();
        Self { document, types, fragments, mistakes: Mistakes::default() }
    }

    pub(super) fn report(&mut self, pos: Pos, message: impl Into<String>) {
        self.report_at(vec![pos], message);
    }

    pub(super) fn report_at(&mut self, positions: Vec<Pos>, message: impl Into<String>) {
        self.mistakes.push(positions, message);
    }

    /// Names that may have been meant, as the end of a message; nothing where the schema is not to be told.
    pub(super) fn suggest<'n>(&self, name: &str, known: impl IntoIterator<Item = &'n String>) -> String {
        if self.types.suggestions && !self.mistakes.is_full() {
            suggestion::of(name, known)
        } else {
            String::new()
        }
    }

    pub(super) fn finish(self) -> Result<(), Mistakes> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.mistakes) }
    }
}
