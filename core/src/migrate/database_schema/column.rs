//! What a field means to one dialect: its column's type, default and condition.
//!
//! What depends on its kind is in `db/storage.rs`.

use crate::db::{
    Dialect, SqliteType, TypeModifiers, check_condition, postgres_column_type, quoted, sqlite_column_type,
    sqlite_type,
};
use crate::entity::{ColumnInfo, ColumnRole};
use crate::migrate::database_schema::Column;

/// The current time, in the format in which times are stored.
const SQLITE_NOW: &str = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')";

pub(super) fn of(column: &ColumnInfo, dialect: Dialect) -> Column {
    let sql_type = match dialect {
        Dialect::Postgres => postgres_column_type(column.kind, modifiers(column)),
        Dialect::Sqlite => sqlite_column_type(column.kind).to_owned(),
    };
    let default = match (column.role, dialect) {
        (ColumnRole::CreatedAt | ColumnRole::UpdatedAt, Dialect::Postgres) => Some("now()".to_owned()),
        (ColumnRole::CreatedAt | ColumnRole::UpdatedAt, Dialect::Sqlite) => Some(SQLITE_NOW.to_owned()),
        (ColumnRole::Version, _) => Some("1".to_owned()),
        (ColumnRole::Key | ColumnRole::Field | ColumnRole::DeletedAt, _) => None,
    };
    Column { name: column.column.to_owned(), sql_type, nullable: column.nullable, default }
}

fn modifiers(column: &ColumnInfo) -> TypeModifiers {
    column.field.map_or_else(TypeModifiers::default, |field| TypeModifiers {
        length: field.max_len,
        precision: field.precision,
        scale: field.scale,
    })
}

/// The condition that the field's declaration puts on its column.
pub(super) fn condition(column: &ColumnInfo, dialect: Dialect) -> Option<String> {
    let name = quoted(column.column);
    check_condition(&name, column.kind, dialect).or_else(|| bounds(&name, column, dialect))
}

fn bounds(name: &str, column: &ColumnInfo, dialect: Dialect) -> Option<String> {
    let field = column.field?;
    let number = match (dialect, sqlite_type(column.kind)) {
        // Rounding to a float keeps the order, so no value within the bounds is refused.
        (Dialect::Sqlite, SqliteType::Decimal) => format!("cast({name} as real)"),
        _ => name.to_owned(),
    };
    match (field.min, field.max) {
        (Some(min), Some(max)) => Some(format!("{number} >= {min} and {number} <= {max}")),
        (Some(min), None) => Some(format!("{number} >= {min}")),
        (None, Some(max)) => Some(format!("{number} <= {max}")),
        (None, None) => None,
    }
}
