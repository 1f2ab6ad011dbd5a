//! Names and comments in TypeScript.

use std::collections::HashSet;

use heck::{ToLowerCamelCase as _, ToUpperCamelCase as _};

pub(super) fn camel_case(name: &str) -> String {
    identifier(&name.to_lower_camel_case())
}

pub(super) fn pascal_case(name: &str) -> String {
    identifier(&name.to_upper_camel_case())
}

/// A name as an identifier: what cannot be in one is `_`.
pub(super) fn identifier(name: &str) -> String {
    let letters =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '_' });
    let text: String = letters.collect();
    if text.is_empty() || text.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{text}")
    } else {
        text
    }
}

/// The name of a member, in quotes where it needs them.
pub(super) fn member(name: &str) -> String {
    if identifier(name) == name { name.to_owned() } else { literal(name) }
}

/// A text as a literal.
pub(super) fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A documentation comment; nothing when there is nothing to say.
pub(super) fn comment(indent: &str, paragraphs: &[&str], deprecated: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs.iter().map(|paragraph| paragraph.trim()).filter(|it| !it.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(paragraph.lines().map(|line| line.trim_end().replace("*/", "*\\/")));
    }
    if deprecated {
        lines.push("@deprecated".to_owned());
    }
    match &lines[..] {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines = lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n");
            format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
        }
    }
}

/// Names, each given once.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// With names that are never given.
    pub(super) fn without(taken: &[&str]) -> Self {
        Self(taken.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The first of these names that is free; else the last with a number.
    pub(super) fn first_free(&mut self, wanted: &[String]) -> String {
        let last = wanted.last().cloned().unwrap_or_default();
        let numbered = (2..).map(|number: usize| format!("{last}_{number}"));
        let mut all = wanted.iter().cloned().chain(numbered);
        all.find(|name| self.0.insert(name.clone())).unwrap_or_default()
    }
}
