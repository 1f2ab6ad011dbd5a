//! A schema as validation asks for it: what each type has, by name.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{BaseType, OperationType, Type};
use indexmap::IndexMap;

/// The types and directives of a schema.
#[derive(Debug, Default)]
pub(super) struct TypeSystem {
    pub(super) types: HashMap<String, NamedType>,
    pub(super) directives: HashMap<String, DirectiveDefinition>,
    pub(super) query: String,
    pub(super) mutation: Option<String>,
    pub(super) subscription: Option<String>,
    /// Whether clients may ask for the schema.
    pub(super) introspection: bool,
    /// Whether a message names what may have been meant.
    pub(super) suggestions: bool,
    pub(super) meta: MetaFields,
}

/// The fields that no type declares.
#[derive(Debug)]
pub(super) struct MetaFields {
    pub(super) typename: OutputField,
    pub(super) schema: OutputField,
    pub(super) type_by_name: OutputField,
}

#[derive(Debug)]
pub(super) struct NamedType {
    pub(super) name: String,
    pub(super) kind: NamedKind,
}

#[derive(Debug)]
pub(super) enum NamedKind {
    Scalar,
    Enum { values: HashSet<String> },
    InputObject { fields: InputValues, one_of: bool },
    Object { fields: HashMap<String, OutputField> },
    Interface { fields: HashMap<String, OutputField>, possible: HashSet<String> },
    Union { possible: HashSet<String> },
}

/// Arguments, or the fields of an input object.
pub(super) type InputValues = IndexMap<String, InputValue>;

#[derive(Debug)]
pub(super) struct InputValue {
    pub(super) ty: Type,
    pub(super) has_default: bool,
}

#[derive(Debug)]
pub(super) struct OutputField {
    pub(super) ty: Type,
    pub(super) arguments: InputValues,
}

#[derive(Debug)]
pub(super) struct DirectiveDefinition {
    /// `FIELD`, `QUERY`, …
    pub(super) locations: HashSet<String>,
    pub(super) arguments: InputValues,
    pub(super) repeatable: bool,
}

/// What a type comes down to without lists and `!`.
pub(super) fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(element) => innermost(element),
    }
}

impl InputValue {
    pub(super) fn is_required(&self) -> bool {
        !self.ty.nullable && !self.has_default
    }
}

impl Default for MetaFields {
    fn default() -> Self {
        let named =
            |name: &str, nullable| Type { base: BaseType::Named(async_graphql::Name::new(name)), nullable };
        let field = |name, nullable| OutputField { ty: named(name, nullable), arguments: InputValues::new() };
        let name = InputValue { ty: named("String", false), has_default: false };
        Self {
            typename: field("String", false),
            schema: field("__Schema", false),
            type_by_name: OutputField {
                arguments: InputValues::from([("name".to_owned(), name)]),
                ..field("__Type", true)
            },
        }
    }
}

impl TypeSystem {
    pub(super) fn get(&self, name: &str) -> Option<&NamedType> {
        self.types.get(name)
    }

    /// The type that a type comes down to.
    pub(super) fn of(&self, ty: &Type) -> Option<&NamedType> {
        self.get(innermost(ty))
    }

    /// The type that an operation selects of.
    pub(super) fn root(&self, operation: OperationType) -> Option<&NamedType> {
        let name = match operation {
            OperationType::Query => Some(&self.query),
            OperationType::Mutation => self.mutation.as_ref(),
            OperationType::Subscription => self.subscription.as_ref(),
        };
        self.get(name?)
    }

    /// A field of a type, declared or not.
    pub(super) fn field<'a>(&'a self, on: &'a NamedType, name: &str) -> Option<&'a OutputField> {
        match name {
            "__typename" if on.is_composite() => Some(&self.meta.typename),
            "__schema" if self.introspection && on.name == self.query => Some(&self.meta.schema),
            "__type" if self.introspection && on.name == self.query => Some(&self.meta.type_by_name),
            _ => on.fields()?.get(name),
        }
    }
}

impl NamedType {
    pub(super) fn fields(&self) -> Option<&HashMap<String, OutputField>> {
        match &self.kind {
            NamedKind::Object { fields } | NamedKind::Interface { fields, .. } => Some(fields),
            _ => None,
        }
    }

    /// Whether fields can be selected of it.
    pub(super) fn is_composite(&self) -> bool {
        !self.is_input()
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self.kind, NamedKind::Object { .. })
    }

    /// Whether a variable can be of it.
    pub(super) fn is_input(&self) -> bool {
        matches!(self.kind, NamedKind::Scalar | NamedKind::Enum { .. } | NamedKind::InputObject { .. })
    }

    /// Whether one object can be of both types.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let possible = |ty: &Self, name: &str| match &ty.kind {
            NamedKind::Interface { possible, .. } | NamedKind::Union { possible } => possible.contains(name),
            _ => ty.name == name,
        };
        match &self.kind {
            NamedKind::Interface { possible: own, .. } | NamedKind::Union { possible: own } => {
                self.name == other.name || own.iter().any(|name| possible(other, name))
            }
            _ => possible(other, &self.name),
        }
    }
}
