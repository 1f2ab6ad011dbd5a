//! What becomes of each table: names, keys, fields.

mod fields;
mod indexes;

use crate::db::Dialect;
use crate::entity::names as sql_names;
use crate::entity::{OnDelete, ROWID};
use crate::migrate::framework;
use crate::migrate::inspect::columns::field_type;
use crate::migrate::inspect::names::{self, Taken};
use crate::migrate::live::external::on_delete;
pub(super) use fields::variant;

use crate::migrate::live::{LiveColumn, LiveForeignKey, LiveSchema, LiveTable, TableKind};

/// The entities of a schema.
#[derive(Debug)]
pub(super) struct Plan<'s> {
    pub(super) entities: Vec<EntityPlan<'s>>,
    /// Enum types that several tables may use.
    pub(super) enums: Vec<EnumPlan>,
    pub(super) notes: Vec<String>,
}

/// One entity.
#[derive(Debug)]
pub(super) struct EntityPlan<'s> {
    pub(super) table: &'s LiveTable,
    pub(super) name: String,
    pub(super) key: KeyPlan,
    pub(super) timestamps: bool,
    pub(super) fields: Vec<FieldPlan>,
    pub(super) many: Vec<ManyPlan>,
    /// Fields that are unique together, and indexes over several, by their declared names.
    pub(super) uniques: Vec<Vec<String>>,
    pub(super) indexes: Vec<Vec<(String, bool)>>,
    pub(super) enums: Vec<EnumPlan>,
    pub(super) remarks: Vec<String>,
    /// Names of fields and relations.
    pub(super) taken: Taken,
}

/// How rows are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyPlan {
    /// A number in this column.
    Identity(String),
    /// A UUID in this column.
    Uuid(String),
    /// SQLite's number of the row.
    Rowid,
    /// A UUID made of these columns.
    Digest(Vec<String>),
}

/// One field.
#[derive(Debug)]
pub(super) struct FieldPlan {
    pub(super) name: String,
    pub(super) column: String,
    pub(super) rust: String,
    pub(super) nullable: bool,
    pub(super) options: Vec<String>,
    pub(super) docs: Option<String>,
    pub(super) remarks: Vec<String>,
    /// The entity it refers to.
    pub(super) target: Option<String>,
    pub(super) sortable: bool,
}

/// A to-many relation.
#[derive(Debug)]
pub(super) struct ManyPlan {
    pub(super) name: String,
    pub(super) target: String,
    /// `inverse = artist` or `through = PlaylistTrack`.
    pub(super) option: String,
    /// The joining entity, whose name the file needs too.
    pub(super) via: Option<String>,
}

/// An enum.
#[derive(Debug)]
pub(super) struct EnumPlan {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) values: Vec<String>,
    /// The type of PostgreSQL.
    pub(super) sql_name: Option<String>,
}

impl<'s> Plan<'s> {
    pub(super) fn of(schema: &'s LiveSchema) -> Self {
        let mut plan = Plan { entities: Vec::new(), enums: Vec::new(), notes: Vec::new() };
        let mut types = Taken::default();
        for table in &schema.tables {
            if let Some(reason) = refusal(table) {
                plan.notes.extend(reason.map(|reason| {
                    format!("the {} `{}` is no entity: {reason}", table.kind.name(), table.name)
                }));
                continue;
            }
            let Some(key) = key(table, schema.dialect) else {
                plan.notes.push(format!("the table `{}` is no entity: {NO_KEY}", table.name));
                continue;
            };
            let name = names::entity(&table.name);
            let name = types.take(&[name.clone(), format!("{name}Row")]);
            plan.entities.push(EntityPlan::new(table, name, key, schema.dialect));
        }
        for item in &schema.enums {
            let name = names::type_name(&names::entity(&item.name));
            let name = types.take(&[name.clone(), format!("{name}Value")]);
            if item.values.iter().all(|value| names::is_word(value)) && !item.values.is_empty() {
                let docs = item.comment.clone().unwrap_or_else(|| format!("The type `{}`.", item.name));
                let sql_name = Some(item.name.clone());
                plan.enums.push(EnumPlan { name, docs, values: item.values.clone(), sql_name });
            }
        }
        let keys: Vec<(String, String, KeyPlan)> = plan
            .entities
            .iter()
            .map(|entity| (entity.table.name.clone(), entity.name.clone(), entity.key.clone()))
            .collect();
        for entity in &mut plan.entities {
            entity.add_fields(schema.dialect, &keys, &plan.enums, &mut types);
            entity.add_rules();
        }
        plan.add_relations();
        for entity in &plan.entities {
            let left_out = entity.remarks.iter().map(|remark| format!("`{}`: {remark}", entity.name));
            plan.notes.extend(left_out);
        }
        plan
    }
}

