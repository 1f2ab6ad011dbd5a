//! What keeps two versions of a program going on one table of PostgreSQL: triggers that keep an old and a new column alike,
//! and statements that fill rows in batches.

use crate::db::quoted;
use crate::entity::names;
use crate::migrate::Table;
use crate::migrate::plan::{Op, Stage, Step};

/// How many rows one batch fills. Each is a transaction of its own, so that no row is locked for long.
const BATCH: u32 = 5_000;

/// Two columns of a table that hold the same value in two forms.
#[derive(Debug, Clone)]
pub(super) struct Twins {
    pub(super) table: String,
    pub(super) key: String,
    pub(super) key_type: String,
    pub(super) old: String,
    pub(super) new: String,
    /// The value of the new column from the old one, with `{}` for the old value; and the way back.
    pub(super) forth: String,
    pub(super) back: String,
}

/// A column that gets a value where an older version of the program writes none.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    pub(super) table: String,
    pub(super) key: String,
    pub(super) key_type: String,
    pub(super) column: String,
    pub(super) value: String,
}

impl Twins {
    pub(super) fn of(table: &Table, old: &str, new: &str, forth: String, back: String) -> Self {
        let (key, key_type) = key_of(table);
        Self {
            table: table.name.clone(),
            key,
            key_type,
            old: old.to_owned(),
            new: new.to_owned(),
            forth,
            back,
        }
    }

    fn name(&self) -> String {
        names::shorten(format!("entify_sync_{}_{}", self.table, self.new))
    }

    /// The trigger, and the values of rows that are there.
    pub(super) fn begin(&self) -> Vec<Op> {
        let (old, new) = (quoted(&self.old), quoted(&self.new));
        let [forth, back] = [(&self.forth, &old), (&self.back, &new)]
            .map(|(expression, column)| expression.replace("{}", &format!("NEW.{column}")));
        let body = format!(
            "  IF TG_OP = 'INSERT' THEN\n    IF NEW.{new} IS NULL THEN NEW.{new} := {forth}; ELSE NEW.{old} := {back}; END IF;\n  \
             ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN\n    NEW.{old} := {back};\n  \
             ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN\n    NEW.{new} := {forth};\n  END IF;"
        );
        let comment = format!(
            "{}: whichever of `{}` and `{}` a version of the program writes, both have the value",
            self.table, self.old, self.new
        );
        let from = self.forth.replace("{}", &old);
        let fill = fill_rows(
            &self.table,
            (&self.key, &self.key_type),
            &format!("{new} = {from}"),
            &format!("{new} IS DISTINCT FROM {from}"),
        );
        let filled =
            Step::new(format!("{}: `{}` of rows that are there, in batches", self.table, self.new), fill);
        vec![trigger(&self.table, &self.name(), &body, &comment), Op::one_way(Stage::Fill, filled)]
    }

    /// Without the trigger. On the way back the old column has the values again.
    pub(super) fn end(&self) -> Op {
        let begin = self.begin();
        let from = self.back.replace("{}", &quoted(&self.new));
        let sql = format!("UPDATE {} SET {} = {from}", quoted(&self.table), quoted(&self.old));
        let restore = Step::new(format!("{}: the values of `{}`", self.table, self.old), sql);
        end(begin, Some(restore))
    }
}

impl Filled {
    pub(super) fn of(table: &Table, column: &str, value: &str) -> Self {
        let (key, key_type) = key_of(table);
        Self { table: table.name.clone(), key, key_type, column: column.to_owned(), value: value.to_owned() }
    }

    fn name(&self) -> String {
        names::shorten(format!("entify_fill_{}_{}", self.table, self.column))
    }

    pub(super) fn begin(&self) -> Vec<Op> {
        let (column, value) = (quoted(&self.column), &self.value);
        let body = format!("  IF NEW.{column} IS NULL THEN NEW.{column} := {value}; END IF;");
        let comment = format!(
            "{}: a version of the program that writes no `{}` writes {value}",
            self.table, self.column
        );
        let fill = fill_rows(
            &self.table,
            (&self.key, &self.key_type),
            &format!("{column} = {value}"),
            &format!("{column} IS NULL"),
        );
        let filled = Step::new(format!("{}: rows without a `{}`, in batches", self.table, self.column), fill);
        vec![trigger(&self.table, &self.name(), &body, &comment), Op::one_way(Stage::Fill, filled)]
    }

    pub(super) fn end(&self) -> Op {
        end(self.begin(), None)
    }
}

fn key_of(table: &Table) -> (String, String) {
    let key = &table.primary_key.column;
    let key_type = table.column(key).map_or("bigint", |column| &column.sql_type);
    (key.clone(), key_type.to_owned())
}

fn trigger(table: &str, name: &str, body: &str, comment: &str) -> Op {
    let (on, name) = (quoted(table), quoted(name));
    let function = format!(
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{body}\n  RETURN NEW;\nEND $$"
    );
    let trigger = format!(
        "CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {on} FOR EACH ROW EXECUTE FUNCTION {name}()"
    );
    Op {
        stage: Stage::Change,
        asserts: Vec::new(),
        up: vec![Step::new(comment, function), Step::new("", trigger)],
        down_asserts: Vec::new(),
        down: vec![
            Step::new(format!("{table}: without this trigger"), format!("DROP TRIGGER {name} ON {on}")),
            Step::new("", format!("DROP FUNCTION {name}()")),
        ],
    }
}

/// The way back of a trigger that was made.
fn end(begin: Vec<Op>, restore: Option<Step>) -> Op {
    let mut made = begin.into_iter().next().unwrap_or_else(|| Op::one_way(Stage::Change, Step::new("", "")));
    std::mem::swap(&mut made.up, &mut made.down);
    made.down.extend(restore);
    made
}

/// A block that fills rows by their keys, a batch in a transaction. Run again, it goes on where it was.
fn fill_rows(table: &str, (key, key_type): (&str, &str), set: &str, to_fill: &str) -> String {
    let (on, key) = (quoted(table), quoted(key));
    format!(
        "DO $$\nDECLARE\n  last {key_type};\n  next {key_type};\nBEGIN\n  LOOP\n    \
         SELECT max(batch.key::text)::{key_type} INTO next FROM (SELECT {key} AS key FROM {on} WHERE last IS NULL OR {key} > last ORDER BY {key} LIMIT {BATCH}) AS batch;\n    \
         EXIT WHEN next IS NULL;\n    \
         UPDATE {on} SET {set} WHERE (last IS NULL OR {key} > last) AND {key} <= next AND {to_fill};\n    \
         COMMIT;\n    last := next;\n  END LOOP;\nEND $$"
    )
}
