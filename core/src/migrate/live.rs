//! The schema of a live database, as its own catalogs tell it: also what no entity declares.
//!
//! [`read`] reads it into plain data, [`diff`] names what differs between two of them. What the entities need is compared
//! with what is there by creating it for a moment and reading that too: PostgreSQL itself then writes both texts of a
//! condition or default, and no rule here has to know how it rewrites them.

mod comparison;
mod difference;
pub(super) mod external;
mod model;
mod postgres;
mod scratch;
mod sqlite;
mod sqlite_ddl;
pub(super) mod tokens;

use serde::de::DeserializeOwned;

use crate::db::{Db, DbError, Dialect, Executor, Layout, Statement};
use crate::types::Kind;
use crate::value::Value;

pub use comparison::{Comparison, compare};
pub use difference::diff;
pub(super) use difference::{NOT_VALID, lines};
pub use model::{
    IdentityKind, IndexPart, LiveCheck, LiveColumn, LiveEnum, LiveForeignKey, LiveIndex, LiveKey, LivePolicy,
    LiveSchema, LiveTable, LiveTrigger, LiveUnique, ReferentialAction, RowSecurity, TableKind,
};
pub use scratch::created;

/// Reads the tables, views and enum types that statements without a schema's name find, or the named tables alone.
///
/// The runner's own table is left out, and what an extension or SQLite made for itself.
///
/// # Errors
/// The [`DbError`] of the database; also of one that speaks PostgreSQL's protocol and has not all of its catalogs.
pub async fn read(db: &Db, tables: Option<&[String]>) -> Result<LiveSchema, DbError> {
    let executor = Executor::Pool(db.clone());
    let mut schema = match db.dialect() {
        Dialect::Postgres => postgres::read(&executor, postgres::Namespace::Visible).await?,
        Dialect::Sqlite => sqlite::read(&executor).await?,
    };
    if let Some(names) = tables {
        schema.tables.retain(|table| names.contains(&table.name));
        let used = |name: &String| {
            let mut columns = schema.tables.iter().flat_map(|table| &table.columns);
            columns.any(|column| column.enum_type.as_ref() == Some(name))
        };
        let unused: Vec<String> =
            schema.enums.iter().map(|item| item.name.clone()).filter(|name| !used(name)).collect();
        schema.enums.retain(|item| !unused.contains(&item.name));
    }
    Ok(schema)
}

/// The rows of a statement that selects one JSON value, as a type.
async fn rows<T: DeserializeOwned>(executor: &Executor, sql: &str) -> Result<Vec<T>, DbError> {
    let layout = Layout::default().with_column(Kind::Json);
    let records = executor.read(Statement::plain(sql).once(), &layout).await?;
    let mut rows = Vec::with_capacity(records.len());
    for mut record in records {
        let Value::Json(json) = record.take(0) else { continue };
        let row = serde_json::from_value(json)
            .map_err(|error| DbError::Other(format!("the catalog cannot be read: {error}")))?;
        rows.push(row);
    }
    Ok(rows)
}
