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
use crate::migrate::plan::Step;
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
pub(super) fn postgres_index(table: &Table, index: &FullText) -> Step {
    let (name, on, column) = (quoted(&index.name), quoted(&table.name), quoted(names::FULLTEXT_COLUMN));
    let sql = format!("CREATE INDEX {name} ON {on} USING gin ({column})");
    Step::new(format!("{}: finds rows by their words", table.name), sql)
}

/// The FTS5 table and its triggers.
pub(super) fn sqlite_create(table: &Table, index: &FullText) -> Vec<Step> {
    let list: Vec<String> = index.columns.iter().map(|column| quoted(column)).collect();
    let FtsTable { name, keys, .. } = FtsTable::of(table, index);
    let list = list.join(", ");
    let tokenizer = "unicode61 remove_diacritics 0 categories ''L* Nd''";
    let sql = format!(
        "CREATE VIRTUAL TABLE {name} USING fts5({list}, content='', contentless_delete=1, tokenize='{tokenizer}')"
    );
    let mut steps = vec![Step::new(format!("{}: finds rows by their words", table.name), sql)];
    if let Some(keys) = keys {
        let sql = format!(
            "CREATE TABLE {keys} (\"number\" integer PRIMARY KEY, \"key\" text NOT NULL UNIQUE) STRICT"
        );
        steps.push(Step::new(format!("{}: numbers its keys for that", table.name), sql));
    }
    steps.extend(sqlite_triggers(table, index));
    steps
}

/// The words of rows that are there.
pub(super) fn sqlite_fill(table: &Table, index: &FullText) -> Vec<Step> {
    let FtsTable { name, keys, number } = FtsTable::of(table, index);
    let list: Vec<String> = index.columns.iter().map(|column| quoted(column)).collect();
    let (on, key) = (quoted(&table.name), quoted(&table.primary_key.column));
    let texts: Vec<String> = index.columns.iter().map(|column| indexed_text(index, column, &on)).collect();
    let numbered = keys.map(|keys| {
        let sql = format!("INSERT INTO {keys} (\"key\") SELECT {key} FROM {on}");
        Step::new(format!("{}: numbers of the keys of rows that are there", table.name), sql)
    });
    let sql = format!(
        "INSERT INTO {name} (rowid, {}) SELECT {}, {} FROM {on}",
        list.join(", "),
        number.replace("{row}", &on),
        texts.join(", ")
    );
    let filled = Step::new(format!("{}: the words of rows that are there", table.name), sql);
    numbered.into_iter().chain([filled]).collect()
}

/// The text of a column that is indexed, of `new` or of a table.
fn indexed_text(index: &FullText, column: &str, row: &str) -> String {
    format!("replace(substr({row}.{}, 1, {}), 'İ', 'i')", quoted(column), max_chars(index))
}

/// The triggers on the table. They go with the table when it is replaced.
pub(super) fn sqlite_triggers(table: &Table, index: &FullText) -> Vec<Step> {
    let columns: Vec<String> = index.columns.iter().map(|column| quoted(column)).collect();
    let FtsTable { name, keys, number } = FtsTable::of(table, index);
    let [on, key] = [&table.name, &table.primary_key.column].map(|name| quoted(name));
    let list = columns.join(", ");
    let (mut insert_key, mut delete_key) = (String::new(), String::new());
    let mut steps = Vec::new();
    if let Some(keys) = keys {
        insert_key = format!("INSERT INTO {keys} (\"key\") VALUES (new.{key}); ");
        delete_key = format!(" DELETE FROM {keys} WHERE \"key\" = old.{key};");
    }
    let [new_row, old_row] = ["new", "old"].map(|row| number.replace("{row}", row));
    let texts: Vec<String> = index.columns.iter().map(|column| indexed_text(index, column, "new")).collect();
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
        let sql = format!("CREATE TRIGGER {trigger} AFTER {event} ON {on}{when} BEGIN {body} END");
        steps.push(Step::new(format!("{}: its words follow the rows", table.name), sql));
    }
    steps
}

/// Drops the triggers on a table that stays.
pub(super) fn sqlite_drop_triggers(table: &Table, index: &FullText) -> Vec<Step> {
    let drop = |event: &str| {
        let sql = format!("DROP TRIGGER {}", quoted(&format!("{}_{event}", index.name)));
        Step::new(format!("{}: its words do not follow the rows any more", table.name), sql)
    };
    ["insert", "update", "delete"].map(drop).into()
}

/// Drops what is not dropped with the table, as triggers are.
pub(super) fn sqlite_drop(table: &Table, index: &FullText) -> Vec<Step> {
    let FtsTable { name, keys, .. } = FtsTable::of(table, index);
    let comment = format!("{}: the table of its words", table.name);
    let names = std::iter::once(name).chain(keys);
    names.map(|name| Step::new(comment.clone(), format!("DROP TABLE {name}"))).collect()
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
