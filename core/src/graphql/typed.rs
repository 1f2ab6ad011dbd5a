//! The GraphQL types that the derive names: `UserType`, `UserQuery`, `UserMutation`.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::parser::types::Field;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

use crate::ctx::Ctx;
use crate::entity::Id;
use crate::entity::{Entity, Registry as Entities};
use crate::error::{Error, Result};
use crate::graphql::arguments::Scope;
use crate::graphql::error;
use crate::graphql::plan::Rows;
use crate::graphql::registry::Registry;
use crate::graphql::root;
use crate::graphql::schema::Schema;
use crate::types::Scalar as _;

/// The row with a key, as the entity's GraphQL type: what a resolver of your own answers.
///
/// ```
/// # use async_graphql::{Context, Object};
/// # use entify::prelude::*;
/// # #[derive(Entity)]
/// # #[entity(policy = public)]
/// # struct User {
/// #     email: String,
/// # }
/// # struct MyQuery;
/// #[Object]
/// impl MyQuery {
///     async fn me(&self, _ctx: &Context<'_>) -> Option<UserType> { Some(UserType::new(Id::new(1))) }
/// }
/// ```
///
/// Whatever is selected of it is fetched as in any other query of the entity, under the same policy.
#[derive(Debug)]
pub struct EntityObject<E: Entity> {
    id: Id<E>,
}

impl<E: Entity> EntityObject<E> {
    /// The row with this key.
    #[must_use]
    pub fn new(id: Id<E>) -> Self {
        Self { id }
    }

    async fn fetch(&self, context: &ContextSelectionSet<'_>) -> Result<Vec<u8>> {
        let ctx = context.data_opt::<Ctx>().ok_or_else(|| Error::internal("the request has no `Ctx`"))?;
        let entities =
            context.data_opt::<Entities>().ok_or_else(|| Error::internal("the request has no `Registry`"))?;
        let scope = Scope {
            entities,
            fragments: &context.query_env.fragments,
            variables: &context.query_env.variables,
        };
        let mut rows = Rows::new(E::def().info());
        let shape = rows.shape(&scope, &[&context.item.node])?;
        root::row(ctx, &self.id.into_value(), &rows, &shape).await
    }
}

impl<E: Entity> From<Id<E>> for EntityObject<E> {
    fn from(id: Id<E>) -> Self {
        Self::new(id)
    }
}

impl<E: Entity> OutputType for EntityObject<E> {
    fn type_name() -> Cow<'static, str> {
        E::def().graphql.type_name.into()
    }

    fn create_type_info(_: &mut Registry) -> String {
        // The schema registers the type of every entity before it asks the user's roots.
        Self::qualified_type_name()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let failed = |failure: Error| {
            let request_id = ctx.data_opt::<Ctx>().map(Ctx::request_id).unwrap_or_default();
            let error = error::of_field(failure, Some(E::def().info()), "", field.pos, request_id);
            ctx.set_error_path(error)
        };
        let json = self.fetch(ctx).await.map_err(failed)?;
        serde_json::from_slice(&json).map_err(|error| failed(Error::internal(error)))
    }
}

/// The root fields of an entity's queries, apart from `node` and `nodes`.
#[derive(Debug)]
pub struct EntityQuery<E>(PhantomData<fn() -> E>);

impl<E: Entity> EntityQuery<E> {
    /// The names of the fields.
    #[must_use]
    pub fn fields() -> Vec<String> {
        Schema::query_fields(E::def().info())
    }
}

/// The root fields of an entity's mutations.
#[derive(Debug)]
pub struct EntityMutation<E>(PhantomData<fn() -> E>);

impl<E: Entity> EntityMutation<E> {
    /// The names of the fields.
    #[must_use]
    pub fn fields() -> Vec<String> {
        Schema::mutation_fields(E::def().info())
    }
}
