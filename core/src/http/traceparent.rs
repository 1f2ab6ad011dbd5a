//! `traceparent` (W3C Trace Context): the trace that a request belongs to, as its sender says.

use poem::http::HeaderMap;

/// The header, of which there is one at most.
const TRACEPARENT: &str = "traceparent";
/// Characters of version 00; later ones may go on after a `-`.
const LENGTH: usize = 55;

/// The trace of a request, and the span that has sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceParent {
    /// 32 hexadecimal digits.
    pub(crate) trace_id: Box<str>,
    /// 16 hexadecimal digits.
    pub(crate) span_id: Box<str>,
    /// Whether the sender records the trace.
    pub(crate) is_sampled: bool,
}

impl TraceParent {
    /// What a request's headers say; nothing where they say it twice, or not as the standard does.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        let value = values.next()?.to_str().ok()?;
        if values.next().is_some() {
            return None;
        }
        Self::parse(value)
    }

    fn parse(text: &str) -> Option<Self> {
        let (known, rest) = text.split_at_checked(LENGTH)?;
        let mut parts = known.split('-');
        let (version, trace_id, span_id, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_version = is_hex(version, 2) && version != "ff";
        let may_go_on = rest.is_empty() || (version != "00" && rest.starts_with('-'));
        let is_id = |id: &str, length| is_hex(id, length) && id.bytes().any(|digit| digit != b'0');
        let is_valid = is_version
            && may_go_on
            && parts.next().is_none()
            && is_id(trace_id, 32)
            && is_id(span_id, 16)
            && is_hex(flags, 2);
        is_valid.then(|| Self {
            trace_id: trace_id.into(),
            span_id: span_id.into(),
            is_sampled: u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & 1 == 1),
        })
    }
}

/// Digits in lower case, as the standard wants them.
fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, HeaderValue};

    use super::TraceParent;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_trace_is_read_as_the_standard_writes_it() {
        for (text, sampled) in [
            (VALID.to_owned(), true),
            (VALID.replace("-01", "-00"), false),
            (VALID.replace("-01", "-03"), true),
            (VALID.replacen("00-", "cc-", 1), true),
            (format!("{}-later", VALID.replacen("00-", "01-", 1)), true),
        ] {
            let read = TraceParent::parse(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((&*read.trace_id, &*read.span_id), (TRACE, "00f067aa0ba902b7"), "{text}");
            assert_eq!(read.is_sampled, sampled, "{text}");
        }
    }

    #[test]
    fn what_is_none_is_ignored() {
        let zeros = "0".repeat(32);
        for text in [
            "",
            "00",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e47\u{e9}-00f067aa0ba902b7-01",
            &VALID.replace(TRACE, &zeros),
            &format!("{VALID}-more"),
            &format!("{}.more", VALID.replacen("00-", "01-", 1)),
        ] {
            assert_eq!(TraceParent::parse(text), None, "{text}");
        }
        let mut headers = HeaderMap::new();
        headers.append("traceparent", HeaderValue::from_static(VALID));
        assert!(TraceParent::of(&headers).is_some());
        headers.append("traceparent", HeaderValue::from_static(VALID));
        assert_eq!(TraceParent::of(&headers), None, "two of them say nothing");
    }
}
