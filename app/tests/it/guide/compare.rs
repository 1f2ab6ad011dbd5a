//! What was printed beside what the guide says; `…` stands for anything.

use serde_json::Value as Json;

const ANY: &str = "…";

/// Whether a text is the expected one: line by line, a line that is `…` alone being any number of lines.
pub fn text(expected: &str, printed: &str) -> bool {
    let expected: Vec<&str> = expected.trim_end().lines().collect();
    let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    lines(&expected, &printed)
}

fn lines(expected: &[&str], printed: &[&str]) -> bool {
    match expected {
        [] => printed.is_empty(),
        [line, rest @ ..] if line.trim() == ANY => {
            (0..=printed.len()).any(|skipped| lines(rest, &printed[skipped..]))
        }
        [line, rest @ ..] => {
            printed.split_first().is_some_and(|(first, others)| part(line, first) && lines(rest, others))
        }
    }
}

/// Whether JSON is the expected one. A member `"…"` of an object stands for others, an element `"…"` at the end of a
/// list for more of them.
pub fn json(expected: &Json, printed: &Json) -> bool {
    match (expected, printed) {
        (Json::String(expected), Json::String(printed)) => part(expected, printed),
        (Json::String(expected), _) => expected == ANY,
        (Json::Object(expected), Json::Object(printed)) => {
            let members = expected.iter().filter(|(name, _)| *name != ANY);
            members.clone().all(|(name, value)| printed.get(name).is_some_and(|printed| json(value, printed)))
                && (expected.contains_key(ANY) || members.count() == printed.len())
        }
        (Json::Array(expected), Json::Array(printed)) => {
            let (members, more) = match expected.split_last() {
                Some((last, members)) if last == ANY => (members, true),
                _ => (expected.as_slice(), false),
            };
            (more || members.len() == printed.len())
                && members.len() <= printed.len()
                && members.iter().zip(printed).all(|(expected, printed)| json(expected, printed))
        }
        _ => expected == printed,
    }
}

/// Whether a line is the expected one, `…` being any part of it.
fn part(expected: &str, printed: &str) -> bool {
    let Some((before, after)) = expected.split_once(ANY) else {
        return expected == printed;
    };
    printed.strip_prefix(before).is_some_and(|rest| {
        rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| part(after, &rest[at..]))
    })
}

#[test]
fn dots_stand_for_anything() {
    assert!(part("a…c…", "abcd") && part("…", "") && part("a", "a"));
    assert!(!part("a…c", "abcd") && !part("a", "ab"));
    assert!(text("a\n…\nd\n", "a\nb\nc\nd\n") && text("…\nb", "b"));
    assert!(!text("a\n…\nd", "a\nb\n") && !text("a", "a\nb") && !text("a\nb", "a"));
    let value = |text: &str| serde_json::from_str::<Json>(text).unwrap();
    let same = |expected: &str, printed: &str| json(&value(expected), &value(printed));
    assert!(same(r#"{"a":"…","…":"…"}"#, r#"{"a":5,"b":1}"#) && same(r#"[1,"…"]"#, "[1,2,3]"));
    assert!(same(r#"{"a":[{"b":"x…"}]}"#, r#"{"a":[{"b":"xyz"}]}"#));
    assert!(!same(r#"{"a":1}"#, r#"{"a":1,"b":1}"#) && !same(r#"{"a":1,"…":"…"}"#, r#"{"b":1}"#));
    assert!(!same("[1]", "[1,2]") && !same("[1,2]", "[1]") && !same("1", "2"));
}
