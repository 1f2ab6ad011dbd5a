//! What the entities bring, where a user's own resolvers take it or answer it: async-graphql's traits, written once as
//! macros, which the derive names for its structs and enums.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, OutputType, Positioned, ServerResult,
    Value,
};
use serde_json::Value as Json;

use crate::entity::{Entity, Id, Model};
use crate::error::Result;
use crate::graphql::adapter::{entity_object, registry};
use crate::graphql::{constant, error, scalars};
use crate::types::EntityEnum;

/// Where a schema's types are collected.
pub type TypeRegistry = Registry;

/// A type that a user's own resolvers take.
pub trait OwnInput: Sized {
    /// Its name in the schema.
    fn type_name() -> Cow<'static, str>;

    /// Adds the type, unless the entities have brought it.
    fn register(_: &mut TypeRegistry) {}

    /// Reads a value.
    ///
    /// # Errors
    /// What is wrong with it, with fields named as in the schema.
    fn read(value: Json) -> Result<Self>;

    /// The value as the schema shows it, as a default.
    fn write(&self) -> Value {
        Value::Null
    }
}

/// `InputType::parse`. The error keeps its code and its fields.
///
/// # Errors
/// As [`OwnInput::read`].
pub fn parse<T: OwnInput + InputType>(value: Option<Value>) -> InputValueResult<T> {
    let value = constant::json(&value.unwrap_or_default());
    T::read(value).map_err(|failure| {
        let refused = InputValueError::custom(&failure);
        error::refusal_extensions(&failure)
            .into_iter()
            .fold(refused, |refused, (name, value)| refused.with_extension(name, value))
    })
}

/// The name of an entity's type.
#[must_use]
pub fn row_type<M: Model>() -> Cow<'static, str> {
    M::Entity::def().graphql.type_name.into()
}

/// Answers the row of a model, as the reader may see it.
///
/// # Errors
/// As of the engine's own fields.
pub async fn resolve_model<M: Model>(
    model: &M,
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
) -> ServerResult<Value> {
    let id: Id<M::Entity> = model.id();
    entity_object::resolve_row(id, ctx, field).await
}

/// Adds the type of an enum, unless a column has brought it.
pub fn register_enum<T: EntityEnum>(to: &mut TypeRegistry) -> String {
    if !to.types.contains_key(T::DEF.name) {
        registry::insert(to, &scalars::enum_definition(T::DEF));
    }
    format!("{}!", T::DEF.name)
}

/// A global id.
impl<E: Entity> OutputType for Id<E> {
    fn type_name() -> Cow<'static, str> {
        <Self as OwnInput>::type_name()
    }

    fn create_type_info(_: &mut Registry) -> String {
        <Self as OutputType>::qualified_type_name()
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(OwnInput::write(self))
    }
}

// `for<'any>`: rustc then leaves a bound to those who use the implementation. A field of a wrong type would otherwise be
// told of once more for every trait that asks for `Send`.

/// An input type by its [`OwnInput`].
#[doc(hidden)]
#[macro_export]
macro_rules! __graphql_input {
    ([$($generics:tt)*] $type:ty $(, where $($bound:tt)*)?) => {
        impl<$($generics)*> $crate::async_graphql::InputType for $type
        $(where $($bound)*)?
        {
            type RawValueType = Self;

            fn type_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                <Self as $crate::__private::graphql::OwnInput>::type_name()
            }

            fn create_type_info(
                registry: &mut $crate::__private::graphql::TypeRegistry,
            ) -> ::std::string::String {
                <Self as $crate::__private::graphql::OwnInput>::register(registry);
                <Self as $crate::async_graphql::InputType>::qualified_type_name()
            }

            fn parse(
                value: ::core::option::Option<$crate::async_graphql::Value>,
            ) -> $crate::async_graphql::InputValueResult<Self> {
                $crate::__private::graphql::parse(value)
            }

            fn to_value(&self) -> $crate::async_graphql::Value {
                <Self as $crate::__private::graphql::OwnInput>::write(self)
            }

            fn as_raw_value(&self) -> ::core::option::Option<&Self> {
                ::core::option::Option::Some(self)
            }
        }
    };
}

/// An entity's model, input and patch.
#[doc(hidden)]
#[macro_export]
macro_rules! __graphql_entity {
    ($model:ident $input:ident $patch:ident) => {
        $crate::__graphql_input! {
            [] $input, where for<'any> $input: ::core::marker::Send + ::core::marker::Sync
        }
        $crate::__graphql_input! {
            [] $patch, where for<'any> $patch: ::core::marker::Send + ::core::marker::Sync
        }

        impl $crate::async_graphql::OutputType for $model
        where
            for<'any> $model: $crate::__private::Model,
        {
            fn type_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                $crate::__private::graphql::row_type::<Self>()
            }

            fn create_type_info(_: &mut $crate::__private::graphql::TypeRegistry) -> ::std::string::String {
                <Self as $crate::async_graphql::OutputType>::qualified_type_name()
            }

            fn resolve(
                &self,
                ctx: &$crate::async_graphql::ContextSelectionSet<'_>,
                field: &$crate::async_graphql::Positioned<$crate::async_graphql::parser::types::Field>,
            ) -> impl ::core::future::Future<
                Output = $crate::async_graphql::ServerResult<$crate::async_graphql::Value>,
            > + ::core::marker::Send {
                $crate::__private::graphql::resolve_model(self, ctx, field)
            }
        }
    };
}

/// An enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __graphql_enum {
    ($name:ident) => {
        impl $crate::__private::graphql::OwnInput for $name {
            fn type_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                ::std::borrow::Cow::Borrowed(<Self as $crate::__private::EntityEnum>::DEF.name)
            }

            fn register(registry: &mut $crate::__private::graphql::TypeRegistry) {
                $crate::__private::graphql::register_enum::<Self>(registry);
            }

            fn read(value: $crate::serde_json::Value) -> $crate::__private::Result<Self> {
                $crate::__private::graphql::read_enum(value)
            }

            fn write(&self) -> $crate::async_graphql::Value {
                $crate::__private::graphql::write_enum(self)
            }
        }

        $crate::__graphql_input! { [] $name }

        impl $crate::async_graphql::OutputType for $name {
            fn type_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                <Self as $crate::__private::graphql::OwnInput>::type_name()
            }

            fn create_type_info(
                registry: &mut $crate::__private::graphql::TypeRegistry,
            ) -> ::std::string::String {
                $crate::__private::graphql::register_enum::<Self>(registry)
            }

            async fn resolve(
                &self,
                _: &$crate::async_graphql::ContextSelectionSet<'_>,
                _: &$crate::async_graphql::Positioned<$crate::async_graphql::parser::types::Field>,
            ) -> $crate::async_graphql::ServerResult<$crate::async_graphql::Value> {
                ::core::result::Result::Ok($crate::__private::graphql::write_enum(self))
            }
        }
    };
}
