//! Definitions as async-graphql's registry keeps them.

use std::collections::HashMap;

use async_graphql::registry::{
    __DirectiveLocation, Deprecation, MetaDirective, MetaEnumValue, MetaField, MetaInputValue, MetaType,
    Registry,
};
use indexmap::IndexMap;

use crate::graphql::definitions::{
    EnumValueDefinition, FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind,
};
use crate::graphql::mutation_directives::MutationDirective;

/// The schema language has descriptions between triple quotes, which async-graphql does not escape.
fn described(docs: &str) -> Option<String> {
    (!docs.is_empty()).then(|| docs.replace("\"\"\"", "'''"))
}

fn deprecation(deprecated: Option<crate::value::Deprecation>) -> Deprecation {
    match deprecated {
        Some(deprecated) => Deprecation::Deprecated { reason: Some(deprecated.reason()) },
        None => Deprecation::NoDeprecated,
    }
}

/// Adds a type; says whether its name was free.
pub(super) fn insert(registry: &mut Registry, definition: &TypeDefinition) -> bool {
    let name = &definition.name;
    let implements = match &definition.kind {
        TypeKind::Object { implements, .. } => *implements,
        _ => &[],
    };
    let free = registry.types.insert(name.clone(), meta_type(definition)).is_none();
    for interface in implements {
        registry.add_implements(name, interface);
    }
    free
}

/// Adds a root type, whose fields are as the registry keeps them.
pub(super) fn insert_root(registry: &mut Registry, name: &str, docs: &str, fields: Vec<MetaField>) -> bool {
    registry.types.insert(name.to_owned(), object(name, docs, fields)).is_none()
}

/// Adds a directive on mutations.
pub(super) fn insert_directive(registry: &mut Registry, directive: &MutationDirective) {
    registry.add_directive(MetaDirective {
        name: directive.name.to_owned(),
        description: described(directive.docs),
        locations: vec![__DirectiveLocation::MUTATION],
        args: IndexMap::new(),
        is_repeatable: false,
        visible: None,
        composable: None,
    });
}

/// The fields of an object type that was written in Rust, with all types that they lead to.
pub(super) fn fields_of<T: async_graphql::OutputType>(registry: &mut Registry) -> Vec<MetaField> {
    match registry.create_fake_output_type::<T>() {
        MetaType::Object { fields, .. } => fields.into_values().collect(),
        _ => Vec::new(),
    }
}

/// Marks what a subgraph of a federation has in common with others: pages are alike in all services; `node` and `nodes` are of
/// this service alone, so that a gateway shows none.
///
/// Keys are no part of the registry: with one async-graphql would take `_entities` and `_service` for its own.
pub(super) fn federate(registry: &mut Registry) {
    if let Some(MetaType::Object { shareable, .. }) = registry.types.get_mut("PageInfo") {
        *shareable = true;
    }
    if let Some(MetaType::Object { fields, .. }) = registry.types.get_mut("Query") {
        for field in fields.values_mut().filter(|field| matches!(&*field.name, "node" | "nodes")) {
            (field.shareable, field.inaccessible) = (true, true);
        }
    }
}

/// Adds fields of the application's own to a type; answers the name of one that the type has already.
pub(super) fn extend(registry: &mut Registry, ty: &str, added: Vec<MetaField>) -> Option<String> {
    let Some(MetaType::Object { fields, .. }) = registry.types.get_mut(ty) else { return None };
    for field in added {
        if fields.contains_key(&field.name) {
            return Some(field.name);
        }
        fields.insert(field.name.clone(), field);
    }
    None
}

/// A field of a type as it is written.
pub(super) fn field_of_type(name: &str, docs: &str, ty: String) -> MetaField {
    field(&FieldDefinition::new(name, ty, docs))
}

/// Scalars that async-graphql calls otherwise than the entities do.
const RENAMED: [(&str, &str); 2] = [("NaiveDate", "Date"), ("NaiveTime", "Time")];

/// Completes the types that were written in Rust: fields that answer an entity's connection take the arguments of every
/// such list, and dates and times have the names that they have in the entities.
pub(super) fn complete(registry: &mut Registry, connections: &HashMap<String, Vec<InputValueDefinition>>) {
    for (own, name) in RENAMED {
        registry.types.remove(own);
        for ty in registry.types.values_mut() {
            rename(ty, own, name);
        }
    }
    let fields = registry.types.values_mut().filter_map(|ty| match ty {
        MetaType::Object { fields, .. } => Some(fields.values_mut()),
        _ => None,
    });
    for field in fields.flatten() {
        let arguments = connections.get(field.ty.trim_end_matches('!')).into_iter().flatten();
        for argument in arguments {
            field.args.entry(argument.name.clone()).or_insert_with(|| input_value(argument));
        }
    }
}

