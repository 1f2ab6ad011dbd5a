//! The definition of an enum: the value of a cell refers to one of its variants.

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
    /// The text it was stored as before (`was = "…"`), for migrations.
    pub was: Option<&'static str>,
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
