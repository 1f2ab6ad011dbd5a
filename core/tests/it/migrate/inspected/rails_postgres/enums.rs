//! Enum types of the database.

use entify::prelude::*;

/// The type `mood`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
pub enum Mood {
    /// `sad`.
    Sad,
    /// `glad`.
    Glad,
}
