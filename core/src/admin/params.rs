//! Names and values as they come in a query string or a form, and on their way into a link.

use crate::error::{Error, Result};

/// Names and values in the order sent. Where a name comes twice, the last value counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query string or a form's body.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for text that is not UTF-8: nothing a browser sends is lost silently.
    pub(super) fn parse(encoded: &[u8]) -> Result<Self> {
        let pairs = form_urlencoded::parse(encoded)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect::<Vec<_>>();
        let broken = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
        let replaced = pairs.iter().any(|(name, value)| broken(name) || broken(value));
        if replaced && !holds_replacement(encoded) {
            return Err(Error::bad_request("the request holds text that is not UTF-8"));
        }
        Ok(Self(pairs))
    }

    /// Reads the beginning of a form's body. The last value may be cut.
    pub(super) fn parse_beginning(encoded: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(encoded);
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values whose names begin so, by the rest of their names.
    pub(super) fn under(&self, prefix: &str) -> Self {
        let of =
            |(name, value): &(String, String)| Some((name.strip_prefix(prefix)?.to_owned(), value.clone()));
        Self(self.0.iter().filter_map(of).collect())
    }

    /// The last value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.iter().filter(|(key, _)| *key == name).last().map(|(_, value)| value)
    }

    /// The last value of a name, unless it is blank.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The names and values, in the order sent.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Params {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Whether the sender wrote the replacement character itself.
fn holds_replacement(encoded: &[u8]) -> bool {
    let text = String::from_utf8_lossy(encoded).to_ascii_uppercase();
    std::str::from_utf8(encoded).is_ok()
        && (text.contains("%EF%BF%BD") || text.contains(char::REPLACEMENT_CHARACTER))
}

/// A link to a path with a query string; blank values are left out.
pub(super) fn link<'a>(path: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    for (name, value) in query {
        if !value.is_empty() {
            encoded.append_pair(name, value);
        }
    }
    let encoded = encoded.finish();
    if encoded.is_empty() { path.to_owned() } else { format!("{path}?{encoded}") }
}

#[cfg(test)]
mod tests {
    use super::{Params, link};

    #[test]
    fn the_last_value_counts() {
        let params = Params::parse(b"active=false&active=true&q=a+b%26c").unwrap();
        assert_eq!(params.get("active"), Some("true"));
        assert_eq!(params.get("q"), Some("a b&c"));
        assert_eq!(params.get("none"), None);
    }

    #[test]
    fn text_that_is_not_utf8_is_refused() {
        assert!(Params::parse(b"q=%FF").is_err());
        assert!(Params::parse("q=%EF%BF%BD".as_bytes()).is_ok());
    }

    #[test]
    fn links_are_encoded() {
        assert_eq!(link("/a", [("q", "x y&z"), ("after", "")]), "/a?q=x+y%26z");
        assert_eq!(link("/a", []), "/a");
    }
}
