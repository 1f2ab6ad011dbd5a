//! A database's schema as plain data.

use serde::Deserialize;

use crate::db::Dialect;

/// The tables, views and enum types of a database.
///
/// Equal when [`diff`](super::diff) finds nothing: the order of columns is no difference, nor is what SQLite keeps of a
/// statement's blanks, letters and quotes.
#[derive(Debug, Clone)]
pub struct LiveSchema {
    /// Its dialect.
    pub dialect: Dialect,
    /// Tables and views, by name.
    pub tables: Vec<LiveTable>,
    /// Enum types of PostgreSQL, by name.
    pub enums: Vec<LiveEnum>,
}

impl PartialEq for LiveSchema {
    fn eq(&self, other: &Self) -> bool {
        super::diff(self, other).is_empty()
    }
}

impl Eq for LiveSchema {}

impl LiveSchema {
    /// Whether two names are one: those of SQLite are the same in upper and lower case.
    #[must_use]
    pub fn same_name(&self, a: &str, b: &str) -> bool {
        match self.dialect {
            Dialect::Postgres => a == b,
            Dialect::Sqlite => a.eq_ignore_ascii_case(b),
        }
    }

    /// The table of this name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&LiveTable> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// What a name in the place of a table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A table.
    Table,
    /// A partitioned table of PostgreSQL; its partitions are tables.
    Partitioned,
    /// A view.
    View,
    /// A view that stores its rows.
    MaterializedView,
    /// A table of another server.
    Foreign,
    /// A table that a module of SQLite implements.
    Virtual,
}

impl TableKind {
    /// Whether a query makes its rows.
    #[must_use]
    pub fn is_view(self) -> bool {
        matches!(self, Self::View | Self::MaterializedView)
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Partitioned => "partitioned table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Foreign => "foreign table",
            Self::Virtual => "virtual table",
        }
    }
}

/// One table or view.
#[derive(Debug, Clone)]
pub struct LiveTable {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// The comment on it.
    pub comment: Option<String>,
    /// The query of a view, the statement that created a virtual table.
    pub definition: Option<String>,
    /// SQLite: types are enforced.
    pub strict: bool,
    /// SQLite: rows have no number beside the primary key.
    pub without_rowid: bool,
    /// The columns, in the order of the table.
    pub columns: Vec<LiveColumn>,
    /// The primary key.
    pub primary_key: Option<LiveKey>,
    /// Unique constraints.
    pub uniques: Vec<LiveUnique>,
    /// References to other tables.
    pub foreign_keys: Vec<LiveForeignKey>,
    /// Conditions that every row meets.
    pub checks: Vec<LiveCheck>,
    /// Constraints of other kinds (exclusion), as they are written.
    pub others: Vec<LiveCheck>,
    /// Indexes that belong to no constraint.
    pub indexes: Vec<LiveIndex>,
    /// Triggers.
    pub triggers: Vec<LiveTrigger>,
    /// Row-level security.
    pub row_security: RowSecurity,
}

impl LiveTable {
    /// Whether the column is in the primary key.
    #[must_use]
    pub fn is_in_key(&self, column: &str) -> bool {
        self.primary_key.as_ref().is_some_and(|key| key.columns.iter().any(|known| known == column))
    }

    /// Whether a constraint or an index allows one row for each value of these columns, in any order.
    #[must_use]
    pub fn is_unique(&self, columns: &[&str]) -> bool {
        let same = |known: &[&str]| {
            known.len() == columns.len()
                && columns.iter().all(|column| known.iter().any(|known| known.eq_ignore_ascii_case(column)))
        };
        let plain = |names: &[String]| same(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let indexed = |index: &LiveIndex| {
            let parts: Option<Vec<&str>> = index.parts.iter().map(|part| part.column.as_deref()).collect();
            index.unique && index.condition.is_none() && parts.is_some_and(|parts| same(&parts))
        };
        self.primary_key.as_ref().is_some_and(|key| plain(&key.columns))
            || self.uniques.iter().any(|unique| plain(&unique.columns))
            || self.indexes.iter().any(indexed)
    }

    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&LiveColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// One column.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LiveColumn {
    /// The name.
    pub name: String,
    /// The type as the database writes it: `character varying(160)`. Of SQLite, as it was declared.
    pub sql_type: String,
    /// What a domain is made of; else the same as `sql_type`.
    pub base_type: String,
    /// The enum type, of which the column holds a value or a list.
    pub enum_type: Option<String>,
    /// A collation that is not that of the type.
    pub collation: Option<String>,
    /// NULL is refused.
    pub not_null: bool,
    /// The default, an SQL expression.
    pub default: Option<String>,
    /// An identity column.
    pub identity: Option<IdentityKind>,
    /// PostgreSQL: numbered by a sequence of its own, `serial`.
    pub serial: bool,
    /// The expression of a generated column.
    pub generated: Option<String>,
    /// A generated column is computed when it is read.
    pub virtual_generated: bool,
    /// The comment on it.
    pub comment: Option<String>,
}

/// How an identity column takes values that are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum IdentityKind {
    /// It refuses them.
    #[serde(rename = "a")]
    Always,
    /// It takes them.
    #[serde(rename = "d")]
    ByDefault,
}

