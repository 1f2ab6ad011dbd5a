//! What a column's kind means to the databases: the type of its column, and how its values are bound and read.
//!
//! Everything that differs from kind to kind is here, and each match names every kind: a new one is added in this
//! file, and the compiler reports where.
//!
//! SQLite has no types for decimals, times, UUIDs, JSON and lists. They are stored as text whose order is the
//! order of the values: times in one fixed form, decimals under the `entify_decimal` collation that every
//! connection registers.

#[cfg(feature = "postgres")]
mod postgres_values;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod read;

use sea_query::{ArrayType, Value as Sql};
#[cfg(feature = "postgres")]
use sqlx::postgres::PgArguments;

use crate::db::{Dialect, TEXT_COLLATION, literal};
use crate::types::iso::{self, Fraction};
use crate::types::{JsonStyle, Kind};
use crate::value::Value;

#[cfg(feature = "postgres")]
pub(super) use read::read_postgres;
#[cfg(feature = "sqlite")]
pub(super) use read::read_sqlite;

/// The collation of SQLite under which decimals, stored as text, sort by value.
pub(crate) const DECIMAL_COLLATION: &str = "entify_decimal";

/// The longest `varchar` of PostgreSQL.
const MAX_VARCHAR: u32 = 10_485_760;

/// Digits of a `Decimal`.
const DECIMAL_DIGITS: u32 = 28;

/// What a column's type determines of its values beside their kind. Of a list's column it determines it of the list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TypeModifiers {
    /// The most characters of a text.
    pub(crate) length: Option<u32>,
    /// The digits of a decimal.
    pub(crate) precision: Option<u32>,
    /// Those of them after the point.
    pub(crate) scale: Option<u32>,
}

/// The type in which SQLite stores a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SqliteType {
    Integer,
    Real,
    Text,
    /// A text under [`DECIMAL_COLLATION`].
    Decimal,
    Blob,
}

/// PostgreSQL's type for values of a kind, without lengths and digits.
pub(crate) fn postgres_type(kind: Kind) -> String {
    let name = match kind {
        Kind::Bool => "boolean",
        Kind::I16 => "smallint",
        Kind::I32 => "integer",
        Kind::I64 => "bigint",
        Kind::F32 => "real",
        Kind::F64 => "double precision",
        Kind::Decimal => "numeric",
        Kind::Text | Kind::Enum(_) | Kind::Password => "text",
        Kind::Uuid => "uuid",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::DateTime => "timestamptz",
        Kind::Json => "jsonb",
        Kind::Bytes => "bytea",
        Kind::List(element) => return format!("{}[]", postgres_type(*element)),
    };
    name.to_owned()
}

/// The collation of a kind's column in PostgreSQL: texts sort by their code points, as in SQLite, whatever the
/// database's own collation is.
pub(crate) fn postgres_collation(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Text | Kind::Enum(_) => Some(TEXT_COLLATION),
        // Nothing is sorted by these.
        Kind::Password | Kind::List(_) => None,
        Kind::Bool
        | Kind::I16
        | Kind::I32
        | Kind::I64
        | Kind::F32
        | Kind::F64
        | Kind::Decimal
        | Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Json
        | Kind::Bytes => None,
    }
}

/// The type of a kind's column in PostgreSQL, with its collation.
pub(crate) fn postgres_column_type(kind: Kind, modifiers: TypeModifiers) -> String {
    let name = match (kind, modifiers) {
        (Kind::Decimal, TypeModifiers { scale: Some(scale), precision, .. }) => {
            format!("numeric({}, {scale})", precision.unwrap_or(DECIMAL_DIGITS))
        }
        (Kind::Text, TypeModifiers { length: Some(length @ 1..=MAX_VARCHAR), .. }) => {
            format!("varchar({length})")
        }
        (kind, _) => postgres_type(kind),
    };
    match postgres_collation(kind) {
        Some(collation) => format!("{name} collate {collation}"),
        None => name,
    }
}

