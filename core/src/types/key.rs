//! The types of primary keys.

use std::fmt;
use std::hash::Hash;

use uuid::Uuid;

use crate::types::{Scalar, WrongType};
use crate::value::Value;

/// The Rust type of a primary key: `i64` or `Uuid`.
pub trait KeyType: Scalar + Copy + Eq + Hash + Ord + fmt::Display {
    /// The key, its type forgotten.
    #[doc(hidden)]
    fn forget(self) -> AnyKey;

    /// The key, if it is of this type.
    #[doc(hidden)]
    fn recall(key: AnyKey) -> Option<Self>;
}

/// A primary key of any type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnyKey {
    /// `key = identity`
    Int(i64),
    /// `key = uuid`
    Uuid(Uuid),
}

impl AnyKey {
    /// The key as a cell.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Int(key) => Value::Int(key),
            Self::Uuid(key) => Value::Uuid(key),
        }
    }

    /// The key in a cell.
    pub(crate) fn from_value(value: &Value) -> Result<Self, WrongType> {
        match value {
            Value::Int(key) => Ok(Self::Int(*key)),
            Value::Uuid(key) => Ok(Self::Uuid(*key)),
            _ => Err(WrongType),
        }
    }
}

impl KeyType for i64 {
    fn forget(self) -> AnyKey {
        AnyKey::Int(self)
    }

    fn recall(key: AnyKey) -> Option<Self> {
        if let AnyKey::Int(key) = key { Some(key) } else { None }
    }
}

impl KeyType for Uuid {
    fn forget(self) -> AnyKey {
        AnyKey::Uuid(self)
    }

    fn recall(key: AnyKey) -> Option<Self> {
        if let AnyKey::Uuid(key) = key { Some(key) } else { None }
    }
}
