//! `deprecated(since = "2", note = "…", sunset = "2027-01-31")`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attr::value::Resolve;
use crate::attr::{DeprecatedAttrs, Nested, Once, Text};
use crate::diag::Errors;
use crate::json::{Member, Object};

/// Since when and why something should not be used any more, and when it goes.
#[derive(Debug, Clone)]
pub struct Deprecated {
    /// A version, or a day.
    since: Option<String>,
    note: Option<String>,
    /// A day: `2027-01-31`.
    sunset: Option<String>,
}

impl Resolve for Nested<DeprecatedAttrs> {
    type Resolved = Option<Deprecated>;

    fn resolve(&self, _: &str, errors: &mut Errors) -> Option<Deprecated> {
        let Self(DeprecatedAttrs { since, note, sunset }) = self;
        for (name, option) in [("since", since), ("note", note)] {
            if let Some(text) = option.as_ref().filter(|text| text.value.0.value().trim().is_empty()) {
                errors.on(&text.value.0, format!("`{name}` is empty; say something or leave it out"));
            }
        }
        let day = sunset.as_ref().map(|sunset| &sunset.value.0);
        if let Some(text) = day.filter(|text| !is_day(&text.value())) {
            errors.on(text, "`sunset` takes a day of the calendar: `sunset = \"2027-01-31\"`");
        }
        let text = |option: &Once<Text>| option.as_ref().map(|text| text.value.0.value());
        let (since, note, gone) = (text(since), text(note), text(sunset));
        if let (Some(text), Some(since), Some(gone)) = (day, &since, &gone)
            && is_day(since)
            && is_day(gone)
            && gone < since
        {
            errors.on(text, "`sunset` is before `since`; what is gone cannot become deprecated");
        }
        Some(Deprecated { since, note, sunset: gone })
    }
}

impl Member for Option<Deprecated> {
    fn write(&self, name: &str, object: &mut Object) {
        let Some(Deprecated { since, note, sunset }) = self else { return };
        let mut members = Object::default();
        members.some_text("since", since.as_deref());
        members.some_text("note", note.as_deref());
        members.some_text("sunset", sunset.as_deref());
        object.value(name, &members.end());
    }
}

/// The same as a value of the runtime's type.
pub fn expand_deprecation(deprecated: Option<&Deprecated>, runtime: &TokenStream) -> TokenStream {
    let Some(Deprecated { since, note, sunset }) = deprecated else {
        return quote!(::core::option::Option::None);
    };
    let [since, note, sunset] = [since, note, sunset].map(|text| match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    });
    quote!(::core::option::Option::Some(#runtime::Deprecation { since: #since, note: #note, sunset: #sunset }))
}

/// Whether a text is a day, as RFC 3339 writes it.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |part: &str, length: usize| {
        let digits = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=length).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn days_are_those_of_the_calendar() {
        for day in ["2027-01-31", "2028-02-29", "2000-02-29", "1999-12-31"] {
            assert!(is_day(day), "{day}");
        }
        for no_day in [
            "2027-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-04-31",
            "2027-1-1",
            "2",
            "",
            "0000-01-01",
            "2027-01-31T00:00:00Z",
            "+027-01-01",
        ] {
            assert!(!is_day(no_day), "{no_day}");
        }
    }
}