/// The type in which SQLite stores values of a kind.
pub(crate) const fn sqlite_type(kind: Kind) -> SqliteType {
    match kind {
        Kind::Bool | Kind::I16 | Kind::I32 | Kind::I64 => SqliteType::Integer,
        Kind::F32 | Kind::F64 => SqliteType::Real,
        Kind::Bytes => SqliteType::Blob,
        Kind::Decimal => SqliteType::Decimal,
        Kind::Text
        | Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Json
        | Kind::Password
        | Kind::Enum(_)
        | Kind::List(_) => SqliteType::Text,
    }
}

/// The type of a kind's column in SQLite. Tables are STRICT, which knows these types only.
pub(crate) const fn sqlite_column_type(kind: Kind) -> &'static str {
    match sqlite_type(kind) {
        SqliteType::Integer => "integer",
        SqliteType::Real => "real",
        SqliteType::Text => "text",
        SqliteType::Decimal => "text collate entify_decimal",
        SqliteType::Blob => "blob",
    }
}

/// The condition that a kind puts on the column of this quoted name.
pub(crate) fn check_condition(name: &str, kind: Kind, dialect: Dialect) -> Option<String> {
    let choices = |def: &crate::types::EnumDef| {
        let texts = def.variants.iter().map(|variant| literal(variant.wire, dialect));
        texts.collect::<Vec<_>>().join(", ")
    };
    match kind {
        Kind::Enum(def) => Some(format!("{name} in ({})", choices(def))),
        Kind::List(Kind::Enum(def)) if dialect == Dialect::Postgres => {
            Some(format!("{name} <@ array[{}]::text[]", choices(def)))
        }
        Kind::Bool
        | Kind::I16
        | Kind::I32
        | Kind::I64
        | Kind::F32
        | Kind::F64
        | Kind::Decimal
        | Kind::Text
        | Kind::Uuid
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Json
        | Kind::Bytes
        | Kind::Password
        | Kind::List(_) => None,
    }
}

/// The value as a parameter of the column's type, NULL typed too.
pub(crate) fn bind(value: &Value, kind: Kind, dialect: Dialect) -> Sql {
    match dialect {
        Dialect::Postgres => bind_postgres(value, kind),
        Dialect::Sqlite => bind_sqlite(value, kind),
    }
}