/// A primary key.
#[derive(Debug, Clone)]
pub struct LiveKey {
    /// The constraint's name; SQLite may have none.
    pub name: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// SQLite: no number is given twice.
    pub autoincrement: bool,
}

/// A unique constraint.
#[derive(Debug, Clone)]
pub struct LiveUnique {
    /// The constraint's name; SQLite may have none.
    pub name: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// What is beside the columns: `NULLS NOT DISTINCT`, `DEFERRABLE`.
    pub options: String,
}

/// A reference to another table.
#[derive(Debug, Clone)]
pub struct LiveForeignKey {
    /// The constraint's name; SQLite may have none.
    pub name: Option<String>,
    /// The columns here.
    pub columns: Vec<String>,
    /// The table it refers to.
    pub table: String,
    /// The columns there.
    pub referred: Vec<String>,
    /// What happens here when the target is deleted.
    pub on_delete: ReferentialAction,
    /// What happens here when the target's key changes.
    pub on_update: ReferentialAction,
    /// It may be checked at the end of the transaction.
    pub deferrable: bool,
    /// It is checked at the end of the transaction.
    pub initially_deferred: bool,
    /// False: rows that were there before were not checked (`NOT VALID`).
    pub validated: bool,
}

/// What a reference does when its target goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReferentialAction {
    /// Refused at the end of the statement, or of the transaction.
    #[default]
    NoAction,
    /// Refused at once.
    Restrict,
    /// The same happens here.
    Cascade,
    /// The columns become NULL.
    SetNull,
    /// The columns get their defaults.
    SetDefault,
}

impl ReferentialAction {
    /// As SQL writes it.
    #[must_use]
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "no action",
            Self::Restrict => "restrict",
            Self::Cascade => "cascade",
            Self::SetNull => "set null",
            Self::SetDefault => "set default",
        }
    }
}

/// A condition that every row meets.
#[derive(Debug, Clone)]
pub struct LiveCheck {
    /// The constraint's name; SQLite may have none.
    pub name: Option<String>,
    /// The condition.
    pub sql: String,
    /// False: rows that were there before were not checked (`NOT VALID`).
    pub validated: bool,
}

/// An index that belongs to no constraint.
#[derive(Debug, Clone)]
pub struct LiveIndex {
    /// The name.
    pub name: String,
    /// The method: `btree`.
    pub method: String,
    /// One row for each value.
    pub unique: bool,
    /// What it is over, in order.
    pub parts: Vec<IndexPart>,
    /// Columns that it holds beside.
    pub included: Vec<String>,
    /// The condition of the rows in it.
    pub condition: Option<String>,
    /// False: PostgreSQL could not finish it and does not use it.
    pub valid: bool,
}

/// What an index is over.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct IndexPart {
    /// The column, without quotes; `None` for an expression.
    pub column: Option<String>,
    /// The column or the expression, as SQL.
    pub sql: String,
    /// Greatest first.
    pub descending: bool,
    /// NULLs are not where the direction puts them.
    pub nulls_moved: bool,
    /// A collation that is not the column's.
    pub collation: Option<String>,
    /// An operator class that is not the default one.
    pub operator_class: Option<String>,
}

/// A trigger.
#[derive(Debug, Clone, Deserialize)]
pub struct LiveTrigger {
    /// The name.
    pub name: String,
    /// The statement that creates it.
    pub sql: String,
}

/// Row-level security of a table.
#[derive(Debug, Clone, Default)]
pub struct RowSecurity {
    /// It is on.
    pub enabled: bool,
    /// It holds for the table's owner too.
    pub forced: bool,
    /// Its policies.
    pub policies: Vec<LivePolicy>,
}

/// A policy of row-level security.
#[derive(Debug, Clone, Deserialize)]
pub struct LivePolicy {
    /// The name.
    pub name: String,
    /// `select`, `insert`, `update`, `delete` or `all`.
    pub command: String,
    /// Rows must meet all policies of this kind, not one of them.
    pub restrictive: bool,
    /// The roles it is for; `public` for all.
    pub roles: Vec<String>,
    /// The rows that are found.
    pub using: Option<String>,
    /// The rows that may be written.
    pub check: Option<String>,
    /// The comment on it.
    pub comment: Option<String>,
}

/// An enum type of PostgreSQL.
#[derive(Debug, Clone, Deserialize)]
pub struct LiveEnum {
    /// The name.
    pub name: String,
    /// Its values, in order.
    pub values: Vec<String>,
    /// The comment on it.
    pub comment: Option<String>,
}
