//! INSERT without reading anything back, for rows that only the engine writes.

use sea_query::{PostgresQueryBuilder, SqliteQueryBuilder, Values};

use crate::db::{Dialect, Statement};
use crate::entity::{ColumnSet, EntityInfo};
use crate::query::given::{Given, arrays, row_of};
use crate::query::statement::Shape;
use crate::value::Value;

/// New rows with these columns set, in the order of the set.
pub(crate) fn append(
    info: &'static EntityInfo,
    dialect: Dialect,
    columns: ColumnSet,
    rows: &[Vec<Value>],
) -> Statement {
    let build = |given: Given<'_>| {
        let query = given.insert(info, dialect, columns);
        match dialect {
            Dialect::Postgres => query.build(PostgresQueryBuilder),
            Dialect::Sqlite => query.build(SqliteQueryBuilder),
        }
    };
    let text = |many: bool, given: Given<'_>| {
        info.statements.get(dialect, Shape::Append { columns, many }, || build(given).0)
    };
    if let [row] = rows {
        return Statement::new(text(false, Given::Cells(rows)), Values(row_of(info, dialect, columns, row)));
    }
    if let Some(arrays) = arrays(info, dialect, columns, rows) {
        return Statement::of_columns(text(true, Given::Arrays), arrays);
    }
    let (sql, values) = build(Given::Cells(rows));
    Statement::new(sql, values).once()
}
