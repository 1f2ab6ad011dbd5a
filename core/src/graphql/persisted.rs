//! Documents that a request names instead of sending: automatic persisted queries (Apollo's protocol), and the trusted
//! documents of a manifest.

mod manifest;

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::ServerError;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::graphql::error;

pub use manifest::{ManifestError, TrustedDocuments};

/// Bytes of all texts that clients have registered.
const REGISTERED_BYTES: u64 = 16 * 1024 * 1024;
/// How many texts to make room for at first.
const EXPECTED: usize = 1024;
/// What the cache itself keeps of one.
const ENTRY: usize = size_of::<(Hash, Arc<str>)>() + 96;
/// The one version of the protocol.
const VERSION: u64 = 1;
/// What stands before the hash of a registered document where it is a `documentId`.
const HASH_PREFIX: &str = "sha256:";

/// The SHA-256 of a document.
type Hash = [u8; 32];

/// Which document a request is about: its text, its hash, or what the manifest calls it.
#[derive(Debug, Default)]
pub(super) struct DocumentSource {
    /// `query`
    pub(super) text: Option<String>,
    /// `extensions.persistedQuery.sha256Hash`
    pub(super) hash: Option<String>,
    /// `documentId`
    pub(super) id: Option<String>,
}

impl DocumentSource {
    /// Checks that a document is named at all.
    ///
    /// # Errors
    /// `BadRequest` when none is.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self { text: None, hash: None, id: None } => Err(Error::bad_request("`query` is missing")),
            _ => Ok(()),
        }
    }
}

/// Reads `extensions.persistedQuery`.
///
/// # Errors
/// `BadRequest` when it is not as the protocol has it.
pub(super) fn read_hash(extensions: &Map<String, Json>) -> Result<Option<String>> {
    let persisted = match extensions.get("persistedQuery") {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Object(persisted)) => persisted,
        Some(_) => return Err(Error::bad_request("`extensions.persistedQuery` must be an object")),
    };
    if persisted.get("version").and_then(Json::as_u64) != Some(VERSION) {
        return Err(Error::bad_request("`extensions.persistedQuery.version` must be 1"));
    }
    let hash = persisted.get("sha256Hash").and_then(Json::as_str);
    let hash = hash.ok_or_else(|| {
        Error::bad_request(
            "`extensions.persistedQuery.sha256Hash` must be the SHA-256 of the query, in hexadecimal",
        )
    })?;
    Ok(Some(hash.to_owned()))
}

/// The texts that are known.
pub(super) struct PersistedQueries {
    /// Those that clients have registered, those used most, up to a bound in bytes; none where they may not.
    registered: Option<Cache<Hash, Arc<str>, TextWeighter>>,
    /// Those of the manifest; without one every text may run.
    trusted: Option<TrustedDocuments>,
}

#[derive(Debug, Clone)]
struct TextWeighter;

impl Weighter<Hash, Arc<str>> for TextWeighter {
    fn weight(&self, _: &Hash, text: &Arc<str>) -> u64 {
        (text.len() + ENTRY) as u64
    }
}

/// The text of a request's document.
#[derive(Debug)]
pub(super) struct DocumentText<'a> {
    pub(super) text: Cow<'a, str>,
    /// By which it is to be found from now on, once it is known to be valid.
    registers: Option<Hash>,
}

impl std::ops::Deref for DocumentText<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PersistedQueries {
    pub(super) fn new(registers: bool, trusted: Option<TrustedDocuments>) -> Self {
        let registered = registers.then(|| Cache::with_weighter(EXPECTED, REGISTERED_BYTES, TextWeighter));
        Self { registered, trusted }
    }

    /// Bytes of all texts that clients have registered, about.
    pub(super) fn bytes(&self) -> u64 {
        self.registered.as_ref().map_or(0, Cache::weight)
    }

