//! What the macros' output refers to. Not part of the public API; may change in any release.

pub use crate::entity::*;
pub use crate::error::{Error, Result};
pub use crate::hooks::{Hooked, Hooks, HooksOf};
pub use crate::policy::{Policy, PolicyOf};
pub use crate::query::{Column, Connection, Filter, Order, ToMany, ToOne, column, to_many, to_one};
pub use crate::query::{is_avg, is_least, is_sum, rows_where};
pub use crate::service::Service;
pub use crate::types::*;
pub use crate::value::{Assignments, Record, Value};

#[cfg(feature = "client")]
pub use crate::client::EntityClient;
#[cfg(feature = "graphql")]
pub use crate::graphql::own_types as graphql;
#[cfg(feature = "rest")]
pub use crate::rest::own_types as openapi;
pub use crate::service::client_values;
pub use crate::{__client_alias as client_alias, __entity_types as entity_types, __enum_types as enum_types};

/// What own code may do with an entity's model, input and patch; with each surface that is compiled in, more.
#[doc(hidden)]
#[macro_export]
macro_rules! __entity_types {
    ($model:ident $input:ident $patch:ident) => {
        $crate::__client_values! { $input Create }
        $crate::__client_values! { $patch Update }

        // Never: whoever tries is told of `View`.
        impl $crate::serde::Serialize for $model
        where
            for<'view> &'view $model: $crate::__private::client_values::Shown,
        {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                to.serialize_unit()
            }
        }

        $crate::__graphql_entity! { $model $input $patch }
        $crate::__openapi_entity! { $model $input $patch }
    };
}

/// An entity's input or patch: what `client_values` needs, and `Deserialize`.
#[doc(hidden)]
#[macro_export]
macro_rules! __client_values {
    ($values:ident $action:ident) => {
        impl $crate::__private::client_values::ClientValues for $values {
            const ACTION: $crate::__private::Action = $crate::__private::Action::$action;
        }

        impl<'de> $crate::serde::Deserialize<'de> for $values {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::client_values::deserialize(from)
            }
        }
    };
}

/// What own code may do with an enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_types {
    ($name:ident) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::client_values::serialize_enum(self, to)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::client_values::deserialize_enum(from)
            }
        }

        $crate::__graphql_enum! { $name }
        $crate::__openapi_enum! { $name }
    };
}

#[cfg(not(feature = "graphql"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __graphql_entity {
    ($($type:ident)*) => {};
}

#[cfg(not(feature = "graphql"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __graphql_enum {
    ($($type:ident)*) => {};
}

#[cfg(not(feature = "rest"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __openapi_entity {
    ($($type:ident)*) => {};
}

#[cfg(not(feature = "rest"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __openapi_enum {
    ($($type:ident)*) => {};
}

/// The alias of an entity's client.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! __client_alias {
    ($($alias:tt)*) => { $($alias)* };
}

#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __client_alias {
    ($($alias:tt)*) => {};
}

/// The value of `entities![…]`.
#[must_use]
pub fn list<const N: usize>(entities: [&'static EntityDef; N]) -> Vec<&'static EntityDef> {
    entities.into()
}

/// The value of `default = 5`. The derive has checked that it fits.
#[must_use]
pub fn int_default<T: IntLiteral + Scalar>(whole: i128) -> Value {
    T::from_int(whole).map_or(Value::Null, T::into_value)
}

/// The value of `default = 0.5`.
#[must_use]
pub fn float_default<T: FloatLiteral + Scalar>(digits: &'static str) -> Value {
    T::from_digits(digits).map_or(Value::Null, T::into_value)
}

/// The value of `default = "x"`.
#[must_use]
pub fn text_default<T: StrLiteral + Scalar>(text: &'static str) -> Value {
    T::from_text(text).map_or(Value::Null, T::into_value)
}

/// The value of `default = expression`.
#[must_use]
pub fn value_default<T: Scalar>(value: T) -> Value {
    value.into_value()
}

/// The cell of an enum.
#[must_use]
pub fn enum_value<T: EntityEnum>(value: &T) -> Value {
    Value::Enum(&T::DEF.variants[value.index()])
}

/// The enum of a cell.
///
/// # Errors
/// [`WrongType`] when the cell holds something else.
pub fn enum_of<T: EntityEnum>(value: &Value) -> std::result::Result<T, WrongType> {
    let Value::Enum(variant) = value else {
        return Err(WrongType);
    };
    let same = |other: &VariantDef| std::ptr::eq(other, *variant) || other == *variant;
    T::DEF.variants.iter().position(same).map(T::at).ok_or(WrongType)
}

/// The definition's `hooks`. A function, so that a missing implementation is reported by the message of [`Hooks`].
#[must_use]
pub const fn hooks_of<E: Hooks>() -> &'static dyn DynHooks {
    &HooksOf::<E>::NEW
}

/// The policy `P` of the entity `E`. A function, so that a missing implementation is reported by the message of
/// [`Policy`].
#[must_use]
pub const fn policy_of<E: Entity, P: Policy<E>>() -> &'static dyn DynPolicy {
    &PolicyOf::<E, P>::NEW
}

// Obligations: the derive calls these in a function that never runs, each at the span of the token to report.

/// The relation's target is an entity.
pub fn is_entity<T: Entity>() {}

/// The type is a text, as an option requires.
pub fn is_text<T: TextField>() {}

/// The type has a length.
pub fn has_length<T: LengthField>() {}

/// The type is a number.
pub fn is_numeric<T: NumericField>() {}

/// The type is a `Decimal`.
pub fn is_decimal<T: DecimalField>() {}

/// The type has an order.
pub fn is_sortable<T: SortField>() {}

/// The type has a least and a greatest value.
pub fn is_comparable<T: ComparableField>() {}

/// The type is an enum of the application.
pub fn is_enum<T: EntityEnum>() {}

/// The type is a whole number.
pub fn is_whole<T: WholeField>() {}

/// The type holds a principal's subject.
pub fn is_subject<T: SubjectField>() {}

/// A number with a decimal point.
pub fn is_fractional<T: FloatLiteral>() {}

/// A bound that is a whole number: whether the type holds it.
#[must_use]
pub const fn bound_fits<T: NumericField>(whole: i128) -> bool {
    int_fits::<T>(whole)
}

/// A whole number: whether the type holds it.
#[must_use]
pub const fn int_fits<T: IntLiteral>(whole: i128) -> bool {
    whole >= T::MIN && whole <= T::MAX
}

/// A test on PostgreSQL; ignored, with the reason, where entify is compiled without it.
#[cfg(feature = "postgres")]
#[doc(hidden)]
#[macro_export]
macro_rules! __postgres_test {
    ($($item:tt)*) => { $($item)* };
}

/// A test on PostgreSQL; ignored, with the reason, where entify is compiled without it.
#[cfg(not(feature = "postgres"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __postgres_test {
    ($($item:tt)*) => {
        #[ignore = "entify is compiled without the feature `postgres`"]
        $($item)*
    };
}
