//! A change on PostgreSQL, as operations with their way back.
//!
//! What takes `ACCESS EXCLUSIVE` changes the catalog only and is over in a moment. What reads all rows runs under a lock that
//! lets others read and write: constraints are added `NOT VALID` and validated later, indexes are built `CONCURRENTLY`.

use crate::db::{Dialect, literal, quoted};
use crate::entity::names;
use crate::migrate::diff::{Diff, TableDiff};
use crate::migrate::plan::asserts::{self, no_row};
use crate::migrate::plan::{Op, Stage, Step, cast, history_statement};
use crate::migrate::{Check, Column, Table, Unique, ddl, fulltext};

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
    ops.push(Op { stage: Stage::Change, asserts: Vec::new(), up, down_asserts: Vec::new(), down });
}

fn drop_tables(diff: &Diff, ops: &mut Vec<Op>) {
    if diff.dropped.tables.is_empty() {
        return;
    }
    let up = ddl::drop_steps(&diff.dropped, DIALECT);
    let down = ddl::create_steps(&diff.dropped, DIALECT);
    ops.push(Op { stage: Stage::Change, asserts: Vec::new(), up, down_asserts: Vec::new(), down });
}

/// Takes from a table what is gone, and what must be out of the way of other changes.
fn release(diff: &Diff, table: &TableDiff, ops: &mut Vec<Op>) {
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

/// Whether the words of rows are made anew: of other columns, or of columns of another type.
fn fulltext_changes(table: &TableDiff) -> bool {
    let typed = |index: &crate::migrate::FullText| {
        table
            .kept()
            .any(|(before, after)| index.columns.contains(&after.name) && before.sql_type != after.sql_type)
    };
    table.translated.fulltext != table.after.fulltext || table.after.fulltext.as_ref().is_some_and(typed)
}

fn add_fulltext(table: &Table, index: &crate::migrate::FullText) -> Step {
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

/// Columns: renamed, added, changed, dropped; and the table itself.
fn columns(table: &TableDiff, ops: &mut Vec<Op>) {
    let (old, new) = (&table.before.name, &table.after.name);
    for column in table.dropped() {
        let mut op = Op::new(
            Stage::Change,
            Step::new(
                format!("{old}: `{}` is gone, with its values", column.name),
                alter(old, &format!("DROP COLUMN {}", quoted(&column.name))),
            ),
            Step::new("", ""),
        );
        op.down = restore_column(table, column, &mut op.down_asserts);
        ops.push(op);
    }
    if old != new {
        rename_table(table, ops);
    }
    for (before, now) in table.columns.iter().filter(|(before, now)| before != now) {
        ops.push(Op::new(
            Stage::Change,
            ddl::rename_column(new, before, now),
            ddl::rename_column(new, now, before),
        ));
    }
    for (before, after) in table.kept() {
        let before = Column { name: after.name.clone(), ..before.clone() };
        change_column(table, &before, after, ops);
    }
    for column in table.added() {
        let mut op = Op::new(
            Stage::Change,
            ddl::add_column(&table.after, column, DIALECT),
            Step::new(
                format!("{new}: without `{}`", column.name),
                alter(new, &format!("DROP COLUMN {}", quoted(&column.name))),
            ),
        );
        if !column.nullable && column.default.is_none() {
            op = op.asserting(Some(asserts::empty(table)));
        }
        ops.push(op);
    }
    if let (Some(index), true) = (&table.after.fulltext, fulltext_changes(table)) {
        ops.push(Op::new(
            Stage::Change,
            add_fulltext(&table.after, index),
            Step::new(
                format!("{new}: without the words of its rows"),
                alter(new, &format!("DROP COLUMN {}", quoted(names::FULLTEXT_COLUMN))),
            ),
        ));
    }
}

/// A dropped column again, without its values.
fn restore_column(table: &TableDiff, column: &Column, asserts: &mut Vec<String>) -> Vec<Step> {
    let before = &table.before;
    let name = &before.name;
    if column.nullable || column.default.is_some() {
        return vec![ddl::add_column(before, column, DIALECT)];
    }
    match cast::empty_value(before, column, DIALECT) {
        Some(value) => {
            let filled = Column { default: Some(value), ..column.clone() };
            let added = ddl::add_column(before, &filled, DIALECT);
            let sql = alter(name, &format!("ALTER COLUMN {} DROP DEFAULT", quoted(&column.name)));
            vec![
                Step::new(format!("{name}: `{}` again; its values are lost", column.name), added.sql),
                Step::new(format!("{name}: that value was for rows that are there"), sql),
            ]
        }
        None => {
            asserts.push(no_row(&format!("* from {}", quoted(&table.after.name))));
            vec![ddl::add_column(before, column, DIALECT)]
        }
    }
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

/// A column of another type, default, or that takes NULL or does not.
fn change_column(table: &TableDiff, before: &Column, after: &Column, ops: &mut Vec<Op>) {
    let (name, column) = (&table.after.name, quoted(&after.name));
    let set = |what: String| alter(name, &format!("ALTER COLUMN {column} {what}"));
    let default = |column: &Column| match &column.default {
        Some(value) => format!("SET DEFAULT {value}"),
        None => "DROP DEFAULT".to_owned(),
    };
    if before.nullable && !after.nullable {
        require(table, before, after, ops);
    } else if !before.nullable && after.nullable {
        ops.push(relax(table, before, after));
    }
    let is_typed = before.sql_type != after.sql_type;
    if is_typed && before.default.is_some() {
        let drop = Step::new(format!("{name}: a default of the old type"), set("DROP DEFAULT".to_owned()));
        ops.push(Op::new(
            Stage::Change,
            drop,
            Step::new(format!("{name}: its old default"), set(default(before))),
        ));
    }
    if is_typed {
        retype(table, before, after, ops);
    }
    let kept_default = if is_typed { None } else { before.default.clone() };
    if kept_default != after.default {
        let back = Column { default: kept_default, ..before.clone() };
        ops.push(Op::new(
            Stage::Change,
            Step::new(format!("{name}: the default of `{}`", after.name), set(default(after))),
            Step::new(format!("{name}: the default that `{}` had", after.name), set(default(&back))),
        ));
    }
    for (from, to) in table.values.get(&after.name).into_iter().flatten() {
        ops.push(Op::new(
            Stage::Change,
            rename_value(name, after, from, to),
            rename_value(name, after, to, from),
        ));
    }
}

fn rename_value(table: &str, column: &Column, from: &str, to: &str) -> Step {
    let (name, from_text, to_text) = (quoted(&column.name), literal(from, DIALECT), literal(to, DIALECT));
    let on = quoted(table);
    let sql = if column.sql_type.ends_with("[]") {
        format!(
            "UPDATE {on} SET {name} = array_replace({name}, {from_text}, {to_text}) WHERE {from_text} = ANY ({name})"
        )
    } else {
        format!("UPDATE {on} SET {name} = {to_text} WHERE {name} = {from_text}")
    };
    Step::new(format!("{table}: `{from}` of `{}` is called `{to}` now", column.name), sql)
}

/// NULL is not allowed any more. The check that is validated beforehand spares `SET NOT NULL` reading the rows under its lock.
fn require(table: &TableDiff, before: &Column, after: &Column, ops: &mut Vec<Op>) {
    let (name, column) = (&table.after.name, quoted(&after.name));
    let check = Check {
        name: names::check(name, &format!("{}_not_null", after.name)),
        sql: format!("{column} is not null"),
    };
    let was = table.columns.iter().find(|(_, now)| *now == before.name).map_or(&before.name, |(was, _)| was);
    let nulls = asserts::none_where(table, &[], &format!("{} is null", quoted(was)));
    let drop = Step::new(
        format!("{name}: the condition is the column's own now"),
        ddl::drop_constraint(name, &check.name),
    );
    ops.push(
        Op::new(
            Stage::Change,
            Step::new(
                format!("{name}: new rows have a `{}`; old ones are looked at later", after.name),
                add_check(name, &check, " NOT VALID"),
            ),
            Step::new(format!("{name}: without this condition"), ddl::drop_constraint(name, &check.name)),
        )
        .asserting(Some(nulls)),
    );
    ops.push(Op::one_way(Stage::Validate, validate(name, &check.name)));
    ops.push(Op::new(
        Stage::Validate,
        Step::new(
            format!("{name}: every row has a `{}`, as the validated condition says", after.name),
            alter(name, &format!("ALTER COLUMN {column} SET NOT NULL")),
        ),
        Step::new(
            format!("{name}: `{}` may be NULL again", after.name),
            alter(name, &format!("ALTER COLUMN {column} DROP NOT NULL")),
        ),
    ));
    ops.push(Op::new(
        Stage::Validate,
        drop,
        Step::new(
            format!("{name}: the condition that comes before it"),
            add_check(name, &check, " NOT VALID"),
        ),
    ));
}

fn relax(table: &TableDiff, before: &Column, after: &Column) -> Op {
    let (name, column) = (&table.after.name, quoted(&after.name));
    let mut op = Op::new(
        Stage::Change,
        Step::new(
            format!("{name}: `{}` may be NULL", after.name),
            alter(name, &format!("ALTER COLUMN {column} DROP NOT NULL")),
        ),
        Step::new(
            format!("{name}: every row has a `{}` again", after.name),
            alter(name, &format!("ALTER COLUMN {column} SET NOT NULL")),
        ),
    );
    match cast::empty_value(&table.before, before, DIALECT) {
        Some(value) => {
            let value = before.default.clone().unwrap_or(value);
            let sql = format!("UPDATE {} SET {column} = {value} WHERE {column} IS NULL", quoted(name));
            op.down.insert(0, Step::new(format!("{name}: rows without a `{}` get {value}", after.name), sql));
        }
        None => {
            let rows = format!("* from {} where {column} is null", quoted(name));
            op = op.down_asserting(Some(no_row(&rows)));
        }
    }
    op
}

fn retype(table: &TableDiff, before: &Column, after: &Column, ops: &mut Vec<Op>) {
    let name = &table.after.name;
    let was = table.columns.iter().find(|(_, now)| *now == before.name).map_or(&before.name, |(was, _)| was);
    let (up, assert) = set_type(name, before, after);
    let (down, down_assert) = set_type(name, after, before);
    // Asserted before anything is changed: the names are the old ones.
    let assert = assert.map(|refused| {
        let refused = refused.replace(&quoted(&before.name), &quoted(was));
        asserts::none_where(table, &[was], &refused)
    });
    let down_assert = down_assert
        .map(|refused| no_row(&format!("{} from {} where {refused}", quoted(&after.name), quoted(name))));
    ops.push(Op::new(Stage::Change, up, down).asserting(assert).down_asserting(down_assert));
}

fn set_type(table: &str, before: &Column, after: &Column) -> (Step, Option<String>) {
    let column = quoted(&after.name);
    let sql_type = after.sql_type.replace(" collate ", " COLLATE ");
    let (using, refused) = if cast::is_catalog_only(before, after) {
        (String::new(), None)
    } else {
        match cast::convert(before, after, DIALECT) {
            Some(conversion) => (format!(" USING {}", conversion.value), conversion.refused),
            None => (" USING NULL".to_owned(), Some(format!("{column} is not null"))),
        }
    };
    let sql = alter(table, &format!("ALTER COLUMN {column} TYPE {sql_type}{using}"));
    (Step::new(format!("{table}: the type of `{}`", after.name), sql), refused)
}

fn add_check(table: &str, check: &Check, how: &str) -> String {
    alter(table, &format!("ADD CONSTRAINT {} CHECK ({}){how}", quoted(&check.name), check.sql))
}

fn validate(table: &str, constraint: &str) -> Step {
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

/// What is new on the columns as they are now.
fn constrain(diff: &Diff, table: &TableDiff, ops: &mut Vec<Op>) {
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
