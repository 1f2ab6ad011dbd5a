//! Columns: new, gone, of another name, of another type.

use super::rules::{add_check, validate};
use super::{DIALECT, add_fulltext, alter, fulltext_changes, rename_table};
use crate::db::{literal, quoted};
use crate::entity::names;
use crate::migrate::diff::TableDiff;
use crate::migrate::plan::asserts::{self, no_row};
use crate::migrate::plan::values::RenamedValues;
use crate::migrate::plan::{Op, Stage, Step, cast};
use crate::migrate::{Check, Column, ddl};

/// Columns: renamed, added, changed, dropped; and the table itself.
pub(super) fn columns(table: &TableDiff, ops: &mut Vec<Op>) {
    let (old, new) = (&table.before.name, &table.after.name);
    for column in table.dropped() {
        let gone = Step::new(
            format!("{old}: `{}` is gone, with its values", column.name),
            alter(old, &format!("DROP COLUMN {}", quoted(&column.name))),
        );
        let mut op = Op::one_way(Stage::Change, gone);
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
    if let Some(values) = table.values.get(&after.name).filter(|_| table.synced_values) {
        ops.extend(RenamedValues { table: &table.after, column: after, values }.end());
        return;
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
    let was = asserts::column_before(table, &before.name).unwrap_or(&before.name);
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
        Stage::Require,
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
        Stage::Require,
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
    let was = asserts::column_before(table, &before.name).unwrap_or(&before.name);
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
