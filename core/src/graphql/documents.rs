//! Documents that were found valid, so that they are parsed and validated once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::parser::types::ExecutableDocument;

/// Documents kept.
const KEPT_DOCUMENTS: usize = 1000;
/// Bytes of a document worth keeping.
const KEPT_LENGTH: usize = 8 * 1024;

/// Documents that were found valid, by their text.
#[derive(Default)]
pub(super) struct DocumentCache(RwLock<HashMap<Box<str>, Arc<ExecutableDocument>>>);

impl DocumentCache {
    pub(super) fn get(&self, text: &str) -> Option<Arc<ExecutableDocument>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(text).cloned()
    }

    /// Keeps a document. When there are too many, all are let go: the busy ones are back at once.
    pub(super) fn keep(&self, text: &str, document: Arc<ExecutableDocument>) {
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
