//! Percent-encoding, as addresses have it (RFC 3986, section 2.1).

use std::borrow::Cow;

/// Decodes `%41` and `+` as HTML forms and URL libraries write them in a query; `None` when that yields no UTF-8.
pub(crate) fn decode_query(text: &str) -> Option<Cow<'_, str>> {
    decode(text, b' ')
}

/// Decodes `%41` in a path, where a `+` is a plus sign; `None` when that yields no UTF-8.
pub(crate) fn decode_path(text: &str) -> Option<Cow<'_, str>> {
    decode(text, b'+')
}

fn decode(text: &str, plus: u8) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let hex = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => plus,
            b'%' => u8::try_from(hex(rest.next())? * 16 + hex(rest.next())?).ok()?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}
