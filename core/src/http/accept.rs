//! What a client accepts: lists with weights (RFC 9110, section 12.4.2).

use poem::http::{HeaderMap, HeaderValue, header};

/// The weight of what a client does not mention an opinion on, in thousandths.
const FULL: u16 = 1000;

/// The items of a list in a header's values, without their parameters, each with its weight from 0 to 1000.
pub(crate) fn weighted<'h>(
    values: impl IntoIterator<Item = &'h HeaderValue>,
) -> impl Iterator<Item = (&'h str, u16)> {
    let values = values.into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let weight = parts.find_map(|part| match part.split_once('=') {
            Some((key, weight)) if key.trim().eq_ignore_ascii_case("q") => Some(read_weight(weight.trim())),
            _ => None,
        });
        Some((name, weight.unwrap_or(FULL)))
    })
}

/// A weight that cannot be read is none.
fn read_weight(text: &str) -> u16 {
    let Some(number) = text.parse::<f32>().ok().filter(|number| (0.0..=1.0).contains(number)) else {
        return FULL;
    };
    // Within 0 and 1000.
    (number * f32::from(FULL)).round() as u16
}

/// How much a client wants a media type, from 0 to 1000, by the range that names it most closely; whether it names the
/// type itself.
pub(crate) fn quality(headers: &HeaderMap, media_type: &str) -> (u16, bool) {
    let family = media_type.split('/').next().unwrap_or_default();
    let mut best: Option<(u8, u16)> = None;
    let mut is_empty = true;
    for (range, weight) in weighted(headers.get_all(header::ACCEPT)) {
        is_empty = false;
        let closeness = match range.split_once('/') {
            _ if range.eq_ignore_ascii_case(media_type) => 3,
            Some((of, "*")) if of.eq_ignore_ascii_case(family) => 2,
            Some(("*", "*")) => 1,
            _ => continue,
        };
        best = best.max(Some((closeness, weight)));
    }
    match best {
        Some((closeness, weight)) => (weight, closeness == 3),
        None if is_empty => (FULL, false),
        None => (0, false),
    }
}

/// Whether a client takes a media type.
pub(crate) fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    quality(headers, media_type).0 > 0
}
