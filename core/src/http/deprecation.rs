//! The headers of what should not be used any more: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).

use chrono::DateTime;
use poem::Response;
use poem::http::{HeaderName, HeaderValue};

use crate::value::Deprecation;

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Says in a response that what was asked for is deprecated, and when it goes.
///
/// `Deprecation` is a date. Where a version says since when, no day is known, but that it has come: the header names the first
/// day of 1970.
pub(crate) fn tell(deprecated: &Deprecation, response: &mut Response) {
    let since = deprecated.since_second().unwrap_or_default();
    if let Ok(value) = HeaderValue::from_str(&format!("@{since}")) {
        response.headers_mut().insert(DEPRECATION, value);
    }
    if let Some(value) = deprecated.sunset_second().and_then(http_date) {
        response.headers_mut().insert(SUNSET, value);
    }
}

/// A second as HTTP writes it: `Sun, 31 Jan 2027 00:00:00 GMT`.
fn http_date(second: i64) -> Option<HeaderValue> {
    let time = DateTime::from_timestamp(second, 0)?;
    HeaderValue::from_str(&time.format(IMF_FIXDATE).to_string()).ok()
}

/// `IMF-fixdate` of RFC 9110.
const IMF_FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
