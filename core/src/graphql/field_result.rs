//! What became of a root field.

use async_graphql::ServerError;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::graphql::error;
use crate::graphql::root_fields::{RootField, RootPlan};
use crate::graphql::selection::CollectedField;
use crate::service::dry_part;

/// What became of a root field. It stands beside async-graphql's own tree: it is JSON text already, so it never becomes a
/// tree of values.
pub(super) enum FieldResult {
    /// Its value as JSON text.
    Json(Vec<u8>),
    /// It failed; unless its type is nullable, the whole of `data` is null.
    Failed { error: Box<ServerError>, nullable: bool },
}

impl FieldResult {
    /// Whether it is an error.
    pub(super) fn failed(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    /// Bytes of the value, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Json(json) => json.len() + 32,
            Self::Failed { .. } => 256,
        }
    }
}

/// Runs a planned root field.
pub(super) async fn resolve(
    ctx: &Ctx,
    root: RootField,
    field: &CollectedField<'_>,
    plan: Result<RootPlan>,
) -> FieldResult {
    let outcome = match plan {
        // Of fields that are each kept by themselves the next ones do not see what a failed one has done.
        Ok(plan) if ctx.is_dry_run() => {
            Box::pin(dry_part(ctx, |ctx| async move { plan.run(&ctx).await })).await
        }
        Ok(plan) => plan.run(ctx).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(json) => FieldResult::Json(json),
        Err(failure) => FieldResult::Failed {
            error: Box::new(error::field_error(
                root.input().into_iter().fold(failure, error::with_graphql_names),
                root.info(),
                field.response_key,
                field.fields[0].pos,
                ctx.request_id(),
            )),
            nullable: root.is_nullable(),
        },
    }
}
