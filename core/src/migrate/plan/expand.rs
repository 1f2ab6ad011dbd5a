//! A change in two steps: what both the running and the new version of a program can live with, and then the rest.
//!
//! Between them stands a schema that has everything that either version needs: old columns beside new ones, kept alike by
//! triggers, conditions that both meet. The first step leads from the old schema to it, the second one from it to the new schema;
//! both are ordinary plans. (The field calls this expand and contract, or parallel change.)

use crate::db::{Dialect, literal, quoted};
use crate::entity::names;
use crate::migrate::declared::{Fills, Renames};
use crate::migrate::diff::{Diff, Named as _, TableDiff};
use crate::migrate::plan::asserts::no_row;
use crate::migrate::plan::sync::{Conversions, Sync};
use crate::migrate::plan::values::{self, RenamedValues};
use crate::migrate::plan::{Op, Stage, Step, cast, postgres};
use crate::migrate::{Check, Column, Index, Table, Unique};

/// The two steps of a change on PostgreSQL.
#[derive(Debug, Default)]
pub(in crate::migrate) struct Steps {
    pub(in crate::migrate) expand: Vec<Op>,
    /// For when no older version of the program runs.
    pub(in crate::migrate) contract: Vec<Op>,
    /// Whether all that the second step drops has gone to columns that stay: it loses nothing.
    pub(in crate::migrate) only_moves: bool,
}

/// What is done in one step although a running version breaks on it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::migrate) struct OneStep {
    /// Renamed columns.
    pub(in crate::migrate) columns: bool,
    /// Renamed tables.
    pub(in crate::migrate) tables: bool,
    /// Renamed values of enums.
    pub(in crate::migrate) values: bool,
    /// Columns of another type that a running version does not read.
    pub(in crate::migrate) types: bool,
}

/// A table between the two steps.
struct Middle {
    table: Table,
    syncs: Vec<Sync>,
    /// Columns beside old ones that they will replace.
    twins: Vec<String>,
    /// Columns that get their name with the second step: between, now.
    replaced: Vec<(String, String)>,
    /// Columns that stay and of which values of their enum are renamed.
    renamed_values: Vec<String>,
}

pub(in crate::migrate) fn expand(diff: &Diff, renames: &Renames, fills: &Fills, one_step: OneStep) -> Steps {
    let mut middle = diff.new.clone();
    middle.tables.extend(diff.dropped.tables.iter().cloned());
    let first = first_renames(diff, renames, one_step);
    let mut second = Renames::default();
    let mut renamed_values = Vec::new();
    let mut steps = Steps::default();
    let (mut begin, mut end) = (Vec::new(), Vec::new());
    for table in &diff.altered {
        let source = TableDiff::between(&table.before, &table.after, &first).translated;
        let between = Middle::of(table, &source, fills, one_step);
        let (was, now) = (&table.before.name, &table.after.name);
        for (before, after) in &between.replaced {
            second = second.with_column((now, now), before, after);
        }
        if was != now && !one_step.tables {
            let view = old_view(table);
            let mut reverse = view.clone();
            std::mem::swap(&mut reverse.up, &mut reverse.down);
            begin.push(view);
            end.push(reverse);
            if table.history {
                // What the old version has recorded meanwhile.
                let again = postgres::rename_history(was, now);
                end.push(Op { down: Vec::new(), ..again });
            }
        }
        for sync in &between.syncs {
            begin.extend(sync.begin());
            end.push(sync.end());
        }
        for name in &between.renamed_values {
            if let (Some(column), Some(values)) = (table.after.column(name), table.values.get(name)) {
                begin.push(RenamedValues { table: &table.after, column, values }.begin());
                renamed_values.push((now.clone(), name.clone()));
            }
        }
        if let Some(slot) = middle.tables.iter_mut().find(|slot| slot.name == *now) {
            *slot = between.table;
        }
    }
    let nothing_goes =
        diff.dropped.tables.is_empty() && diff.altered.iter().all(|table| table.dropped().next().is_none());
    steps.only_moves = nothing_goes && !end.is_empty();
    steps.expand = postgres::plan(&Diff::between(&diff.old, &middle, &first));
    steps.expand.extend(begin);
    let second = second.with_synced_values(renames, &renamed_values);
    let contract = postgres::plan(&Diff::between(&middle, &diff.new, &second));
    steps.contract = end;
    steps.contract.extend(contract);
    steps
}

