//! Rules on columns: foreign keys, conditions, unique rules; and indexes.

use super::{DIALECT, add_fulltext, alter, fulltext_changes, rename_constraint, rename_index};
use crate::db::quoted;
use crate::entity::names;
use crate::migrate::diff::{Diff, TableDiff};
use crate::migrate::plan::{Op, Stage, Step, asserts};
use crate::migrate::{Check, Table, Unique, ddl, fulltext};

/// Takes from a table what is gone, and what must be out of the way of other changes.
pub(super) fn release(diff: &Diff, table: &TableDiff, ops: &mut Vec<Op>) {
    let before = &table.before;
    let on = &before.name;
    // What comes back is asked of the rows as they are then.
    let back = table.back();
    let old = |name: &str| before.foreign_keys.iter().find(|key| key.name == name);
    for key in table.foreign_keys().gone().filter_map(|key| old(&key.name)) {
        // One that is of a table that goes too is dropped with it.
        let deferrable = diff.old.is_cyclic(before, key);
        ops.push(
            Op::new(
                Stage::Change,
                Step::new(
                    format!("{}: `{}` does not refer to `{}` so any more", on, key.column, key.table),
                    ddl::drop_constraint(on, &key.name),
                ),
                Step::new(
                    format!("{}: `{}` refers to `{}` again", on, key.column, key.table),
                    ddl::add_foreign_key(before, key, deferrable),
                ),
            )
            .down_asserting(asserts::no_orphans(&back, &diff.new, key)),
        );
    }
    let old = |name: &str| before.checks.iter().find(|check| check.name == name);
    for check in table.checks().gone().filter_map(|check| old(&check.name)) {
        ops.push(
            Op::new(
                Stage::Change,
                Step::new(
                    format!("{on}: this condition does not hold any more"),
                    ddl::drop_constraint(on, &check.name),
                ),
                Step::new(format!("{on}: the condition holds again"), add_check(on, check, "")),
            )
            .down_asserting(asserts::meets(&back, check, DIALECT)),
        );
    }
    let old = |name: &str| before.uniques.iter().find(|unique| unique.name == name);
    for unique in table.uniques().gone().filter_map(|unique| old(&unique.name)) {
        let columns = unique.columns.join(", ");
        let stays = unique.columns.iter().all(|name| table.dropped().all(|column| column.name != *name));
        let (mut drop, mut add) = (drop_unique(before, unique), add_unique(before, unique));
        // An index that is no constraint goes without keeping writes waiting.
        let stage = if unique.condition.is_some() && stays && !table.renames() {
            Stage::Index
        } else {
            Stage::Change
        };
        if stage == Stage::Index {
            (drop, add) = (concurrently(&drop), concurrently(&add));
        }
        ops.push(
            Op::new(
                stage,
                Step::new(format!("{on}: {columns} not unique so any more"), drop),
                Step::new(format!("{on}: {columns} unique again"), add),
            )
            .down_asserting(asserts::no_duplicates(&back, unique)),
        );
    }
    let old = |name: &str| before.indexes.iter().find(|index| index.name == name);
    for index in table.indexes().gone().filter_map(|index| old(&index.name)) {
        let on_dropped = table.dropped().any(|column| index.columns.iter().any(|of| of.name == column.name));
        let (stage, how) =
            if on_dropped || table.renames() { (Stage::Change, "") } else { (Stage::Index, " CONCURRENTLY") };
        let again = ddl::index(before, index, DIALECT);
        let again = if stage == Stage::Index { concurrently(&again.sql) } else { again.sql };
        ops.push(Op::new(
            stage,
            Step::new(
                format!("{on}: an index that is gone or changed"),
                format!("DROP INDEX{how} {}", quoted(&index.name)),
            ),
            Step::new(format!("{on}: the index that was there"), again),
        ));
    }
    if let Some(index) = before.fulltext.as_ref().filter(|_| fulltext_changes(table)) {
        let mut op = Op::new(
            Stage::Change,
            Step::new(
                format!("{on}: the column of its words, with its index"),
                alter(on, &format!("DROP COLUMN {}", quoted(names::FULLTEXT_COLUMN))),
            ),
            add_fulltext(before, index),
        );
        op.down.push(fulltext::postgres_index(before, index));
        ops.push(op);
    }
}

