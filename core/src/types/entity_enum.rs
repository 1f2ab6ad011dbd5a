//! Enums as field types.

use crate::types::Scalar;
use crate::value::EnumDef;

/// An enum declared with `#[derive(EntityEnum)]`.
pub trait EntityEnum: Scalar {
    /// The static description.
    const DEF: &'static EnumDef;

    /// Position of the variant in the definition.
    fn index(&self) -> usize;

    /// The value as it is stored and as REST has it: `in_review`. For messages of the application's own.
    #[must_use]
    fn text(&self) -> &'static str {
        Self::DEF.variants[self.index()].wire
    }

    /// The variant at a position; the last one when there are fewer.
    fn at(index: usize) -> Self;

    /// The variant at a position.
    #[must_use]
    fn from_index(index: usize) -> Option<Self> {
        (index < Self::DEF.variants.len()).then(|| Self::at(index))
    }
}
