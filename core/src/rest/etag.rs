//! Entity tags and the conditions on them (RFC 9110, sections 8.8.3 and 13.1).
//!
//! A tag is a digest of the representation's bytes, so it changes whenever what a client sees changes, also when
//! the database itself set a reference to NULL.

use bytes::Bytes;
use poem::http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256};

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

    /// Whether a header of conditions names this tag. Without `weak`, tags marked `W/` never match.
    pub(super) fn is_in(self, headers: &HeaderMap, name: &HeaderName, weak: bool) -> bool {
        headers.get_all(name).iter().any(|value| {
            value.as_bytes().split(|byte| *byte == b',').any(|tag| {
                let tag = tag.trim_ascii();
                let tag = match tag.strip_prefix(b"W/") {
                    Some(tag) if weak => tag,
                    _ => tag,
                };
                tag == b"*" || tag == self.0
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, HeaderValue, header};

    use super::ETag;

    #[test]
    fn conditions() {
        let tag = ETag::of(b"{}");
        let text = tag.header().expect("a header");
        let text = text.to_str().expect("ASCII");
        assert_eq!(text.len(), 34);
        let holds = |value: &str, weak: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_str(value).expect("a header"));
            tag.is_in(&headers, &header::IF_MATCH, weak)
        };
        assert!(holds(text, false));
        assert!(holds("*", false));
        assert!(holds(&format!("\"other\", {text}"), false));
        assert!(holds(&format!("W/{text}"), true));
        assert!(!holds(&format!("W/{text}"), false));
        assert!(!holds("\"other\"", true));
        assert!(!holds(text.trim_matches('"'), true));
    }
}
