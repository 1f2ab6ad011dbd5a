//! Enums as field types.

use crate::types::Scalar;

/// The static description of an enum.
#[derive(Debug, PartialEq, Eq)]
pub struct EnumDef {
    /// The Rust name, also the name of the GraphQL enum.
    pub name: &'static str,
    /// The doc comment.
    pub docs: &'static str,
    /// The variants, in declared order.
    pub variants: &'static [VariantDef],
}

/// One variant.
#[derive(Debug, PartialEq, Eq)]
pub struct VariantDef {
    /// The Rust name: `InReview`.
    pub name: &'static str,
    /// The stored text, also on the wire in REST, imports and exports: `in_review`.
    pub wire: &'static str,
    /// The name in GraphQL: `IN_REVIEW`.
    pub graphql: &'static str,
    /// The doc comment.
    pub docs: &'static str,
}

impl EnumDef {
    /// The variant with this stored text.
    #[must_use]
    pub fn by_wire(&'static self, wire: &str) -> Option<&'static VariantDef> {
        self.variants.iter().find(|variant| variant.wire == wire)
    }

    /// The variant with this GraphQL name.
    #[must_use]
    pub fn by_graphql(&'static self, name: &str) -> Option<&'static VariantDef> {
        self.variants.iter().find(|variant| variant.graphql == name)
    }
}

/// An enum declared with `#[derive(EntityEnum)]`.
pub trait EntityEnum: Scalar {
    /// The static description.
    const DEF: &'static EnumDef;

    /// Position of the variant in the definition.
    fn index(&self) -> usize;

    /// The variant at a position; the last one when there are fewer.
    fn at(index: usize) -> Self;

    /// The variant at a position.
    #[must_use]
    fn from_index(index: usize) -> Option<Self> {
        (index < Self::DEF.variants.len()).then(|| Self::at(index))
    }
}
