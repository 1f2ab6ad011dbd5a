//! A change on SQLite, in one file.
//!
//! `ALTER TABLE` can rename a table, rename, add and drop a column, and nothing of constraints or types: for all else the
//! table is replaced (SQLite's documentation, "Making Other Kinds Of Table Schema Changes"). References are off meanwhile, and
//! checked by the runner before the commit.

use crate::db::{Dialect, quoted};
use crate::migrate::diff::{Diff, Items, TableDiff};
use crate::migrate::plan::{Script, Step, asserts, cast, history_statement};
use crate::migrate::{Column, DatabaseSchema, Table, ddl, fulltext};

/// The name of a table while it is made, before it takes the place of the old one.
fn temporary(table: &str) -> String {
    crate::entity::names::shorten(format!("_entify_new_{table}"))
}

/// What rows that are there get in a new column, or in place of NULL: a literal, if there is one.
pub(in crate::migrate) type Fill<'a> = &'a dyn Fn(&Table, &Column) -> Option<String>;

pub(in crate::migrate) fn plan(diff: &Diff, fill: Fill<'_>) -> Script {
    let mut script = Script::default();
    let (rebuilt, altered): (Vec<&TableDiff>, Vec<&TableDiff>) =
        diff.altered.iter().partition(|table| needs_rebuild(table));
    // Names of indexes are free before they are given again.
    for table in &diff.altered {
        drop_indexes(table, &mut script);
    }
    for table in &diff.altered {
        ask(&diff.old, table, &mut script);
    }
    script.steps.extend(ddl::drop_steps(&diff.dropped, Dialect::Sqlite));
    for table in &rebuilt {
        script.rebuilds.push(table.after.name.clone());
        replace(table, fill, &mut script);
    }
    if !rebuilt.is_empty() {
        // The views and triggers that name the table are not looked at while it is away.
        script.steps.push(Step::new(
            "Renaming must not look into views that name a table that is away for this moment",
            "PRAGMA legacy_alter_table = ON",
        ));
        script.steps.extend(rebuilt.iter().map(|table| {
            let name = &table.after.name;
            let sql = format!("ALTER TABLE {} RENAME TO {}", quoted(&temporary(name)), quoted(name));
            Step::new(format!("{name}: the new table takes its place"), sql)
        }));
        script
            .steps
            .push(Step::new("Back to the ordinary rules of renaming", "PRAGMA legacy_alter_table = OFF"));
    }
    for table in diff.altered.iter().filter(|table| table.history) {
        let (from, to) = (&table.before.name, &table.after.name);
        let comment = format!("{to}: its history goes on under its name");
        script.steps.push(Step::new(comment, history_statement(from, to, Dialect::Sqlite)));
    }
    for table in &altered {
        alter(table, &mut script);
    }
    script.steps.extend(ddl::create_steps(&diff.created, Dialect::Sqlite));
    for table in &diff.altered {
        create_indexes(table, rebuilt.iter().any(|other| std::ptr::eq(*other, table)), &mut script);
    }
    script
}

/// What new rules need of the rows that are there.
fn ask(old: &DatabaseSchema, table: &TableDiff, script: &mut Script) {
    let (uniques, checks, keys) = (table.uniques(), table.checks(), table.foreign_keys());
    for unique in uniques.made() {
        script.asserts.extend(asserts::no_duplicates(table, unique));
    }
    for check in checks.made() {
        script.asserts.extend(asserts::meets(table, check, Dialect::Sqlite));
    }
    for key in keys.made() {
        script.asserts.extend(asserts::no_orphans(table, old, key));
    }
}

fn needs_rebuild(table: &TableDiff) -> bool {
    let (uniques, checks, keys) = (table.uniques(), table.checks(), table.foreign_keys());
    let is_constraint = |unique: &&crate::migrate::Unique| unique.condition.is_none();
    let new_column = |name: &str| table.added().any(|column| column.name == name);
    let own_check = |check: &&&crate::migrate::Check| {
        table.added().any(|column| check.name == crate::entity::names::check(&table.after.name, &column.name))
    };
    table.before.name != table.after.name
        || table.before.primary_key.name != table.after.primary_key.name
        || table.kept().any(|(before, after)| before.differs(after))
        || table.added().any(|column| !is_addable(column))
        || table.dropped().any(|column| !is_droppable(table, column))
        || uniques.added.iter().chain(&uniques.dropped).any(is_constraint)
        || uniques.changed.iter().chain(&uniques.renamed).any(|(a, b)| is_constraint(a) || is_constraint(b))
        || checks.added.iter().any(|check| !own_check(&check))
        || !(checks.dropped.is_empty() && checks.renamed.is_empty() && checks.changed.is_empty())
        || keys.added.iter().any(|key| !new_column(&key.column))
        || !(keys.dropped.is_empty() && keys.renamed.is_empty() && keys.changed.is_empty())
        // Values are converted while rows are copied.
        || !table.values.is_empty()
}

