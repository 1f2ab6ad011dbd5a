//! The full-text index of a table: what `search(fulltext)` finds words in (`sql/search.rs`).
//!
//! The database itself keeps it up to date with the rows, whoever writes them: on PostgreSQL it is a generated column
//! under a GIN index, on SQLite an FTS5 table without content of its own and three triggers.
//!
//! Both cut texts into the same words: runs of letters and digits (Unicode's `L*` and `Nd`, and [`WORD_MARKS`]),
//! folded as [`fold`](crate::sql::case_fold) folds them, no stop words, no stems. So a search finds the same rows on
//! both, apart from letters that Unicode gained after version 6.1 (2012), which SQLite's tokenizer does not know.

use crate::db::quoted;
use crate::entity::names;
use crate::migrate::{FullText, Table};
use crate::sql::case_fold::SPECIAL;
use crate::sql::search::WORD_MARKS;

/// Characters of a row that are indexed, shared by its columns: PostgreSQL refuses a row whose words take a
/// megabyte.
const MAX_INDEXED: usize = 200_000;

/// The type and the expression of the hidden column on PostgreSQL.
pub(super) fn postgres_document(index: &FullText) -> String {
    let max_chars = max_chars(index);
    let texts: Vec<String> = index
        .columns
        .iter()
        .map(|column| format!("left(coalesce({}, ''), {max_chars})", quoted(column)))
        .collect();
    // No collation but ICU's root knows every letter, whatever the database's locale is.
    let text = format!("translate({}, 'İ', 'i') COLLATE \"und-x-icu\"", texts.join(" || ' ' || "));
    let special = SPECIAL.iter().filter(|(letter, _)| *letter != 'İ');
    let (from, to): (String, String) = special.copied().unzip();
    let folded = format!("translate(lower({text}), '{from}', '{to}')");
    let words = format!("regexp_replace({folded}, '[^[:alnum:]{WORD_MARKS}]+', ' ', 'g')");
    format!("to_tsvector('pg_catalog.simple', {words})")
}

/// The index over the hidden column on PostgreSQL.
pub(super) fn postgres_index(table: &Table, index: &FullText) -> String {
    let (name, table, column) = (quoted(&index.name), quoted(&table.name), quoted(names::FULLTEXT_COLUMN));
    format!("CREATE INDEX {name} ON {table} USING gin ({column})")
}

/// The FTS5 table and its triggers.
pub(super) fn sqlite_create(table: &Table, index: &FullText) -> Vec<String> {
    let columns: Vec<String> = index.columns.iter().map(|column| quoted(column)).collect();
    let FtsTable { name, keys, number } = FtsTable::of(table, index);
    let [on, key] = [&table.name, &table.primary_key.column].map(|name| quoted(name));
    let list = columns.join(", ");
    let tokenizer = "unicode61 remove_diacritics 0 categories ''L* Nd''";
    let mut statements = vec![format!(
        "CREATE VIRTUAL TABLE {name} USING fts5({list}, content='', contentless_delete=1, tokenize='{tokenizer}')"
    )];
    let (mut insert_key, mut delete_key) = (String::new(), String::new());
    if let Some(keys) = keys {
        statements.push(format!(
            "CREATE TABLE {keys} (\"number\" integer PRIMARY KEY, \"key\" text NOT NULL UNIQUE) STRICT"
        ));
        insert_key = format!("INSERT INTO {keys} (\"key\") VALUES (new.{key}); ");
        delete_key = format!(" DELETE FROM {keys} WHERE \"key\" = old.{key};");
    }
    let [new_row, old_row] = ["new", "old"].map(|row| number.replace("{row}", row));
    let max_chars = max_chars(index);
    let texts: Vec<String> = columns
        .iter()
        .map(|column| format!("replace(substr(new.{column}, 1, {max_chars}), 'İ', 'i')"))
        .collect();
    let insert = format!("INSERT INTO {name} (rowid, {list}) VALUES ({new_row}, {});", texts.join(", "));
    let delete = format!("DELETE FROM {name} WHERE rowid = {old_row};");
    let differs: Vec<String> = std::iter::once(&key)
        .chain(&columns)
        .map(|column| format!("old.{column} IS NOT new.{column}"))
        .collect();
    let differs = differs.join(" OR ");
    for (event, when, body) in [
        ("insert", String::new(), format!("{insert_key}{insert}")),
        ("update", format!(" WHEN {differs}"), format!("{delete}{delete_key} {insert_key}{insert}")),
        ("delete", String::new(), format!("{delete}{delete_key}")),
    ] {
        let trigger = quoted(&format!("{}_{event}", index.name));
        let event = event.to_uppercase();
        statements.push(format!("CREATE TRIGGER {trigger} AFTER {event} ON {on}{when} BEGIN {body} END"));
    }
    statements
}

/// Drops what is not dropped with the table, as triggers are.
pub(super) fn sqlite_drop(table: &Table, index: &FullText) -> Vec<String> {
    let FtsTable { name, keys, .. } = FtsTable::of(table, index);
    std::iter::once(name).chain(keys).map(|name| format!("DROP TABLE {name}")).collect()
}

/// How the FTS5 table, which numbers rows, identifies the rows of the table.
struct FtsTable {
    name: String,
    /// The table that numbers keys that are not numbers. (The row numbers that SQLite assigns by itself change with
    /// `VACUUM`.)
    keys: Option<String>,
    /// The number of `{row}`.
    number: String,
}

impl FtsTable {
    fn of(table: &Table, index: &FullText) -> Self {
        let key = quoted(&table.primary_key.column);
        let name = quoted(&index.name);
        if table.primary_key.identity {
            return Self { name, keys: None, number: format!("{{row}}.{key}") };
        }
        let keys = quoted(&names::fulltext_keys(&table.name));
        let number = format!("(SELECT \"number\" FROM {keys} WHERE \"key\" = {{row}}.{key})");
        Self { name, keys: Some(keys), number }
    }
}

fn max_chars(index: &FullText) -> usize {
    MAX_INDEXED / index.columns.len().max(1)
}
