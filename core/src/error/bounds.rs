//! How large errors are: an answer lists a few dozen, each of a few hundred bytes, whatever was sent.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::error::FieldError;

/// Errors that one answer lists. The last says how many more there are.
pub(crate) const MAX_LISTED: usize = 24;
/// Bytes of a text about an error, before it is written as JSON.
const MAX_TEXT: usize = 400;
/// Bytes of the name of what an error is about.
const MAX_FIELD: usize = 200;
/// The code of the entry that says how many more there are.
pub(crate) const MORE: &str = "more_errors";

/// A text about an error, cut where it is long: it may quote what a client sent.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    cut_to(text, MAX_TEXT)
}

fn cut_to(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return text.into();
    }
    format!("{}…", &text[..text.floor_char_boundary(most)]).into()
}

/// What the last entry of a list says that leaves so many out.
pub(crate) fn more(count: usize) -> String {
    if count == 1 {
        "1 more error is not listed".to_owned()
    } else {
        format!("{count} more errors are not listed")
    }
}

/// The first of many errors, each cut; when some are left out the last entry says how many. `most` is at least 1.
pub(crate) fn listed(errors: &[FieldError], most: usize) -> Vec<FieldError> {
    let kept = if errors.len() > most { most.saturating_sub(1) } else { errors.len() };
    let mut listed: Vec<_> = errors[..kept]
        .iter()
        .map(|error| FieldError {
            field: cut_to(&error.field, MAX_FIELD).into_owned().into(),
            code: error.code,
            message: cut(&error.message).into_owned().into(),
        })
        .collect();
    if kept < errors.len() {
        listed.push(FieldError::new("", MORE, more(errors.len() - kept)));
    }
    listed
}

/// All broken rules in one text, as many as it has room for.
pub(super) fn summary(errors: &[FieldError]) -> String {
    let mut text = String::new();
    for (position, error) in errors.iter().enumerate() {
        if text.len() > MAX_TEXT {
            let _ = write!(text, "; {}", more(errors.len() - position));
            break;
        }
        if position > 0 {
            text.push_str("; ");
        }
        if !error.field.is_empty() {
            let _ = write!(text, "{}: ", cut_to(&error.field, MAX_FIELD));
        }
        text.push_str(&cut(&error.message));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn an_error_is_small_whatever_it_quotes() {
        let long = "ü".repeat(50_000);
        let fields: Vec<_> =
            (0..5_000).map(|_| FieldError::new(long.clone(), "code", long.clone())).collect();
        let listed = listed(&fields, MAX_LISTED);
        assert_eq!(listed.len(), MAX_LISTED);
        assert_eq!(listed[MAX_LISTED - 1].message, "4977 more errors are not listed");
        assert!(listed.iter().all(|error| error.field.len() + error.message.len() < 700));
        let errors = [
            Error::Validation(fields.clone()),
            Error::Conflict(fields.clone()),
            Error::ForbiddenFields(fields),
            Error::bad_request(long.clone()),
            Error::NotFound(long.clone().into()),
            Error::QueryTooComplex(long.into()),
        ];
        for error in errors {
            let text = error.to_string();
            assert!(text.len() < 1_200, "{} bytes: {text}", text.len());
        }
    }

    #[test]
    fn what_has_room_is_listed_whole() {
        let fields: Vec<_> =
            (0..MAX_LISTED).map(|row| FieldError::new("name", "required", "is required").at(row)).collect();
        assert_eq!(listed(&fields, MAX_LISTED), fields);
        assert_eq!(summary(&fields[..2]), "items.0.name: is required; items.1.name: is required");
        let one = listed(&fields, 1);
        assert_eq!((one.len(), &*one[0].message), (1, "24 more errors are not listed"));
    }
}
