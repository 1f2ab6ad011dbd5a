//! How the derive writes a [`FieldDef`]: only what differs from a field with every option off.
//!
//! Calls, not struct update: checking `FieldDef { …, ..FieldDef::of::<T>() }` costs rustc a move of every field of
//! the definition, for every field of every entity (measured: 40 % of an entity's `cargo check`).

use crate::entity::{Bound, EntityDef, FieldDef, Format, OnDelete, RelationDef, SkipField};
use crate::value::Value;

impl FieldDef {
    /// The field's names, and whether its type was written as an `Option`.
    #[must_use]
    #[track_caller]
    pub const fn named(
        mut self,
        nullable: bool,
        name: &'static str,
        wire: &'static str,
        graphql: &'static str,
        column: &'static str,
    ) -> Self {
        assert!(self.nullable == nullable, "`Option` must be written out, not hidden behind a type alias");
        self.name = name;
        self.wire = wire;
        self.graphql = graphql;
        self.column = column;
        self
    }

    /// The doc comment.
    #[must_use]
    pub const fn docs(mut self, docs: &'static str) -> Self {
        self.docs = docs;
        self
    }

    /// `was = "…"`
    #[must_use]
    pub const fn was(mut self, column: &'static str) -> Self {
        self.was = Some(column);
        self
    }

    /// A to-one relation.
    #[must_use]
    pub const fn relation(
        mut self,
        name: &'static str,
        graphql: &'static str,
        target: fn() -> &'static EntityDef,
        on_delete: OnDelete,
    ) -> Self {
        self.relation = Some(RelationDef { name, graphql, target, on_delete });
        self
    }

    /// `default = …`
    #[must_use]
    pub const fn default(mut self, value: fn() -> Value) -> Self {
        self.default = Some(value);
        self
    }

    /// `computed(sql = "…")`, which is never written.
    #[must_use]
    pub const fn computed(mut self, parts: &'static [&'static str]) -> Self {
        self.computed = Some(parts);
        self.read_only = true;
        self
    }

    /// `min_len`, `max_len`
    #[must_use]
    pub const fn length(mut self, least: Option<u32>, greatest: Option<u32>) -> Self {
        self.min_len = least;
        self.max_len = greatest;
        self
    }

    /// `min`, `max`
    #[must_use]
    pub const fn bounds(mut self, least: Option<Bound>, greatest: Option<Bound>) -> Self {
        self.min = least;
        self.max = greatest;
        self
    }

    /// `precision`, `scale`
    #[must_use]
    pub const fn digits(mut self, precision: Option<u32>, scale: Option<u32>) -> Self {
        self.precision = precision;
        self.scale = scale;
        self
    }

    /// `pattern = "…"`
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// `format = …`
    #[must_use]
    pub const fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// `skip(…)`
    #[must_use]
    pub const fn skip(mut self, skip: SkipField) -> Self {
        self.skip = skip;
        self
    }
}

macro_rules! flags {
    ($($flag:ident)*) => {
        impl FieldDef {$(
            #[doc = concat!("`", stringify!($flag), "`")]
            #[must_use]
            pub const fn $flag(mut self) -> Self {
                self.$flag = true;
                self
            }
        )*}
    };
}

flags!(unique index filter sort search fulltext multiline read_only write_only immutable);
