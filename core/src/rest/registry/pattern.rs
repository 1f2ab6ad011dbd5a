//! Regular expressions of Rust's `regex` in the dialect of JSON Schema (ECMA 262).
//!
//! The two look alike and differ in meaning: `\d`, `\w` and `\s` are classes of Unicode in Rust, `.` leaves out other
//! line ends, and flags, class operations and named groups have no counterpart. So what is written is the parsed
//! expression (flags applied, classes as sets), in a spelling that means the same with the flag `u` of ECMA 262.
//! What is within the basic plane means the same without the flag too, and in Python.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Literal, Look, Repetition};

/// A longer expression says nothing to people, and little to tools.
const MAX_LENGTH: usize = 1_000;

/// The same language in ECMA's dialect; `None` when that has no form for it.
pub(super) fn ecma(pattern: &str) -> Option<String> {
    let mut out = String::new();
    write(&regex_syntax::parse(pattern).ok()?, Place::Whole, &mut out)?;
    (out.len() <= MAX_LENGTH).then_some(out)
}

/// Where an expression is written, by what binds tighter there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Whole,
    /// Beside others, in a sequence.
    Beside,
    /// Before `*`, `+` or `{…}`.
    Repeated,
}

fn write(hir: &Hir, place: Place, out: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty => match place {
            Place::Repeated => out.push_str("(?:)"),
            Place::Whole | Place::Beside => {}
        },
        HirKind::Literal(Literal(bytes)) => {
            let text = std::str::from_utf8(bytes).ok()?;
            let one = text.chars().count() == 1 && text.len() < 4;
            grouped(place == Place::Repeated && !one, out, |out| {
                text.chars().for_each(|letter| literal(letter, out));
                Some(())
            })?;
        }
        HirKind::Class(Class::Unicode(class)) => write_class(class, out),
        HirKind::Class(Class::Bytes(class)) => write_class(&class.to_unicode_class()?, out),
        HirKind::Look(look) => {
            let anchor = look_around(*look)?;
            grouped(place == Place::Repeated, out, |out| {
                out.push_str(anchor);
                Some(())
            })?;
        }
        HirKind::Repetition(repetition) => grouped(place == Place::Repeated, out, |out| {
            write(&repetition.sub, Place::Repeated, out)?;
            quantifier(repetition, out);
            Some(())
        })?,
        HirKind::Capture(capture) => grouped(true, out, |out| write(&capture.sub, Place::Whole, out))?,
        HirKind::Concat(parts) => grouped(place == Place::Repeated, out, |out| {
            parts.iter().try_for_each(|part| write(part, Place::Beside, out))
        })?,
        HirKind::Alternation(parts) => grouped(place > Place::Whole, out, |out| {
            for (position, part) in parts.iter().enumerate() {
                if position > 0 {
                    out.push('|');
                }
                write(part, Place::Beside, out)?;
            }
            Some(())
        })?,
    }
    Some(())
}

fn grouped(needed: bool, out: &mut String, inner: impl FnOnce(&mut String) -> Option<()>) -> Option<()> {
    if !needed {
        return inner(out);
    }
    out.push_str("(?:");
    inner(out)?;
    out.push(')');
    Some(())
}

/// Whether a match is greedy does not change whether there is one.
fn quantifier(repetition: &Repetition, out: &mut String) {
    let _ = match (repetition.min, repetition.max) {
        (0, None) => write!(out, "*"),
        (1, None) => write!(out, "+"),
        (0, Some(1)) => write!(out, "?"),
        (least, None) => write!(out, "{{{least},}}"),
        (least, Some(most)) if least == most => write!(out, "{{{least}}}"),
        (least, Some(most)) => write!(out, "{{{least},{most}}}"),
    };
}

/// Lines have other ends in ECMA 262, and words other letters.
const fn look_around(look: Look) -> Option<&'static str> {
    match look {
        Look::Start => Some("^"),
        Look::End => Some("$"),
        Look::WordAscii => Some(r"\b"),
        Look::WordAsciiNegate => Some(r"\B"),
        _ => None,
    }
}

fn literal(letter: char, out: &mut String) {
    match letter {
        '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => {
            out.push('\\');
            out.push(letter);
        }
        letter if letter.is_alphanumeric() || letter.is_ascii_graphic() || letter == ' ' => out.push(letter),
        // An escape would need the flag `u`.
        letter if letter > '\u{FFFF}' => out.push(letter),
        letter => escaped(letter, out),
    }
}

/// A letter inside a class.
fn member(letter: char, out: &mut String) {
    match letter {
        '^' | '\\' | '[' | ']' | '-' => {
            out.push('\\');
            out.push(letter);
        }
        letter if letter.is_ascii_graphic() || letter == ' ' => out.push(letter),
        letter => escaped(letter, out),
    }
}

