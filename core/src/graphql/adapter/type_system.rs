//! The registry of a finished schema as a [`TypeSystem`].

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use async_graphql::parser::types::Type;
use async_graphql::registry::{MetaField, MetaInputValue, MetaType, Registry};
use async_graphql::{IntrospectionMode, Name};
use indexmap::IndexMap;

use crate::graphql::type_system::{
    DirectiveDefinition, InputValue, InputValues, MetaFields, NamedKind, NamedType, OutputField, TypeSystem,
};

/// Where the type system of a schema is put. async-graphql shows the registry of a finished schema to nobody but its
/// resolvers, so one is asked for it.
#[derive(Default)]
pub(super) struct TypeSystemSlot(Mutex<Option<TypeSystem>>);

impl TypeSystemSlot {
    pub(super) fn fill(&self, registry: &Registry) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(read(registry));
    }

    pub(super) fn take(&self) -> Option<TypeSystem> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn read(registry: &Registry) -> TypeSystem {
    let types = registry
        .types
        .iter()
        .map(|(name, ty)| (name.clone(), NamedType { name: name.clone(), kind: kind(ty) }));
    let directives = registry.directives.iter().map(|(name, directive)| {
        let definition = DirectiveDefinition {
            locations: directive.locations.iter().map(|location| format!("{location:?}")).collect(),
            arguments: input_values(&directive.args),
            repeatable: directive.is_repeatable,
        };
        (name.clone(), definition)
    });
    TypeSystem {
        types: types.collect(),
        directives: directives.collect(),
        query: registry.query_type.clone(),
        mutation: registry.mutation_type.clone(),
        subscription: registry.subscription_type.clone(),
        introspection: registry.introspection_mode != IntrospectionMode::Disabled,
        suggestions: registry.enable_suggestions,
        meta: MetaFields::default(),
    }
}

fn kind(ty: &MetaType) -> NamedKind {
    let names = |names: &indexmap::IndexSet<String>| names.iter().cloned().collect::<HashSet<_>>();
    match ty {
        MetaType::Scalar { .. } => NamedKind::Scalar,
        MetaType::Enum { enum_values, .. } => {
            NamedKind::Enum { values: enum_values.keys().cloned().collect() }
        }
        MetaType::InputObject { input_fields, oneof, .. } => {
            NamedKind::InputObject { fields: input_values(input_fields), one_of: *oneof }
        }
        MetaType::Object { fields, .. } => {
            NamedKind::Object { fields: fields.iter().map(output_field).collect() }
        }
        MetaType::Interface { fields, possible_types, .. } => NamedKind::Interface {
            fields: fields.iter().map(output_field).collect(),
            possible: names(possible_types),
        },
        MetaType::Union { possible_types, .. } => NamedKind::Union { possible: names(possible_types) },
    }
}

fn output_field((name, field): (&String, &MetaField)) -> (String, OutputField) {
    (name.clone(), OutputField { ty: parse(&field.ty), arguments: input_values(&field.args) })
}

fn input_values(values: &IndexMap<String, MetaInputValue>) -> InputValues {
    values
        .iter()
        .map(|(name, value)| {
            let value = InputValue { ty: parse(&value.ty), has_default: value.default_value.is_some() };
            (name.clone(), value)
        })
        .collect()
}

/// A type as it is written. The registry holds no other text.
fn parse(text: &str) -> Type {
    Type::new(text).unwrap_or(Type {
        base: async_graphql::parser::types::BaseType::Named(Name::new(text)),
        nullable: true,
    })
}
