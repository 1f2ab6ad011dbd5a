//! What the engine resolves of an operation that runs through async-graphql: its own root fields, and the entities that
//! a user's resolvers answer.

use std::sync::{Mutex, PoisonError};

use async_graphql::ServerResult;
use futures_util::future::{BoxFuture, FutureExt as _};

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::graphql::adapter::{EntityResolver, RequestedObject, RequestedRootField};
use crate::graphql::error;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::field_result::{FieldResult, resolve};
use crate::graphql::json_writer::JsonWriter;
use crate::graphql::plan::FetchPlan;
use crate::graphql::root_fields::{root_type, row};
use crate::graphql::schema::Schema;
use crate::graphql::selection::collect_fields;
use crate::value::Value;

/// Resolves for one operation, and keeps the results of its root fields.
///
/// async-graphql resolves a response key once per occurrence; here a mutation that is written twice runs once.
pub(super) struct OperationResolver {
    schema: Schema,
    ctx: Ctx,
    results: Mutex<Vec<(String, FieldResult)>>,
}

impl OperationResolver {
    pub(super) fn new(schema: Schema, ctx: Ctx) -> Self {
        Self { schema, ctx, results: Mutex::new(Vec::new()) }
    }

    /// Takes the results out.
    pub(super) fn take(&self) -> Vec<(String, FieldResult)> {
        std::mem::take(&mut self.results.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn root_field(&self, requested: RequestedRootField<'_>) -> bool {
        let RequestedRootField { operation, fragments, variables, field } = requested;
        let Some(root) = self.schema.root_fields().get(operation.ty, &field.node.name.node) else {
            return false;
        };
        let context = ExecutionContext { entities: self.schema.entities(), fragments, variables };
        let key = &field.node.response_key().node;
        let on = root_type(operation.ty);
        let all = collect_fields(&context, &[&operation.selection_set.node], &|name| name == on);
        let Some(collected) = all.iter().find(|collected| collected.response_key == key) else {
            return true;
        };
        // Only the first occurrence of a response key runs; it has the selections of all.
        if std::ptr::eq(collected.fields[0], field) {
            let plan = root.plan(&context, collected);
            let result = resolve(&self.ctx, root, collected, plan).await;
            self.results.lock().unwrap_or_else(PoisonError::into_inner).push((key.to_string(), result));
        }
        true
    }

    async fn object(
        &self,
        info: &'static EntityInfo,
        key: &Value,
        requested: &RequestedObject<'_>,
    ) -> Result<Vec<u8>> {
        let RequestedObject { fragments, variables, selection_set, .. } = *requested;
        let context = ExecutionContext { entities: self.schema.entities(), fragments, variables };
        let mut plan = FetchPlan::new(info);
        let shape = plan.shape(&context, &[selection_set])?;
        let mut writer = JsonWriter::default();
        row::find(&self.ctx, key, &plan, &shape, &mut writer).await?;
        Ok(writer.out)
    }
}

impl EntityResolver for OperationResolver {
    fn resolve_root_field<'a>(&'a self, requested: RequestedRootField<'a>) -> BoxFuture<'a, bool> {
        self.root_field(requested).boxed()
    }

    fn resolve_object<'a>(
        &'a self,
        info: &'static EntityInfo,
        key: Value,
        requested: RequestedObject<'a>,
    ) -> BoxFuture<'a, ServerResult<Vec<u8>>> {
        let position = requested.position;
        let request_id = self.ctx.request_id();
        async move {
            let json = self.object(info, &key, &requested).await;
            json.map_err(|failure| error::field_error(failure, Some(info), "", position, request_id))
        }
        .boxed()
    }
}
