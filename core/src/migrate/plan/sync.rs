//! What keeps two versions of a program going on one table of PostgreSQL: triggers that keep an old and a new column alike,
//! and statements that fill rows in batches.

use crate::db::quoted;
use crate::entity::names;
use crate::migrate::Table;
use crate::migrate::plan::{Op, Stage, Step};

/// How many rows one batch fills. Each is a transaction of its own, so that no row is locked for long.
const BATCH: u32 = 5_000;

/// What keeps the rows of a table so that two versions of a program can use them.
#[derive(Debug, Clone)]
pub(super) struct Sync {
    trigger: Trigger,
    /// What fills rows that are there, in batches.
    fill: String,
    /// What gives the old column its values on the way back.
    restore: Option<Step>,
    /// What must be true of them then.
    restorable: Vec<String>,
}

/// A trigger on each row that is written, with its function.
#[derive(Debug, Clone)]
pub(super) struct Trigger {
    pub(super) table: String,
    /// Its name, and that of its function.
    pub(super) name: String,
    /// What it is for.
    pub(super) comment: String,
    /// The statements of the function.
    pub(super) body: String,
}

/// A value from another one, which stands as `{}`.
pub(super) struct Conversions {
    pub(super) forth: String,
    pub(super) back: String,
}

impl Sync {
    /// Two columns that hold the same value: an older version of the program writes the one, a newer one the other.
    ///
    /// `restorable`: the queries that are true when the old column can have the values again.
    pub(super) fn twins(
        table: &Table,
        old: &str,
        new: &str,
        values: &Conversions,
        restorable: Vec<String>,
    ) -> Self {
        let name = names::shorten(format!("entify_sync_{}_{new}", table.name));
        let comment = format!(
            "{}: whichever of `{old}` and `{new}` a version of the program writes, both have the value",
            table.name
        );
        let (old_name, old, new) = (old, quoted(old), quoted(new));
        let [forth, back] = [(&values.forth, &old), (&values.back, &new)]
            .map(|(expression, column)| expression.replace("{}", &format!("NEW.{column}")));
        let body = format!(
            "  IF TG_OP = 'INSERT' THEN\n    IF NEW.{new} IS NULL THEN NEW.{new} := {forth}; ELSE NEW.{old} := {back}; END IF;\n  \
             ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN\n    NEW.{old} := {back};\n  \
             ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN\n    NEW.{new} := {forth};\n  END IF;"
        );
        let from_old = values.forth.replace("{}", &old);
        let from_new = values.back.replace("{}", &new);
        let restore = format!("UPDATE {} SET {old} = {from_new}", quoted(&table.name));
        let (set, to_fill) = (format!("{new} = {from_old}"), format!("{new} IS DISTINCT FROM {from_old}"));
        Self {
            trigger: Trigger { table: table.name.clone(), name, comment, body },
            fill: Self::batches(table, &set, &to_fill),
            restore: Some(Step::new(format!("{}: the values of `{old_name}`", table.name), restore)),
            restorable,
        }
    }

    /// A column that gets a value where an older version of the program writes none.
    pub(super) fn filled(table: &Table, column: &str, value: &str) -> Self {
        let name = names::shorten(format!("entify_fill_{}_{column}", table.name));
        let comment =
            format!("{}: where a version of the program writes no `{column}`, it is {value}", table.name);
        let column = quoted(column);
        let body = format!("  IF NEW.{column} IS NULL THEN NEW.{column} := {value}; END IF;");
        let (set, to_fill) = (format!("{column} = {value}"), format!("{column} IS NULL"));
        Self {
            trigger: Trigger { table: table.name.clone(), name, comment, body },
            fill: Self::batches(table, &set, &to_fill),
            restore: None,
            restorable: Vec::new(),
        }
    }

    /// The trigger, and the values of rows that are there.
    pub(super) fn begin(&self) -> [Op; 2] {
        let comment = format!("{}: the same in rows that are there, in batches", self.trigger.table);
        let fill = Step::new(comment, self.fill.clone());
        [self.trigger.create(Stage::Change), Op::one_way(Stage::Fill, fill)]
    }

    /// Without the trigger. On the way back the old column has the values again.
    pub(super) fn end(&self) -> Op {
        let mut op = self.trigger.drop(Stage::Change);
        op.down.extend(self.restore.clone());
        op.down_asserts.extend(self.restorable.iter().cloned());
        op
    }

    /// A block that fills rows by their keys, a batch in a transaction. Run again, it goes on where it was.
    pub(super) fn batches(table: &Table, set: &str, to_fill: &str) -> String {
        let (on, (key, key_type)) = (quoted(&table.name), key_of(table));
        format!(
            "DO $$\nDECLARE\n  last {key_type};\n  next {key_type};\nBEGIN\n  LOOP\n    \
             SELECT {key} INTO next FROM (\n      \
             SELECT {key} FROM {on} WHERE last IS NULL OR {key} > last ORDER BY {key} LIMIT {BATCH}\n    \
             ) AS batch ORDER BY {key} DESC LIMIT 1;\n    \
             EXIT WHEN next IS NULL;\n    \
             UPDATE {on} SET {set}\n      \
             WHERE (last IS NULL OR {key} > last) AND {key} <= next AND {to_fill};\n    \
             COMMIT;\n    last := next;\n  END LOOP;\nEND $$"
        )
    }
}

impl Trigger {
    pub(super) fn create(&self, stage: Stage) -> Op {
        let Self { table, name, comment, .. } = self;
        let (on, name) = (quoted(table), quoted(name));
        let trigger = format!(
            "CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {on} FOR EACH ROW EXECUTE FUNCTION {name}()"
        );
        Op::of(
            stage,
            vec![
                Step::new(comment, self.function("CREATE")),
                Step::new(format!("{table}: for every row that is written"), trigger),
            ],
            vec![
                Step::new(format!("{table}: without this trigger"), format!("DROP TRIGGER {name} ON {on}")),
                Step::new(format!("{table}: without its function"), format!("DROP FUNCTION {name}()")),
            ],
        )
    }

    pub(super) fn drop(&self, stage: Stage) -> Op {
        let mut op = self.create(stage);
        std::mem::swap(&mut op.up, &mut op.down);
        op
    }

    /// Another function for a trigger that is there.
    pub(super) fn replace_function(&self) -> Step {
        Step::new(&self.comment, self.function("CREATE OR REPLACE"))
    }

    fn function(&self, create: &str) -> String {
        let (name, body) = (quoted(&self.name), &self.body);
        format!(
            "{create} FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{body}\n  RETURN NEW;\nEND $$"
        )
    }
}

/// The key of a table: its column and its type.
fn key_of(table: &Table) -> (String, String) {
    let key = &table.primary_key.column;
    let key_type = table.column(key).map_or("bigint", |column| &column.sql_type);
    (quoted(key), key_type.to_owned())
}