/// What has its new name from the first step on: tables, and columns that no twin keeps the old name of.
fn first_renames(diff: &Diff, renames: &Renames, one_step: OneStep) -> Renames {
    let mut first = match one_step.values {
        true => Renames::default().with_values_of(renames),
        false => Renames::default().with_histories_of(renames),
    };
    for table in &diff.altered {
        let (was, now) = (&table.before.name, &table.after.name);
        if was != now {
            first = first.with_table(was, now);
        }
        if one_step.columns || was != now {
            for (before, after) in table.columns.iter().filter(|(before, after)| before != after) {
                first = first.with_column((was, now), before, after);
            }
        }
    }
    first
}

impl Middle {
    fn of(diff: &TableDiff, source: &Table, fills: &Fills, one_step: OneStep) -> Self {
        let mut middle = Self {
            table: Table { columns: Vec::new(), ..diff.after.clone() },
            syncs: Vec::new(),
            twins: Vec::new(),
            replaced: Vec::new(),
            renamed_values: Vec::new(),
        };
        for column in &diff.after.columns {
            let kept = diff.kept().find(|(_, after)| after.name == column.name);
            match kept {
                None => middle.add(diff, column, fills),
                Some((before, _)) => middle.keep(diff, source, before, column, fills, one_step),
            }
        }
        for column in diff.dropped() {
            middle.leave(diff, source, column);
        }
        middle.conditions(diff, one_step);
        middle
    }

    /// A new column. Rows that are there, and those that the old version writes, get its default.
    fn add(&mut self, diff: &TableDiff, column: &Column, fills: &Fills) {
        let mut column = column.clone();
        if column.default.is_none() && !column.nullable {
            column.default = fills.of(&diff.after.name, &column.name).map(str::to_owned);
        }
        self.table.columns.push(column);
    }

    /// A column that goes, with what is on it. The new version writes nothing into it.
    fn leave(&mut self, diff: &TableDiff, source: &Table, column: &Column) {
        let mut column = column.clone();
        column.nullable |= column.default.is_none();
        let name = column.name.clone();
        self.table.columns.push(column);
        let has = |table: &Table, column: &String| table.column(column).is_some();
        for unique in source.uniques.iter().filter(|unique| unique.columns.contains(&name)) {
            let stays = unique.columns.iter().all(|column| has(&self.table, column));
            if stays && self.table.uniques.iter().all(|other| other.name != unique.name) {
                self.table.uniques.push(unique.clone());
            }
        }
        for index in source.indexes.iter().filter(|index| index.columns.iter().any(|of| of.name == name)) {
            let stays = index.columns.iter().all(|column| has(&self.table, &column.name));
            if stays && self.table.indexes.iter().all(|other| other.name != index.name) {
                self.table.indexes.push(index.clone());
            }
        }
        let keys = source.foreign_keys.iter().filter(|key| key.column == name);
        self.table.foreign_keys.extend(keys.cloned());
        let quoted = quoted(&name);
        let own = |check: &&Check| check.sql.contains(&quoted);
        let free = |check: &&Check| diff.after.checks.iter().all(|other| other.name != check.name);
        self.table.checks.extend(source.checks.iter().filter(own).filter(free).cloned());
    }

    fn keep(
        &mut self,
        diff: &TableDiff,
        source: &Table,
        before: &Column,
        after: &Column,
        fills: &Fills,
        one_step: OneStep,
    ) {
        let plainly = one_step.columns || diff.before.name != diff.after.name;
        if before.name != after.name && !plainly {
            return self.twin(diff, source, before, after);
        }
        let is_typed = before.sql_type != after.sql_type;
        let narrowed = is_typed && cast::is_catalog_only(after, before);
        if is_typed
            && !narrowed
            && !cast::is_catalog_only(before, after)
            && cast::is_alike(before, after, Dialect::Postgres)
        {
            return self.replace(diff, source, before, after);
        }
        if !one_step.types && is_retyped(diff, before, after) {
            // No version reads both types under one name: it is for the second step, before which only old ones run.
            let nullable = before.nullable || after.nullable;
            self.table.columns.push(Column { name: after.name.clone(), nullable, ..before.clone() });
            return;
        }
        let mut column = after.clone();
        if !one_step.values && diff.values.contains_key(&after.name) {
            self.renamed_values.push(after.name.clone());
        }
        if narrowed {
            before.sql_type.clone_into(&mut column.sql_type);
        }
        if before.nullable && !after.nullable {
            column.nullable = true;
            let value =
                fills.of(&diff.after.name, &after.name).map(str::to_owned).or_else(|| after.default.clone());
            if let Some(value) = value {
                self.syncs.push(Sync::filled(&diff.after, &after.name, &value));
            }
        }
        self.table.columns.push(column);
    }