/// Renames a type where another refers to it.
fn rename(ty: &mut MetaType, own: &str, name: &str) {
    let renamed = |written: &mut String| {
        let bare = written.trim_matches(|letter| "[]!".contains(letter));
        if bare == own {
            *written = written.replace(own, name);
        }
    };
    match ty {
        MetaType::Object { fields, .. } | MetaType::Interface { fields, .. } => {
            for field in fields.values_mut() {
                renamed(&mut field.ty);
                field.args.values_mut().for_each(|argument| renamed(&mut argument.ty));
            }
        }
        MetaType::InputObject { input_fields, .. } => {
            input_fields.values_mut().for_each(|field| renamed(&mut field.ty));
        }
        MetaType::Scalar { .. } | MetaType::Enum { .. } | MetaType::Union { .. } => {}
    }
}

fn meta_type(TypeDefinition { name, docs, kind }: &TypeDefinition) -> MetaType {
    match kind {
        TypeKind::Scalar { specified_by } => scalar(name, docs, *specified_by),
        TypeKind::Object { fields, .. } => object(name, docs, fields.iter().map(field).collect()),
        TypeKind::Interface { fields, possible_types } => interface(name, docs, fields, possible_types),
        TypeKind::Union { possible_types } => union(name, docs, possible_types),
        TypeKind::Enum { values } => enumeration(name, docs, values),
        TypeKind::InputObject { fields, one_of } => input_object(name, docs, fields, *one_of),
    }
}

/// A field of an object or an interface.
pub(super) fn field(definition: &FieldDefinition) -> MetaField {
    MetaField {
        name: definition.name.clone(),
        description: described(&definition.docs),
        args: input_values(&definition.arguments),
        ty: definition.ty.clone(),
        deprecation: deprecation(definition.deprecated),
        cache_control: Default::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn input_values(definitions: &[InputValueDefinition]) -> IndexMap<String, MetaInputValue> {
    definitions.iter().map(|definition| (definition.name.clone(), input_value(definition))).collect()
}

fn input_value(definition: &InputValueDefinition) -> MetaInputValue {
    MetaInputValue {
        name: definition.name.clone(),
        description: described(&definition.docs),
        ty: definition.ty.clone(),
        deprecation: deprecation(definition.deprecated),
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}

fn by_name(fields: Vec<MetaField>) -> IndexMap<String, MetaField> {
    fields.into_iter().map(|field| (field.name.clone(), field)).collect()
}

fn object(name: &str, docs: &str, fields: Vec<MetaField>) -> MetaType {
    MetaType::Object {
        name: name.to_owned(),
        description: described(docs),
        fields: by_name(fields),
        cache_control: Default::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        keys: None,
        visible: None,
        is_subscription: false,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn interface(name: &str, docs: &str, fields: &[FieldDefinition], possible_types: &[&str]) -> MetaType {
    MetaType::Interface {
        name: name.to_owned(),
        description: described(docs),
        fields: by_name(fields.iter().map(field).collect()),
        possible_types: possible_types.iter().map(|&name| name.to_owned()).collect(),
        extends: false,
        inaccessible: false,
        tags: Vec::new(),
        keys: None,
        visible: None,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn union(name: &str, docs: &str, possible_types: &[&str]) -> MetaType {
    MetaType::Union {
        name: name.to_owned(),
        description: described(docs),
        possible_types: possible_types.iter().map(|&name| name.to_owned()).collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
    }
}

fn input_object(name: &str, docs: &str, fields: &[InputValueDefinition], one_of: bool) -> MetaType {
    MetaType::InputObject {
        name: name.to_owned(),
        description: described(docs),
        input_fields: input_values(fields),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        oneof: one_of,
        directive_invocations: Vec::new(),
    }
}

fn enumeration(name: &str, docs: &str, values: &[EnumValueDefinition]) -> MetaType {
    let values = values.iter().map(|value| (value.name.to_string(), enum_value(value)));
    MetaType::Enum {
        name: name.to_owned(),
        description: described(docs),
        enum_values: values.collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn enum_value(definition: &EnumValueDefinition) -> MetaEnumValue {
    MetaEnumValue {
        name: definition.name.to_string(),
        description: described(definition.docs),
        deprecation: deprecation(definition.deprecated),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        directive_invocations: Vec::new(),
    }
}

fn scalar(name: &str, docs: &str, url: Option<&str>) -> MetaType {
    MetaType::Scalar {
        name: name.to_owned(),
        description: described(docs),
        is_valid: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        specified_by_url: url.map(str::to_owned),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}
