//! The types a field may have, and how each is read from and written to text and JSON.

pub(crate) mod cells;
mod change;
mod codec;
mod enums;
pub(crate) mod iso;
mod literal;
mod parts;
mod scalar;
mod subject;

pub use bytes::Bytes;
#[doc(hidden)]
pub use cells::{Cell, Cells, Source};
pub use change::Change;
pub use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
pub use codec::{CodecError, JsonStyle};
pub(crate) use codec::{check_json, shorten, to_micros, write_json_str};
pub use enums::EntityEnum;
pub use literal::{FloatLiteral, IntLiteral, StrLiteral};
#[doc(hidden)]
pub use parts::{Given, Put, Take, put, take};
pub use rust_decimal::Decimal;
pub use scalar::{
    DecimalField, Element, FieldType, KeyType, LengthField, NumericField, Scalar, Shown, SortField,
    SubjectField, TextField, TextFilter, WrongType,
};
pub use serde_json::Value as Json;
pub use uuid::Uuid;

pub use crate::value::{EnumDef, Password, PasswordCost, VariantDef};

/// The scalar type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `bool`
    Bool,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64` and identity keys
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `Decimal`: exact, up to 28 digits
    Decimal,
    /// `String`
    Text,
    /// `Uuid` and uuid keys
    Uuid,
    /// `NaiveDate`
    Date,
    /// `NaiveTime`, microseconds
    Time,
    /// `DateTime<Utc>`, microseconds
    DateTime,
    /// `Json`
    Json,
    /// `Bytes`
    Bytes,
    /// `Password`
    Password,
    /// An `EntityEnum`
    Enum(&'static EnumDef),
    /// `Vec<scalar>`
    List(&'static Kind),
}
