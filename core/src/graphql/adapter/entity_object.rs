//! The type that the derive calls `UserType`: a row that a user's own resolver answers.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

use crate::entity::{Entity, EntityObject};
use crate::error::Error;
use crate::graphql::adapter::resolver::{EntityResolver, RequestedObject};
use crate::graphql::{constant, error};
use crate::types::Scalar as _;

impl<E: Entity> EntityObject<E> {
    async fn json(
        &self,
        context: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let failed = |failure: &Error| error::request_error(failure, "");
        let resolver = context
            .data_opt::<Arc<dyn EntityResolver>>()
            .ok_or_else(|| failed(&Error::internal("the schema was not built by `Schema::builder`")))?;
        let requested = RequestedObject::of(context, field.pos);
        let json = resolver.resolve_object(E::def().info(), self.id.into_value(), requested).await?;
        constant::read(&json).map_err(|error| failed(&Error::internal(error)))
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
        self.json(ctx, field).await.map_err(|error| ctx.set_error_path(error))
    }
}
