//! Fields that are computed for every read: `computed(sql = "{price} * {amount}")`.

use sea_query::Expr;

use crate::db::{
    DECIMAL_COLLATION, Dialect, SqliteType, postgres_collation, postgres_type, quoted, sqlite_type,
};
use crate::entity::{ColumnInfo, EntityInfo};
use crate::types::Kind;

/// The value for the row of the table or alias `of`, in the column's own type.
pub(crate) fn expression(
    info: &EntityInfo,
    column: &ColumnInfo,
    parts: &[&str],
    of: &str,
    dialect: Dialect,
) -> Expr {
    let mut sql = String::from("(");
    for (position, part) in parts.iter().enumerate() {
        if position % 2 == 0 {
            sql.push_str(part);
        } else {
            // The derive has checked the name.
            let name = info.by_name(part).map_or(*part, |column| column.column);
            sql.push_str(&format!("{}.{}", quoted(of), quoted(name)));
        }
    }
    sql.push(')');
    Expr::cust(match dialect {
        Dialect::Postgres => in_postgres(column, &sql),
        Dialect::Sqlite => in_sqlite(column, &sql),
    })
}

/// The scale of a computed decimal.
fn scale(column: &ColumnInfo) -> Option<u32> {
    column.field.and_then(|field| field.scale)
}

/// Not the type of the column that would store it: a cast to `varchar(n)` cuts silently.
fn in_postgres(column: &ColumnInfo, sql: &str) -> String {
    let of = match (column.kind, scale(column)) {
        (Kind::Decimal, Some(scale)) => format!("numeric(1000, {scale})"),
        (kind, _) => postgres_type(kind),
    };
    // What the expression is made of may sort otherwise: a cast keeps its collation.
    let collation = postgres_collation(column.kind).map(|name| format!(" COLLATE {name}"));
    format!("CAST({sql} AS {of}){}", collation.unwrap_or_default())
}

/// An expression of SQLite has no type of its own, and its numbers with a point are floats: a decimal with a scale is
/// rounded to it, as PostgreSQL does.
fn in_sqlite(column: &ColumnInfo, sql: &str) -> String {
    match (sqlite_type(column.kind), scale(column)) {
        (SqliteType::Decimal, Some(scale)) => {
            let text = format!("CASE WHEN {sql} IS NOT NULL THEN printf('%.{scale}f', {sql}) END");
            format!("({text}) COLLATE {DECIMAL_COLLATION}")
        }
        (SqliteType::Decimal, None) => format!("CAST({sql} AS TEXT) COLLATE {DECIMAL_COLLATION}"),
        (SqliteType::Integer, _) => format!("CAST({sql} AS INTEGER)"),
        (SqliteType::Real, _) => format!("CAST({sql} AS REAL)"),
        (SqliteType::Blob, _) => format!("CAST({sql} AS BLOB)"),
        // A cast of a column keeps the column's collation.
        (SqliteType::Text, _) => format!("CAST({sql} AS TEXT) COLLATE BINARY"),
    }
}
