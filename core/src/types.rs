//! The types a field may have, and how each is read from and written to text and JSON.

mod change;
mod codec;
mod enums;
mod id;
pub(crate) mod iso;
mod literal;
mod password;
mod relation;
mod scalar;

pub use bytes::Bytes;
pub use change::Change;
pub use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
pub use codec::{CodecError, JsonStyle};
pub(crate) use codec::{check_json, shorten, to_micros, write_json_str};
pub use enums::{EntityEnum, EnumDef, VariantDef};
pub use id::{Id, KeyType};
pub use literal::{FloatLiteral, IntLiteral, StrLiteral};
pub use password::{Password, PasswordCost};
pub use relation::{Many, One};
pub use rust_decimal::Decimal;
pub use scalar::{
    DecimalField, Element, FieldType, LengthField, NumericField, Scalar, Shown, SortField, SubjectField,
    TextField, TextFilter, WrongType,
};
pub use serde_json::Value as Json;
pub use uuid::Uuid;

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