/// The value as a literal of the column's type; none for a value that has none.
pub(crate) fn value_literal(value: &Value, kind: Kind, dialect: Dialect) -> Option<String> {
    match (value, kind, dialect) {
        (Value::List(items), Kind::List(element), Dialect::Postgres) => {
            let items: Option<Vec<String>> =
                items.iter().map(|item| value_literal(item, *element, dialect)).collect();
            Some(format!("ARRAY[{}]::{}", items?.join(", "), postgres_type(kind)))
        }
        (Value::Bool(value), _, Dialect::Postgres) => Some(value.to_string()),
        (Value::Bytes(bytes), _, Dialect::Postgres) => Some(format!("'\\x{}'::bytea", hex(bytes))),
        (Value::Decimal(value), _, Dialect::Postgres) => Some(value.to_string()),
        _ => match bind_sqlite(value, kind) {
            Sql::Bool(Some(value)) => Some(i64::from(value).to_string()),
            Sql::BigInt(Some(value)) => Some(value.to_string()),
            Sql::Double(Some(value)) => value.is_finite().then(|| format!("{value:?}")),
            Sql::String(Some(text)) => Some(literal(&text, dialect)),
            Sql::Bytes(Some(bytes)) => Some(format!("x'{}'", hex(&bytes))),
            _ => None,
        },
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Many values of one type as one parameter: an array, or a JSON text for `json_each`. NULLs, and what is not of that
/// type, equal nothing and are left out: the arrays of PostgreSQL's driver cannot hold them.
pub(crate) fn bind_list(values: &[Value], kind: Kind, dialect: Dialect) -> Sql {
    match dialect {
        Dialect::Postgres => {
            let none = bind_postgres(&Value::Null, kind);
            let items = values.iter().map(|value| bind_postgres(value, kind)).filter(|item| *item != none);
            Sql::Array(array_type(kind), Some(Box::new(items.collect())))
        }
        Dialect::Sqlite => {
            let items = values.iter().map(|value| json_of(bind_sqlite(value, kind))).collect();
            Sql::String(Some(serde_json::Value::Array(items).to_string()))
        }
    }
}

fn json_of(value: Sql) -> serde_json::Value {
    match value {
        Sql::Bool(Some(value)) => serde_json::Value::from(i64::from(value)),
        Sql::BigInt(Some(value)) => value.into(),
        Sql::Double(Some(value)) => value.into(),
        Sql::String(Some(value)) => value.into(),
        _ => serde_json::Value::Null,
    }
}

fn bind_postgres(value: &Value, kind: Kind) -> Sql {
    match (kind, value) {
        (Kind::Bool, Value::Bool(value)) => Sql::Bool(Some(*value)),
        (Kind::Bool, _) => Sql::Bool(None),
        (Kind::I16, Value::Int(value)) => Sql::SmallInt(i16::try_from(*value).ok()),
        (Kind::I16, _) => Sql::SmallInt(None),
        (Kind::I32, Value::Int(value)) => Sql::Int(i32::try_from(*value).ok()),
        (Kind::I32, _) => Sql::Int(None),
        (Kind::I64, Value::Int(value)) => Sql::BigInt(Some(*value)),
        (Kind::I64, _) => Sql::BigInt(None),
        (Kind::F32, Value::Float32(value)) => Sql::Float(Some(*value)),
        (Kind::F32, _) => Sql::Float(None),
        (Kind::F64, Value::Float(value)) => Sql::Double(Some(*value)),
        (Kind::F64, _) => Sql::Double(None),
        (Kind::Decimal, Value::Decimal(value)) => Sql::Decimal(Some(*value)),
        (Kind::Decimal, _) => Sql::Decimal(None),
        (Kind::Text, Value::Text(text)) => Sql::String(Some(text.clone())),
        (Kind::Enum(_), Value::Enum(variant)) => Sql::String(Some(variant.wire.to_owned())),
        (Kind::Password, Value::Password(password)) => Sql::String(password.hash().map(str::to_owned)),
        (Kind::Text | Kind::Enum(_) | Kind::Password, _) => Sql::String(None),
        (Kind::Uuid, Value::Uuid(value)) => Sql::Uuid(Some(*value)),
        (Kind::Uuid, _) => Sql::Uuid(None),
        (Kind::Date, Value::Date(value)) => Sql::ChronoDate(Some(*value)),
        (Kind::Date, _) => Sql::ChronoDate(None),
        (Kind::Time, Value::Time(value)) => Sql::ChronoTime(Some(*value)),
        (Kind::Time, _) => Sql::ChronoTime(None),
        (Kind::DateTime, Value::DateTime(value)) => Sql::ChronoDateTimeUtc(Some(*value)),
        (Kind::DateTime, _) => Sql::ChronoDateTimeUtc(None),
        (Kind::Json, Value::Json(json)) => Sql::Json(Some(Box::new(json.clone()))),
        (Kind::Json, _) => Sql::Json(None),
        (Kind::Bytes, Value::Bytes(bytes)) => Sql::Bytes(Some(bytes.to_vec())),
        (Kind::Bytes, _) => Sql::Bytes(None),
        (Kind::List(element), Value::List(items)) => bind_list(items, *element, Dialect::Postgres),
        (Kind::List(element), _) => Sql::Array(array_type(*element), None),
    }
}

fn array_type(kind: Kind) -> ArrayType {
    match kind {
        Kind::Bool => ArrayType::Bool,
        Kind::I16 => ArrayType::SmallInt,
        Kind::I32 => ArrayType::Int,
        Kind::I64 => ArrayType::BigInt,
        Kind::F32 => ArrayType::Float,
        Kind::F64 => ArrayType::Double,
        Kind::Decimal => ArrayType::Decimal,
        Kind::Text | Kind::Password | Kind::Enum(_) | Kind::List(_) => ArrayType::String,
        Kind::Uuid => ArrayType::Uuid,
        Kind::Date => ArrayType::ChronoDate,
        Kind::Time => ArrayType::ChronoTime,
        Kind::DateTime => ArrayType::ChronoDateTimeUtc,
        Kind::Json => ArrayType::Json,
        Kind::Bytes => ArrayType::Bytes,
    }
}

fn bind_sqlite(value: &Value, kind: Kind) -> Sql {
    match value {
        Value::Null => match sqlite_type(kind) {
            SqliteType::Integer => Sql::BigInt(None),
            SqliteType::Real => Sql::Double(None),
            SqliteType::Blob => Sql::Bytes(None),
            SqliteType::Text | SqliteType::Decimal => Sql::String(None),
        },
        Value::Bool(value) => Sql::Bool(Some(*value)),
        Value::Int(value) => Sql::BigInt(Some(*value)),
        Value::Float32(value) => Sql::Double(Some(f64::from(*value))),
        Value::Float(value) => Sql::Double(Some(*value)),
        Value::Bytes(bytes) => Sql::Bytes(Some(bytes.to_vec())),
        Value::Password(password) => Sql::String(password.hash().map(str::to_owned)),
        Value::Date(date) => Sql::String(Some(iso::text(|out| iso::write_date(*date, out)))),
        Value::Time(time) => {
            Sql::String(Some(iso::text(|out| iso::write_time(*time, Fraction::Micros, out))))
        }
        Value::DateTime(time) => {
            Sql::String(Some(iso::text(|out| iso::write_datetime(*time, Fraction::Micros, out))))
        }
        Value::List(_) => {
            let mut json = Vec::new();
            value.write_json(JsonStyle::Rest, &mut json);
            Sql::String(String::from_utf8(json).ok())
        }
        Value::Text(_) | Value::Decimal(_) | Value::Enum(_) | Value::Uuid(_) | Value::Json(_) => {
            Sql::String(Some(value.to_text()))
        }
    }
}

/// The columns of many rows, encoded for PostgreSQL.
#[cfg(feature = "postgres")]
pub(crate) type ColumnArrays = PgArguments;

/// Only PostgreSQL takes columns.
#[cfg(not(feature = "postgres"))]
#[derive(Debug, Clone)]
pub(crate) enum ColumnArrays {}

/// Many rows, whose cells are of these types, as an array for each column, for `unnest`: a parameter for each cell
/// would make the text grow with the rows, to be parsed and planned again for each number of them. `None` where the
/// database takes no arrays, or where a column holds lists, whose boundaries an array of them would lose.
#[cfg(feature = "postgres")]
pub(crate) fn bind_columns(dialect: Dialect, kinds: &[Kind], rows: &[Vec<Value>]) -> Option<ColumnArrays> {
    if dialect != Dialect::Postgres || kinds.iter().any(|kind| matches!(kind, Kind::List(_))) {
        return None;
    }
    let mut columns = PgArguments::default();
    for (position, kind) in kinds.iter().enumerate() {
        bind_column(&mut columns, *kind, rows, position).ok()?;
    }
    Some(columns)
}

#[cfg(not(feature = "postgres"))]
pub(crate) fn bind_columns(_: Dialect, _: &[Kind], _: &[Vec<Value>]) -> Option<ColumnArrays> {
    None
}

/// Adds one column. As for single values, what does not fit the type is NULL.
#[cfg(feature = "postgres")]
fn bind_column(
    columns: &mut PgArguments,
    kind: Kind,
    rows: &[Vec<Value>],
    position: usize,
) -> Result<(), sqlx::error::BoxDynError> {
    use sqlx::Arguments as _;
    macro_rules! array {
        ($pattern:pat => $value:expr) => {{
            let value = |row: &'_ Vec<Value>| match &row[position] {
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
            columns.add(rows.iter().map(|row| text(&row[position])).collect::<Vec<_>>())
        }
        Kind::Json => columns.add(rows.iter().map(|row| json(&row[position])).collect::<Vec<_>>()),
        Kind::Bytes => columns.add(rows.iter().map(|row| bytes(&row[position])).collect::<Vec<_>>()),
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
