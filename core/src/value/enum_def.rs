//! The definition of an enum: the value of a cell refers to one of its variants.

use crate::value::DeprecatedDef;

/// The static description of an enum.
#[derive(Debug, PartialEq, Eq)]
pub struct EnumDef {
    /// The Rust name, also the name of the GraphQL enum.
    pub name: &'static str,
    /// The doc comment.
    pub docs: &'static str,
    /// Whether values are sorted and compared by their position among the variants, and not by their stored texts.
    pub ordered: bool,
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
    /// The colour it has in the admin: `green`.
    pub color: Option<&'static str>,
    /// Since when and why it should not be used any more, if it should not.
    pub deprecated: Option<DeprecatedDef>,
    /// The doc comment.
    pub docs: &'static str,
}

impl EnumDef {
    /// The variant with this stored text.
    #[must_use]
    pub fn by_wire(&'static self, wire: &str) -> Option<&'static VariantDef> {
        self.variants.iter().find(|variant| variant.wire == wire)
    }

    /// The variant that this text stands for where values are kept: it is its own, or the one that it was stored as before
    /// it was renamed. Clients do not write the old one.
    #[must_use]
    pub fn by_stored(&'static self, text: &str) -> Option<&'static VariantDef> {
        self.by_wire(text).or_else(|| self.variants.iter().find(|variant| variant.was == Some(text)))
    }

    /// The text that the variant was stored as before, unless another variant is stored so now.
    #[must_use]
    pub fn old_name(&'static self, variant: &VariantDef) -> Option<&'static str> {
        let variant = self.by_wire(variant.wire)?;
        variant.was.filter(|was| self.by_stored(was).is_some_and(|stored| stored.wire == variant.wire))
    }

    /// Whether rows may hold old texts of renamed variants.
    #[must_use]
    pub fn has_old_names(&'static self) -> bool {
        self.variants.iter().any(|variant| self.old_name(variant).is_some())
    }

    /// The position of a variant in the declaration.
    #[must_use]
    pub fn position(&self, variant: &VariantDef) -> Option<usize> {
        self.variants.iter().position(|other| other.wire == variant.wire)
    }

    /// The variant with this GraphQL name.
    #[must_use]
    pub fn by_graphql(&'static self, name: &str) -> Option<&'static VariantDef> {
        self.variants.iter().find(|variant| variant.graphql == name)
    }
}
