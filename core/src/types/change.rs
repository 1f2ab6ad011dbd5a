//! The states of a field in a partial update.

use std::fmt;

use crate::types::{DebugValue, FieldType, NumericField};

/// What a patch does with a field: leave it (absent), set it, or add to it; a nullable field is a
/// `Change<Option<T>>`, so NULL is `Change::Set(None)` and only a nullable field can be set to it.
#[derive(PartialEq, Eq, Default)]
pub enum Change<T> {
    /// Leave the value as it is.
    #[default]
    Keep,
    /// Set it.
    Set(T),
    /// Add this number to what it is when the row is written, whatever that is by then; NULL counts as zero. `min` and `max`
    /// hold for the sum. Made by [`Change::add`].
    Add(T),
}

impl<T: Addable> Change<T> {
    /// Adds to the field: `PostPatch { views: Change::add(1), ..PostPatch::default() }`. A negative number takes away.
    pub fn add(number: impl Into<T>) -> Self {
        Self::Add(number.into())
    }
}

/// Numbers, whose fields can be added to.
#[diagnostic::on_unimplemented(message = "`{Self}` is no number to add to", label = "not a number")]
pub trait Addable {}

impl<T: NumericField> Addable for T {}
impl<T: NumericField> Addable for Option<T> {}

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
            Self::Add(number) => Self::Add(number.duplicate()),
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
            Self::Add(number) => {
                f.debug_tuple("Add").field(&DebugValue(&number.duplicate().into_cell())).finish()
            }
        }
    }
}
