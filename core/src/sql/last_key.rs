//! Whether counted keys have come to their end.

use crate::db::{Layout, Statement, bind};
use crate::entity::EntityInfo;
use crate::types::Kind;
use crate::value::Value;

/// SQLite alone: a row if the greatest key of the table was assigned. SQLite reports it as a full disk.
pub(crate) fn is_last_key_taken(info: &EntityInfo) -> (Statement, Layout) {
    let sql =
        format!("SELECT \"seq\" FROM \"sqlite_sequence\" WHERE \"name\" = ? AND \"seq\" = {}", i64::MAX);
    let table = bind(&Value::Text(info.def.table.to_owned()), Kind::Text, crate::db::Dialect::Sqlite);
    let statement = Statement::new(sql, sea_query::Values(vec![table]));
    (statement, Layout::default().with_column(Kind::I64))
}
