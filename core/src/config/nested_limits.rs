//! How much one write may hold.

/// How much one write may hold besides its own row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NestedLimits {
    /// Levels of related rows.
    pub(crate) depth: usize,
    /// Rows in all.
    pub(crate) rows: usize,
}

impl NestedLimits {
    /// The most levels that the settings may allow. Nothing deeper is read.
    pub(crate) const DEEPEST: usize = 16;
}

impl Default for NestedLimits {
    fn default() -> Self {
        Self { depth: 8, rows: 1_000 }
    }
}
