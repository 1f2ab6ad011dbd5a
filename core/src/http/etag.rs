//! Entity tags in conditions (RFC 9110, sections 8.8.3 and 13.1).

use poem::http::{HeaderMap, HeaderName};

/// How two tags are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// Of bytes: a tag that is marked as weak is like no other.
    Strong,
    /// Of meaning.
    Weak,
}

/// The content codings of responses, in the order of our preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Zstd,
    Brotli,
    Gzip,
}

impl Coding {
    pub(crate) const ALL: [Self; 3] = [Self::Zstd, Self::Brotli, Self::Gzip];
    /// All of them, as `Accept-Encoding` lists them.
    pub(crate) const LIST: &'static str = "zstd, br, gzip";

    /// The name in headers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The strong tag of a representation in this coding: its bytes are others.
    pub(crate) fn tag(self, tag: &str) -> Option<String> {
        let inside = tag.strip_prefix('"')?.strip_suffix('"')?;
        Some(format!("\"{inside}-{}\"", self.name()))
    }
}

/// Whether a header of conditions names a representation whose tag (with its quotes) this is, in any coding.
pub(crate) fn is_named(tag: &[u8], headers: &HeaderMap, name: &HeaderName, comparison: Comparison) -> bool {
    headers.get_all(name).iter().any(|value| {
        let value = value.as_bytes().trim_ascii();
        let mut sent = Tags(value);
        value == b"*"
            || sent.any(|(weak, sent)| (!weak || comparison == Comparison::Weak) && is_same(tag, sent))
    })
}

fn is_same(tag: &[u8], sent: &[u8]) -> bool {
    let Some(rest) = tag.strip_suffix(b"\"").and_then(|tag| sent.strip_prefix(tag)) else { return false };
    let Some(suffix) = rest.strip_suffix(b"\"") else { return false };
    let is_coding = |suffix: &[u8]| Coding::ALL.iter().any(|coding| coding.name().as_bytes() == suffix);
    suffix.is_empty() || suffix.strip_prefix(b"-").is_some_and(is_coding)
}

/// The tags of a list: whether each is weak, and its text with the quotes. What is not a tag is passed over.
struct Tags<'h>(&'h [u8]);

impl<'h> Iterator for Tags<'h> {
    type Item = (bool, &'h [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.0.iter().position(|byte| !matches!(byte, b',' | b' ' | b'\t'))?;
            let rest = &self.0[start..];
            let (weak, tag) = rest.strip_prefix(b"W/").map_or((false, rest), |tag| (true, tag));
            let end = tag.strip_prefix(b"\"").and_then(|tag| tag.iter().position(|byte| *byte == b'"'));
            match end {
                Some(end) => {
                    let (tag, rest) = tag.split_at(end + 2);
                    self.0 = rest;
                    return Some((weak, tag));
                }
                None => self.0 = &rest[rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len())..],
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, HeaderValue, header};

    use super::{Comparison, is_named};

    #[test]
    fn lists_of_tags() {
        let holds = |value: &str, comparison| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_str(value).expect("a header"));
            is_named(b"\"a\"", &headers, &header::IF_MATCH, comparison)
        };
        for named in [
            "\"a\"",
            "*",
            " * ",
            "\"x\", \"a\"",
            "\"x\",\"a\"",
            "\"x, y\" , \"a\"",
            "a, \"a\"",
            "\"a-gzip\"",
            "\"a-br\"",
        ] {
            assert!(holds(named, Comparison::Strong), "{named}");
        }
        for other in ["", "a", "\"x\"", "\"x\", *", "\"a", "\"a-own\"", "\"a-\"", "\"aa\"", "w/\"a\""] {
            assert!(!holds(other, Comparison::Weak), "{other}");
        }
        for weak in ["W/\"a\"", "\"x\", W/\"a\"", "W/\"a-zstd\""] {
            assert!(holds(weak, Comparison::Weak) && !holds(weak, Comparison::Strong), "{weak}");
        }
    }
}
