//! What a field means to one dialect: its column's type, default and condition.
//!
//! `db/bind.rs` writes the cells and `db/{sqlite,postgres}.rs` read them; the types here are theirs.

use crate::db::{Dialect, TEXT_COLLATION, postgres_type, quoted};
use crate::entity::{ColumnInfo, ColumnRole, FieldDef};
use crate::migrate::schema::Column;
use crate::types::Kind;

/// The longest `varchar` of PostgreSQL.
const LONGEST_VARCHAR: u32 = 10_485_760;

/// Digits of a `Decimal`.
const DECIMAL_DIGITS: u32 = 28;

/// Now, in exactly the form in which times are written.
const SQLITE_NOW: &str = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')";

pub(super) fn of(column: &ColumnInfo, dialect: Dialect) -> Column {
    let sql_type = match dialect {
        Dialect::Postgres => postgres(column.kind, column.field),
        Dialect::Sqlite => sqlite(column.kind).to_owned(),
    };
    let default = match (column.role, dialect) {
        (ColumnRole::CreatedAt | ColumnRole::UpdatedAt, Dialect::Postgres) => Some("now()".to_owned()),
        (ColumnRole::CreatedAt | ColumnRole::UpdatedAt, Dialect::Sqlite) => Some(SQLITE_NOW.to_owned()),
        (ColumnRole::Version, _) => Some("1".to_owned()),
        (ColumnRole::Key | ColumnRole::Field | ColumnRole::DeletedAt, _) => None,
    };
    Column { name: column.column.to_owned(), sql_type, nullable: column.nullable, default }
}

/// Texts sort by their code points, as in SQLite, whatever the database's own collation is.
///
/// Lengths and digits of a list's field are about the list, not about its elements.
fn postgres(kind: Kind, field: Option<&FieldDef>) -> String {
    match (kind, field) {
        (Kind::Decimal, Some(FieldDef { scale: Some(scale), precision, .. })) => {
            format!("numeric({}, {scale})", precision.unwrap_or(DECIMAL_DIGITS))
        }
        (Kind::Text, Some(FieldDef { max_len: Some(length @ 1..=LONGEST_VARCHAR), .. })) => {
            format!("varchar({length}) collate {TEXT_COLLATION}")
        }
        (Kind::Text | Kind::Enum(_), _) => format!("{} collate {TEXT_COLLATION}", postgres_type(kind)),
        _ => postgres_type(kind),
    }
}

/// Tables are STRICT, which knows these types only.
fn sqlite(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool | Kind::I16 | Kind::I32 | Kind::I64 => "integer",
        Kind::F32 | Kind::F64 => "real",
        Kind::Bytes => "blob",
        Kind::Decimal => "text collate entify_decimal",
        Kind::Text
        | Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Json
        | Kind::Password
        | Kind::Enum(_)
        | Kind::List(_) => "text",
    }
}

/// The condition that the field's declaration puts on its column.
pub(super) fn condition(column: &ColumnInfo, dialect: Dialect) -> Option<String> {
    let name = quoted(column.column);
    match (column.kind, dialect) {
        (Kind::Enum(def), _) => {
            let choices = literals(def.variants.iter().map(|variant| variant.wire));
            Some(format!("{name} in ({choices})"))
        }
        (Kind::List(Kind::Enum(def)), Dialect::Postgres) => {
            let choices = literals(def.variants.iter().map(|variant| variant.wire));
            Some(format!("{name} <@ array[{choices}]::text[]"))
        }
        _ => bounds(&name, column, dialect),
    }
}

fn bounds(name: &str, column: &ColumnInfo, dialect: Dialect) -> Option<String> {
    let field = column.field?;
    let number = match (column.kind, dialect) {
        // Rounding to a float keeps the order, so no value within the bounds is refused.
        (Kind::Decimal, Dialect::Sqlite) => format!("cast({name} as real)"),
        _ => name.to_owned(),
    };
    match (field.min, field.max) {
        (Some(min), Some(max)) => Some(format!("{number} >= {min} and {number} <= {max}")),
        (Some(min), None) => Some(format!("{number} >= {min}")),
        (None, Some(max)) => Some(format!("{number} <= {max}")),
        (None, None) => None,
    }
}

fn literals(texts: impl Iterator<Item = &'static str>) -> String {
    texts.map(|text| format!("'{}'", text.replace('\'', "''"))).collect::<Vec<_>>().join(", ")
}
