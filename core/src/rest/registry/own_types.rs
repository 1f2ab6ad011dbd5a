//! The entities' types in APIs of the program's own: poem-openapi's traits, written once as macros, which the derive names
//! for its structs and enums. They describe themselves by the schemas of the generated API.

use std::borrow::Cow;

use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, MetaSchemaRef, Registry as Components};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value as Json;

use super::kinds;
use super::responses;
use super::schema::{self, SchemaNames, inline, reference};
use crate::entity::{Described as _, Entity, Id, Model, Surface};
use crate::error::Error;
use crate::policy::Action;
use crate::service::client_values::{self, ClientValues};
use crate::service::{View, ViewPage};
use crate::types::{JsonStyle, Scalar};

/// Where the schemas of an API are collected.
pub type SchemaRegistry = Components;

/// The name of an input's or a patch's schema.
#[must_use]
pub fn values_name<T: ClientValues>() -> Cow<'static, str> {
    let SchemaNames { input, patch, .. } = SchemaNames::of(T::Of::described().info());
    if T::ACTION == Action::Create { input.into() } else { patch.into() }
}

/// The name of a row's schema.
#[must_use]
pub fn row_name<M: Model>() -> Cow<'static, str> {
    SchemaNames::of(M::Entity::def().info()).row.into()
}

/// The schemas of the entity that an input or a patch is of.
pub fn register_values<T: ClientValues>(to: &mut SchemaRegistry) {
    schema::register(T::Of::described().info(), to);
}

/// Reads a body, or a member of one.
///
/// # Errors
/// Every broken rule, if the values cannot be read.
pub fn parse_values<T: ClientValues + Type>(value: Option<Json>) -> ParseResult<T> {
    let read = match value.unwrap_or_default() {
        Json::Object(members) => client_values::read(Surface::Rest, members),
        Json::Null => Err(Error::bad_request("the body is empty; send a JSON object")),
        _ => Err(Error::bad_request("the body is not valid: a JSON object is expected")),
    };
    read.map_err(|error| ParseError::custom(client_values::refused(error)))
}

/// Reads a scalar from JSON.
///
/// # Errors
/// What was expected.
pub fn parse_scalar<T: Scalar + Type>(value: Option<Json>) -> ParseResult<T> {
    let value = client_values::value_of(value.unwrap_or_default(), JsonStyle::Rest);
    value.map_err(|expected| refused(&expected))
}

/// Reads a scalar from a parameter.
///
/// # Errors
/// What was expected.
pub fn parse_scalar_text<T: Scalar + Type>(text: &str) -> ParseResult<T> {
    client_values::value_of_text(text).map_err(|expected| refused(&expected))
}

fn refused<T: Type>(expected: &str) -> ParseError<T> {
    ParseError::custom(expected)
}

/// The schema of a scalar, which stands where it is used.
#[must_use]
pub fn scalar_schema<T: Scalar>() -> MetaSchemaRef {
    inline(kinds::schema(T::KIND))
}

/// Registers nothing: the schema stands where it is used.
pub fn needs_no_schema(_: &mut SchemaRegistry) {}

/// A scalar as JSON.
#[must_use]
pub fn scalar_json<T: Scalar>(value: &T) -> Option<Json> {
    kinds::json_of(&value.duplicate().into_value())
}

/// `Type`, by a name, a schema and the function that registers it.
#[doc(hidden)]
#[macro_export]
macro_rules! __openapi_type {
    ([$($generics:tt)*] $type:ty, $name:expr, $schema:expr, $register:expr $(, where $($bound:tt)*)?) => {
        impl<$($generics)*> $crate::poem_openapi::types::Type for $type
        $(where $($bound)*)?
        {
            const IS_REQUIRED: ::core::primitive::bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                $name
            }

            fn schema_ref() -> $crate::poem_openapi::registry::MetaSchemaRef {
                $schema
            }

            fn register(registry: &mut $crate::__private::openapi::SchemaRegistry) {
                $register(registry);
            }

            fn as_raw_value(&self) -> ::core::option::Option<&Self> {
                ::core::option::Option::Some(self)
            }

            fn raw_element_iter<'a>(
                &'a self,
            ) -> ::std::boxed::Box<dyn ::core::iter::Iterator<Item = &'a Self> + 'a> {
                ::std::boxed::Box::new(::core::iter::once(self))
            }
        }
    };
}

/// A scalar: `Type`, and to and from JSON and parameters.
#[doc(hidden)]
#[macro_export]
macro_rules! __openapi_scalar {
    ([$($generics:tt)*] $type:ty, $name:expr) => {
        $crate::__openapi_type! {
            [$($generics)*] $type, $name, $crate::__private::openapi::scalar_schema::<Self>(),
            $crate::__private::openapi::needs_no_schema
        }

        impl<$($generics)*> $crate::poem_openapi::types::ParseFromJSON for $type {
            fn parse_from_json(
                value: ::core::option::Option<$crate::serde_json::Value>,
            ) -> $crate::poem_openapi::types::ParseResult<Self> {
                $crate::__private::openapi::parse_scalar(value)
            }
        }

        impl<$($generics)*> $crate::poem_openapi::types::ParseFromParameter for $type {
            fn parse_from_parameter(
                value: &::core::primitive::str,
            ) -> $crate::poem_openapi::types::ParseResult<Self> {
                $crate::__private::openapi::parse_scalar_text(value)
            }
        }

        impl<$($generics)*> $crate::poem_openapi::types::ToJSON for $type {
            fn to_json(&self) -> ::core::option::Option<$crate::serde_json::Value> {
                $crate::__private::openapi::scalar_json(self)
            }
        }
    };
}

