//! The manifest of trusted documents, as the compilers of clients write it.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

/// Why a manifest cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the manifest of trusted documents {path} {reason}")]
pub struct ManifestError {
    pub(super) path: String,
    pub(super) reason: String,
}

/// The documents that may run, by the ids that a manifest gives them.
#[derive(Debug, Clone, Default)]
pub struct TrustedDocuments {
    by_id: HashMap<String, Arc<str>>,
    texts: HashSet<Arc<str>>,
    /// The roles that may send others.
    pub(super) roles: Vec<String>,
}

/// What compilers write.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    /// Apollo's: `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "body", …}]}`.
    Apollo { format: String, version: u64, operations: Vec<ApolloOperation> },
    /// Relay's, and that of GraphQL Code Generator: `{"id": "text"}`.
    Texts(HashMap<String, String>),
}

#[derive(Deserialize)]
struct ApolloOperation {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// Reads a manifest: Apollo's, or an object with a text for each id, as Relay's compiler writes it. Who has one of the roles
    /// may send other documents too.
    ///
    /// # Errors
    /// [`ManifestError`] that names the file.
    pub fn load(path: &Path, roles: Vec<String>) -> Result<Self, ManifestError> {
        let failed = |reason: String| ManifestError { path: path.display().to_string(), reason };
        let text = std::fs::read(path).map_err(|error| failed(format!("cannot be read: {error}")))?;
        Self::read(&text, roles).map_err(failed)
    }

    fn read(text: &[u8], roles: Vec<String>) -> Result<Self, String> {
        let form = "must be `{\"<id>\": \"<document>\", …}`, or a manifest of Apollo's";
        let manifest: Manifest = match serde_json::from_slice(text) {
            Ok(manifest) => manifest,
            Err(error) if error.is_data() => return Err(form.to_owned()),
            Err(error) => return Err(format!("is not JSON: {error}")),
        };
        let operations: Vec<(String, String)> = match manifest {
            Manifest::Apollo { format, version, operations } => {
                if format != "apollo-persisted-query-manifest" || version != 1 {
                    return Err(form.to_owned());
                }
                operations.into_iter().map(|operation| (operation.id, operation.body)).collect()
            }
            Manifest::Texts(texts) => texts.into_iter().collect(),
        };
        if operations.is_empty() {
            return Err("has no documents, so that nothing could run".to_owned());
        }
        let mut trusted = Self { roles, ..Self::default() };
        for (id, text) in operations {
            let text: Arc<str> = text.into();
            trusted.texts.insert(Arc::clone(&text));
            if let Some(other) = trusted.by_id.insert(id.clone(), Arc::clone(&text))
                && other != text
            {
                return Err(format!("has two documents of the id `{id}`"));
            }
        }
        Ok(trusted)
    }

    /// Each document with its id, by id.
    pub(in crate::graphql) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut all: Vec<_> = self.by_id.iter().map(|(id, text)| (id.as_str(), &**text)).collect();
        all.sort_unstable();
        all.into_iter()
    }

    pub(super) fn text(&self, id: &str) -> Option<String> {
        self.by_id.get(id).map(|text| text.to_string())
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.texts.contains(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TrustedDocuments, String> {
        TrustedDocuments::read(text.as_bytes(), Vec::new())
    }

    #[test]
    fn the_formats_of_apollo_and_of_relay() {
        let apollo = r#"{"format": "apollo-persisted-query-manifest", "version": 1, "operations":
            [{"id": "a1", "body": "{ a }", "name": "A", "type": "query"}, {"id": "b2", "body": "{ b }"}]}"#;
        let relay = r#"{"a1": "{ a }", "b2": "{ b }"}"#;
        for text in [apollo, relay] {
            let trusted = read(text).expect("a manifest");
            assert_eq!(trusted.iter().collect::<Vec<_>>(), [("a1", "{ a }"), ("b2", "{ b }")]);
            assert!(trusted.has("{ a }") && !trusted.has("{ c }"));
        }
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        let twice = r#"{"format": "apollo-persisted-query-manifest", "version": 1, "operations":
            [{"id": "a", "body": "{ a }"}, {"id": "a", "body": "{ b }"}]}"#;
        let cases = [
            ("{", "is not JSON"),
            ("[]", "must be"),
            (r#"{"a": 1}"#, "must be"),
            ("{}", "has no documents"),
            (r#"{"format": "x", "version": 1, "operations": []}"#, "must be"),
            (r#"{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}"#, "must be"),
            (twice, "two documents of the id `a`"),
        ];
        for (text, expected) in cases {
            let reason = read(text).expect_err(text);
            assert!(reason.contains(expected), "{text}: {reason}");
        }
    }
}
