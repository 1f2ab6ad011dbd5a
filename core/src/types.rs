//! The types a field may have, and how each is read from and written to text and JSON.

pub(crate) mod cells;
mod change;
mod codec;
mod entity_enum;
mod field_groups;
pub(crate) mod iso;
mod key;
mod kind;
mod literal;
mod measure;
pub(crate) mod number;
mod operator;
mod rest_value;
mod scalar;
pub(crate) mod strict_json;
mod subject;

pub use bytes::Bytes;
#[doc(hidden)]
pub use cells::{Cell, CellReader, CellWriter};
pub use change::Change;
pub use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
#[doc(hidden)]
pub use codec::{CodecError, JsonStyle};
pub(crate) use codec::{check_json, is_storable_year, shorten, to_micros, write_json_str};
pub use entity_enum::EntityEnum;
#[doc(hidden)]
pub use field_groups::{OrDefault, Put, Take, put, take};
#[doc(hidden)]
pub use key::{AnyKey, KeyType};
#[doc(hidden)]
pub use kind::Kind;
#[doc(hidden)]
pub use literal::{FloatLiteral, IntLiteral, StrLiteral};
#[doc(hidden)]
pub use measure::{AvgField, Function, LeastField, SumField};
unstable! { pub use kind::{Capabilities, LengthUnit}; }
unstable! { pub use operator::{Operand, Operator}; }
pub(crate) use rest_value::RestValue;
pub use rust_decimal::Decimal;
#[doc(hidden)]
pub use scalar::{
    ComparableField, DebugValue, DecimalField, Element, FieldType, LengthField, NumericField, Scalar,
    SortField, SubjectField, TextField, TextFilter, WholeField, WrongType,
};
pub use serde_json::Value as Json;
pub use uuid::Uuid;

#[doc(hidden)]
pub use crate::value::{DeprecatedDef, EnumDef, VariantDef};
pub use crate::value::{Password, PasswordCost};