fn escaped(letter: char, out: &mut String) {
    let _ = match u32::from(letter) {
        0x09 => write!(out, r"\t"),
        0x0A => write!(out, r"\n"),
        0x0D => write!(out, r"\r"),
        code @ 0..=0xFF => write!(out, r"\x{code:02x}"),
        code @ 0..=0xFFFF => write!(out, r"\u{code:04x}"),
        code => write!(out, r"\u{{{code:x}}}"),
    };
}

fn write_class(class: &ClassUnicode, out: &mut String) {
    if class.ranges().is_empty() {
        // Nothing matches.
        out.push_str("(?!)");
        return;
    }
    let mut others = class.clone();
    others.negate();
    let (within, without) = match (is_basic(class), is_basic(&others)) {
        (true, _) => (Some(ranges(class)), None),
        (false, true) => (None, Some(ranges(&others))),
        (false, false) => (Some(named(class)), Some(named(&others))),
    };
    let _ = match (within, without) {
        (Some(within), Some(without)) if without.len() < within.len() => write!(out, "[^{without}]"),
        (Some(within), _) => write!(out, "[{within}]"),
        // All there is.
        (None, Some(without)) if without.is_empty() => write!(out, r"[\s\S]"),
        (None, without) => write!(out, "[^{}]", without.unwrap_or_default()),
    };
}

/// Whether all of it is in the basic multilingual plane.
fn is_basic(class: &ClassUnicode) -> bool {
    class.ranges().last().is_none_or(|last| last.end() <= '\u{FFFF}')
}

fn ranges(class: &ClassUnicode) -> String {
    let mut out = String::new();
    for range in class.ranges() {
        member(range.start(), &mut out);
        if range.start() != range.end() {
            if u32::from(range.start()) + 1 < u32::from(range.end()) {
                out.push('-');
            }
            member(range.end(), &mut out);
        }
    }
    out
}

/// A class by the properties it is made of, and what is left over.
fn named(class: &ClassUnicode) -> String {
    let mut out = String::new();
    let mut rest = class.clone();
    for (name, known) in &*PROPERTIES {
        let mut missing = known.clone();
        missing.difference(class);
        let mut new = known.clone();
        new.intersect(&rest);
        if missing.ranges().is_empty() && !new.ranges().is_empty() {
            out.push_str(name);
            rest.difference(known);
        }
    }
    out.push_str(&ranges(&rest));
    out
}

/// Properties that Rust and ECMA 262 both have, the wide before those within them: how ECMA names them, and what they hold.
static PROPERTIES: LazyLock<Vec<(&'static str, ClassUnicode)>> = LazyLock::new(|| {
    // What Rust calls `\w` has no name of its own in ECMA 262.
    let words = (r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}", r"\w");
    let same = [
        r"\p{Alphabetic}",
        r"\p{L}",
        r"\p{Lu}",
        r"\p{Ll}",
        r"\p{Uppercase}",
        r"\p{Lowercase}",
        r"\p{N}",
        r"\p{Nd}",
        r"\p{M}",
        r"\p{P}",
        r"\p{S}",
        r"\p{Script=Latin}",
        r"\p{Script=Greek}",
        r"\p{Script=Cyrillic}",
        r"\p{Script=Arabic}",
        r"\p{Script=Han}",
        r"\p{Script=Hiragana}",
        r"\p{Script=Katakana}",
    ];
    std::iter::once(words)
        .chain(same.map(|name| (name, name)))
        .filter_map(|(name, rust)| match regex_syntax::parse(rust).ok()?.into_kind() {
            HirKind::Class(Class::Unicode(class)) => Some((name, class)),
            _ => None,
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::ecma;

    /// `task conformance` tries the same samples in node.
    const SAMPLES: &str = include_str!("../../../../conformance/patterns.json");

    #[test]
    fn patterns_mean_the_same_in_both_dialects() {
        let samples: Vec<Json> = serde_json::from_str(SAMPLES).expect("samples");
        assert!(samples.len() > 30);
        for sample in &samples {
            let rust = sample["rust"].as_str().expect("an expression");
            assert_eq!(ecma(rust).as_deref(), sample["ecma"].as_str(), "{rust}");
            let regex = regex::Regex::new(rust).expect("an expression");
            for (list, verdict) in [("matches", true), ("others", false)] {
                let texts = sample[list].as_array().expect("texts");
                assert!(!texts.is_empty(), "{rust}");
                for text in texts {
                    let text = text.as_str().expect("a text");
                    assert_eq!(regex.is_match(text), verdict, "{rust} and {text:?}");
                }
            }
        }
    }

    #[test]
    fn what_has_no_form_is_left_out() {
        for rust in [r"(?m)^a$", r"\bword\b", r"(", r"(?R)(?m)a$", r"\b{start}a"] {
            assert_eq!(ecma(rust), None, "{rust}");
        }
    }
}