const NO_KEY: &str = "its key is neither a number nor a UUID, and it is WITHOUT ROWID";

/// Why a table is no entity; `Some(None)` when nobody misses it.
fn refusal(table: &LiveTable) -> Option<Option<String>> {
    match table.kind {
        _ if framework::TABLES.contains(&table.name.as_str()) => return Some(None),
        TableKind::View | TableKind::MaterializedView => {
            return Some(Some("the rows of a view have no key".to_owned()));
        }
        TableKind::Virtual => return Some(Some("it is not stored as other tables are".to_owned())),
        // A part of another one, which has its rows.
        TableKind::Table if table.definition.is_some() => return Some(None),
        TableKind::Table | TableKind::Partitioned | TableKind::Foreign => {}
    }
    sql_names::table_refusal(&table.name).map(|reason| Some(format!("its name is taken, {reason}")))
}

impl<'s> EntityPlan<'s> {
    fn new(table: &'s LiveTable, name: String, key: KeyPlan, dialect: Dialect) -> Self {
        let mut remarks = Vec::new();
        let columns = || table.primary_key.as_ref().map(|key| key.columns.join(", ")).unwrap_or_default();
        match &key {
            KeyPlan::Identity(_) | KeyPlan::Uuid(_) => {}
            KeyPlan::Rowid if columns().is_empty() => remarks.push(
                "the table has no key: rows are told apart by SQLite's `rowid`, which VACUUM may change".to_owned(),
            ),
            KeyPlan::Rowid => remarks.push(format!(
                "the table's own key ({}) is none of entify's: rows are told apart by SQLite's `rowid`, which VACUUM may \
                 change, so leave it read only",
                columns()
            )),
            KeyPlan::Digest(_) if columns().is_empty() => remarks.push(
                "the table has no key: a digest of the row is its key, so equal rows are one; it is read only, and a row is \
                 found by it without an index"
                    .to_owned(),
            ),
            KeyPlan::Digest(_) => remarks.push(format!(
                "the table's own key ({}) is none of entify's: a digest of it is the key; it is read only, and a row is \
                 found by it without an index",
                columns()
            )),
        }
        let timestamps = dialect == Dialect::Postgres
            && ["created_at", "updated_at"].iter().all(|name| {
                let is_time =
                    |column: &LiveColumn| column.not_null && column.base_type.starts_with("timestamp");
                table.column(name).is_some_and(is_time)
            });
        let mut taken = Taken::default();
        taken.reserve("id");
        if timestamps {
            ["created_at", "updated_at"].iter().for_each(|name| taken.reserve(name));
        }
        Self {
            table,
            name,
            key,
            timestamps,
            fields: Vec::new(),
            many: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            enums: Vec::new(),
            remarks,
            taken,
        }
    }

