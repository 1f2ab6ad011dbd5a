//! The types a field may have, and how each is read from and written to text and JSON.

pub(crate) mod cells;
mod change;
mod codec;
mod entity_enum;
mod field_groups;
pub(crate) mod iso;
mod kind;
mod literal;
mod operator;
mod scalar;
mod subject;

pub use bytes::Bytes;
#[doc(hidden)]
pub use cells::{Cell, CellReader, CellWriter};
pub use change::Change;
pub use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
pub use codec::{CodecError, JsonStyle};
pub(crate) use codec::{check_json, shorten, to_micros, write_json_str};
pub use entity_enum::EntityEnum;
#[doc(hidden)]
pub use field_groups::{OrDefault, Put, Take, put, take};
pub use kind::{Capabilities, Kind, LengthUnit};
pub use literal::{FloatLiteral, IntLiteral, StrLiteral};
pub use operator::{Operand, Operator};
pub use rust_decimal::Decimal;
pub use scalar::{
    DebugValue, DecimalField, Element, FieldType, KeyType, LengthField, NumericField, Scalar, SortField,
    SubjectField, TextField, TextFilter, WrongType,
};
pub use serde_json::Value as Json;
pub use uuid::Uuid;

pub use crate::value::{EnumDef, Password, PasswordCost, VariantDef};
