//! Tables as one dialect stores them.

mod column;

pub(super) use column::fill;

use serde::{Deserialize, Serialize};

use crate::db::Dialect;
use crate::entity::{ColumnInfo, EntityDef, EntityInfo, IndexDef, KeyKind, OnDelete, names};

/// The tables of a set of entities in one dialect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSchema {
    /// The tables.
    pub tables: Vec<Table>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The name.
    pub name: String,
    /// The primary key.
    pub primary_key: PrimaryKey,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// Unique rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Unique>,
    /// References to other tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// Conditions that every row meets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Secondary indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// The full-text index of the search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fulltext: Option<FullText>,
}

/// A primary key of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrimaryKey {
    /// The constraint's name.
    pub name: String,
    /// The column.
    pub column: String,
    /// Whether the database counts the values up.
    pub identity: bool,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The SQL type: `varchar(254)`.
    #[serde(rename = "type")]
    pub sql_type: String,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// The default, an SQL expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The name of the field's type where several types of fields are stored in one type of SQL: on SQLite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The stored values of an enum, in declared order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A unique rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unique {
    /// The constraint's name.
    pub name: String,
    /// The columns.
    pub columns: Vec<String>,
    /// The condition of the rows it holds among; all rows when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
}

/// A reference to another table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The column here.
    pub column: String,
    /// The table it refers to.
    pub table: String,
    /// The column there.
    pub key: String,
    /// What happens here when the target is deleted.
    pub on_delete: OnDelete,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The constraint's name.
    pub name: String,
    /// The condition.
    pub sql: String,
}

/// A secondary index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// The name.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<IndexColumn>,
    /// The condition of the rows that are in it; all rows when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
}

/// A column of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexColumn {
    /// The column.
    pub name: String,
    /// Greatest first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
    /// Of an enum that is sorted by its declaration: the stored values in this order. The index holds their positions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A full-text index: a column and its index on PostgreSQL, a table and triggers on SQLite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullText {
    /// The name.
    pub name: String,
    /// The columns whose words are in it.
    pub columns: Vec<String>,
}

impl DatabaseSchema {
    /// The tables of these entities, in this order.
    #[must_use]
    pub fn of(entities: &[&'static EntityDef], dialect: Dialect) -> Self {
        Self { tables: entities.iter().map(|def| Table::of(def.info(), dialect)).collect() }
    }

    /// The table of this name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The tables by name.
    pub(super) fn sorted(&self) -> Self {
        let mut tables = self.tables.clone();
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        Self { tables }
    }

    /// Whether a reference is one of a circle: rows there can refer, over others, to rows of the table itself.
    pub(super) fn is_cyclic(&self, table: &Table, key: &ForeignKey) -> bool {
        let mut reached = vec![key.table.as_str()];
        let mut next = 0;
        while let Some(name) = reached.get(next).copied() {
            if name == table.name {
                return true;
            }
            for key in self.table(name).map_or(&[][..], |table| &table.foreign_keys) {
                if !reached.contains(&key.table.as_str()) {
                    reached.push(&key.table);
                }
            }
            next += 1;
        }
        false
    }
}

impl Column {
    /// The type without its length and its collation: `varchar(20) collate "C"` is `varchar`.
    pub(super) fn base_type(&self) -> &str {
        let without_collation = self.sql_type.split(" collate ").next().unwrap_or_default();
        without_collation.split('(').next().unwrap_or_default().trim()
    }

    /// Whether its type, its default or whether it takes NULL differ, or on SQLite the form of its values.
    pub(super) fn differs(&self, other: &Self) -> bool {
        let kinds = self.kind.as_ref().zip(other.kind.as_ref());
        self.sql_type != other.sql_type
            || self.nullable != other.nullable
            || self.default != other.default
            || kinds.is_some_and(|(kind, other)| kind != other)
    }
}

impl Table {
    /// The column of this name.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(super) fn of(info: &'static EntityInfo, dialect: Dialect) -> Self {
        let def = info.def;
        let key = info.key();
        let uniques = uniques(info);
        Self {
            name: def.table.to_owned(),
            primary_key: PrimaryKey {
                name: names::primary_key(def.table),
                column: key.column.to_owned(),
                identity: def.key == KeyKind::Identity,
            },
            columns: stored(info).map(|column| column::of(column, dialect)).collect(),
            foreign_keys: foreign_keys(def),
            checks: checks(info, dialect),
            indexes: indexes(info, &uniques),
            fulltext: fulltext(info),
            uniques,
        }
    }
}

fn stored(info: &EntityInfo) -> impl Iterator<Item = &ColumnInfo> {
    info.columns.iter().filter(|column| column.is_stored())
}

