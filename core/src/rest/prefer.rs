//! `Prefer: return=minimal` and `return=representation` (RFC 7240): a write is answered without or with what was written.

use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use poem::{Body, Response};

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const MINIMAL: &str = "return=minimal";
const REPRESENTATION: &str = "return=representation";

/// What a client wants to be answered with. Of two preferences that contradict each other the first counts, and one that is not known
/// is as good as none.
fn preference(headers: &HeaderMap) -> Option<&'static str> {
    let values = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let mut preferences = values.flat_map(|value| value.split(',')).map(|preference| {
        let preference = preference.split(';').next().unwrap_or_default();
        let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
        let value = value.trim().trim_matches('"');
        format!("{}={value}", name.trim()).to_ascii_lowercase()
    });
    let wanted = preferences.find(|preference| preference.starts_with("return="))?;
    [MINIMAL, REPRESENTATION].into_iter().find(|known| *known == wanted)
}

/// Answers a write that was done as the client prefers, and says so. A response without a body has nothing to leave out.
pub(super) fn apply(headers: &HeaderMap, response: &mut Response) {
    let has_body = response.headers().contains_key(header::CONTENT_TYPE);
    let Some(preference) = preference(headers).filter(|_| has_body) else { return };
    if preference == MINIMAL {
        response.set_body(Body::empty());
        response.headers_mut().remove(header::CONTENT_TYPE);
        if response.status() == StatusCode::OK {
            response.set_status(StatusCode::NO_CONTENT);
        }
    }
    response.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static(preference));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read() {
        for (values, wanted) in [
            (&[][..], None),
            (&["return=minimal"], Some(MINIMAL)),
            (&["respond-async, Return = \"Minimal\"; foo=bar"], Some(MINIMAL)),
            (&["return=representation, return=minimal"], Some(REPRESENTATION)),
            (&["respond-async", "return=minimal"], Some(MINIMAL)),
            (&["return=nothing"], None),
            (&["returning=minimal"], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, HeaderValue::from_static(value));
            }
            assert_eq!(preference(&headers), wanted, "{values:?}");
        }
    }
}
