//! Keys as values of a hash map, and counts.

use std::borrow::Borrow;
use std::collections::HashMap;

use uuid::Uuid;

use crate::value::Value;

/// A primary key that can be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LookupKey {
    Int(i64),
    Uuid(Uuid),
}

impl LookupKey {
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(key) => Some(Self::Int(*key)),
            Value::Uuid(key) => Some(Self::Uuid(*key)),
            _ => None,
        }
    }

    /// The key as a value.
    pub(crate) const fn to_value(self) -> Value {
        match self {
            Self::Int(key) => Value::Int(key),
            Self::Uuid(key) => Value::Uuid(key),
        }
    }
}

/// Each key once, and for each value its position among them.
#[derive(Debug, Default)]
pub(crate) struct DistinctKeys {
    /// The keys, in the order of their first occurrence.
    pub(crate) keys: Vec<Value>,
    /// For each value, the position of its key in `keys`, or [`DistinctKeys::NO_KEY`] for one that is no key.
    pub(crate) positions: Vec<u32>,
    /// The position of each key in `keys`.
    pub(crate) position_of: HashMap<LookupKey, u32>,
}

impl DistinctKeys {
    /// The position of a value that is no key.
    pub(crate) const NO_KEY: u32 = u32::MAX;

    pub(crate) fn of(values: impl Iterator<Item = impl Borrow<Value>>) -> Self {
        let mut distinct = Self::default();
        for value in values {
            let value = value.borrow();
            let position = LookupKey::of(value).map_or(Self::NO_KEY, |key| {
                let next = u32::try_from(distinct.keys.len()).unwrap_or(Self::NO_KEY);
                let position = *distinct.position_of.entry(key).or_insert(next);
                if position == next {
                    distinct.keys.push(value.clone());
                }
                position
            });
            distinct.positions.push(position);
        }
        distinct
    }
}

/// A count as the database returns it.
pub(super) fn unsigned(value: &Value) -> u64 {
    match value {
        Value::Int(number) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}
