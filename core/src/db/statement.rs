//! A statement and the shape of its rows.

use std::sync::Arc;

use sea_query::Values;

use crate::db::{ColumnArrays, DbError, Dialect, RlsSession};
use crate::types::Kind;
use crate::value::Value;

/// Bytes of the longest text that connections keep prepared.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
const MAX_KEPT: usize = 4096;

/// SQL text with the values bound to it.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(crate) sql: Arc<str>,
    pub(crate) values: Values,
    /// Values of many rows, an array for each column, instead of `values`.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(crate) columns: Option<ColumnArrays>,
    /// The text is unlikely to be run again: connections do not keep it prepared.
    pub(crate) once: bool,
    /// It writes, and returns values that it has not written: they are read before the commit.
    pub(crate) returns_stored: bool,
    /// The table that it writes to: the rows it returns are not subject to the read rules.
    pub(crate) written: Option<&'static str>,
    /// Tables of which the statement needs every row, whoever the principal is.
    pub(crate) unrestricted: Vec<&'static str>,
    /// The settings of row-level security to bind, where it is on.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(crate) rls_session: Option<Arc<RlsSession>>,
}

impl Statement {
    /// A statement without values.
    #[must_use]
    pub fn plain(sql: impl Into<Arc<str>>) -> Self {
        Self::new(sql, Values(Vec::new()))
    }

    /// A statement with bound values.
    #[must_use]
    pub fn new(sql: impl Into<Arc<str>>, values: Values) -> Self {
        Self {
            sql: sql.into(),
            values,
            columns: None,
            once: false,
            returns_stored: false,
            written: None,
            unrestricted: Vec::new(),
            rls_session: None,
        }
    }

    /// A statement whose values are an array for each column of many rows.
    pub(crate) fn of_columns(sql: Arc<str>, columns: ColumnArrays) -> Self {
        Self { columns: Some(columns), ..Self::plain(sql) }
    }

    /// The same, of a SELECT whose rows no one else changes before the transaction ends. SQLite has one writer at a
    /// time: a transaction there holds every row.
    pub(crate) fn for_update(self, dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self { sql: format!("{} FOR UPDATE", self.sql).into(), ..self },
            Dialect::Sqlite => self,
        }
    }

    /// The same, of a SELECT of keys whose rows stay until the transaction ends, though others may refer to them too.
    /// Always in the same order, so that two transactions that lock the same rows do not deadlock.
    pub(crate) fn for_key_share(self, dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => {
                Self { sql: format!("{} ORDER BY 1 FOR KEY SHARE", self.sql).into(), ..self }
            }
            Dialect::Sqlite => self,
        }
    }

    /// The same, which needs every row of these tables, whoever the principal is: for what a policy looks up, and for
    /// what a computed field reads.
    pub(crate) fn with_unrestricted(mut self, tables: impl IntoIterator<Item = &'static str>) -> Self {
        self.unrestricted.extend(tables);
        self
    }

    /// The same, of a text that is unlikely to be run again. Connections keep statements prepared, and one with thousands
    /// of values is large.
    pub(crate) fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// Whether a connection keeps it prepared. It keeps some hundreds, whatever their size, so long ones are left out.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn is_kept(&self) -> bool {
        !self.once && self.sql.len() <= MAX_KEPT
    }
}

/// How the columns of a result become cells.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// For each column of the result: its cell and its type.
    pub(crate) slots: Vec<(usize, Kind)>,
    /// Cells of a row.
    pub(crate) width: usize,
    /// Whose rows they are, for messages.
    pub(crate) names: Option<&'static dyn CellNames>,
}

/// What the cells of a row are called.
pub(crate) trait CellNames: std::fmt::Debug + Sync {
    /// The entity.
    fn entity(&self) -> &'static str;

    /// The field of a cell.
    fn field(&self, cell: usize) -> Option<&'static str>;
}

impl Layout {
    /// The columns of a result, each with its cell and its type, in rows of so many cells.
    pub(crate) fn new(slots: Vec<(usize, Kind)>, width: usize, names: &'static dyn CellNames) -> Self {
        Self { slots, width, names: Some(names) }
    }

    /// The error of a cell that holds what its field cannot. The key is in the first cell, if it was selected.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn unreadable(&self, cell: usize, values: &[Value], reason: &str) -> DbError {
        let name = match self.names {
            Some(names) => format!("{}.{}", names.entity(), names.field(cell).unwrap_or("a computed value")),
            None => format!("cell {cell} of a result"),
        };
        let key = match values.first() {
            Some(Value::Null) | None => "of an unknown row".to_owned(),
            Some(key) => format!("of the row {key}"),
        };
        DbError::Unreadable(format!("{name} {key} {reason}"))
    }

    /// One more column of the result, in a cell after all others.
    #[must_use]
    pub fn with_column(mut self, kind: Kind) -> Self {
        self.slots.push((self.width, kind));
        self.width += 1;
        self
    }
}
