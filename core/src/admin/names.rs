//! Words for people, made from the names of entities and fields.

use crate::admin::texts::t;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::value::DeprecatedDef;

/// Words that are written in capitals.
const INITIALISMS: &[&str] =
    &["api", "css", "csv", "html", "id", "ip", "json", "sku", "sql", "url", "uuid", "xml"];

/// A snake_case name as a heading: `invoice_lines` is "Invoice lines", `home_url` is "Home URL".
pub(super) fn heading(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for word in name.split('_').filter(|word| !word.is_empty()) {
        if INITIALISMS.contains(&word) {
            push_word(&mut text, &word.to_uppercase());
        } else if text.is_empty() {
            push_word(&mut text, &capitalised(word));
        } else {
            push_word(&mut text, word);
        }
    }
    text
}

/// The same words inside a sentence: `invoice_lines` is "invoice lines".
pub(super) fn words(name: &str) -> String {
    let heading = heading(name);
    let first = heading.split(' ').next().unwrap_or_default();
    if first.len() > 1 && first.chars().all(char::is_uppercase) {
        return heading;
    }
    let mut letters = heading.chars();
    match letters.next() {
        Some(letter) => letter.to_lowercase().chain(letters).collect(),
        None => heading,
    }
}

/// The name of a column: a relation is called by its own name, not by its key's.
pub(super) fn column(column: &ColumnInfo) -> String {
    let name = match column.relation() {
        Some(relation) => relation.name,
        None => column.name,
    };
    let heading = heading(name.strip_prefix("r#").unwrap_or(name));
    match column.deprecated() {
        Some(_) => t().deprecated_label(heading),
        None => heading,
    }
}

/// What an entity is, from its doc comment; first of all, that it should not be used any more.
pub(super) fn about(info: &EntityInfo) -> String {
    let told = info.def.deprecated.map(|deprecated| not_to_be_used(&deprecated));
    told.into_iter()
        .chain((!info.def.docs.is_empty()).then(|| info.def.docs.to_owned()))
        .collect::<Vec<_>>()
        .join("\n")
}

/// That something should not be used any more, as a sentence.
pub(super) fn not_to_be_used(deprecated: &DeprecatedDef) -> String {
    let reason = deprecated.reason();
    let end = if reason.ends_with(['.', '!', '?']) { "" } else { "." };
    match deprecated.since.or(deprecated.note).or(deprecated.sunset) {
        Some(_) => t().not_to_be_used(format_args!("{reason}{end}")),
        None => reason,
    }
}

/// The name of one row: "Invoice line".
pub(super) fn singular(info: &EntityInfo) -> String {
    heading(info.def.singular)
}

/// The name of many rows: "Invoice lines".
pub(super) fn plural(info: &EntityInfo) -> String {
    heading(info.def.plural)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(letter) => letter.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn push_word(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

#[cfg(test)]
mod tests {
    use super::{heading, words};

    #[test]
    fn names_become_words() {
        assert_eq!(heading("invoice_lines"), "Invoice lines");
        assert_eq!(heading("home_url"), "Home URL");
        assert_eq!(heading("id"), "ID");
        assert_eq!(words("invoice_line"), "invoice line");
        assert_eq!(words("url"), "URL");
    }
}