/// Whether `ALTER TABLE … ADD COLUMN` takes it: rows that are there have a value in it at once.
fn is_addable(column: &Column) -> bool {
    match &column.default {
        Some(default) => ddl::is_literal(default),
        None => column.nullable,
    }
}

/// Whether `ALTER TABLE … DROP COLUMN` takes it: nothing else names it.
fn is_droppable(table: &TableDiff, column: &Column) -> bool {
    let (name, before) = (&column.name, &table.before);
    before.primary_key.column != *name
        && before.uniques.iter().all(|unique| unique.condition.is_some() || !unique.columns.contains(name))
        && before.foreign_keys.iter().all(|key| key.column != *name)
        && before.checks.iter().all(|check| !check.sql.contains(name.as_str()))
        && before.fulltext.iter().all(|index| !index.columns.contains(name))
}

fn drop_index(table: &str, name: &str, why: &str) -> Step {
    Step::new(format!("{table}: {why}"), format!("DROP INDEX {}", quoted(name)))
}

/// Also of a table that is replaced: what a file does not name, the runner takes for somebody's own and restores.
fn drop_indexes(table: &TableDiff, script: &mut Script) {
    let (name, uniques, indexes) = (&table.before.name, table.uniques(), table.indexes());
    if let Some(index) = table.before.fulltext.as_ref().filter(|_| fulltext_changes(table)) {
        script.steps.extend(fulltext::sqlite_drop_triggers(&table.before, index));
        script.steps.extend(fulltext::sqlite_drop(&table.before, index));
    }
    let changed = indexes.renamed.iter().map(|(before, _)| *before);
    let indexes = indexes.gone().chain(changed).map(|index| &index.name);
    let changed = uniques.renamed.iter().map(|(before, _)| *before);
    let partial = uniques.gone().chain(changed).filter(|unique| unique.condition.is_some());
    for index in indexes.chain(partial.map(|unique| &unique.name)) {
        script.steps.push(drop_index(name, index, "an index that is gone or changed"));
    }
}

fn create_indexes(table: &TableDiff, is_rebuilt: bool, script: &mut Script) {
    let after = &table.after;
    if is_rebuilt {
        script.steps.extend(ddl::indexes(after, Dialect::Sqlite));
    } else {
        let (uniques, indexes) = (table.uniques(), table.indexes());
        let partial =
            remade(&uniques).filter_map(|unique| ddl::partial_unique(after, unique, Dialect::Sqlite));
        script.steps.extend(partial);
        script.steps.extend(remade(&indexes).map(|index| ddl::index(after, index, Dialect::Sqlite)));
    }
    let Some(index) = &after.fulltext else { return };
    if fulltext_changes(table) {
        script.steps.extend(fulltext::sqlite_create(after, index));
        script.steps.extend(fulltext::sqlite_fill(after, index));
    } else if is_rebuilt {
        script.steps.extend(fulltext::sqlite_triggers(after, index));
    }
}

/// Whether the words of rows are in another table, or in columns of other names.
fn fulltext_changes(table: &TableDiff) -> bool {
    table.before.fulltext != table.after.fulltext || table.before.name != table.after.name
}

/// What is made: also what only has another name, which SQLite cannot change.
fn remade<'a, T>(items: &Items<'a, T>) -> impl Iterator<Item = &'a T> {
    items.made().chain(items.renamed.iter().map(|(_, after)| *after))
}