/// An entity's input or patch.
#[doc(hidden)]
#[macro_export]
macro_rules! __openapi_values {
    ($values:ident) => {
        $crate::__openapi_type! {
            [] $values,
            $crate::__private::openapi::values_name::<Self>(),
            $crate::poem_openapi::registry::MetaSchemaRef::Reference(
                $crate::__private::openapi::values_name::<Self>().into_owned()
            ),
            $crate::__private::openapi::register_values::<Self>,
            where for<'any> $values: ::core::marker::Send + ::core::marker::Sync
        }

        impl $crate::poem_openapi::types::ParseFromJSON for $values
        where
            for<'any> $values: ::core::marker::Send + ::core::marker::Sync,
        {
            fn parse_from_json(
                value: ::core::option::Option<$crate::serde_json::Value>,
            ) -> $crate::poem_openapi::types::ParseResult<Self> {
                $crate::__private::openapi::parse_values(value)
            }
        }
    };
}

/// An entity's model, input and patch.
#[doc(hidden)]
#[macro_export]
macro_rules! __openapi_entity {
    ($model:ident $input:ident $patch:ident) => {
        $crate::__openapi_values! { $input }
        $crate::__openapi_values! { $patch }

        // Never: whoever tries is told of `View`.
        $crate::__openapi_type! {
            [] $model,
            $crate::__private::openapi::row_name::<Self>(),
            $crate::poem_openapi::registry::MetaSchemaRef::Reference(
                $crate::__private::openapi::row_name::<Self>().into_owned()
            ),
            $crate::__private::openapi::needs_no_schema,
            where for<'any> $model: $crate::__private::Model,
            for<'view> &'view $model: $crate::__private::client_values::Shown
        }

        impl $crate::poem_openapi::types::ToJSON for $model
        where
            for<'any> $model: $crate::__private::Model,
            for<'view> &'view $model: $crate::__private::client_values::Shown,
        {
            fn to_json(&self) -> ::core::option::Option<$crate::serde_json::Value> {
                ::core::option::Option::None
            }
        }
    };
}

/// An enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __openapi_enum {
    ($name:ident) => {
        $crate::__openapi_scalar! {
            [] $name, ::std::borrow::Cow::Borrowed(<Self as $crate::__private::EntityEnum>::DEF.name)
        }
    };
}

crate::__openapi_scalar! { [E: Entity] Id<E>, format!("{}Id", E::def().name).into() }

crate::__openapi_type! {
    [E: Entity] View<E>,
    E::def().name.into(),
    reference(E::def().name),
    |to| schema::register(E::def().info(), to)
}

crate::__openapi_type! {
    [E: Entity] ViewPage<E>,
    SchemaNames::of(E::def().info()).page.into(),
    reference(&SchemaNames::of(E::def().info()).page),
    |to| schema::register(E::def().info(), to)
}

/// A member of an `Object`, which poem-openapi reads as well as it writes it. No client sends a row.
impl<E: Entity> ParseFromJSON for View<E> {
    fn parse_from_json(_: Option<Json>) -> ParseResult<Self> {
        Err(refused(MADE_BY_THE_SERVICE))
    }
}

impl<E: Entity> ParseFromJSON for ViewPage<E> {
    fn parse_from_json(_: Option<Json>) -> ParseResult<Self> {
        Err(refused(MADE_BY_THE_SERVICE))
    }
}

const MADE_BY_THE_SERVICE: &str = "it is made by the server alone; leave it out";

impl<E: Entity> ToJSON for View<E> {
    fn to_json(&self) -> Option<Json> {
        serde_json::to_value(self).ok()
    }

    fn to_json_string(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl<E: Entity> ToJSON for ViewPage<E> {
    fn to_json(&self) -> Option<Json> {
        serde_json::to_value(self).ok()
    }

    fn to_json_string(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The bare row as an answer: `entify::Result<View<User>>`.
impl<E: Entity> ApiResponse for View<E> {
    fn meta() -> MetaResponses {
        MetaResponses { responses: vec![responses::bare("The row.", E::def().name)] }
    }

    fn register(to: &mut SchemaRegistry) {
        schema::register(E::def().info(), to);
    }
}

/// The bare page as an answer: `entify::Result<ViewPage<User>>`.
impl<E: Entity> ApiResponse for ViewPage<E> {
    fn meta() -> MetaResponses {
        let page = SchemaNames::of(E::def().info()).page;
        MetaResponses { responses: vec![responses::bare("One page of the list.", &page)] }
    }

    fn register(to: &mut SchemaRegistry) {
        schema::register(E::def().info(), to);
    }
}
