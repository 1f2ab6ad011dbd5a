//! What the engine resolves of an operation that runs through async-graphql: its own root fields, and the entities that
//! a user's resolvers answer.

use std::sync::{Mutex, PoisonError};

use async_graphql::{ServerError, ServerResult};
use futures_util::future::{BoxFuture, FutureExt as _};

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo};
use crate::error::{Error, Result};
use crate::graphql::adapter::{EntityResolver, RequestedObject, RequestedRootField};
use crate::graphql::error;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::field_result::{FieldResult, resolve};
use crate::graphql::json_writer::JsonWriter;
use crate::graphql::plan;
use crate::graphql::root_fields::{root_type, row};
use crate::graphql::row_batches::{RowBatches, RowJson};
use crate::graphql::schema::Schema;
use crate::graphql::selection::{CollectedField, collect_fields};
use crate::query::{ListQuery, PageArgs};
use crate::service::{FetchPlan, fetch};
use crate::value::Value;

/// Rows that a user's own resolvers answer and that one statement reads.
const MAX_ROWS: usize = 1000;

/// Resolves for one operation, and keeps the results of its root fields.
///
/// async-graphql resolves a response key once per occurrence; here a mutation that is written twice runs once.
pub(super) struct OperationResolver {
    schema: Schema,
    ctx: Ctx,
    results: Mutex<Vec<(String, FieldResult)>>,
    batches: RowBatches,
}

impl OperationResolver {
    pub(super) fn new(schema: Schema, ctx: Ctx) -> Self {
        Self { schema, ctx, results: Mutex::new(Vec::new()), batches: RowBatches::default() }
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

    /// The error of a field of a user's own, which has no path yet.
    fn failed(&self, failure: Error, info: &EntityInfo, requested: &RequestedObject<'_>) -> ServerError {
        let failed = error::field_error(failure, Some(info), "", requested.field.pos, self.ctx.request_id());
        ServerError { path: Vec::new(), ..failed }
    }

    /// The JSON of a row, which is read with those that are asked for at the same time.
    async fn object(
        &self,
        info: &'static EntityInfo,
        key: &Value,
        requested: &RequestedObject<'_>,
    ) -> Result<RowJson> {
        let batch = (std::ptr::from_ref(info).addr(), std::ptr::from_ref(requested.selection_set).addr());
        loop {
            let (opened, waiting) = self.batches.join(batch, key.clone());
            if let Some(opened) = opened {
                let gathered = opened.gather().await;
                let rows = self.objects(info, &gathered.keys, requested).await;
                gathered.answer(rows);
            }
            // Who reads for others may be dropped: then another does.
            if let Ok(row) = waiting.await {
                return row;
            }
        }
    }

    /// The JSON of the rows with these keys, in their order.
    async fn objects(
        &self,
        info: &'static EntityInfo,
        keys: &[Value],
        requested: &RequestedObject<'_>,
    ) -> Result<Vec<RowJson>> {
        let RequestedObject { fragments, variables, selection_set, .. } = *requested;
        let context = ExecutionContext { entities: self.schema.entities(), fragments, variables };
        let mut plan = FetchPlan::new(info);
        let shape = plan.shape(&context, &[selection_set])?;
        let mut rows = Vec::with_capacity(keys.len());
        for keys in keys.chunks(MAX_ROWS) {
            rows.extend(row::find_many(&self.ctx, keys, &plan, &shape).await?);
        }
        Ok(rows)
    }

    /// The JSON of a connection.
    async fn connection(
        &self,
        info: &'static EntityInfo,
        list: ListQuery,
        requested: &RequestedObject<'_>,
    ) -> Result<Vec<u8>> {
        let RequestedObject { fragments, variables, field, .. } = *requested;
        let context = ExecutionContext { entities: self.schema.entities(), fragments, variables };
        let response_key = &field.node.response_key().node;
        let field = CollectedField { response_key, fields: vec![field] };
        let (asked, plan, shape) = plan::connection(&context, info, &field)?;
        let pages = fetch::page(&self.ctx, &plan, &narrowed(list, asked)).await?;
        let mut writer = JsonWriter::default();
        writer.connection(&pages, pages.of(0), &shape)?;
        Ok(writer.out)
    }
}

/// A list as a client narrows it: both filters hold; its search, its order and its page count, where it asks for one.
fn narrowed(list: ListQuery, asked: ListQuery) -> ListQuery {
    let has_page = asked.page != PageArgs::default();
    ListQuery {
        columns: asked.columns,
        filter: Condition::All(
            [list.filter, asked.filter].into_iter().filter(|filter| !filter.is_empty()).collect(),
        ),
        search: asked.search.or(list.search),
        order: if asked.order.is_empty() { list.order } else { asked.order },
        page: if has_page { asked.page } else { list.page },
        total: asked.total,
        cursors: asked.cursors,
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
    ) -> BoxFuture<'a, ServerResult<Option<Vec<u8>>>> {
        async move {
            let json = self.object(info, &key, &requested).await;
            json.map_err(|failure| self.failed(failure, info, &requested))
        }
        .boxed()
    }

    fn resolve_connection<'a>(
        &'a self,
        info: &'static EntityInfo,
        list: ListQuery,
        requested: RequestedObject<'a>,
    ) -> BoxFuture<'a, ServerResult<Vec<u8>>> {
        async move {
            let json = self.connection(info, list, &requested).await;
            json.map_err(|failure| self.failed(failure, info, &requested))
        }
        .boxed()
    }
}