/// What is new on the columns as they are now.
pub(super) fn constrain(diff: &Diff, table: &TableDiff, ops: &mut Vec<Op>) {
    let after = &table.after;
    let name = &after.name;
    let (uniques, checks, keys, indexes) =
        (table.uniques(), table.checks(), table.foreign_keys(), table.indexes());
    for (from, to) in &checks.renamed {
        ops.push(rename_constraint(name, &from.name, &to.name));
    }
    for (from, to) in &keys.renamed {
        ops.push(rename_constraint(name, &from.name, &to.name));
    }
    for (from, to) in &uniques.renamed {
        ops.push(match from.condition {
            Some(_) => rename_index(&from.name, &to.name),
            None => rename_constraint(name, &from.name, &to.name),
        });
    }
    for (from, to) in &indexes.renamed {
        ops.push(rename_index(&from.name, &to.name));
    }
    for check in checks.made() {
        add_validated(
            name,
            &check.name,
            &add_check(name, check, " NOT VALID"),
            asserts::meets(table, check, DIALECT),
            ops,
        );
    }
    for key in keys.made() {
        let sql = ddl::add_foreign_key(after, key, diff.new.is_cyclic(after, key)) + " NOT VALID";
        add_validated(name, &key.name, &sql, asserts::no_orphans(table, &diff.old, key), ops);
    }
    for (key, is_deferrable) in table.circles(&diff.old, &diff.new) {
        let set = |deferrable: bool| {
            let how = if deferrable { "DEFERRABLE" } else { "NOT DEFERRABLE" };
            let sql = alter(name, &format!("ALTER CONSTRAINT {} {how}", quoted(key)));
            Step::new(format!("{name}: whether rows may come before the ones they refer to"), sql)
        };
        ops.push(Op::new(Stage::Change, set(is_deferrable), set(!is_deferrable)));
    }
    for unique in uniques.made() {
        add_unique_rule(table, unique, ops);
    }
    for index in indexes.made() {
        let create = ddl::index(after, index, DIALECT);
        ops.push(Op::new(
            Stage::Index,
            Step::new(create.comment, concurrently(&create.sql)),
            Step::new(
                format!("{name}: without this index"),
                format!("DROP INDEX CONCURRENTLY {}", quoted(&index.name)),
            ),
        ));
    }
    if let (Some(index), true) = (&after.fulltext, fulltext_changes(table)) {
        let create = fulltext::postgres_index(after, index);
        ops.push(Op::new(
            Stage::Index,
            Step::new(create.comment, concurrently(&create.sql)),
            Step::new(
                format!("{name}: without the index of its words"),
                format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quoted(&index.name)),
            ),
        ));
    }
}

/// A constraint that new rows meet from now on, and old ones once they were looked at.
fn add_validated(table: &str, constraint: &str, sql: &str, assert: Option<String>, ops: &mut Vec<Op>) {
    let add = Step::new(format!("{table}: new rows meet `{constraint}`; old ones are looked at later"), sql);
    let drop = Step::new(format!("{table}: without `{constraint}`"), ddl::drop_constraint(table, constraint));
    ops.push(Op::new(Stage::Change, add, drop).asserting(assert));
    ops.push(Op::one_way(Stage::Validate, validate(table, constraint)));
}

fn add_unique_rule(table: &TableDiff, unique: &Unique, ops: &mut Vec<Op>) {
    let name = &table.after.name;
    let columns: Vec<String> = unique.columns.iter().map(|column| quoted(column)).collect();
    let partial = ddl::partial_unique(&table.after, unique, DIALECT).map(|step| step.sql);
    let is_partial = partial.is_some();
    let create = partial.unwrap_or_else(|| {
        format!("CREATE UNIQUE INDEX {} ON {} ({})", quoted(&unique.name), quoted(name), columns.join(", "))
    });
    let drop = format!("DROP INDEX CONCURRENTLY {}", quoted(&unique.name));
    let create_plainly = create.clone();
    ops.push(
        Op::new(
            Stage::Index,
            Step::new(format!("{name}: {} unique", unique.columns.join(", ")), concurrently(&create)),
            Step::new(format!("{name}: not unique so"), drop),
        )
        .asserting(asserts::no_duplicates(table, unique)),
    );
    if !is_partial {
        let what = format!("ADD CONSTRAINT {0} UNIQUE USING INDEX {0}", quoted(&unique.name));
        let mut op = Op::new(
            Stage::Attach,
            Step::new(format!("{name}: the index is a constraint"), alter(name, &what)),
            Step::new(
                format!("{name}: without the constraint, which takes its index with it"),
                ddl::drop_constraint(name, &unique.name),
            ),
        );
        // The index is of the file before this one, and there until that is taken back.
        op.down.push(Step::new(format!("{name}: the index alone"), create_plainly));
        ops.push(op);
    }
}

pub(super) fn add_check(table: &str, check: &Check, how: &str) -> String {
    alter(table, &format!("ADD CONSTRAINT {} CHECK ({}){how}", quoted(&check.name), check.sql))
}

pub(super) fn validate(table: &str, constraint: &str) -> Step {
    Step::new(
        format!("{table}: the rows that were there meet it too; others read and write meanwhile"),
        alter(table, &format!("VALIDATE CONSTRAINT {}", quoted(constraint))),
    )
}

fn concurrently(statement: &str) -> String {
    statement.replacen("INDEX", "INDEX CONCURRENTLY", 1)
}

fn drop_unique(table: &Table, unique: &Unique) -> String {
    match unique.condition {
        Some(_) => format!("DROP INDEX {}", quoted(&unique.name)),
        None => ddl::drop_constraint(&table.name, &unique.name),
    }
}

fn add_unique(table: &Table, unique: &Unique) -> String {
    ddl::partial_unique(table, unique, DIALECT).map_or_else(
        || {
            let columns: Vec<String> = unique.columns.iter().map(|column| quoted(column)).collect();
            let what = format!("ADD CONSTRAINT {} UNIQUE ({})", quoted(&unique.name), columns.join(", "));
            alter(&table.name, &what)
        },
        |step| step.sql,
    )
}