    /// The text of a request's document.
    ///
    /// # Errors
    /// The error of a response: nothing is named, the name is not known, or the text may not run.
    pub(super) fn text<'a>(
        &self,
        source: &'a DocumentSource,
        ctx: &Ctx,
    ) -> Result<DocumentText<'a>, ServerError> {
        let refused = |error: &Error| error::request_error(error, ctx.request_id());
        let known = |text: Option<String>| match text {
            Some(text) => Ok(DocumentText { text: Cow::Owned(text), registers: None }),
            None => Err(error::persisted_error("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND", ctx)),
        };
        let trusted = |id: &str| self.trusted.as_ref().and_then(|trusted| trusted.text(id));
        match source {
            DocumentSource { id: Some(id), text: None, hash: None } => {
                let hash = id.strip_prefix(HASH_PREFIX);
                known(trusted(id).or_else(|| self.registered(hash?, ctx)))
            }
            DocumentSource { id: Some(_), .. } => {
                Err(refused(&Error::bad_request("send either `documentId` or a `query`, not both")))
            }
            DocumentSource { hash: Some(hash), text: None, .. } => match trusted(hash) {
                Some(text) => known(Some(text)),
                None if self.registered.is_none() && self.may_send_any(ctx) => Err(not_supported(ctx)),
                None => known(self.registered(hash, ctx)),
            },
            DocumentSource { hash, text: Some(text), .. } => {
                let hash = hash.as_ref().map(|hash| matching(hash, text)).transpose();
                let hash = hash.map_err(|error| refused(&error))?;
                let any = self.may_send_any(ctx);
                if !any && !self.trusted.as_ref().is_some_and(|trusted| trusted.has(text)) {
                    let message = "only documents that the server knows may run here; send the id or the hash of one of them";
                    return Err(error::persisted_error(message, "QUERY_NOT_IN_SAFELIST", ctx));
                }
                if hash.is_some() && any && self.registered.is_none() {
                    return Err(not_supported(ctx));
                }
                Ok(DocumentText { text: Cow::Borrowed(text), registers: hash.filter(|_| any) })
            }
            DocumentSource { hash: None, text: None, id: None } => {
                source.check().map_err(|error| refused(&error))?;
                Err(refused(&Error::internal("no document is named")))
            }
        }
    }

    /// Keeps the text of a valid document that came with its hash.
    pub(super) fn register(&self, text: &DocumentText<'_>) {
        if let (Some(registered), Some(hash)) = (&self.registered, text.registers)
            && registered.get(&hash).is_none()
        {
            registered.insert(hash, Arc::from(&*text.text));
        }
    }

    fn registered(&self, hash: &str, ctx: &Ctx) -> Option<String> {
        // Who has registered it is not who may run it.
        let registered = self.registered.as_ref().filter(|_| self.may_send_any(ctx))?;
        registered.get(&decode(hash)?).map(|text| text.to_string())
    }

    fn may_send_any(&self, ctx: &Ctx) -> bool {
        self.trusted
            .as_ref()
            .is_none_or(|trusted| trusted.roles.iter().any(|role| ctx.principal().has_role(role)))
    }
}

fn not_supported(ctx: &Ctx) -> ServerError {
    error::persisted_error("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED", ctx)
}

/// The hash of a text, if it is the one that was sent with it.
fn matching(hash: &str, text: &str) -> Result<Hash> {
    let own: Hash = Sha256::digest(text.as_bytes()).into();
    match decode(hash) == Some(own) {
        true => Ok(own),
        false => Err(Error::bad_request("`sha256Hash` is not the SHA-256 of the `query` that came with it")),
    }
}

/// Reads 64 hexadecimal digits.
fn decode(text: &str) -> Option<Hash> {
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut hash = [0; 32];
    if text.len() != 2 * hash.len() {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(digits[0])? * 16 + digit(digits[1])?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_64_hexadecimal_digits() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(decode(text), Some(Sha256::digest(b"").into()));
        assert_eq!(decode(&text.to_uppercase()), decode(text));
        for wrong in ["", &text[1..], &text.replace('e', "g"), &"é".repeat(32), &text.repeat(2)] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_clients_register_stays_within_the_bound() {
        let queries = PersistedQueries::new(true, None);
        for number in 0..2_000 {
            let text = format!("{{ a{number}: {} }}", "x".repeat(60_000));
            let registers = Some(Sha256::digest(text.as_bytes()).into());
            queries.register(&DocumentText { text: Cow::Owned(text), registers });
        }
        assert!(queries.bytes() <= REGISTERED_BYTES, "{}", queries.bytes());
        assert!(queries.bytes() > REGISTERED_BYTES / 4, "they are kept: {}", queries.bytes());
    }
}
