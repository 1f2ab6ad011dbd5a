//! How many rows a table has, as the planner believes.

use sea_query::Values;

use crate::db::{Dialect, Layout, Statement};
use crate::entity::EntityInfo;
use crate::types::Kind;

/// The planner's estimate of the rows of the table, below 0 while it was not analysed; none where the engine has none.
pub(crate) fn estimate(info: &EntityInfo, dialect: Dialect) -> Option<(Statement, Layout)> {
    match dialect {
        Dialect::Sqlite => None,
        Dialect::Postgres => {
            let sql = "SELECT reltuples::bigint FROM pg_class WHERE oid = quote_ident($1)::regclass";
            let table = sea_query::Value::from(info.def.table);
            Some((Statement::new(sql, Values(vec![table])), Layout::default().with_column(Kind::I64)))
        }
    }
}
