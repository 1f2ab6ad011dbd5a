//! The GraphQL types that the derive names: `UserType`, `UserQuery`, `UserMutation`.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

use crate::ctx::Ctx;
use crate::entity::{Entity, EntityMutation, EntityObject, EntityQuery, Registry as Entities};
use crate::error::{Error, Result};
use crate::graphql::arguments::Scope;
use crate::graphql::error;
use crate::graphql::plan::Rows;
use crate::graphql::registry::Registry;
use crate::graphql::root;
use crate::graphql::schema::Schema;
use crate::types::Scalar as _;

impl<E: Entity> EntityObject<E> {
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

impl<E: Entity> EntityQuery<E> {
    /// The names of the fields.
    #[must_use]
    pub fn fields() -> Vec<String> {
        Schema::query_fields(E::def().info())
    }
}

impl<E: Entity> EntityMutation<E> {
    /// The names of the fields.
    #[must_use]
    pub fn fields() -> Vec<String> {
        Schema::mutation_fields(E::def().info())
    }
}
