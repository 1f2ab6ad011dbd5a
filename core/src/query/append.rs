//! INSERT without reading anything back, for rows that only the engine writes.

use sea_query::{Expr, PostgresQueryBuilder, Query, SqliteQueryBuilder, Values};

use crate::db::{Dialect, Statement, bind};
use crate::entity::{ColumnSet, EntityInfo};
use crate::query::statement::Shape;
use crate::value::Value;

/// New rows with these columns set, in the order of the set.
pub(crate) fn append(
    info: &'static EntityInfo,
    dialect: Dialect,
    columns: ColumnSet,
    rows: &[Vec<Value>],
) -> Statement {
    let cells = rows.iter().flat_map(|row| columns.iter().zip(row));
    let bound: Vec<_> = cells.map(|(index, value)| bind(value, info.columns[index].kind, dialect)).collect();
    let build = || {
        let mut query = Query::insert();
        query.into_table(info.def.table).columns(columns.iter().map(|index| info.columns[index].column));
        for row in bound.chunks(columns.len()) {
            query.values_panic(row.iter().cloned().map(Expr::value));
        }
        match dialect {
            Dialect::Postgres => query.build(PostgresQueryBuilder).0,
            Dialect::Sqlite => query.build(SqliteQueryBuilder).0,
        }
    };
    let sql = match rows {
        [_] => info.statements.get(dialect, Shape::Append { columns }, build),
        _ => build().into(),
    };
    Statement::new(sql, Values(bound))
}
