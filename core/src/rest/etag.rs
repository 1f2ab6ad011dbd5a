//! Entity tags and the conditions on them (RFC 9110, sections 8.8.3 and 13.1).
//!
//! A tag is a digest of the representation's bytes, so it changes whenever what a client sees changes, also when
//! the database itself set a reference to NULL.

use bytes::Bytes;
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};

use crate::http::etag::{Comparison, is_named};

/// Characters of a tag, with its quotes.
const LENGTH: usize = 34;

/// The strong tag of one representation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ETag([u8; LENGTH]);

impl ETag {
    pub(super) fn of(body: &[u8]) -> Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let digest = Sha256::digest(body);
        let mut tag = [b'"'; LENGTH];
        for (pair, byte) in tag[1..LENGTH - 1].chunks_exact_mut(2).zip(digest) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
        Self(tag)
    }

    /// The value of the `ETag` header.
    pub(super) fn header(self) -> Option<HeaderValue> {
        HeaderValue::from_maybe_shared(Bytes::copy_from_slice(&self.0)).ok()
    }

    /// Whether a header of conditions names this tag.
    pub(super) fn is_in(self, headers: &HeaderMap, name: &HeaderName, comparison: Comparison) -> bool {
        is_named(&self.0, headers, name, comparison)
    }
}

/// The conditions of a request, judged against the row that it is about.
pub(super) struct Preconditions {
    headers: HeaderMap,
}

/// Why a request is not carried out as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    /// `If-Match` names another state: 412.
    IfMatch,
    /// `If-None-Match` names this state: 304 for reads, 412 for others.
    IfNoneMatch,
}

impl Preconditions {
    /// The conditions of a request; `None` where it has none. There are no dates to be conditions of, and no ranges.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut conditions = HeaderMap::new();
        for name in [header::IF_MATCH, header::IF_NONE_MATCH] {
            for value in headers.get_all(&name) {
                conditions.append(&name, value.clone());
            }
        }
        (!conditions.is_empty()).then_some(Self { headers: conditions })
    }

    /// The first that fails, in the order of RFC 9110, section 13.2.2.
    pub(super) fn failed(&self, current: ETag) -> Option<Failed> {
        let names = |name, comparison| current.is_in(&self.headers, name, comparison);
        if self.headers.contains_key(header::IF_MATCH) && !names(&header::IF_MATCH, Comparison::Strong) {
            return Some(Failed::IfMatch);
        }
        names(&header::IF_NONE_MATCH, Comparison::Weak).then_some(Failed::IfNoneMatch)
    }
}
