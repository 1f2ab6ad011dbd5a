//! The definitions that a schema is made of, by the names of the GraphQL specification (section 3, "Type System").
//!
//! They are plain data: `description` writes them from the entities, `adapter` hands them to async-graphql.

use std::borrow::Cow;

use crate::entity::RegistryError;
use crate::value::Deprecation;

/// Why a schema cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The entities' names are none in GraphQL, or are given twice.
    #[error(transparent)]
    Names(#[from] RegistryError),
    /// A type or a root field of the program's own has a name that is taken.
    #[error(
        "two {what} of the GraphQL schema are called `{name}`; rename one of them (an entity's by `graphql(name = …)`)"
    )]
    Taken {
        /// "types" or "root fields".
        what: &'static str,
        /// The name used twice.
        name: String,
    },
    /// A document of the manifest of trusted documents could never run.
    #[error(
        "the trusted document `{id}` cannot run: {reason}; write the manifest anew, from documents that fit the schema"
    )]
    TrustedDocument {
        /// What the manifest calls it.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// A named type.
#[derive(Debug)]
pub(super) struct TypeDefinition {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) kind: TypeKind,
}

/// What a named type is.
#[derive(Debug)]
pub(super) enum TypeKind {
    Scalar {
        /// The address of its specification.
        specified_by: Option<&'static str>,
    },
    Object {
        fields: Vec<FieldDefinition>,
        /// The names of its interfaces.
        implements: &'static [&'static str],
    },
    Interface {
        fields: Vec<FieldDefinition>,
        /// The names of the objects that implement it.
        possible_types: Vec<&'static str>,
    },
    Union {
        possible_types: Vec<&'static str>,
    },
    Enum {
        values: Vec<EnumValueDefinition>,
    },
    InputObject {
        fields: Vec<InputValueDefinition>,
        /// Whether exactly one field must be given.
        one_of: bool,
    },
}

/// A field of an object or an interface.
#[derive(Debug)]
pub(super) struct FieldDefinition {
    pub(super) name: String,
    /// The type as it is written: `[User!]!`.
    pub(super) ty: String,
    pub(super) docs: String,
    pub(super) arguments: Vec<InputValueDefinition>,
    pub(super) deprecated: Option<Deprecation>,
}

/// An argument, or a field of an input object.
#[derive(Debug)]
pub(super) struct InputValueDefinition {
    pub(super) name: String,
    /// The type as it is written: `[ID!]!`.
    pub(super) ty: String,
    pub(super) docs: String,
    pub(super) deprecated: Option<Deprecation>,
}

/// A value of an enum.
#[derive(Debug)]
pub(super) struct EnumValueDefinition {
    pub(super) name: Cow<'static, str>,
    pub(super) docs: &'static str,
    pub(super) deprecated: Option<Deprecation>,
}

impl TypeDefinition {
    pub(super) fn new(name: impl Into<String>, docs: impl Into<String>, kind: TypeKind) -> Self {
        Self { name: name.into(), docs: docs.into(), kind }
    }
}

impl FieldDefinition {
    /// A field without arguments.
    pub(super) fn new(name: impl Into<String>, ty: impl Into<String>, docs: impl Into<String>) -> Self {
        let (name, ty, docs) = (name.into(), ty.into(), docs.into());
        Self { name, ty, docs, arguments: Vec::new(), deprecated: None }
    }

    pub(super) fn deprecated(self, deprecated: Option<Deprecation>) -> Self {
        Self { deprecated, ..self }
    }

    pub(super) fn with_arguments(self, arguments: Vec<InputValueDefinition>) -> Self {
        Self { arguments, ..self }
    }
}

impl InputValueDefinition {
    pub(super) fn new(name: impl Into<String>, ty: impl Into<String>, docs: impl Into<String>) -> Self {
        Self { name: name.into(), ty: ty.into(), docs: docs.into(), deprecated: None }
    }

    /// What must be given cannot be deprecated (section 3.13.3 of the specification), so that there the description says it.
    pub(super) fn deprecated(self, deprecated: Option<Deprecation>) -> Self {
        match deprecated {
            Some(deprecated) if self.ty.ends_with('!') => {
                let docs = [self.docs, deprecated.remark()].join("\n").trim_start().to_owned();
                Self { docs, ..self }
            }
            deprecated => Self { deprecated, ..self },
        }
    }
}
