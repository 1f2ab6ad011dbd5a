//! Cells that are looked up by: keys and counts.

use std::borrow::Borrow;
use std::collections::HashMap;

use uuid::Uuid;

use crate::value::Value;

/// A primary key that can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Int(i64),
    Uuid(Uuid),
}

impl Key {
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(key) => Some(Self::Int(*key)),
            Value::Uuid(key) => Some(Self::Uuid(*key)),
            _ => None,
        }
    }
}

/// Each key once, and for each value which of them it is.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    /// The keys, in the order in which they first stand.
    pub(crate) keys: Vec<Value>,
    /// For each value, the place of its key in `keys`, or [`Distinct::NOWHERE`] for one that is no key.
    pub(crate) at: Vec<u32>,
    /// The place of each key in `keys`.
    pub(crate) known: HashMap<Key, u32>,
}

impl Distinct {
    /// The place of what is nowhere.
    pub(crate) const NOWHERE: u32 = u32::MAX;

    pub(crate) fn of(values: impl Iterator<Item = impl Borrow<Value>>) -> Self {
        let mut distinct = Self::default();
        for value in values {
            let value = value.borrow();
            let at = Key::of(value).map_or(Self::NOWHERE, |key| {
                let next = u32::try_from(distinct.keys.len()).unwrap_or(Self::NOWHERE);
                let at = *distinct.known.entry(key).or_insert(next);
                if at == next {
                    distinct.keys.push(value.clone());
                }
                at
            });
            distinct.at.push(at);
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
