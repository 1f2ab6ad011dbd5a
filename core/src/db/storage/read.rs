//! Reading the cells of a result: as what they are, or as an error that says what is there.
//!
//! Other programs write to the same tables. A value that its field cannot hold is never cut, rounded or turned into
//! another one.

use bytes::Bytes;
#[cfg(feature = "postgres")]
use sqlx::postgres::PgRow;
#[cfg(feature = "sqlite")]
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, ValueRef as _};
#[cfg(feature = "postgres")]
use {
    crate::db::storage::postgres_values::{PgDate, PgDecimal, PgTime, PgTimestamp},
    uuid::Uuid,
};
#[cfg(feature = "sqlite")]
use {
    chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound as _, Timelike as _, Utc},
    sqlx::{TypeInfo as _, sqlite::SqliteValueRef},
    std::str::FromStr,
};

#[cfg(feature = "sqlite")]
use crate::types::number::Number10;
#[cfg(feature = "sqlite")]
use crate::types::{JsonStyle, is_storable_year, strict_json};
use crate::types::{Kind, Password, check_json};
use crate::value::Value;

/// Why a cell cannot be read.
type ReadResult = Result<Value, String>;

fn wrong(kind: Kind) -> String {
    format!("does not hold {}", kind.expectation())
}

fn refused(error: impl std::fmt::Display) -> String {
    format!("cannot be read: {error}")
}

/// A number with a value: NaN and the infinities are none that a field holds.
fn finite(value: Value, kind: Kind) -> ReadResult {
    match value {
        Value::Float(number) if !number.is_finite() => {
            Err(format!("holds {number}, not {}", kind.expectation()))
        }
        Value::Float32(number) if !number.is_finite() => {
            Err(format!("holds {number}, not {}", kind.expectation()))
        }
        value => Ok(value),
    }
}

/// A document, its numbers in their one spelling.
fn json(mut json: serde_json::Value) -> ReadResult {
    check_json(&mut json).map_err(|error| error.message)?;
    Ok(Value::Json(json))
}

/// Reads a cell of a result.
#[cfg(feature = "postgres")]
pub(in crate::db) fn read_postgres(row: &PgRow, position: usize, kind: Kind) -> ReadResult {
    macro_rules! get {
        ($ty:ty) => {
            row.try_get_unchecked::<$ty, _>(position).map_err(refused)?
        };
    }
    if row.try_get_raw(position).map_err(refused)?.is_null() {
        return Ok(Value::Null);
    }
    Ok(match kind {
        Kind::Bool => Value::Bool(get!(bool)),
        Kind::I16 => Value::Int(get!(i16).into()),
        Kind::I32 => Value::Int(get!(i32).into()),
        Kind::I64 => Value::Int(get!(i64)),
        Kind::F32 => finite(Value::Float32(get!(f32)), kind)?,
        Kind::F64 => finite(Value::Float(get!(f64)), kind)?,
        Kind::Decimal => Value::Decimal(get!(PgDecimal).0),
        Kind::Text => Value::Text(get!(String)),
        Kind::Bytes => Value::Bytes(Bytes::from(get!(Vec<u8>))),
        Kind::Password => Value::Password(Password::from_hash(get!(String))),
        Kind::Enum(def) => Value::Enum(def.by_stored(get!(&str)).ok_or_else(|| wrong(kind))?),
        Kind::Date => Value::Date(get!(PgDate).0),
        Kind::Time => Value::Time(get!(PgTime).0),
        Kind::DateTime => Value::DateTime(get!(PgTimestamp).0),
        Kind::Uuid => Value::Uuid(get!(Uuid)),
        Kind::Json => json(get!(serde_json::Value))?,
        Kind::List(element) => read_array(row, position, *element)?,
    })
}

#[cfg(feature = "postgres")]
fn read_array(row: &PgRow, position: usize, element: Kind) -> ReadResult {
    macro_rules! items {
        ($ty:ty, $wrap:expr) => {
            row.try_get_unchecked::<Vec<$ty>, _>(position).map_err(refused)?.into_iter().map($wrap).collect()
        };
    }
    let items: Vec<Value> = match element {
        Kind::Bool => items!(bool, Value::Bool),
        Kind::I16 => items!(i16, |value| Value::Int(value.into())),
        Kind::I32 => items!(i32, |value| Value::Int(value.into())),
        Kind::I64 => items!(i64, Value::Int),
        Kind::F32 => items!(f32, Value::Float32),
        Kind::F64 => items!(f64, Value::Float),
        Kind::Decimal => items!(PgDecimal, |value| Value::Decimal(value.0)),
        Kind::Text => items!(String, Value::Text),
        Kind::Uuid => items!(Uuid, Value::Uuid),
        Kind::Date => items!(PgDate, |value| Value::Date(value.0)),
        Kind::Time => items!(PgTime, |value| Value::Time(value.0)),
        Kind::DateTime => items!(PgTimestamp, |value| Value::DateTime(value.0)),
        Kind::Enum(def) => {
            let texts = row.try_get_unchecked::<Vec<String>, _>(position).map_err(refused)?;
            let items = texts.iter().map(|text| def.by_stored(text).map(Value::Enum));
            items.collect::<Option<_>>().ok_or_else(|| wrong(element))?
        }
        Kind::Json | Kind::Bytes | Kind::Password | Kind::List(_) => {
            return Err(format!("is a list of {}", element.expectation()));
        }
    };
    items.into_iter().map(|item| finite(item, element)).collect::<Result<_, _>>().map(Value::List)
}

