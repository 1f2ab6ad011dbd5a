//! Whether deleted rows are read.

/// Which rows of an entity with `soft_delete` are read. Other entities have no deleted rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Deleted {
    /// Only rows that are not deleted.
    #[default]
    Hidden,
    /// Deleted rows as well.
    Included,
    /// Deleted rows only.
    Only,
}
