//! Many rows as bound values: an array for each column, for PostgreSQL's `unnest`.
//!
//! A parameter for each cell would make the text grow with the rows, to be parsed and planned anew for each number of
//! them.

#[cfg(feature = "postgres")]
use sqlx::postgres::PgArguments;

use crate::db::Dialect;
use crate::types::Kind;
use crate::value::Value;

/// The columns of many rows, encoded for PostgreSQL.
#[cfg(feature = "postgres")]
pub(crate) type Columns = PgArguments;

/// Only PostgreSQL takes columns.
#[cfg(not(feature = "postgres"))]
#[derive(Debug, Clone)]
pub(crate) enum Columns {}

/// The rows, whose cells are of these types, column by column. `None` where the engine takes no arrays, or where a
/// column holds lists, which an array of them would lose the borders of.
#[cfg(feature = "postgres")]
pub(crate) fn columns(dialect: Dialect, kinds: &[Kind], rows: &[Vec<Value>]) -> Option<Columns> {
    if dialect != Dialect::Postgres || kinds.iter().any(|kind| matches!(kind, Kind::List(_))) {
        return None;
    }
    let mut columns = PgArguments::default();
    for (place, kind) in kinds.iter().enumerate() {
        add(&mut columns, *kind, rows, place).ok()?;
    }
    Some(columns)
}

#[cfg(not(feature = "postgres"))]
pub(crate) fn columns(_: Dialect, _: &[Kind], _: &[Vec<Value>]) -> Option<Columns> {
    None
}

/// Adds one column. As for single values, what does not fit the type is NULL.
#[cfg(feature = "postgres")]
fn add(
    columns: &mut PgArguments,
    kind: Kind,
    rows: &[Vec<Value>],
    place: usize,
) -> Result<(), sqlx::error::BoxDynError> {
    use sqlx::Arguments as _;
    macro_rules! array {
        ($pattern:pat => $value:expr) => {{
            let value = |row: &'_ Vec<Value>| match &row[place] {
                $pattern => $value,
                _ => None,
            };
            columns.add(rows.iter().map(value).collect::<Vec<_>>())
        }};
    }
    match kind {
        Kind::Bool => array!(Value::Bool(value) => Some(*value)),
        Kind::I16 => array!(Value::Int(value) => i16::try_from(*value).ok()),
        Kind::I32 => array!(Value::Int(value) => i32::try_from(*value).ok()),
        Kind::I64 => array!(Value::Int(value) => Some(*value)),
        Kind::F32 => array!(Value::Float32(value) => Some(*value)),
        Kind::F64 => array!(Value::Float(value) => Some(*value)),
        Kind::Decimal => array!(Value::Decimal(value) => Some(*value)),
        Kind::Uuid => array!(Value::Uuid(value) => Some(*value)),
        Kind::Date => array!(Value::Date(value) => Some(*value)),
        Kind::Time => array!(Value::Time(value) => Some(*value)),
        Kind::DateTime => array!(Value::DateTime(value) => Some(*value)),
        Kind::Text | Kind::Enum(_) | Kind::Password => {
            columns.add(rows.iter().map(|row| text(&row[place])).collect::<Vec<_>>())
        }
        Kind::Json => columns.add(rows.iter().map(|row| json(&row[place])).collect::<Vec<_>>()),
        Kind::Bytes => columns.add(rows.iter().map(|row| bytes(&row[place])).collect::<Vec<_>>()),
        Kind::List(_) => Err("a list in an array".into()),
    }
}

#[cfg(feature = "postgres")]
fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Enum(variant) => Some(variant.wire),
        Value::Password(password) => password.hash(),
        _ => None,
    }
}

#[cfg(feature = "postgres")]
fn json(value: &Value) -> Option<&serde_json::Value> {
    if let Value::Json(json) = value { Some(json) } else { None }
}

#[cfg(feature = "postgres")]
fn bytes(value: &Value) -> Option<&[u8]> {
    if let Value::Bytes(bytes) = value { Some(bytes) } else { None }
}
