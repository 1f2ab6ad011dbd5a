//! The one place that builds async-graphql's schema registry by hand.
//!
//! async-graphql's registry types are public but hidden from its documentation, so its version is pinned with
//! `=` and nothing outside this module names their fields. An upgrade is this file's work.

pub(super) use async_graphql::registry::{MetaField, MetaInputValue, MetaType, Registry};

use async_graphql::registry::{Deprecation, MetaEnumValue};
use indexmap::IndexMap;

/// The schema language has descriptions between triple quotes, which async-graphql does not escape.
fn described(docs: &str) -> Option<String> {
    (!docs.is_empty()).then(|| docs.replace("\"\"\"", "'''"))
}

/// A field of an object or an interface.
pub(super) fn field(name: &str, ty: impl Into<String>, docs: &str) -> MetaField {
    MetaField {
        name: name.to_owned(),
        description: described(docs),
        args: IndexMap::new(),
        ty: ty.into(),
        deprecation: Deprecation::NoDeprecated,
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

/// A field that takes arguments.
pub(super) fn field_with(
    name: &str,
    ty: impl Into<String>,
    docs: &str,
    arguments: Vec<MetaInputValue>,
) -> MetaField {
    let mut field = field(name, ty, docs);
    field.args = by_name(arguments);
    field
}

/// An argument or a field of an input object.
pub(super) fn input_value(name: &str, ty: impl Into<String>, docs: &str) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: described(docs),
        ty: ty.into(),
        deprecation: Deprecation::NoDeprecated,
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}

fn by_name(values: Vec<MetaInputValue>) -> IndexMap<String, MetaInputValue> {
    values.into_iter().map(|value| (value.name.clone(), value)).collect()
}

fn fields_by_name(fields: Vec<MetaField>) -> IndexMap<String, MetaField> {
    fields.into_iter().map(|field| (field.name.clone(), field)).collect()
}

/// An object type.
pub(super) fn object(name: &str, docs: &str, fields: Vec<MetaField>) -> MetaType {
    MetaType::Object {
        name: name.to_owned(),
        description: described(docs),
        fields: fields_by_name(fields),
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

/// An interface and the objects that implement it.
pub(super) fn interface(name: &str, docs: &str, fields: Vec<MetaField>, objects: &[&str]) -> MetaType {
    MetaType::Interface {
        name: name.to_owned(),
        description: described(docs),
        fields: fields_by_name(fields),
        possible_types: objects.iter().map(|&object| object.to_owned()).collect(),
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

/// An input object; with `one_of`, exactly one field must be given.
pub(super) fn input(name: &str, docs: &str, fields: Vec<MetaInputValue>, one_of: bool) -> MetaType {
    MetaType::InputObject {
        name: name.to_owned(),
        description: described(docs),
        input_fields: by_name(fields),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        oneof: one_of,
        directive_invocations: Vec::new(),
    }
}

/// An enum with its values and their descriptions.
pub(super) fn enumeration<'a>(
    name: &str,
    docs: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) -> MetaType {
    MetaType::Enum {
        name: name.to_owned(),
        description: described(docs),
        enum_values: values
            .map(|(value, docs)| {
                let meta = MetaEnumValue {
                    name: value.to_owned(),
                    description: described(docs),
                    deprecation: Deprecation::NoDeprecated,
                    visible: None,
                    inaccessible: false,
                    tags: Vec::new(),
                    directive_invocations: Vec::new(),
                };
                (value.to_owned(), meta)
            })
            .collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// A scalar; `url` is its specification, if there is one.
pub(super) fn scalar(name: &str, docs: &str, url: Option<&str>) -> MetaType {
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

/// Takes the fields of an object type that was registered from Rust.
pub(super) fn fields_of<T: async_graphql::OutputType>(registry: &mut Registry) -> Vec<MetaField> {
    match registry.create_fake_output_type::<T>() {
        MetaType::Object { fields, .. } => fields.into_values().collect(),
        _ => Vec::new(),
    }
}
