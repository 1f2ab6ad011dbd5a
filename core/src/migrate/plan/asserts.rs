//! What must be true of the rows that are there: queries that a migration begins with, so that it stops before anything is
//! changed. They ask the tables under the names that they have before the change.

use crate::db::{Dialect, literal, quoted};
use crate::migrate::diff::TableDiff;
use crate::migrate::plan::cast;
use crate::migrate::{Check, Column, DatabaseSchema, ForeignKey, Unique};

/// A query that is true when no row is as it should not be.
pub(super) fn no_row(rows: &str) -> String {
    format!("select not exists (select {rows})")
}

/// The column of the old table that is this one now.
pub(super) fn column_before<'a>(table: &'a TableDiff, now: &str) -> Option<&'a str> {
    table.columns.iter().find(|(_, name)| name == now).map(|(was, _)| was.as_str())
}

/// The rows of a table by which an error names some: their keys and the columns that are asked about.
fn rows(table: &TableDiff, columns: &[&str]) -> String {
    let mut named = vec![quoted(&table.before.primary_key.column)];
    named.extend(columns.iter().map(|column| quoted(column)));
    named.dedup();
    format!("{} from {}", named.join(", "), quoted(&table.before.name))
}

/// No row: for a new column that has no value for any.
pub(super) fn empty(table: &TableDiff) -> String {
    no_row(&rows(table, &[]))
}

/// No NULL in a column that is to have none.
pub(super) fn no_null(table: &TableDiff, before: &Column) -> String {
    no_row(&format!("{} where {} is null", rows(table, &[]), quoted(&before.name)))
}

/// No row of which this is true; it is about these columns.
pub(super) fn none_where(table: &TableDiff, columns: &[&str], condition: &str) -> String {
    no_row(&format!("{} where {condition}", rows(table, columns)))
}

/// No two rows that a new unique rule would refuse; not asked where one of its columns is new.
pub(super) fn no_duplicates(table: &TableDiff, unique: &Unique) -> Option<String> {
    let was = |name: &String| column_before(table, name).map(quoted);
    let columns = unique.columns.iter().map(was).collect::<Option<Vec<String>>>()?;
    // A table that has no deleted rows yet has none to leave out.
    let condition = unique
        .condition
        .clone()
        .filter(|sql| table.before.columns.iter().any(|column| sql.contains(&quoted(&column.name))));
    let mut conditions: Vec<String> = columns.iter().map(|column| format!("{column} is not null")).collect();
    conditions.extend(condition);
    let list = columns.join(", ");
    Some(no_row(&format!(
        "{list} from {} where {} group by {list} having count(*) > 1",
        quoted(&table.before.name),
        conditions.join(" and ")
    )))
}

/// No row that a new condition would refuse; not asked where its columns are not what they were.
pub(super) fn meets(table: &TableDiff, check: &Check, dialect: Dialect) -> Option<String> {
    let mut named = table.after.columns.iter().filter(|column| check.sql.contains(&column.name)).peekable();
    named.peek()?;
    let mut condition = check.sql.clone();
    let mut columns = Vec::new();
    for column in named {
        let was = column_before(table, &column.name)?;
        let before = table.before.column(was)?;
        if table.values.contains_key(&column.name) {
            return without_values(table, before, column, dialect);
        }
        // A condition that was there is asked of the old type, which it is true of.
        if !cast::is_alike(before, column, dialect) && !table.translated.checks.contains(check) {
            return None;
        }
        condition = condition.replace(&quoted(&column.name), &quoted(was));
        columns.push(was);
    }
    Some(none_where(table, &columns, &format!("not ({condition})")))
}

/// No row with a value of an enum that is gone.
fn without_values(table: &TableDiff, before: &Column, after: &Column, dialect: Dialect) -> Option<String> {
    let renamed = table.values.get(&after.name);
    let is_gone = |value: &&String| {
        !after.values.contains(value) && renamed.is_none_or(|all| all.iter().all(|(was, _)| was != *value))
    };
    let gone: Vec<String> =
        before.values.iter().filter(is_gone).map(|value| literal(value, dialect)).collect();
    if gone.is_empty() {
        return None;
    }
    let (column, gone) = (quoted(&before.name), gone.join(", "));
    Some(none_where(
        table,
        &[&before.name],
        &match before.sql_type.ends_with("[]") {
            true => format!("{column} && array[{gone}]::text[]"),
            false => format!("{column} in ({gone})"),
        },
    ))
}

/// No row that refers to none, where both columns are there already.
pub(super) fn no_orphans(table: &TableDiff, old: &DatabaseSchema, key: &ForeignKey) -> Option<String> {
    let column = column_before(table, &key.column)?;
    let target = old.table(&key.table).filter(|target| target.primary_key.column == key.key)?;
    Some(no_row(&format!(
        "r.{4}, r.{1} from {0} as r where r.{1} is not null and not exists (select 1 from {2} as t where t.{3} = r.{1})",
        quoted(&table.before.name),
        quoted(column),
        quoted(&target.name),
        quoted(&key.key),
        quoted(&table.before.primary_key.column)
    )))
}
