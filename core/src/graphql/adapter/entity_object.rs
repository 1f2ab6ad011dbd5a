//! The types whose values the engine plans when a user's own resolver answers them: rows, and connections.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value};

use crate::entity::{Entity, EntityObject, Id};
use crate::error::Error;
use crate::graphql::adapter::resolver::{EntityResolver, RequestedObject, ResolvedJson};
use crate::graphql::{constant, error};
use crate::query::Connection;
use crate::service::View;
use crate::types::Scalar as _;

fn resolver<'a>(ctx: &'a ContextSelectionSet<'_>) -> ServerResult<&'a Arc<dyn EntityResolver>> {
    ctx.data_opt::<Arc<dyn EntityResolver>>().ok_or_else(|| {
        let cause = Error::internal("the schema was not built by `Schema::builder`");
        error::request_error(&cause, "")
    })
}

fn constant(json: &[u8]) -> ServerResult<Value> {
    constant::read(json).map_err(|cause| error::request_error(&Error::internal(cause), ""))
}

/// The value of what the engine has answered. What failed within it is told; what may not be null there fails as a whole.
fn resolved(
    ResolvedJson { json, errors }: ResolvedJson,
    ctx: &ContextSelectionSet<'_>,
) -> ServerResult<Value> {
    let place = ctx.set_error_path(ServerError::new("", None)).path;
    let mut errors = errors.into_iter().map(|mut error| {
        error.path.splice(0..0, place.iter().cloned());
        error
    });
    let Some(json) = json else {
        let failed = errors.next();
        errors.for_each(|error| ctx.add_error(error));
        return Err(
            failed.unwrap_or_else(|| error::request_error(&Error::internal("nothing was answered"), ""))
        );
    };
    errors.for_each(|error| ctx.add_error(error));
    constant(&json)
}

/// Answers a row as the reader may see it. One that it may not see is an error, which becomes null where that may be.
pub(super) async fn resolve_row<E: Entity>(
    id: Id<E>,
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
) -> ServerResult<Value> {
    let info = E::def().info();
    let row = async {
        let requested = RequestedObject::of(ctx, field);
        match resolver(ctx)?.resolve_object(info, id.into_value(), requested).await? {
            Some(answer) => resolved(answer, ctx),
            None => Err(ServerError {
                source: Some(Arc::new(AbsentRow)),
                locations: vec![field.pos],
                ..error::request_error(&Error::NotFound(info.def.name.into()), "")
            }),
        }
    };
    row.await.map_err(|error| placed(error, ctx))
}

/// The error where it has happened: here, unless it says where within this.
fn placed(error: ServerError, ctx: &ContextSelectionSet<'_>) -> ServerError {
    if error.path.is_empty() { ctx.set_error_path(error) } else { error }
}

/// What the error of a row that is absent, or hidden from the reader, is known by.
#[derive(Debug)]
pub(in crate::graphql) struct AbsentRow;

impl<E: Entity> OutputType for EntityObject<E> {
    fn type_name() -> Cow<'static, str> {
        E::def().graphql.type_name.into()
    }

    fn create_type_info(_: &mut Registry) -> String {
        // The schema registers the type of every entity before it asks the user's roots.
        Self::qualified_type_name()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        resolve_row(self.id, ctx, field).await
    }
}

impl<E: Entity> OutputType for View<E> {
    fn type_name() -> Cow<'static, str> {
        E::def().graphql.type_name.into()
    }

    fn create_type_info(_: &mut Registry) -> String {
        Self::qualified_type_name()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        resolve_row(self.id(), ctx, field).await
    }
}

impl<E: Entity> OutputType for Connection<E> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", E::def().graphql.type_name).into()
    }

    fn create_type_info(_: &mut Registry) -> String {
        // `root_types` adds the arguments to the fields that answer it.
        Self::qualified_type_name()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let list = self.query.clone().into_list();
        let page = async {
            let requested = RequestedObject::of(ctx, field);
            resolved(resolver(ctx)?.resolve_connection(E::def().info(), list, requested).await?, ctx)
        };
        page.await.map_err(|error| placed(error, ctx))
    }
}
