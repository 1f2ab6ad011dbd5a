//! `Prefer: return=minimal` (RFC 7240): a write is answered without the row.

use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use poem::{Body, Response};

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const MINIMAL: &str = "return=minimal";

/// Whether the client wants no more than that it was done. Of two that contradict each other the first counts.
pub(super) fn prefers_minimal(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let mut returns = preferences
        .flat_map(|value| value.split(','))
        .map(|preference| preference.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
        .filter(|preference| preference.starts_with("return="));
    returns.next().is_some_and(|preference| preference == MINIMAL)
}

/// Leaves the row out of a response, and says so.
pub(super) fn shorten_response(response: &mut Response) {
    response.set_body(Body::empty());
    if response.status() == StatusCode::OK {
        response.set_status(StatusCode::NO_CONTENT);
    }
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.insert(PREFERENCE_APPLIED, HeaderValue::from_static(MINIMAL));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read() {
        for (values, minimal) in [
            (&[][..], false),
            (&["return=minimal"], true),
            (&["respond-async, Return=Minimal; foo=bar"], true),
            (&["return=representation, return=minimal"], false),
            (&["respond-async", "return=minimal"], true),
            (&["returning=minimal"], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, HeaderValue::from_static(value));
            }
            assert_eq!(prefers_minimal(&headers), minimal, "{values:?}");
        }
    }
}
