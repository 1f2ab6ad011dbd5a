//! What a field means to one dialect: its column's type, default and condition.
//!
//! What depends on its kind is in `db/storage.rs`.

use chrono::Utc;

use crate::db::{
    Dialect, SqliteType, TypeModifiers, check_condition, postgres_column_type, quoted, sqlite_column_type,
    sqlite_type, value_literal,
};
use crate::entity::{ColumnInfo, ColumnRole, DefaultDef};
use crate::migrate::database_schema::Column;
use crate::types::Kind;

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
        (ColumnRole::Field, _) => literal_default(column, dialect),
        (ColumnRole::Key | ColumnRole::DeletedAt, _) => None,
    };
    let kind = (dialect == Dialect::Sqlite).then(|| kind_name(column.kind));
    let values = values(column.kind).map(str::to_owned).collect();
    Column { name: column.column.to_owned(), sql_type, nullable: column.nullable, default, kind, values }
}

/// The default that is the same for every row. The engine gives it to each row that it inserts; in the database it fills rows
/// that are there already, and those of a version of the program that does not know the column.
fn literal_default(column: &ColumnInfo, dialect: Dialect) -> Option<String> {
    match column.field?.default? {
        DefaultDef::Literal(value) => value_literal(value, column.kind, dialect),
        DefaultDef::Expression(_) | DefaultDef::Now | DefaultDef::Uuid => None,
    }
}

/// What a row that is there already gets in a new column: the field's default, evaluated once.
pub(in crate::migrate) fn fill(column: &ColumnInfo, dialect: Dialect) -> Option<String> {
    // One value for all of the rows; what is to differ from row to row has none.
    let default = column.field?.default.filter(|default| !matches!(default, DefaultDef::Uuid))?;
    value_literal(&default.value(column.kind, Utc::now()), column.kind, dialect)
}

/// The field's type in a word. Types whose values are stored alike share one.
fn kind_name(kind: Kind) -> String {
    let name = match kind {
        Kind::Bool => "bool",
        Kind::I16 | Kind::I32 | Kind::I64 => "integer",
        Kind::F32 | Kind::F64 => "float",
        Kind::Decimal => "decimal",
        Kind::Text => "text",
        Kind::Enum(_) => "enum",
        Kind::Password => "password",
        Kind::Uuid => "uuid",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::DateTime => "datetime",
        Kind::Json => "json",
        Kind::Bytes => "bytes",
        Kind::List(element) => return format!("list of {}", kind_name(*element)),
    };
    name.to_owned()
}

/// The stored values of an enum, or of lists of it.
fn values(kind: Kind) -> impl Iterator<Item = &'static str> {
    kind.enum_def().into_iter().flat_map(|def| def.variants.iter().map(|variant| variant.wire))
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
