//! From a text to a document that may run: parsed, within the limits, valid. A text that comes again is done already.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::ServerError;
use async_graphql::parser::types::ExecutableDocument;

use crate::error::Error;
use crate::graphql::syntax::{SyntaxError, parse};
use crate::graphql::type_system::TypeSystem;
use crate::graphql::validation::{self, Mistake, Mistakes};
use crate::graphql::{error, executable, limits};

/// Documents kept.
const KEPT_DOCUMENTS: usize = 1000;
/// Bytes of a document worth keeping.
const KEPT_LENGTH: usize = 8 * 1024;

/// Why a text is no document that may run.
enum Refusal {
    Limit(Error),
    Mistakes(Mistakes),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Limit(error)
    }
}

impl From<Mistakes> for Refusal {
    fn from(mistakes: Mistakes) -> Self {
        Self::Mistakes(mistakes)
    }
}

impl From<SyntaxError> for Refusal {
    fn from(error: SyntaxError) -> Self {
        match error {
            SyntaxError::Wrong { message, pos } => {
                Self::Mistakes(Mistake { message, positions: vec![pos] }.into())
            }
            SyntaxError::TooManyTokens => Self::Limit(limits::too_many_tokens()),
            SyntaxError::LongName => Self::Limit(limits::too_long_name()),
            SyntaxError::TooDeep => Self::Limit(limits::too_deep()),
        }
    }
}

/// Documents that were found valid, by their text.
#[derive(Default)]
pub(super) struct DocumentCache(RwLock<HashMap<Box<str>, Arc<ExecutableDocument>>>);

impl DocumentCache {
    /// The document of a text.
    ///
    /// # Errors
    /// What is wrong with it, as the errors of a response.
    pub(super) fn document(
        &self,
        types: &TypeSystem,
        text: &str,
    ) -> Result<Arc<ExecutableDocument>, Vec<ServerError>> {
        if let Some(document) = self.get(text) {
            return Ok(document);
        }
        let document = Arc::new(prepare(types, text).map_err(|refusal| match refusal {
            Refusal::Limit(limit) => vec![error::request_error(&limit, "")],
            Refusal::Mistakes(Mistakes { listed, more }) => {
                let more =
                    (more > 0).then(|| Mistake { message: crate::error::more(more), positions: Vec::new() });
                listed
                    .into_iter()
                    .chain(more)
                    .map(|Mistake { message, positions }| error::document_error(message, positions))
                    .collect()
            }
        })?);
        self.keep(text, Arc::clone(&document));
        Ok(document)
    }

    fn get(&self, text: &str) -> Option<Arc<ExecutableDocument>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(text).cloned()
    }

    /// Keeps a document. When there are too many, all are let go: the busy ones are back at once.
    fn keep(&self, text: &str, document: Arc<ExecutableDocument>) {
        if text.len() > KEPT_LENGTH {
            return;
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_DOCUMENTS {
            kept.clear();
        }
        kept.insert(text.into(), document);
    }
}

/// What is cheap comes first: no rule walks a document that is larger than the limits.
fn prepare(types: &TypeSystem, text: &str) -> Result<ExecutableDocument, Refusal> {
    limits::check_length(text)?;
    let document = parse(text, limits::SYNTAX)?;
    let order = validation::check_structure(&document)?;
    let executable = executable::executable(&document, types);
    limits::check_document(&executable, &order)?;
    validation::check(&document, types)?;
    Ok(executable)
}
