//! A change on PostgreSQL, as operations with their way back.
//!
//! What takes `ACCESS EXCLUSIVE` changes the catalog only and is over in a moment. What reads all rows runs under a lock that
//! lets others read and write: constraints are added `NOT VALID` and validated later, indexes are built `CONCURRENTLY`.

mod columns;
mod rules;

use self::columns::columns;
use self::rules::{constrain, release};
use crate::db::{Dialect, quoted};
use crate::entity::names;
use crate::migrate::diff::{Diff, TableDiff};
use crate::migrate::plan::{Op, Stage, Step, history_statement};
use crate::migrate::{FullText, Table, ddl, fulltext};

const DIALECT: Dialect = Dialect::Postgres;

/// The operations from the old schema to the new one.
pub(in crate::migrate) fn plan(diff: &Diff) -> Vec<Op> {
    let mut ops = Vec::new();
    for table in &diff.altered {
        release(diff, table, &mut ops);
    }
    drop_tables(diff, &mut ops);
    for table in &diff.altered {
        columns(table, &mut ops);
    }
    create_tables(diff, &mut ops);
    for table in &diff.altered {
        constrain(diff, table, &mut ops);
    }
    ops
}

fn alter(table: &str, what: &str) -> String {
    format!("ALTER TABLE {} {what}", quoted(table))
}

fn create_tables(diff: &Diff, ops: &mut Vec<Op>) {
    let mut down = ddl::drop_steps(&diff.created, DIALECT);
    let up = ddl::create_steps(&diff.created, DIALECT);
    if up.is_empty() {
        return;
    }
    down.dedup();
    ops.push(Op::of(Stage::Change, up, down));
}

fn drop_tables(diff: &Diff, ops: &mut Vec<Op>) {
    if diff.dropped.tables.is_empty() {
        return;
    }
    let up = ddl::drop_steps(&diff.dropped, DIALECT);
    let down = ddl::create_steps(&diff.dropped, DIALECT);
    ops.push(Op::of(Stage::Change, up, down));
}

/// Whether the words of rows are made anew: of other columns, or of columns of another type.
fn fulltext_changes(table: &TableDiff) -> bool {
    let typed = |index: &FullText| {
        table
            .kept()
            .any(|(before, after)| index.columns.contains(&after.name) && before.sql_type != after.sql_type)
    };
    table.translated.fulltext != table.after.fulltext || table.after.fulltext.as_ref().is_some_and(typed)
}

fn add_fulltext(table: &Table, index: &FullText) -> Step {
    let column = format!(
        "ADD COLUMN {} tsvector GENERATED ALWAYS AS ({}) STORED",
        quoted(names::FULLTEXT_COLUMN),
        fulltext::postgres_document(index)
    );
    Step::new(
        format!("{}: the words of each row; the table is rewritten", table.name),
        alter(&table.name, &column),
    )
}

fn rename_table(table: &TableDiff, ops: &mut Vec<Op>) {
    let (old, new) = (&table.before.name, &table.after.name);
    let renamed = |from: &str, to: &str, what: &str| {
        Step::new(format!("{to}: {what}"), alter(from, &format!("RENAME TO {}", quoted(to))))
    };
    ops.push(Op::new(
        Stage::Change,
        renamed(old, new, &format!("`{old}` is called `{new}` now")),
        renamed(new, old, "its old name"),
    ));
    if table.after.primary_key.identity {
        let (from, to) = (names::key_sequence(old), names::key_sequence(new));
        let sequence = |from: &str, to: &str| {
            let sql = format!("ALTER SEQUENCE {} RENAME TO {}", quoted(from), quoted(to));
            Step::new(format!("{new}: the sequence of its keys is called as in a new table"), sql)
        };
        ops.push(Op::new(Stage::Change, sequence(&from, &to), sequence(&to, &from)));
    }
    if table.history {
        ops.push(rename_history(old, new));
    }
    let (from, to) = (&table.before.primary_key.name, &table.after.primary_key.name);
    if from != to {
        ops.push(rename_constraint(new, from, to));
    }
    if let (Some(from), Some(to)) = (&table.before.fulltext, &table.after.fulltext)
        && from.name != to.name
        && !fulltext_changes(table)
    {
        ops.push(rename_index(&from.name, &to.name));
    }
}

/// What was recorded of the rows is theirs under the new name, too.
pub(super) fn rename_history(from: &str, to: &str) -> Op {
    let rename = |from: &str, to: &str| {
        Step::new(format!("{to}: its history goes on under its name"), history_statement(from, to, DIALECT))
    };
    Op::new(Stage::Fill, rename(from, to), rename(to, from))
}

fn rename_constraint(table: &str, from: &str, to: &str) -> Op {
    let rename = |from: &str, to: &str| {
        let sql = alter(table, &format!("RENAME CONSTRAINT {} TO {}", quoted(from), quoted(to)));
        Step::new(format!("{table}: constraints are called by what they are of"), sql)
    };
    Op::new(Stage::Change, rename(from, to), rename(to, from))
}

fn rename_index(from: &str, to: &str) -> Op {
    let rename = |from: &str, to: &str| {
        let sql = format!("ALTER INDEX {} RENAME TO {}", quoted(from), quoted(to));
        Step::new("Indexes are called by what they are of", sql)
    };
    Op::new(Stage::Change, rename(from, to), rename(to, from))
}
