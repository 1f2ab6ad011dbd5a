//! The three states of a field in a partial update.

use std::fmt;

use crate::types::{DebugValue, FieldType};

/// What a patch does with a field: leave it (absent), or set it; a nullable field is a
/// `Change<Option<T>>`, so NULL is `Change::Set(None)` and only a nullable field can be set to it.
#[derive(PartialEq, Eq, Default)]
pub enum Change<T> {
    /// Leave the value as it is.
    #[default]
    Keep,
    /// Set it.
    Set(T),
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T: FieldType> Clone for Change<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Keep => Self::Keep,
            Self::Set(value) => Self::Set(value.duplicate()),
        }
    }
}

impl<T: FieldType> fmt::Debug for Change<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keep => f.write_str("Keep"),
            Self::Set(value) => {
                f.debug_tuple("Set").field(&DebugValue(&value.duplicate().into_cell())).finish()
            }
        }
    }
}
