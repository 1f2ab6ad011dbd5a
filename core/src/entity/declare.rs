//! How the derive writes fields: a name, the doc comment, and what differs from a field with every option off.
//!
//! Literals only, made into [`FieldDef`]s on first use. Calls or struct updates for each option would have rustc
//! check and interpret a move of the whole definition, for every field of every entity.

use std::ops::Deref;
use std::sync::OnceLock;

use crate::entity::fields::{self, Fields};
use crate::entity::{Bound, FieldDef, Format, RelationDef, SkipField};
use crate::policy::Rule;
use crate::types::{FieldType, Kind};
use crate::value::Value;

/// A field as declared; its type is the model's to say.
#[derive(Debug)]
pub struct Declared {
    /// The Rust name of the stored value.
    pub name: &'static str,
    /// The name in GraphQL.
    pub graphql: &'static str,
    /// The doc comment.
    pub docs: &'static str,
    /// What differs from a field with every option off.
    pub options: &'static [FieldOption],
}

/// One option of a field; see [`FieldDef`] for what each means.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum FieldOption {
    /// Another name in REST than the field's.
    Wire(&'static str),
    /// Another column than the field's name.
    Column(&'static str),
    Was(&'static str),
    Relation(RelationDef),
    Default(fn() -> Value),
    Unique,
    Index,
    Filter,
    Sort,
    Search,
    Fulltext,
    /// SQL in turns with the Rust names of stored columns.
    Computed(&'static [&'static str]),
    MinLen(u32),
    MaxLen(u32),
    Min(Bound),
    Max(Bound),
    Precision(u32),
    Scale(u32),
    Pattern(&'static str),
    Format(Format),
    Multiline,
    ReadOnly,
    WriteOnly,
    Immutable,
    Skip(SkipField),
    /// `policy(read = …)`
    Read(Rule),
    /// `policy(write = …)`
    Write(Rule),
}

impl FieldDef {
    /// A field of type `T` with every option off.
    #[must_use]
    pub const fn of<T: FieldType>() -> Self {
        Self::plain(T::KIND, T::NULLABLE)
    }

    const fn plain(kind: Kind, nullable: bool) -> Self {
        Self {
            name: "",
            wire: "",
            graphql: "",
            column: "",
            was: None,
            docs: "",
            kind,
            nullable,
            relation: None,
            default: None,
            unique: false,
            index: false,
            filter: false,
            sort: false,
            search: false,
            fulltext: false,
            computed: None,
            min_len: None,
            max_len: None,
            min: None,
            max: None,
            pattern: None,
            format: None,
            multiline: false,
            read_only: false,
            write_only: false,
            immutable: false,
            precision: None,
            scale: None,
            skip: SkipField::NONE,
            read: None,
            write: None,
        }
    }

    fn new(declared: &'static Declared, (kind, nullable): (Kind, bool)) -> Self {
        let Declared { name, graphql, docs, options } = declared;
        let mut def = Self { name, wire: name, graphql, column: name, docs, ..Self::plain(kind, nullable) };
        for option in *options {
            def.set(option);
        }
        def
    }

    fn set(&mut self, option: &'static FieldOption) {
        match option {
            FieldOption::Wire(name) => self.wire = name,
            FieldOption::Column(name) => self.column = name,
            FieldOption::Was(column) => self.was = Some(column),
            FieldOption::Relation(relation) => self.relation = Some(*relation),
            FieldOption::Default(value) => self.default = Some(*value),
            FieldOption::Unique => self.unique = true,
            FieldOption::Index => self.index = true,
            FieldOption::Filter => self.filter = true,
            FieldOption::Sort => self.sort = true,
            FieldOption::Search => self.search = true,
            FieldOption::Fulltext => self.fulltext = true,
            FieldOption::Computed(parts) => {
                self.computed = Some(parts);
                self.read_only = true;
            }
            FieldOption::MinLen(length) => self.min_len = Some(*length),
            FieldOption::MaxLen(length) => self.max_len = Some(*length),
            FieldOption::Min(bound) => self.min = Some(*bound),
            FieldOption::Max(bound) => self.max = Some(*bound),
            FieldOption::Precision(digits) => self.precision = Some(*digits),
            FieldOption::Scale(digits) => self.scale = Some(*digits),
            FieldOption::Pattern(pattern) => self.pattern = Some(pattern),
            FieldOption::Format(format) => self.format = Some(*format),
            FieldOption::Multiline => self.multiline = true,
            FieldOption::ReadOnly => self.read_only = true,
            FieldOption::WriteOnly => self.write_only = true,
            FieldOption::Immutable => self.immutable = true,
            FieldOption::Skip(skip) => self.skip = *skip,
            FieldOption::Read(rule) => self.read = Some(*rule),
            FieldOption::Write(rule) => self.write = Some(*rule),
        }
    }
}

/// An entity's fields.
#[derive(Debug)]
pub struct FieldList {
    from: Origin,
    complete: OnceLock<Vec<FieldDef>>,
}

#[derive(Debug)]
enum Origin {
    /// Complete as they are.
    Given(&'static [FieldDef]),
    /// As the derive writes them; completed on first use.
    Declared { fields: &'static [Declared], kinds: fn() -> Vec<(Kind, bool)> },
}

impl FieldList {
    /// The fields of `M`, a model.
    #[must_use]
    pub const fn of<M: Fields>(fields: &'static [Declared]) -> Self {
        Self { from: Origin::Declared { fields, kinds: fields::kinds::<M> }, complete: OnceLock::new() }
    }

    /// These fields, for a definition written by hand.
    #[must_use]
    pub const fn given(fields: &'static [FieldDef]) -> Self {
        Self { from: Origin::Given(fields), complete: OnceLock::new() }
    }
}

impl Deref for FieldList {
    type Target = [FieldDef];

    fn deref(&self) -> &[FieldDef] {
        match &self.from {
            Origin::Given(fields) => fields,
            Origin::Declared { fields, kinds } => self.complete.get_or_init(|| {
                // The model's first column is the key.
                let kinds = kinds().into_iter().skip(1);
                fields.iter().zip(kinds).map(|(field, kind)| FieldDef::new(field, kind)).collect()
            }),
        }
    }
}

impl<'a> IntoIterator for &'a FieldList {
    type Item = &'a FieldDef;
    type IntoIter = std::slice::Iter<'a, FieldDef>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
