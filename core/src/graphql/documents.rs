//! From a text to a document that may run: parsed, within the limits, valid. A text that comes again is done already.

use std::sync::Arc;

use async_graphql::ServerError;
use async_graphql::parser::types::ExecutableDocument;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::error::Error;
use crate::graphql::syntax::{SyntaxError, parse};
use crate::graphql::type_system::TypeSystem;
use crate::graphql::validation::{self, Mistake, Mistakes};
use crate::graphql::{document_size, error, executable, limits};

/// Bytes of all documents kept: what they hold in memory, which is up to a hundred times their texts.
const KEPT_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes of a text worth keeping.
const KEPT_LENGTH: usize = 8 * 1024;
/// How many documents to make room for at first.
const EXPECTED: usize = 1024;
/// What the cache itself keeps of one.
const ENTRY: usize = size_of::<(Box<str>, KeptDocument)>() + 64;

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

/// Documents that were found valid, by their text: those used most, up to a bound in bytes.
pub(super) struct DocumentCache(Cache<Box<str>, KeptDocument, DocumentWeighter>);

#[derive(Clone)]
struct KeptDocument {
    document: Arc<ExecutableDocument>,
    /// Bytes that it holds, its text included.
    size: u64,
}

#[derive(Debug, Clone)]
struct DocumentWeighter;

impl Weighter<Box<str>, KeptDocument> for DocumentWeighter {
    fn weight(&self, _: &Box<str>, kept: &KeptDocument) -> u64 {
        kept.size
    }
}

impl Default for DocumentCache {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, KEPT_BYTES, DocumentWeighter))
    }
}

impl std::fmt::Debug for DocumentCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentCache")
            .field("documents", &self.0.len())
            .field("bytes", &self.0.weight())
            .field("most_bytes", &self.0.capacity())
            .finish()
    }
}

impl DocumentCache {
    /// Bytes of all documents kept, about.
    pub(super) fn bytes(&self) -> u64 {
        self.0.weight()
    }

    /// The document of a text.
    ///
    /// # Errors
    /// What is wrong with it, as the errors of a response.
    pub(super) fn document(
        &self,
        types: &TypeSystem,
        text: &str,
    ) -> Result<Arc<ExecutableDocument>, Vec<ServerError>> {
        if let Some(kept) = self.0.get(text) {
            return Ok(kept.document);
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
        self.keep(text, &document);
        Ok(document)
    }

    fn keep(&self, text: &str, document: &Arc<ExecutableDocument>) {
        if text.len() > KEPT_LENGTH {
            return;
        }
        let size = (document_size::document(document) + text.len() + ENTRY) as u64;
        self.0.insert(text.into(), KeptDocument { document: Arc::clone(document), size });
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::entity::Entity as _;
    use crate::entity::Registry;
    use crate::graphql::schema::Schema;
    use crate::history::HistoryRow;
    use crate::testing::own_process::{resident, run_alone};

    fn schema() -> Schema {
        let registry = Registry::new(&[HistoryRow::def()]).expect("a registry");
        Schema::builder(&registry).build().expect("a schema")
    }

    /// A valid document of nearly 8 KB, of small parts: fields, or values within an argument.
    fn wide(number: usize) -> String {
        let mut text = format!("query Q{number} {{");
        while text.len() < KEPT_LENGTH - 40 {
            match number % 3 {
                0 => text.push_str("__typename "),
                1 => text.push_str("...{__typename}"),
                _ => text.push_str("__type(name:\"x\"){name}"),
            }
        }
        text.push('}');
        text
    }

    #[test]
    fn a_thousand_documents_stay_within_the_bound() {
        run_alone("graphql::documents::tests::a_thousand_documents");
    }

    #[test]
    #[ignore = "run by `a_thousand_documents_stay_within_the_bound`"]
    fn a_thousand_documents() {
        let schema = schema();
        let cache = DocumentCache::default();
        let before = resident();
        let mut refused = String::new();
        for number in 0..1_500 {
            if let Err(errors) = cache.document(schema.types(), &wide(number)) {
                let _ = write!(refused, "{number}: {errors:?}");
            }
        }
        assert!(refused.is_empty(), "{}", &refused[..refused.len().min(500)]);
        let weight = cache.0.weight();
        assert!(weight <= KEPT_BYTES && weight > KEPT_BYTES / 2, "{cache:?}");
        if let (Some(before), Some(after)) = (before, resident()) {
            let grown = after.saturating_sub(before);
            println!("{grown} bytes for {cache:?}");
            assert!(grown < KEPT_BYTES * 3 / 2, "the process grew by {grown} bytes: {cache:?}");
        }
    }

    #[test]
    fn what_is_used_stays_when_others_go() {
        let schema = schema();
        let cache = DocumentCache::default();
        for number in 0..1_000 {
            cache.document(schema.types(), "{ __typename }").expect("a document");
            cache.document(schema.types(), &wide(3 * number)).ok();
        }
        assert!(cache.0.get("{ __typename }").is_some(), "{cache:?}");
    }
}
