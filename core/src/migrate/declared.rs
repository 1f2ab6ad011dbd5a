//! What entities declare about their past: old names (`was = "…"`), and what rows that are there get in new columns.

use std::collections::BTreeMap;

use crate::db::Dialect;
use crate::entity::{ColumnInfo, EntityDef};
use crate::migrate::database_schema::fill;
use crate::migrate::{DatabaseSchema, Table};

/// Things that have another name now. Each is one that the old schema has and the new one does not.
#[derive(Debug, Clone, Default)]
pub(super) struct Renames {
    /// Tables: before, now.
    tables: Vec<(String, String)>,
    columns: Vec<ColumnRename>,
    values: Vec<ValueRename>,
    /// Triggers store the old values until now.
    synced_values: bool,
    /// The tables whose rows have a history, by their names now.
    histories: Vec<String>,
}

#[derive(Debug, Clone)]
struct ColumnRename {
    /// The table's name before and now.
    table: (String, String),
    column: (String, String),
}

#[derive(Debug, Clone)]
struct ValueRename {
    table: (String, String),
    column: (String, String),
    value: (String, String),
}

fn swapped(pair: &(String, String)) -> (String, String) {
    (pair.1.clone(), pair.0.clone())
}

impl Renames {
    /// The renames that the entities declare, among those that the schemas bear out.
    pub(super) fn declared(
        entities: &[&'static EntityDef],
        old: &DatabaseSchema,
        new: &DatabaseSchema,
    ) -> Self {
        let histories = entities.iter().filter(|def| def.history).map(|def| def.table.to_owned());
        let mut renames = Self { histories: histories.collect(), ..Self::default() };
        for def in entities {
            let is_renamed = |was: &&str| old.table(was).is_some() && new.table(was).is_none();
            if let Some(was) = def.was.filter(is_renamed).filter(|_| old.table(def.table).is_none()) {
                renames.tables.push((was.to_owned(), def.table.to_owned()));
            }
        }
        for def in entities {
            let before = renames.table_before(def.table).unwrap_or(def.table).to_owned();
            if let (Some(before), Some(now)) = (old.table(&before), new.table(def.table)) {
                renames.add_columns(def, before, now);
            }
        }
        renames
    }

    fn add_columns(&mut self, def: &'static EntityDef, before: &Table, now: &Table) {
        let table = (before.name.clone(), now.name.clone());
        for column in def.info().columns.iter().filter(|column| column.is_stored()) {
            let was = column.field.and_then(|field| field.was).filter(|was| {
                before.column(was).is_some()
                    && now.column(was).is_none()
                    && before.column(column.column).is_none()
            });
            if let Some(was) = was {
                self.columns.push(ColumnRename {
                    table: table.clone(),
                    column: (was.to_owned(), column.column.to_owned()),
                });
            }
            let old_name = was.unwrap_or(column.column);
            let Some(old) = before.column(old_name) else { continue };
            for (was, wire) in renamed_values(column) {
                let stored = |value: &str| old.values.iter().any(|other| other == value);
                let declared =
                    now.column(column.column).is_some_and(|now| now.values.iter().any(|v| v == was));
                if stored(was) && !stored(wire) && !declared {
                    self.values.push(ValueRename {
                        table: table.clone(),
                        column: (old_name.to_owned(), column.column.to_owned()),
                        value: (was.to_owned(), wire.to_owned()),
                    });
                }
            }
        }
    }

    /// Adds what others say beside the names of tables and columns.
    pub(super) fn with_values_of(mut self, others: &Self) -> Self {
        self.values.extend(others.values.iter().cloned());
        self.histories.extend(others.histories.iter().cloned());
        self
    }

    /// Adds which rows have a history.
    pub(super) fn with_histories_of(mut self, others: &Self) -> Self {
        self.histories.extend(others.histories.iter().cloned());
        self
    }

    /// Adds the values of these columns (table and column, by their names now), of which triggers store the old ones until now.
    pub(super) fn with_synced_values(mut self, others: &Self, columns: &[(String, String)]) -> Self {
        let is_one = |rename: &&ValueRename| {
            columns.iter().any(|(table, column)| *table == rename.table.1 && *column == rename.column.1)
        };
        self.values.extend(others.values.iter().filter(is_one).cloned());
        self.synced_values = true;
        self
    }

    pub(super) fn has_synced_values(&self) -> bool {
        self.synced_values
    }

    /// Adds a table that has another name.
    pub(super) fn with_table(mut self, before: &str, now: &str) -> Self {
        self.tables.push((before.to_owned(), now.to_owned()));
        self
    }

    /// Adds a column that has another name.
    pub(super) fn with_column(mut self, table: (&str, &str), before: &str, now: &str) -> Self {
        self.columns.push(ColumnRename {
            table: (table.0.to_owned(), table.1.to_owned()),
            column: (before.to_owned(), now.to_owned()),
        });
        self
    }

    /// The way back.
    pub(super) fn inverse(&self) -> Self {
        Self {
            tables: self.tables.iter().map(swapped).collect(),
            columns: self
                .columns
                .iter()
                .map(|rename| ColumnRename { table: swapped(&rename.table), column: swapped(&rename.column) })
                .collect(),
            values: self
                .values
                .iter()
                .map(|rename| ValueRename {
                    table: swapped(&rename.table),
                    column: swapped(&rename.column),
                    value: swapped(&rename.value),
                })
                .collect(),
            synced_values: self.synced_values,
            histories: self.histories.clone(),
        }
    }

    /// Whether the rows of a table, by either name, have a history.
    pub(super) fn has_history(&self, before: &str, now: &str) -> bool {
        self.histories.iter().any(|table| table == before || table == now)
    }

    pub(super) fn table_before(&self, now: &str) -> Option<&str> {
        self.tables.iter().find(|(_, name)| name == now).map(|(before, _)| before.as_str())
    }

    pub(super) fn table_now(&self, before: &str) -> Option<&str> {
        self.tables.iter().find(|(name, _)| name == before).map(|(_, now)| now.as_str())
    }

    /// The name that a column of this table (by its old name) has now, when it is another.
    pub(super) fn column_now(&self, table: &str, column: &str) -> Option<&str> {
        self.columns_of(table).find(|(before, _)| *before == column).map(|(_, now)| now)
    }

    /// The name that a column of this table (by its new name) had before, when it was another.
    pub(super) fn column_before(&self, table: &str, column: &str) -> Option<&str> {
        let is_it = |rename: &&ColumnRename| rename.table.1 == table && rename.column.1 == column;
        self.columns.iter().find(is_it).map(|rename| rename.column.0.as_str())
    }

    /// The renamed columns of a table by its old name: before, now.
    pub(super) fn columns_of(&self, table: &str) -> impl Iterator<Item = (&str, &str)> {
        let of_table = move |rename: &&ColumnRename| rename.table.0 == table;
        let columns = self.columns.iter().filter(of_table);
        columns.map(|rename| (rename.column.0.as_str(), rename.column.1.as_str()))
    }

    /// The renamed values of enums, by column, of a table by its new name.
    pub(super) fn values_of(&self, table: &str) -> BTreeMap<String, Vec<(String, String)>> {
        let mut all: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for rename in self.values.iter().filter(|rename| rename.table.1 == table) {
            all.entry(rename.column.1.clone()).or_default().push(rename.value.clone());
        }
        all
    }
}

fn renamed_values(column: &ColumnInfo) -> impl Iterator<Item = (&'static str, &'static str)> {
    let variants = column.kind.enum_def().into_iter().flat_map(|def| def.variants);
    variants.filter_map(|variant| Some((variant.was?, variant.wire)))
}

/// What rows that are there get in new columns: a literal by table and column, where the field has a default.
#[derive(Debug, Clone, Default)]
pub(super) struct Fills(BTreeMap<(String, String), String>);

impl Fills {
    pub(super) fn declared(entities: &[&'static EntityDef], dialect: Dialect) -> Self {
        let columns = entities.iter().flat_map(|def| {
            def.info().columns.iter().filter_map(move |column| {
                let key = (def.table.to_owned(), column.column.to_owned());
                Some((key, fill(column, dialect)?))
            })
        });
        Self(columns.collect())
    }

    pub(super) fn of(&self, table: &str, column: &str) -> Option<&str> {
        self.0.get(&(table.to_owned(), column.to_owned())).map(String::as_str)
    }
}

/// The old names that name nothing any more: what declares each, and the name.
pub(super) fn unused_names(entities: &[&'static EntityDef], old: &DatabaseSchema) -> Vec<String> {
    let mut unused = Vec::new();
    for def in entities {
        let mut note = |what: String, was: &str| {
            unused.push(format!("`was = \"{was}\"` of {what} names nothing any more"));
        };
        if let Some(was) = def.was.filter(|was| old.table(was).is_none()) {
            note(format!("`{}`", def.name), was);
        }
        let table = old.table(def.table).or_else(|| old.table(def.was?));
        let Some(table) = table else { continue };
        for field in def.fields {
            if let Some(was) = field.was.filter(|was| table.column(was).is_none()) {
                note(format!("`{}` of `{}`", field.name, def.name), was);
            }
        }
        for column in &def.info().columns {
            let Some(old) = table.column(column.column) else { continue };
            for (was, wire) in renamed_values(column) {
                if old.values.iter().all(|value| value != was) {
                    note(format!("the variant stored as `{wire}` (column `{}`)", column.column), was);
                }
            }
        }
    }
    unused.dedup();
    unused
}