/// Reads a cell of a result.
#[cfg(feature = "sqlite")]
pub(in crate::db) fn read_sqlite(row: &SqliteRow, position: usize, kind: Kind) -> ReadResult {
    let raw = row.try_get_raw(position).map_err(refused)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let wrong = || wrong(kind);
    // SQLite converts what it is asked for: the text `abc` to the number 0.
    let is_number = stores(&raw, &["INTEGER", "REAL"]);
    let integer = || match stores(&raw, &["INTEGER", "BOOLEAN"]) {
        true => row.try_get_unchecked::<i64, _>(position).map_err(refused),
        false => Err(wrong()),
    };
    let double = || match is_number {
        true => row.try_get_unchecked::<f64, _>(position).map_err(refused),
        false => Err(wrong()),
    };
    let text = || row.try_get_unchecked::<&str, _>(position).map_err(refused);
    Ok(match kind {
        Kind::Bool => match integer()? {
            0 => Value::Bool(false),
            1 => Value::Bool(true),
            _ => return Err(wrong()),
        },
        Kind::I16 | Kind::I32 | Kind::I64 => kind.integer(integer()?).map_err(|error| error.message)?,
        #[allow(clippy::cast_possible_truncation)]
        Kind::F32 => finite(Value::Float32(double()? as f32), kind)?,
        Kind::F64 => finite(Value::Float(double()?), kind)?,
        Kind::Text => Value::Text(text()?.to_owned()),
        Kind::Bytes => {
            Value::Bytes(Bytes::from(row.try_get_unchecked::<Vec<u8>, _>(position).map_err(refused)?))
        }
        Kind::Password => Value::Password(Password::from_hash(text()?.to_owned())),
        Kind::Enum(def) => Value::Enum(def.by_stored(text()?).ok_or_else(wrong)?),
        Kind::Decimal => Value::Decimal(Number10::stored_decimal(text()?).ok_or_else(wrong)?),
        Kind::Date => Value::Date(read_date(text()?).ok_or_else(wrong)?),
        Kind::Time => Value::Time(read_time(text()?).ok_or_else(wrong)?),
        Kind::DateTime => Value::DateTime(read_datetime(text()?).ok_or_else(wrong)?),
        Kind::Uuid => Value::Uuid(text()?.parse().map_err(|_| wrong())?),
        Kind::Json => json(strict_json::value(text()?.as_bytes()).map_err(|_| wrong())?)?,
        Kind::List(Kind::F64) => Value::List(read_floats(text()?, Value::Float).ok_or_else(wrong)?),
        Kind::List(Kind::F32) => Value::List(read_floats(text()?, Value::Float32).ok_or_else(wrong)?),
        Kind::List(_) => {
            let json = strict_json::value(text()?.as_bytes()).map_err(|_| wrong())?;
            kind.decode_json(json, JsonStyle::Rest).map_err(|_| wrong())?
        }
    })
}

/// Whether the value is stored as one of these.
#[cfg(feature = "sqlite")]
fn stores(raw: &SqliteValueRef<'_>, classes: &[&str]) -> bool {
    classes.contains(&raw.type_info().name())
}

#[cfg(feature = "sqlite")]
fn read_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::from_str(text).ok().filter(|date| is_storable_year(*date))
}

#[cfg(feature = "sqlite")]
fn read_time(text: &str) -> Option<NaiveTime> {
    let time = NaiveTime::from_str(text).ok()?;
    (time.nanosecond() < 1_000_000_000 && time.trunc_subsecs(6) == time).then_some(time)
}

#[cfg(feature = "sqlite")]
fn read_datetime(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    read_time(&time.format("%H:%M:%S%.f").to_string())?;
    is_storable_year(time.date_naive()).then_some(time)
}

/// A list of numbers as the engine writes it. `serde_json` would read some of them one bit off.
#[cfg(feature = "sqlite")]
fn read_floats<T: FromStr>(text: &str, wrap: fn(T) -> Value) -> Option<Vec<Value>> {
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    if inside.is_empty() {
        return Some(Vec::new());
    }
    let read = |item: &str| {
        Number10::of_number(item)?;
        finite(wrap(item.parse().ok()?), Kind::F64).ok()
    };
    inside.split(',').map(|item| read(item.trim())).collect()
}