    /// A renamed column: the old version writes the one, the new version the other.
    fn twin(&mut self, diff: &TableDiff, source: &Table, before: &Column, after: &Column) {
        let values = diff.values.get(&after.name).map_or(&[][..], Vec::as_slice);
        let restorable = restorable(source, before, after, &diff.after.name, values);
        self.syncs.push(Sync::twins(
            &diff.after,
            &before.name,
            &after.name,
            &conversions(before, after, values),
            restorable,
        ));
        self.twins.push(after.name.clone());
        let column = Column { nullable: true, default: None, ..after.clone() };
        self.table.columns.push(column);
        self.leave(diff, source, before);
    }

    /// A column of another type under the same name: made beside it, and given its name with the second step.
    fn replace(&mut self, diff: &TableDiff, source: &Table, before: &Column, after: &Column) {
        let shadow = names::shorten(format!("{}__new", after.name));
        let values = diff.values.get(&after.name).map_or(&[][..], Vec::as_slice);
        let restorable = restorable(source, before, after, &diff.after.name, values);
        self.syncs.push(Sync::twins(
            &diff.after,
            &after.name,
            &shadow,
            &conversions(before, after, values),
            restorable,
        ));
        self.twins.push(shadow.clone());
        self.replaced.push((shadow.clone(), after.name.clone()));
        let old = Column { name: after.name.clone(), nullable: true, ..before.clone() };
        self.table.columns.push(old);
        self.table.columns.push(Column {
            name: shadow.clone(),
            nullable: true,
            default: None,
            ..after.clone()
        });
        self.copy_constraints(diff, &after.name, &shadow);
    }

    /// What is on a column, on its replacement too, under names of its own for now.
    fn copy_constraints(&mut self, diff: &TableDiff, column: &str, shadow: &str) {
        let (from, to) = (quoted(column), quoted(shadow));
        let name = |name: &str| names::shorten(format!("{name}__new"));
        let table = &mut self.table;
        for unique in diff.after.uniques.iter().filter(|unique| unique.columns.iter().any(|of| of == column))
        {
            let columns = unique.columns.iter().map(|of| if of == column { shadow } else { of }.to_owned());
            let copy = Unique { columns: columns.collect(), ..unique.named(&name(&unique.name)) };
            table.uniques.push(copy);
        }
        for index in
            diff.after.indexes.iter().filter(|index| index.columns.iter().any(|of| of.name == column))
        {
            let mut copy: Index = index.named(&name(&index.name));
            copy.columns.iter_mut().filter(|of| of.name == column).for_each(|of| of.name = shadow.to_owned());
            table.indexes.push(copy);
        }
        for check in diff.after.checks.iter().filter(|check| check.sql.contains(&from)) {
            table.checks.push(Check { name: name(&check.name), sql: check.sql.replace(&from, &to) });
        }
        for key in diff.after.foreign_keys.iter().filter(|key| key.column == column) {
            let mut copy = key.named(&name(&key.name));
            shadow.clone_into(&mut copy.column);
            table.foreign_keys.push(copy);
        }
    }

    /// Conditions that only the new version meets come with the second step.
    fn conditions(&mut self, diff: &TableDiff, one_step: OneStep) {
        let is_new = |check: &Check| {
            diff.added()
                .chain(self.table.columns.iter().filter(|column| diff.after.column(&column.name).is_none()))
                .any(|column| check.sql.contains(&quoted(&column.name)))
        };
        let old = |check: &Check| {
            diff.translated.checks.iter().find(|old| old.sql == check.sql || old.name == check.name)
        };
        let twin = |check: &Check| self.twins.iter().any(|column| check.sql.contains(&quoted(column)));
        let values = |check: &Check| diff.values.keys().any(|column| check.sql.contains(&quoted(column)));
        let kept = self.table.checks.iter().filter_map(|check| {
            let same = old(check).is_some_and(|old| old.sql == check.sql);
            if same || is_new(check) || twin(check) || (one_step.values && values(check)) {
                return Some(check.clone());
            }
            of_both(diff, check)
        });
        self.table.checks = kept.collect();
    }
}

/// Whether a column has a type by which a program that declares the one does not read the other. Not where references or words are
/// of the column, which have to change with it.
fn is_retyped(diff: &TableDiff, before: &Column, after: &Column) -> bool {
    let has_more = |table: &Table, name: &String| {
        table.foreign_keys.iter().any(|key| key.column == *name)
            || table.fulltext.as_ref().is_some_and(|index| index.columns.contains(name))
    };
    let is_renamed = before.name != after.name && diff.before.name == diff.after.name;
    before.sql_type != after.sql_type
        && !is_renamed
        && !cast::is_catalog_only(before, after)
        && !cast::is_catalog_only(after, before)
        && !cast::is_alike(before, after, Dialect::Postgres)
        && !has_more(&diff.before, &before.name)
        && !has_more(&diff.after, &after.name)
}

