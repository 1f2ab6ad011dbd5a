//! Names of Rust and GraphQL for those of a database.

use heck::{ToLowerCamelCase as _, ToSnakeCase as _, ToUpperCamelCase as _};
use std::collections::HashSet;

/// Names of types that the written files use, or that GraphQL has.
const TYPES: [&str; 40] = [
    "BigInt",
    "Boolean",
    "Box",
    "Bytes",
    "Date",
    "DateTime",
    "Decimal",
    "Entity",
    "EntityEnum",
    "Err",
    "Float",
    "ID",
    "Id",
    "Int",
    "JSON",
    "Json",
    "Many",
    "Mutation",
    "NaiveDate",
    "NaiveTime",
    "Node",
    "None",
    "Ok",
    "One",
    "Option",
    "OrderDirection",
    "PageInfo",
    "Password",
    "Query",
    "Result",
    "Self",
    "Some",
    "String",
    "Subscription",
    "Time",
    "UUID",
    "Upload",
    "Utc",
    "Uuid",
    "Vec",
];

/// Words that are no identifiers without `r#`.
const KEYWORDS: [&str; 47] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
];

/// Words that cannot be identifiers, and operators of every filter.
const REFUSED: [&str; 7] = ["and", "crate", "not", "or", "self", "super", "yield"];

/// Names that were given, of which none is given twice.
#[derive(Debug, Default)]
pub(super) struct Taken(HashSet<String>);

impl Taken {
    pub(super) fn reserve(&mut self, name: &str) {
        self.0.insert(name.to_lower_camel_case());
    }

    /// The name, or the first of these that is free, or one with a number.
    pub(super) fn take(&mut self, names: &[String]) -> String {
        for name in names {
            if self.0.insert(name.to_lower_camel_case()) {
                return name.clone();
            }
        }
        let last = names.last().cloned().unwrap_or_default();
        let mut number = 2;
        loop {
            let name = format!("{last}_{number}");
            if self.0.insert(name.to_lower_camel_case()) {
                return name;
            }
            number += 1;
        }
    }
}

/// A word in snake_case of letters from `a` to `z`, digits and `_`, beginning with a letter.
pub(super) fn snake(name: &str) -> String {
    let ascii: String =
        name.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
    let snake = ascii.to_snake_case();
    let snake = snake.trim_matches('_');
    match snake.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && !REFUSED.contains(&snake) => snake.to_owned(),
        Some(first) if first.is_ascii_alphabetic() => format!("{snake}_field"),
        Some(_) => format!("field_{snake}"),
        None => "field".to_owned(),
    }
}

/// `albums` -> `Album`.
pub(super) fn entity(table: &str) -> String {
    let name = singular(&snake(table)).to_upper_camel_case();
    type_name(&name)
}

/// A type's name that is none of those the files use.
pub(super) fn type_name(name: &str) -> String {
    if TYPES.contains(&name) { format!("{name}Row") } else { name.to_owned() }
}

/// An identifier: `type` is `r#type`.
pub(super) fn identifier(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// A module's name, which is a file's too.
pub(super) fn module(entity: &str) -> String {
    let name = entity.to_snake_case();
    if KEYWORDS.contains(&name.as_str()) || name == "mod" || name == "enums" {
        format!("{name}_row")
    } else {
        name
    }
}

fn last_word(name: &str) -> (&str, &str) {
    name.rfind('_').map_or(("", name), |at| name.split_at(at + 1))
}

fn singular(name: &str) -> String {
    let (head, word) = last_word(name);
    format!("{head}{}", pluralizer::pluralize(word, 1, false))
}

/// As the derive calls many: `album` -> `albums`.
pub(super) fn plural(entity: &str) -> String {
    let name = entity.to_snake_case();
    let (head, word) = last_word(&name);
    let many = pluralizer::pluralize(word, 2, false);
    if many == word { format!("{name}_list") } else { format!("{head}{many}") }
}

/// Whether a stored value can be a variant's name.
pub(super) fn is_word(value: &str) -> bool {
    value.starts_with(|char: char| char.is_ascii_alphabetic())
        && value.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_columns_get_names() {
        let names =
            ["Artist", "invoice_lines", "auth_user", "PlaylistTrack", "order", "String", "people", "2fa"];
        let entities = names.map(entity);
        let expected = [
            "Artist",
            "InvoiceLine",
            "AuthUser",
            "PlaylistTrack",
            "Order",
            "StringRow",
            "Person",
            "Field2fa",
        ];
        assert_eq!(entities, expected);
        assert_eq!(["ArtistId", "Größe", "_x", "not"].map(snake), ["artist_id", "gr_e", "x", "not_field"]);
        assert_eq!(identifier("type"), "r#type");
        let mut taken = Taken::default();
        assert_eq!(taken.take(&["a_b".to_owned()]), "a_b");
        assert_eq!(taken.take(&["aB".to_owned(), "c".to_owned()]), "c");
        assert_eq!(taken.take(&["c".to_owned()]), "c_2");
    }
}
