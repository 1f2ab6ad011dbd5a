//! What became of a root field.

use async_graphql::{PathSegment, ServerError};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::graphql::error;
use crate::graphql::own_values::OwnResolvers;
use crate::graphql::root_fields::{RootField, RootPlan};
use crate::graphql::selection::CollectedField;
use crate::service::dry_part;

/// What became of a root field. It stands beside async-graphql's own tree: it is JSON text already, so it never becomes a
/// tree of values.
pub(super) enum FieldResult {
    /// Its value as JSON text, and what failed within it.
    Json { json: Vec<u8>, errors: Vec<ServerError> },
    /// It failed; unless its type is nullable, the whole of `data` is null.
    Failed { errors: Vec<ServerError>, nullable: bool },
}

/// Results by their response keys.
pub(super) type KeyedResults = Vec<(String, FieldResult)>;

impl FieldResult {
    /// Whether anything failed.
    pub(super) fn failed(&self) -> bool {
        match self {
            Self::Json { errors, .. } => !errors.is_empty(),
            Self::Failed { .. } => true,
        }
    }

    /// Bytes of the value, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Json { json, .. } => json.len() + 32,
            Self::Failed { .. } => 256,
        }
    }
}

/// Runs a planned root field; answers its result and those of its twins.
pub(super) async fn resolve(
    ctx: &Ctx,
    root: RootField,
    field: &CollectedField<'_>,
    plan: Result<RootPlan>,
    resolvers: Option<OwnResolvers<'_>>,
) -> KeyedResults {
    let outcome = match plan {
        // Of fields that are each kept by themselves the next ones do not see what a failed one has done.
        Ok(plan) if ctx.is_dry_run() => {
            Box::pin(dry_part(ctx, |ctx| async move { plan.run(&ctx, resolvers).await })).await
        }
        Ok(plan) => plan.run(ctx, resolvers).await,
        Err(error) => Err(error),
    };
    let outcome = outcome.and_then(|values| match values.len() == field.all().count() {
        true => Ok(values),
        false => Err(Error::internal("a field and its twins were not all answered")),
    });
    let failed = |failure: &Error, field: &CollectedField<'_>| {
        vec![error::field_error(
            root.input().into_iter().fold(failure.clone(), error::with_graphql_names),
            root.info(),
            field.response_key,
            field.fields[0].pos,
            ctx.request_id(),
        )]
    };
    let key = |field: &CollectedField<'_>| field.response_key.to_string();
    let nullable = root.is_nullable();
    match outcome {
        Err(failure) => field
            .all()
            .map(|field| (key(field), FieldResult::Failed { errors: failed(&failure, field), nullable }))
            .collect(),
        Ok(values) => field
            .all()
            .zip(values)
            .map(|(field, value)| {
                let path = [PathSegment::Field(key(field))];
                let answer = value.at(&path, resolvers);
                let errors = answer.errors.into_iter().map(|mut error| {
                    error.path.splice(0..0, path.iter().cloned());
                    error::unwrap_source(&mut error, ctx.request_id());
                    error
                });
                let errors = errors.collect();
                let result = match answer.json {
                    Some(json) => FieldResult::Json { json, errors },
                    None => FieldResult::Failed { errors, nullable },
                };
                (key(field), result)
            })
            .collect(),
    }
}