/// The columns that get another type in the second step: no version reads both under one name.
pub(in crate::migrate) fn retyped(diff: &Diff) -> impl Iterator<Item = (&str, &str)> {
    diff.altered.iter().flat_map(|table| {
        let retyped = table.kept().filter(|(before, after)| is_retyped(table, before, after));
        retyped.map(|(_, after)| (table.after.name.as_str(), after.name.as_str()))
    })
}

/// The condition on an enum's column that the values of both versions meet. Those that are renamed have their old names.
fn of_both(diff: &TableDiff, check: &Check) -> Option<Check> {
    let is_of = |after: &Column| names::check(&diff.after.name, &after.name) == check.name;
    let (before, after) = diff.kept().find(|(_, after)| is_of(after))?;
    if before.values.is_empty() || after.values.is_empty() || before.sql_type != after.sql_type {
        return None;
    }
    if before.values.iter().all(|value| after.values.contains(value)) {
        return Some(check.clone());
    }
    let is_new_name = |value: &String| {
        diff.values.get(&after.name).is_some_and(|values| values.iter().any(|(_, now)| now == value))
    };
    let is_added = |value: &&String| !before.values.contains(value) && !is_new_name(value);
    let both = before.values.iter().chain(after.values.iter().filter(is_added));
    let list = |values: Vec<&String>| {
        values.into_iter().map(|value| literal(value, Dialect::Postgres)).collect::<Vec<_>>().join(", ")
    };
    let of_new = list(after.values.iter().collect());
    let sql = check.sql.replace(&of_new, &list(both.collect()));
    (sql != check.sql).then(|| Check { sql, ..check.clone() })
}

/// The value of each column from the other one's, which stands as `{}`.
fn conversions(before: &Column, after: &Column, renamed: &[(String, String)]) -> Conversions {
    let mark = "{}";
    let of = |from: &Column, to: &Column, renamed: &[(String, String)]| {
        if !renamed.is_empty() {
            return values::mapped(mark, to, renamed);
        }
        if from.sql_type == to.sql_type {
            return mark.to_owned();
        }
        let conversion = cast::convert(from, to, Dialect::Postgres);
        conversion.map_or_else(|| "NULL".to_owned(), |to| to.value.replace(&quoted(&from.name), mark))
    };
    Conversions { forth: of(before, after, renamed), back: of(after, before, &values::swapped(renamed)) }
}

/// The queries that are true when the values of the new column can be the old one's again, with what was on it.
fn restorable(
    source: &Table,
    before: &Column,
    after: &Column,
    table: &str,
    renamed: &[(String, String)],
) -> Vec<String> {
    let (on, was, now) = (quoted(table), quoted(&before.name), quoted(&after.name));
    let mut queries = Vec::new();
    if before.sql_type != after.sql_type {
        let refused =
            cast::convert(after, before, Dialect::Postgres).and_then(|conversion| conversion.refused);
        queries.extend(refused.map(|refused| no_row(&format!("{now} from {on} where {refused}"))));
    }
    for unique in source.uniques.iter().filter(|unique| unique.columns == [before.name.clone()]) {
        let among = unique.condition.as_ref().map_or_else(String::new, |rows| format!(" and {rows}"));
        let rows =
            format!("{now} from {on} where {now} is not null{among} group by {now} having count(*) > 1");
        queries.push(no_row(&rows));
    }
    let value = match renamed {
        [] => now.clone(),
        renamed => format!("({})", values::mapped(&now, after, &values::swapped(renamed))),
    };
    for check in source.checks.iter().filter(|check| check.sql.contains(&was)) {
        let condition = check.sql.replace(&was, &value);
        queries.push(no_row(&format!("{now} from {on} where not ({condition})")));
    }
    queries
}

/// The old version reads and writes a renamed table as a view under its old name.
fn old_view(diff: &TableDiff) -> Op {
    let (was, now) = (&diff.before.name, &diff.after.name);
    let columns = diff.before.columns.iter().map(|column| {
        let name = diff
            .columns
            .iter()
            .find(|(before, _)| *before == column.name)
            .map_or(&column.name, |(_, now)| now);
        match *name == column.name {
            true => quoted(name),
            false => format!("{} AS {}", quoted(name), quoted(&column.name)),
        }
    });
    let columns: Vec<String> = columns.collect();
    let create =
        format!("CREATE VIEW {} AS\n  SELECT {}\n  FROM {}", quoted(was), columns.join(", "), quoted(now));
    Op::new(
        Stage::Change,
        Step::new(
            format!("{now}: a version of the program that knows it as `{was}` reads and writes this view"),
            create,
        ),
        Step::new(format!("{now}: without the view of its old name"), format!("DROP VIEW {}", quoted(was))),
    )
}
