//! Names in SQL: of tables and columns, and of what follows from them (`pk_user`, `uq_user_email`,
//! `fk_post_author_id_user`, `ck_user_status`).
//!
//! One place, because DDL writes them and errors are mapped back through them. What is refused is refused whatever the
//! database: entities are declared for both.

use sha2::{Digest as _, Sha256};

/// The longest identifier PostgreSQL keeps; it cuts longer ones silently.
const LONGEST: usize = 63;

/// The columns that every table of PostgreSQL has.
const SYSTEM_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];
/// The columns that an FTS5 table of SQLite has.
const FTS5_COLUMNS: [&str; 2] = ["rank", "rowid"];
/// Tables that an FTS5 table of SQLite keeps its words in.
const SHADOW_TABLES: [&str; 5] = ["data", "idx", "content", "docsize", "config"];

/// How SQLite compares names; PostgreSQL tells upper and lower case apart.
#[must_use]
pub(crate) fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The name of a table or a column that follows from a name in Rust: itself, or shortened where it is too long.
#[must_use]
pub(crate) fn identifier(name: &'static str) -> &'static str {
    if name.len() <= LONGEST { name } else { shorten(name.to_owned()).leak() }
}

/// Why no table of an application may have this name.
#[must_use]
pub(crate) fn table_refusal(table: &str) -> Option<String> {
    let folded = folded(table);
    let digits = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    Some(match folded.as_str() {
        _ if folded.starts_with("pg_") => {
            "but PostgreSQL takes tables that start with `pg_` for its own".to_owned()
        }
        _ if folded.starts_with("sqlite_") => {
            "but SQLite keeps tables that start with `sqlite_` for itself".to_owned()
        }
        "json_each" | "json_tree" => {
            "which is a function that the engine reads as a table on SQLite".to_owned()
        }
        alias if alias.strip_prefix('t').is_some_and(digits) => {
            "but the engine's statements call tables `t0`, `t1` and so on".to_owned()
        }
        _ => return bad_identifier(table),
    })
}

/// Why no column of an application may have this name; `fulltext` when its words are in a full-text index.
#[must_use]
pub(crate) fn column_refusal(column: &str, fulltext: bool) -> Option<String> {
    let folded = folded(column);
    Some(match folded.as_str() {
        name if SYSTEM_COLUMNS.contains(&name) => {
            "but every table of PostgreSQL has a system column of that name".to_owned()
        }
        name if fulltext && FTS5_COLUMNS.contains(&name) => {
            "but every full-text table of SQLite has a column of that name".to_owned()
        }
        name if name.starts_with("entify_") => {
            "but columns that start with `entify_` are the framework's own".to_owned()
        }
        _ => return bad_identifier(column),
    })
}

fn bad_identifier(name: &str) -> Option<String> {
    if name.is_empty() || name.contains('\0') {
        return Some("which is no name".to_owned());
    }
    (name.len() > LONGEST).then(|| format!("which is longer than the {LONGEST} bytes that PostgreSQL keeps"))
}

/// The sequence that PostgreSQL makes for the counted key of a table, beside the tables and indexes.
#[must_use]
pub(crate) fn key_sequence(table: &str) -> String {
    const SUFFIX: &str = "_id_seq";
    let mut end = table.len().min(LONGEST - SUFFIX.len());
    while !table.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{SUFFIX}", &table[..end])
}

/// The tables that SQLite makes for a full-text index, beside its own.
pub(crate) fn shadow_tables(fulltext: &str) -> impl Iterator<Item = String> {
    SHADOW_TABLES.into_iter().map(move |table| format!("{fulltext}_{table}"))
}

/// A check over several columns, the `number`th of its table: `ck_invoice_1`.
#[must_use]
pub(crate) fn numbered_check(table: &str, number: usize) -> String {
    shorten(format!("ck_{table}_{number}"))
}

/// The primary key: `pk_user`.
#[must_use]
pub(crate) fn primary_key(table: &str) -> String {
    join("pk", table, &[])
}

/// A unique rule: `uq_user_email`.
#[must_use]
pub(crate) fn unique(table: &str, columns: &[&str]) -> String {
    join("uq", table, columns)
}

/// An index: `ix_post_status_created_at`.
#[must_use]
pub(crate) fn index(table: &str, columns: &[&str]) -> String {
    join("ix", table, columns)
}

/// An index whose name another one of its table has: one over the same columns in other directions.
#[must_use]
pub(crate) fn another_index<'c>(table: &str, columns: impl Iterator<Item = (&'c str, bool)>) -> String {
    let mut name = format!("ix_{table}");
    for (column, descending) in columns {
        name.push_str(if descending { "_-" } else { "_+" });
        name.push_str(column);
    }
    let plain = name.replace("_-", "_").replace("_+", "_");
    with_digest(&plain, &name)
}

/// A check on one column: `ck_post_stars`.
#[must_use]
pub(crate) fn check(table: &str, column: &str) -> String {
    join("ck", table, &[column])
}

/// A foreign key: `fk_post_author_id_user`.
#[must_use]
pub(crate) fn foreign_key(table: &str, column: &str, target: &str) -> String {
    join("fk", table, &[column, target])
}

/// The hidden column that holds a row's words on PostgreSQL.
pub(crate) const FULLTEXT_COLUMN: &str = "entify_search";

/// A full-text index: `ft_post`. On SQLite it is a table.
#[must_use]
pub(crate) fn fulltext(table: &str) -> String {
    join("ft", table, &[])
}

/// On SQLite, the table that maps the numbers of the full-text table to keys: `ft_post_keys`.
#[must_use]
pub(crate) fn fulltext_keys(table: &str) -> String {
    format!("{}_keys", fulltext(table))
}

fn join(prefix: &str, table: &str, rest: &[&str]) -> String {
    let mut name = format!("{prefix}_{table}");
    for part in rest {
        name.push('_');
        name.push_str(part);
    }
    shorten(name)
}

/// A name that fits: a long one ends in a digest of the whole, so that two long names stay two.
pub(crate) fn shorten(name: String) -> String {
    if name.len() <= LONGEST { name } else { with_digest(&name, &name) }
}

/// The beginning of a name, then `_` and the first eight hexadecimal digits of the SHA-256 of the whole.
fn with_digest(name: &str, whole: &str) -> String {
    let digest = Sha256::digest(whole.as_bytes());
    let tail: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut end = name.len().min(LONGEST - tail.len() - 1);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{tail}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_contract() {
        assert_eq!(primary_key("user"), "pk_user");
        assert_eq!(unique("user", &["email"]), "uq_user_email");
        assert_eq!(foreign_key("post", "author_id", "user"), "fk_post_author_id_user");
        assert_eq!(index("user", &["status", "created_at"]), "ix_user_status_created_at");
    }

    #[test]
    fn long_names_fit_and_stay_different() {
        let long = "a".repeat(40);
        let first = unique(&long, &["one_rather_long_column_name"]);
        let second = unique(&long, &["one_rather_long_column_nama"]);
        assert_eq!(first.len(), LONGEST);
        assert_ne!(first, second);
        assert_eq!(first, unique(&long, &["one_rather_long_column_name"]));
    }

    #[test]
    fn a_cut_falls_between_characters() {
        assert!(unique(&"é".repeat(40), &["x"]).len() <= LONGEST);
    }
}