/// Changes that `ALTER TABLE` makes.
fn alter(table: &TableDiff, script: &mut Script) {
    let after = &table.after;
    for column in table.dropped() {
        let sql = format!("ALTER TABLE {} DROP COLUMN {}", quoted(&after.name), quoted(&column.name));
        script
            .steps
            .push(Step::new(format!("{}: `{}` is gone, with its values", after.name, column.name), sql));
    }
    for (before, now) in table.columns.iter().filter(|(before, now)| before != now) {
        script.steps.push(ddl::rename_column(&after.name, before, now));
    }
    for column in table.added() {
        script.steps.push(ddl::add_column(after, column, Dialect::Sqlite));
    }
}

/// Makes the new table and copies the rows; the renaming comes when all old ones are gone.
fn replace(table: &TableDiff, fill: Fill<'_>, script: &mut Script) {
    let (before, after) = (&table.before, &table.after);
    let (old, new) = (quoted(&before.name), quoted(&temporary(&after.name)));
    let made = Table { name: temporary(&after.name), ..after.clone() };
    let create = ddl::create_table(&made, Dialect::Sqlite, |_| true);
    script.steps.push(Step::new(
        format!("{}: a new table; SQLite cannot change this one in place", after.name),
        create,
    ));
    let mut columns = Vec::new();
    let mut values = Vec::new();
    if !after.primary_key.identity {
        columns.push("rowid".to_owned());
        values.push("rowid".to_owned());
    }
    for column in &after.columns {
        let kept = table.kept().find(|(_, now)| now.name == column.name);
        let value = match kept {
            Some((was, _)) => copied(table, was, column, fill, &mut script.asserts),
            None => match fill(after, column).or_else(|| column.default.clone()) {
                // Its default, or NULL.
                None if column.nullable => continue,
                Some(value) => value,
                None => {
                    script.asserts.push(asserts::empty(table));
                    "NULL".to_owned()
                }
            },
        };
        columns.push(quoted(&column.name));
        values.push(value);
    }
    script.steps.push(Step::new(
        format!("{}: the rows, with their numbers", after.name),
        format!("INSERT INTO {new} ({})\nSELECT {}\nFROM {old}", columns.join(", "), values.join(", ")),
    ));
    if after.primary_key.identity {
        // A number is never given twice, not even that of a row that is gone.
        let (old, new) = (text(&before.name), text(&temporary(&after.name)));
        let comment = format!("{}: keys go on counting from where they are", after.name);
        let forget = format!("DELETE FROM sqlite_sequence WHERE name = {new}");
        script.steps.push(Step::new(comment.clone(), forget));
        script.steps.push(Step::new(
            comment,
            format!("INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"),
        ));
    }
    script.steps.push(Step::new(format!("{}: the old table", after.name), format!("DROP TABLE {old}")));
}

fn text(name: &str) -> String {
    crate::db::literal(name, Dialect::Sqlite)
}

/// What a column of the old table becomes in the new one.
fn copied(
    table: &TableDiff,
    was: &Column,
    column: &Column,
    fill: Fill<'_>,
    queries: &mut Vec<String>,
) -> String {
    let mut value = match cast::convert(was, column, Dialect::Sqlite) {
        Some(conversion) => {
            queries
                .extend(conversion.refused.map(|refused| asserts::none_where(table, &[&was.name], &refused)));
            conversion.value
        }
        None => {
            queries.push(asserts::none_where(
                table,
                &[&was.name],
                &format!("{} is not null", quoted(&was.name)),
            ));
            "NULL".to_owned()
        }
    };
    if let Some(renamed) = table.values.get(&column.name) {
        value = with_renamed_values(&value, column, renamed);
    }
    if was.nullable && !column.nullable {
        match fill(&table.after, column) {
            Some(fill) => value = format!("coalesce({value}, {fill})"),
            None => queries.push(asserts::no_null(table, was)),
        }
    }
    value
}

fn with_renamed_values(value: &str, column: &Column, renamed: &[(String, String)]) -> String {
    let choose = |value: &str| {
        let cases = renamed.iter().map(|(from, to)| format!(" WHEN {} THEN {}", text(from), text(to)));
        format!("CASE {value}{} ELSE {value} END", cases.collect::<String>())
    };
    match column.kind.as_deref() {
        Some("enum") => choose(value),
        _ => format!(
            "CASE WHEN {value} IS NOT NULL THEN (SELECT json_group_array({}) FROM json_each({value})) END",
            choose("json_each.value")
        ),
    }
}
