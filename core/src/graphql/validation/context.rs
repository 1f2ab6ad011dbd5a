//! What the rules share: the document, the schema, and the mistakes found so far.

use std::collections::HashMap;

use async_graphql::Pos;

use crate::graphql::syntax::{Document, Fragment};
use crate::graphql::type_system::TypeSystem;
use crate::graphql::validation::suggestion;

/// Mistakes told at once.
const MAX_MISTAKES: usize = 20;

/// What is wrong with a document, and where.
#[derive(Debug)]
pub(in crate::graphql) struct Mistake {
    pub(in crate::graphql) message: String,
    pub(in crate::graphql) positions: Vec<Pos>,
}

/// At least one.
pub(in crate::graphql) type Mistakes = Vec<Mistake>;

pub(super) struct Validation<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) types: &'a TypeSystem,
    pub(super) fragments: HashMap<&'a str, &'a Fragment<'a>>,
    pub(super) mistakes: Mistakes,
}

impl<'a> Validation<'a> {
    pub(super) fn new(document: &'a Document<'a>, types: &'a TypeSystem) -> Self {
        let fragments = document.fragments.iter().map(|fragment| (fragment.name.text, fragment)).collect();
        Self { document, types, fragments, mistakes: Vec::new() }
    }

    pub(super) fn report(&mut self, pos: Pos, message: impl Into<String>) {
        self.report_at(vec![pos], message);
    }

    pub(super) fn report_at(&mut self, positions: Vec<Pos>, message: impl Into<String>) {
        if self.mistakes.len() < MAX_MISTAKES {
            self.mistakes.push(Mistake { message: message.into(), positions });
        }
    }

    /// Names that may have been meant, as the end of a message; nothing where the schema is not to be told.
    pub(super) fn suggest<'n>(&self, name: &str, known: impl IntoIterator<Item = &'n String>) -> String {
        if self.types.suggestions { suggestion::of(name, known) } else { String::new() }
    }

    pub(super) fn finish(self) -> Result<(), Mistakes> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.mistakes) }
    }
}
