//! Cells that are looked up by: keys and counts.

use uuid::Uuid;

use crate::value::Value;

/// A primary key that can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Int(i64),
    Uuid(Uuid),
}

impl Key {
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(key) => Some(Self::Int(*key)),
            Value::Uuid(key) => Some(Self::Uuid(*key)),
            _ => None,
        }
    }
}

/// A count as the database tells it.
pub(super) fn unsigned(value: &Value) -> u64 {
    match value {
        Value::Int(number) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}