    /// A field for each column that is no key, in order.
    fn add_fields(
        &mut self,
        dialect: Dialect,
        keys: &[(String, String, KeyPlan)],
        enums: &[EnumPlan],
        types: &mut Taken,
    ) {
        let in_key = |column: &LiveColumn| match &self.key {
            KeyPlan::Identity(name) | KeyPlan::Uuid(name) => *name == column.name,
            KeyPlan::Rowid | KeyPlan::Digest(_) => false,
        };
        let table = self.table;
        let stamps = ["created_at", "updated_at"];
        let is_stamp = |column: &LiveColumn| self.timestamps && stamps.contains(&column.name.as_str());
        let columns: Vec<&LiveColumn> =
            table.columns.iter().filter(|column| !in_key(column) && !is_stamp(column)).collect();
        let mut spelled: Vec<String> = match &self.key {
            KeyPlan::Identity(name) | KeyPlan::Uuid(name) => vec![name.to_lowercase()],
            KeyPlan::Rowid | KeyPlan::Digest(_) => Vec::new(),
        };
        for column in columns {
            if spelled.contains(&column.name.to_lowercase()) {
                let name = &column.name;
                self.remarks.push(format!(
                    "the column `{name}` is left out: another has its name, but for upper and lower case"
                ));
                continue;
            }
            spelled.push(column.name.to_lowercase());
            if let Some(reason) = sql_names::column_refusal(&column.name, false) {
                self.remarks
                    .push(format!("the column `{}` is left out: its name is taken, {reason}", column.name));
                continue;
            }
            let field = match reference(table, column, keys) {
                Some((key, target)) => Some(self.relation(column, key, target)),
                None => self.value(column, dialect, enums, types),
            };
            match field {
                Some(field) => self.fields.push(field),
                None => self.remarks.push(format!(
                    "the column `{}` is left out: no field holds a `{}`",
                    column.name, column.sql_type
                )),
            }
        }
        let of_key = |key: &&LiveForeignKey| {
            matches!((&self.key, key.columns.as_slice()),
                (KeyPlan::Identity(name) | KeyPlan::Uuid(name), [only]) if name == only)
        };
        for key in table.foreign_keys.iter().filter(of_key) {
            self.remarks
                .push(format!("the key is that of a row of `{}` too, which no relation is", key.table));
        }
        for key in table.foreign_keys.iter().filter(|key| key.columns.len() > 1) {
            self.remarks.push(format!(
                "the reference ({}) to `{}` is of several columns, which no relation is",
                key.columns.join(", "),
                key.table
            ));
        }
    }
}

/// None where nothing tells the rows apart that a key could be.
fn key(table: &LiveTable, dialect: Dialect) -> Option<KeyPlan> {
    let key: &[String] = table.primary_key.as_ref().map_or(&[], |key| &key.columns);
    let only = || match key {
        [only] => table.columns.iter().find(|column| column.name == *only),
        _ => None,
    };
    let found = only().and_then(|column| Some((column, field_type(column, dialect)?)));
    match found {
        Some((column, ty)) if ty.is_whole() => return Some(KeyPlan::Identity(column.name.clone())),
        Some((column, ty)) if ty.rust == "Uuid" => return Some(KeyPlan::Uuid(column.name.clone())),
        _ => {}
    }
    let has_rowid = table.kind == TableKind::Table && !table.without_rowid && table.column(ROWID).is_none();
    match dialect {
        Dialect::Sqlite => has_rowid.then_some(KeyPlan::Rowid),
        Dialect::Postgres if key.is_empty() => {
            Some(KeyPlan::Digest(table.columns.iter().map(|column| column.name.clone()).collect()))
        }
        Dialect::Postgres => Some(KeyPlan::Digest(key.to_vec())),
    }
}

/// The reference of a column to the key of an entity.
fn reference<'t>(
    table: &'t LiveTable,
    column: &LiveColumn,
    keys: &'t [(String, String, KeyPlan)],
) -> Option<(&'t LiveForeignKey, &'t str)> {
    table.foreign_keys.iter().find_map(|key| {
        let [own] = key.columns.as_slice() else { return None };
        let [referred] = key.referred.as_slice() else { return None };
        let (_, name, target) = keys.iter().find(|(table, ..)| *table == key.table)?;
        let is_key = matches!(target, KeyPlan::Identity(name) | KeyPlan::Uuid(name) if name == referred);
        let can_be_null = !(column.not_null || table.is_in_key(&column.name));
        let fits = can_be_null || on_delete(key.on_delete) != OnDelete::SetNull;
        (own == &column.name && is_key && fits).then_some((key, name.as_str()))
    })
}
