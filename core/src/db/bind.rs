//! Cells as bound values, per dialect.
//!
//! SQLite has no types for decimals, times, UUIDs, JSON and lists. They are stored as text whose order is the
//! order of the values: times in one fixed form, decimals under the `entify_decimal` collation that every
//! connection registers.

use sea_query::{ArrayType, Value as Sql};

use crate::db::Dialect;
use crate::types::iso::{self, Fraction};
use crate::types::{JsonStyle, Kind};
use crate::value::Value;

/// The value as a parameter of the column's type, NULL typed too.
pub(crate) fn bind(value: &Value, kind: Kind, dialect: Dialect) -> Sql {
    match dialect {
        Dialect::Postgres => postgres(value, kind),
        Dialect::Sqlite => sqlite(value, kind),
    }
}

/// Many values of one type as one parameter: an array, or a JSON text for `json_each`. NULLs, and what is not of that
/// type, equal nothing and are left out: the arrays of PostgreSQL's driver have no place for them.
pub(crate) fn bind_list(values: &[Value], kind: Kind, dialect: Dialect) -> Sql {
    match dialect {
        Dialect::Postgres => {
            let none = postgres(&Value::Null, kind);
            let items = values.iter().map(|value| postgres(value, kind)).filter(|item| *item != none);
            Sql::Array(array_type(kind), Some(Box::new(items.collect())))
        }
        Dialect::Sqlite => {
            let items = values.iter().map(|value| json_of(sqlite(value, kind))).collect();
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

fn postgres(value: &Value, kind: Kind) -> Sql {
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

fn sqlite(value: &Value, kind: Kind) -> Sql {
    match value {
        Value::Null => match kind {
            Kind::Bool | Kind::I16 | Kind::I32 | Kind::I64 => Sql::BigInt(None),
            Kind::F32 | Kind::F64 => Sql::Double(None),
            Kind::Bytes => Sql::Bytes(None),
            _ => Sql::String(None),
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
