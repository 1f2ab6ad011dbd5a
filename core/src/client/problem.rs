//! Errors of another application: a problem document as the error that it was written from.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use crate::error::{ApplicationError, Error, FieldError};

/// How many codes are kept, each as long as the program runs: a server could make them up without end.
const MOST_CODES: usize = 4096;
/// Characters of the longest code.
const LONGEST_CODE: usize = 64;
/// What a code is that is not kept.
const OTHER: &str = "other";

/// What an application says (RFC 9457).
#[derive(Deserialize)]
struct ProblemDocument {
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    errors: Vec<BrokenRule>,
}

#[derive(Deserialize)]
struct BrokenRule {
    #[serde(default)]
    field: String,
    code: String,
    #[serde(default)]
    message: String,
}

/// The error that an answer is. What is no problem comes from something between the applications.
pub(super) fn error(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> Error {
    let Ok(problem) = serde_json::from_slice::<ProblemDocument>(body) else {
        return match status.as_u16() {
            502..=504 => Error::Unavailable,
            401 => Error::Unauthenticated,
            403 => Error::Forbidden,
            404 => Error::NotFound("the address".into()),
            429 => Error::RateLimited { retry_after: retry_after.unwrap_or_default() },
            other => {
                ApplicationError::new(other, "UNREADABLE_ANSWER", format!("status {other} without a problem"))
                    .into()
            }
        };
    };
    let ProblemDocument { code, detail, errors } = problem;
    let fields: Vec<_> = errors
        .into_iter()
        .map(|rule| FieldError::new(rule.field, interned(&rule.code), rule.message))
        .collect();
    match code.as_str() {
        "VALIDATION_FAILED" => Error::Validation(fields),
        "BAD_REQUEST" => Error::BadRequest(detail.into()),
        "CURSOR_MISMATCH" => Error::CursorMismatch,
        "CURSOR_INVALID" => Error::CursorInvalid,
        "UNAUTHENTICATED" => Error::Unauthenticated,
        "FORBIDDEN" if fields.is_empty() => Error::Forbidden,
        "FORBIDDEN" => Error::ForbiddenFields(fields),
        "NOT_FOUND" => {
            Error::NotFound(detail.strip_suffix(" was not found").unwrap_or(&detail).to_owned().into())
        }
        "CONFLICT" => Error::Conflict(fields),
        "VERSION_MISMATCH" => Error::VersionMismatch,
        "VERSION_REQUIRED" => Error::VersionRequired,
        "PAYLOAD_TOO_LARGE" => Error::PayloadTooLarge { limit: number_in(&detail) },
        "QUERY_TOO_COMPLEX" => Error::QueryTooComplex(detail.into()),
        "RATE_LIMITED" => Error::RateLimited { retry_after: retry_after.unwrap_or_default() },
        "UNAVAILABLE" => Error::Unavailable,
        "UNREADABLE_VALUE" => Error::UnreadableValue,
        "INTERNAL" => Error::Internal,
        own => {
            let error = ApplicationError::new(status.as_u16(), interned(own), detail);
            fields.into_iter().fold(error, ApplicationError::with).into()
        }
    }
}

/// The number in `the request is larger than 2097152 bytes`.
fn number_in(text: &str) -> usize {
    text.split(' ').find_map(|word| word.parse().ok()).unwrap_or_default()
}

/// `Retry-After` in seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// A code as errors have it: one that lives as long as the program.
fn interned(code: &str) -> &'static str {
    static CODES: Mutex<Option<Codes>> = Mutex::new(None);
    let mut codes = CODES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    codes.get_or_insert_default().keep(code)
}

/// The codes that were answered.
#[derive(Default)]
struct Codes(HashSet<&'static str>);

impl Codes {
    fn keep(&mut self, code: &str) -> &'static str {
        match self.0.get(code) {
            Some(known) => known,
            None if self.0.len() >= MOST_CODES || code.chars().count() > LONGEST_CODE => OTHER,
            None => {
                let code: &'static str = Box::leak(code.into());
                self.0.insert(code);
                code
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each error of a service comes back as it was.
    #[test]
    fn errors_survive_the_way() {
        let field = || vec![FieldError::new("lines.2.quantity", "too_small", "must be at least 1")];
        let own = ApplicationError::new(409, "ALREADY_CLOSED", "this issue is closed already").on("status");
        let wait = Duration::from_secs(7);
        let all = [
            Error::Validation(field()),
            Error::BadRequest("`limit` must be from 1 to 100".into()),
            Error::CursorMismatch,
            Error::CursorInvalid,
            Error::Unauthenticated,
            Error::Forbidden,
            Error::ForbiddenFields(field()),
            Error::NotFound("the issue".into()),
            Error::Conflict(field()),
            Error::VersionMismatch,
            Error::VersionRequired,
            Error::PayloadTooLarge { limit: 2_097_152 },
            Error::QueryTooComplex("a filter nests at most 10 levels".into()),
            Error::RateLimited { retry_after: wait },
            Error::Unavailable,
            Error::UnreadableValue,
            own.into(),
            Error::Internal,
        ];
        for sent in all {
            let errors = sent.fields().iter();
            let errors = errors
                .map(|it| serde_json::json!({ "field": it.field, "code": it.code, "message": it.message }));
            let problem = serde_json::json!({
                "code": sent.code(), "detail": sent.to_string(), "errors": errors.collect::<Vec<_>>(),
            });
            let status = StatusCode::from_u16(sent.status()).unwrap();
            assert_eq!(error(status, Some(wait), problem.to_string().as_bytes()), sent);
        }
    }

    #[test]
    fn what_is_no_problem_is_an_error_too() {
        let of =
            |status: u16, body: &str| error(StatusCode::from_u16(status).unwrap(), None, body.as_bytes());
        assert_eq!(of(502, "<h1>Bad Gateway</h1>"), Error::Unavailable);
        assert_eq!(of(403, ""), Error::Forbidden);
        assert_eq!(of(418, "{}").code(), "UNREADABLE_ANSWER");
        assert_eq!(of(418, "{}").status(), 418);
    }

    #[test]
    fn codes_that_are_made_up_take_no_memory_without_end() {
        let mut codes = Codes::default();
        assert_eq!(codes.keep(&"x".repeat(LONGEST_CODE + 1)), OTHER);
        for number in 0..2 * MOST_CODES {
            codes.keep(&format!("made_up_{number}"));
        }
        assert_eq!(
            (codes.0.len(), codes.keep("made_up_7"), codes.keep("one_more")),
            (MOST_CODES, "made_up_7", OTHER)
        );
    }
}