/// The index in which the search finds words, when fields have `search(fulltext)`.
fn fulltext(info: &EntityInfo) -> Option<FullText> {
    let columns: Vec<String> = info
        .searched()
        .filter(|column| column.is_fulltext())
        .map(|column| column.column.to_owned())
        .collect();
    (!columns.is_empty()).then(|| FullText { name: names::fulltext(info.def.table), columns })
}

fn uniques(info: &EntityInfo) -> Vec<Unique> {
    let def = info.def;
    let single = def.fields.iter().filter(|field| field.unique);
    let single = single.map(|field| vec![field.column]);
    let several = def.uniques.iter().map(|unique| columns_of(info, unique));
    let mut uniques: Vec<Unique> = Vec::new();
    for columns in single.chain(several) {
        let name = names::unique(def.table, &columns);
        let columns = owned(&columns);
        if uniques.iter().all(|unique| unique.columns != columns) {
            uniques.push(Unique { name, columns, condition: not_deleted_condition(info) });
        }
    }
    uniques
}

/// A unique value is free again once the row that had it is deleted.
fn not_deleted_condition(info: &EntityInfo) -> Option<String> {
    info.deleted_at().map(|column| format!("\"{}\" is null", info.columns[column].column))
}

/// The entity's own indexes, then one for each reference that no other index or unique rule of all rows begins with: deleting a
/// target and following a to-many relation find rows by it.
fn indexes(info: &EntityInfo, uniques: &[Unique]) -> Vec<Index> {
    let def = info.def;
    let column = |(column, descending): (usize, bool)| {
        let column = &info.columns[column];
        let variants = column.kind.ordered_enum().map_or(&[][..], |def| def.variants);
        let values = variants.iter().map(|variant| variant.wire.to_owned()).collect();
        IndexColumn { name: column.column.to_owned(), descending, values }
    };
    let mut indexes: Vec<Index> = Vec::new();
    let mut add = |columns: Vec<IndexColumn>, condition: Option<String>| {
        if indexes.iter().any(|index| index.columns == columns) {
            return;
        }
        let parts: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let mut name = names::index(def.table, &parts);
        if indexes.iter().any(|index| index.name == name) {
            let parts = columns.iter().map(|column| (column.name.as_str(), column.descending));
            name = names::another_index(def.table, parts);
        }
        indexes.push(Index { name, columns, condition });
    };
    for index in info.indexes() {
        let condition = if index.undeleted_only { not_deleted_condition(info) } else { None };
        add(index.columns.into_iter().map(column).collect(), condition);
    }
    for field in def.fields.iter().filter(|field| field.relation.is_some()) {
        let covered = uniques
            .iter()
            .filter(|unique| unique.condition.is_none())
            .map(|unique| &unique.columns[0])
            .chain(
                indexes.iter().filter(|index| index.condition.is_none()).map(|index| &index.columns[0].name),
            )
            .any(|first| first == field.column);
        if !covered {
            let columns =
                vec![IndexColumn { name: field.column.to_owned(), descending: false, values: Vec::new() }];
            let mut name = names::index(def.table, &[field.column]);
            if indexes.iter().any(|index| index.name == name) {
                name = names::another_index(def.table, [(field.column, false)].into_iter());
            }
            indexes.push(Index { name, columns, condition: None });
        }
    }
    indexes
}

fn foreign_keys(def: &'static EntityDef) -> Vec<ForeignKey> {
    let relations = def.fields.iter().filter_map(|field| Some((field, field.relation.as_ref()?)));
    relations
        .map(|(field, relation)| {
            let target = (relation.target)();
            ForeignKey {
                name: names::foreign_key(def.table, field.column, target.table),
                column: field.column.to_owned(),
                table: target.table.to_owned(),
                key: target.info().key().column.to_owned(),
                on_delete: relation.on_delete,
            }
        })
        .collect()
}

fn checks(info: &EntityInfo, dialect: Dialect) -> Vec<Check> {
    let table = info.def.table;
    let of_columns = stored(info).filter_map(|column| {
        Some(Check { name: names::check(table, column.column), sql: column::condition(column, dialect)? })
    });
    let declared =
        info.def.checks.iter().map(|check| Check { name: check.name.to_owned(), sql: check.sql.to_owned() });
    of_columns.chain(declared).collect()
}

/// The columns of an index's fields. The derive has checked the names.
fn columns_of(info: &EntityInfo, index: &IndexDef) -> Vec<&'static str> {
    index
        .fields
        .iter()
        .map(|sort| info.by_name(sort.field).map_or(sort.field, |column| column.column))
        .collect()
}

fn owned(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|&column| column.to_owned()).collect()
}
