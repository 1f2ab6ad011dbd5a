//! The answers of root fields, kept beside async-graphql's own tree.
//!
//! Each is JSON text already, so it never becomes a tree of values; and async-graphql, which resolves a response
//! key once per occurrence, cannot run a mutation twice that is written twice.

use std::sync::{Mutex, PoisonError};

use async_graphql::parser::types::OperationType;
use async_graphql::{Context, ServerError};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::graphql::arguments::Scope;
use crate::graphql::error;
use crate::graphql::plan::{Group, groups};
use crate::graphql::root::RootPlan;
use crate::graphql::schema::{RootField, Schema};

/// What became of a root field.
pub(super) enum Answer {
    /// Its value as JSON text.
    Json(Vec<u8>),
    /// It failed; unless its type is nullable, the whole of `data` is null.
    Failed { error: Box<ServerError>, nullable: bool },
}

/// The answers of one operation while async-graphql runs it.
pub(super) struct Answers {
    schema: Schema,
    ctx: Ctx,
    done: Mutex<Vec<(String, Answer)>>,
}

/// The type that root selections are on.
pub(super) fn root_type(ty: OperationType) -> &'static str {
    match ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

impl Schema {
    /// The engine's root field of this name; none when it belongs to a user's root type or to introspection.
    pub(super) fn root_field(&self, ty: OperationType, name: &str) -> Option<RootField> {
        match ty {
            OperationType::Query => self.queries().get(name).copied(),
            OperationType::Mutation => self.mutations().get(name).copied(),
            OperationType::Subscription => None,
        }
    }
}

/// Runs a planned root field.
pub(super) async fn answer(ctx: &Ctx, root: RootField, group: &Group<'_>, plan: Result<RootPlan>) -> Answer {
    let outcome = match plan {
        Ok(plan) => plan.run(ctx).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(json) => Answer::Json(json),
        Err(failure) => Answer::Failed {
            error: Box::new(error::of_field(
                failure,
                root.info(),
                group.key,
                group.fields[0].pos,
                ctx.request_id(),
            )),
            nullable: root.nullable(),
        },
    }
}

impl Answers {
    pub(super) fn new(schema: Schema, ctx: Ctx) -> Self {
        Self { schema, ctx, done: Mutex::new(Vec::new()) }
    }

    /// Resolves the field if it is the engine's own, all selections of its response key together.
    pub(super) async fn resolve(&self, context: &Context<'_>) -> bool {
        let operation = &context.query_env.operation.node;
        let Some(root) = self.schema.root_field(operation.ty, &context.item.node.name.node) else {
            return false;
        };
        let scope = Scope {
            entities: self.schema.entities(),
            fragments: &context.query_env.fragments,
            variables: &context.query_env.variables,
        };
        let key = &context.item.node.response_key().node;
        let on = root_type(operation.ty);
        let all = groups(&scope, &[&operation.selection_set.node], &|name| name == on);
        let Some(group) = all.iter().find(|group| group.key == key) else {
            return true;
        };
        // Only the first occurrence of a response key runs; it has the selections of all.
        if std::ptr::eq(group.fields[0], context.item) {
            let plan = root.plan(&scope, group);
            let answer = answer(&self.ctx, root, group, plan).await;
            self.done.lock().unwrap_or_else(PoisonError::into_inner).push((key.to_string(), answer));
        }
        true
    }

    /// Takes the answers out.
    pub(super) fn take(&self) -> Vec<(String, Answer)> {
        std::mem::take(&mut self.done.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Answer {
    /// Bytes of the value, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Json(json) => json.len() + 32,
            Self::Failed { .. } => 256,
        }
    }
}
