//! From a text to a document that may run: parsed, within the limits, valid. A text that comes again is done already.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::parser::types::{Directive, ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Positioned, ServerError};
use async_graphql_value::Value as Literal;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::error::Error;
use crate::graphql::limits::Ruler;
use crate::graphql::syntax::{SyntaxError, parse};
use crate::graphql::validation::{self, Mistake, Mistakes};
use crate::graphql::{document_size, error, executable, introspection, limits};

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

impl Refusal {
    fn of_syntax(error: SyntaxError, ruler: Ruler<'_>) -> Self {
        match error {
            SyntaxError::Wrong { message, pos } => {
                Self::Mistakes(Mistake { message, positions: vec![pos] }.into())
            }
            SyntaxError::TooManyTokens => Self::Limit(ruler.too_many_tokens()),
            SyntaxError::LongName => Self::Limit(limits::too_long_name()),
            SyntaxError::TooDeep => Self::Limit(limits::too_deep()),
        }
    }
}

/// A document that may run.
#[derive(Debug)]
pub(super) struct ValidDocument {
    pub(super) executable: ExecutableDocument,
    /// Another for each document that is kept, by which its plans are found; none for one that is not kept.
    pub(super) number: Option<u64>,
    /// The variables that its `@skip` and `@include` look at: by their values its plans differ.
    pub(super) switches: Vec<Name>,
    /// Whether it asks for the schema.
    pub(super) introspects: bool,
}

/// Documents that were found valid, by their text: those used most, up to a bound in bytes.
pub(super) struct DocumentCache {
    kept: Cache<Box<str>, KeptDocument, DocumentWeighter>,
    parsed: AtomicU64,
    validated: AtomicU64,
    /// How many documents were kept so far.
    numbers: AtomicU64,
}

#[derive(Clone)]
struct KeptDocument {
    document: Arc<ValidDocument>,
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
        Self {
            kept: Cache::with_weighter(EXPECTED, KEPT_BYTES, DocumentWeighter),
            parsed: AtomicU64::new(0),
            validated: AtomicU64::new(0),
            numbers: AtomicU64::new(0),
        }
    }
}

impl std::fmt::Debug for DocumentCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentCache")
            .field("documents", &self.kept.len())
            .field("bytes", &self.kept.weight())
            .field("most_bytes", &self.kept.capacity())
            .finish()
    }
}

impl DocumentCache {
    /// Bytes of all documents kept, about.
    pub(super) fn bytes(&self) -> u64 {
        self.kept.weight()
    }

    /// How many texts were parsed, and how many documents validated.
    pub(super) fn work(&self) -> (u64, u64) {
        (self.parsed.load(Ordering::Relaxed), self.validated.load(Ordering::Relaxed))
    }

    /// The document of a text.
    ///
    /// # Errors
    /// What is wrong with it, as the errors of a response.
    pub(super) fn document(
        &self,
        ruler: Ruler<'_>,
        text: &str,
    ) -> Result<Arc<ValidDocument>, Vec<ServerError>> {
        if let Some(kept) = self.kept.get(text) {
            return Ok(kept.document);
        }
        let executable = self.prepare(ruler, text).map_err(|refusal| match refusal {
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
        })?;
        Ok(self.keep(text, executable))
    }

    /// Keeps a document, if it is worth that.
    fn keep(&self, text: &str, executable: ExecutableDocument) -> Arc<ValidDocument> {
        let is_kept = text.len() <= KEPT_LENGTH;
        let document = Arc::new(ValidDocument {
            number: is_kept.then(|| self.numbers.fetch_add(1, Ordering::Relaxed)),
            switches: switches(&executable),
            introspects: introspection::introspects(&executable),
            executable,
        });
        if is_kept {
            let switches: usize = document.switches.iter().map(|name| name.len() + 64).sum();
            let size = document_size::document(&document.executable) + switches + text.len() + ENTRY;
            let kept = KeptDocument { document: Arc::clone(&document), size: size as u64 };
            self.kept.insert(text.into(), kept);
        }
        document
    }

    /// What is cheap comes first: no rule walks a document that is larger than the limits.
    fn prepare(&self, ruler: Ruler<'_>, text: &str) -> Result<ExecutableDocument, Refusal> {
        ruler.check_length(text)?;
        self.parsed.fetch_add(1, Ordering::Relaxed);
        let document = parse(text, ruler.syntax()).map_err(|error| Refusal::of_syntax(error, ruler))?;
        let order = validation::check_structure(&document)?;
        let executable = executable::executable(&document, ruler.types);
        ruler.check_document(&executable, &order)?;
        self.validated.fetch_add(1, Ordering::Relaxed);
        validation::check(&document, ruler.types)?;
        Ok(executable)
    }
}

/// The variables that `@skip` and `@include` look at, each once, by name.
fn switches(document: &ExecutableDocument) -> Vec<Name> {
    let mut found = Vec::new();
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).for_each(|set| gather_switches(set, &mut found));
    found.sort_unstable();
    found.dedup();
    found
}

// As deep as a document may nest, which is checked before it is parsed.
fn gather_switches(set: &SelectionSet, found: &mut Vec<Name>) {
    for item in &set.items {
        let directives: &[Positioned<Directive>] = item.node.directives();
        let asked = directives
            .iter()
            .filter(|directive| matches!(directive.node.name.node.as_str(), "skip" | "include"));
        found.extend(asked.filter_map(|directive| match &directive.node.get_argument("if")?.node {
            Literal::Variable(name) => Some(name.clone()),
            _ => None,
        }));
        match &item.node {
            Selection::Field(field) => gather_switches(&field.node.selection_set.node, found),
            Selection::InlineFragment(fragment) => gather_switches(&fragment.node.selection_set.node, found),
            Selection::FragmentSpread(_) => {}
        }
    }
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
            if let Err(errors) = cache.document(schema.ruler(), &wide(number)) {
                let _ = write!(refused, "{number}: {errors:?}");
            }
        }
        assert!(refused.is_empty(), "{}", &refused[..refused.len().min(500)]);
        let weight = cache.kept.weight();
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
            cache.document(schema.ruler(), "{ __typename }").expect("a document");
            cache.document(schema.ruler(), &wide(3 * number)).ok();
        }
        assert!(cache.kept.get("{ __typename }").is_some(), "{cache:?}");
    }
}
