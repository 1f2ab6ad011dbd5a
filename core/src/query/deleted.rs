//! Whether deleted rows are read.

/// Which rows of an entity with `soft_delete` are seen. Other entities have no deleted rows to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Deleted {
    /// Living rows only.
    #[default]
    Hidden,
    /// Living and deleted rows.
    Included,
    /// Deleted rows only.
    Only,
}
