//! The entities' types as values of a user's own resolvers: what each is called, how it is read and written.

use std::borrow::Cow;

use async_graphql::{Name, Value as Constant};
use serde_json::Value as Json;

pub use crate::graphql::adapter::{OwnInput, TypeRegistry, parse, register_enum, resolve_model, row_type};

use crate::entity::{Described as _, Entity, Id, Surface};
use crate::error::{Error, Result};
use crate::graphql::{arguments, coercion, error, filter, global_id};
use crate::policy::Action;
use crate::query::{Filter, Order};
use crate::service::client_values::{self, ClientValues};
use crate::types::{EntityEnum, JsonStyle, Scalar as _};

/// `UserInput` and `UserPatch`.
impl<T: ClientValues> OwnInput for T {
    fn type_name() -> Cow<'static, str> {
        let suffix = if T::ACTION == Action::Create { "Input" } else { "Patch" };
        format!("{}{suffix}", T::Of::described().graphql.type_name).into()
    }

    fn read(value: Json) -> Result<Self> {
        let info = T::Of::described().info();
        let members = coercion::input_members(info, "input", value)?;
        client_values::read(Surface::Graphql, members)
            .map_err(|failure| error::with_graphql_names(failure, info))
    }
}

/// `UserFilter`.
impl<E: Entity> OwnInput for Filter<E> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Filter", E::def().graphql.type_name).into()
    }

    fn read(value: Json) -> Result<Self> {
        filter::condition(E::def().info(), value).map(Self::from_condition)
    }
}

/// `UserOrder`: one key of an order. A list of them is an order too: collect them into one.
impl<E: Entity> OwnInput for Order<E> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Order", E::def().graphql.type_name).into()
    }

    fn read(value: Json) -> Result<Self> {
        arguments::coerce_sort(E::def().info(), value).map(|sort| Self::from_sorts(vec![sort]))
    }
}

/// A global id of this entity.
impl<E: Entity> OwnInput for Id<E> {
    fn type_name() -> Cow<'static, str> {
        "ID".into()
    }

    fn read(value: Json) -> Result<Self> {
        let id = coercion::id("id", value)?;
        let key = global_id::decode(E::def().info(), &id)?;
        Self::from_value(key).map_err(|_| Error::bad_request("this is no id"))
    }

    fn write(&self) -> Constant {
        Constant::String(global_id::text(E::def().info(), &self.into_value()))
    }
}

crate::__graphql_input! { [E: Entity] Filter<E> }
crate::__graphql_input! { [E: Entity] Order<E> }
crate::__graphql_input! { [E: Entity] Id<E> }

/// Reads an enum by its GraphQL name.
///
/// # Errors
/// `BadRequest` with the choices.
pub fn read_enum<T: EntityEnum>(value: Json) -> Result<T> {
    client_values::value_of(value, JsonStyle::Graphql).map_err(Error::bad_request)
}

/// An enum by its GraphQL name.
#[must_use]
pub fn write_enum<T: EntityEnum>(value: &T) -> Constant {
    Constant::Enum(Name::new(T::DEF.variants[value.index()].graphql))
}
