//! The three states of a field in a partial update.

/// What a patch does with a field: leave it (absent), or set it; a nullable field is a
/// `Change<Option<T>>`, so NULL is `Change::Set(None)` and only a nullable field can be set to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
