//! INSERT without reading anything back, for rows that only the engine writes.

use sea_query::{PostgresQueryBuilder, SqliteQueryBuilder};

use crate::db::{Dialect, Statement};
use crate::entity::EntityInfo;
use crate::sql::cache::{self, Shape};
use crate::sql::insert_source::{self, InsertSource};
use crate::value::{ColumnSet, Value};

/// New rows with these columns set, in the order of the set.
pub(crate) fn append(
    info: &'static EntityInfo,
    dialect: Dialect,
    columns: ColumnSet,
    rows: &[Vec<Value>],
) -> Statement {
    let build = |source: InsertSource<'_>| {
        let query = source.insert(info, dialect, columns);
        match dialect {
            Dialect::Postgres => query.build(PostgresQueryBuilder),
            Dialect::Sqlite => query.build(SqliteQueryBuilder),
        }
    };
    let cached_text = |many: bool, text: &dyn Fn() -> String| {
        cache::text(info, dialect, Shape::Append { columns, many }, text)
    };
    insert_source::statement(info, dialect, columns, rows, build, cached_text)
}
