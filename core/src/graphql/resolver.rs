//! What the engine resolves of an operation that runs through async-graphql: its own root fields, and the entities that
//! a user's resolvers answer.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{ServerError, ServerResult};
use futures_util::future::{BoxFuture, FutureExt as _};

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo};
use crate::error::{Error, Result};
use crate::graphql::adapter::{
    EntityResolver, OwnContext, RequestedObject, RequestedRootField, ResolvedJson,
};
use crate::graphql::documents::ValidDocument;
use crate::graphql::field_result::{KeyedResults, resolve};
use crate::graphql::json_writer::WrittenJson;
use crate::graphql::own_values::{OwnResolvers, Places};
use crate::graphql::root_fields::{queries, row};
use crate::graphql::row_batches::{RowBatches, RowJson};
use crate::graphql::schema::Schema;
use crate::graphql::selection::CollectedField;
use crate::graphql::{error, plan};
use crate::query::{ListQuery, PageArgs};
use crate::value::Value;

/// Rows that a user's own resolvers answer and that one statement reads.
const MAX_ROWS: usize = 1000;

/// Resolves for one operation, and keeps the results of its root fields.
///
/// async-graphql resolves a response key once per occurrence; here a mutation that is written twice runs once.
pub(super) struct OperationResolver {
    schema: Schema,
    ctx: Ctx,
    document: Arc<ValidDocument>,
    results: Mutex<KeyedResults>,
    batches: RowBatches,
    places: Places,
}

impl OperationResolver {
    pub(super) fn new(schema: Schema, ctx: Ctx, document: Arc<ValidDocument>) -> Self {
        Self {
            schema,
            ctx,
            document,
            results: Mutex::new(Vec::new()),
            batches: RowBatches::default(),
            places: Places::default(),
        }
    }

    /// Takes the results out.
    pub(super) fn take(&self) -> KeyedResults {
        std::mem::take(&mut self.results.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts an error within an own field of an entity's type where it has happened. Answers whether it is one.
    pub(super) fn place(&self, error: &mut ServerError) -> bool {
        self.places.place(error)
    }

    fn own_resolvers<'a>(&'a self, context: OwnContext<'a>) -> OwnResolvers<'a> {
        OwnResolvers { context, extensions: self.schema.extensions(), places: &self.places }
    }

    async fn root_field(&self, requested: RequestedRootField<'_>) -> bool {
        let RequestedRootField { operation, fragments, variables, field, own } = requested;
        let Some(root) = self.schema.root_fields().get(operation.ty, &field.node.name.node) else {
            return false;
        };
        let context = self.schema.execution_context(&self.document, fragments, variables);
        let all = self.schema.root_selection(&context, operation);
        // Only the first occurrence of a response key runs; it has the selections of all, and answers for its twins.
        if let Some(collected) = all.iter().find(|collected| std::ptr::eq(collected.fields[0], field)) {
            let plan = root.plan(&context, collected);
            let results = resolve(&self.ctx, root, collected, plan, Some(self.own_resolvers(own))).await;
            self.results.lock().unwrap_or_else(PoisonError::into_inner).extend(results);
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
    ) -> Result<Option<ResolvedJson>> {
        let batch = (std::ptr::from_ref(info).addr(), std::ptr::from_ref(requested.field).addr());
        loop {
            let (opened, waiting) = self.batches.join(batch, key.clone());
            if let Some(opened) = opened {
                let gathered = opened.gather().await;
                let rows = self.objects(info, &gathered.keys, requested).await;
                gathered.answer(rows);
            }
            // Who reads for others may be dropped: then another does.
            if let Ok(row) = waiting.await {
                return Ok(row?.map(|row| self.placed(row, requested)));
            }
        }
    }

    /// What was written for an object, which stands where the object is.
    fn placed(&self, written: WrittenJson, requested: &RequestedObject<'_>) -> ResolvedJson {
        match written.has_marks() {
            true => written.at(&requested.own.path(), Some(self.own_resolvers(requested.own))),
            false => written.answer,
        }
    }

    /// The JSON of the rows with these keys, in their order.
    async fn objects(
        &self,
        info: &'static EntityInfo,
        keys: &[Value],
        requested: &RequestedObject<'_>,
    ) -> Result<Vec<RowJson>> {
        let RequestedObject { fragments, variables, field, own } = *requested;
        let context = self.schema.execution_context(&self.document, fragments, variables);
        let field = CollectedField::new(&field.node.response_key().node, field);
        let (plan, shapes) = plan::rows(&context, info, &field)?;
        let mut rows = Vec::with_capacity(keys.len());
        for keys in keys.chunks(MAX_ROWS) {
            let resolvers = Some(self.own_resolvers(own));
            rows.extend(Box::pin(row::find_many(&self.ctx, keys, (&plan, &shapes), resolvers)).await?);
        }
        Ok(rows)
    }

    /// The JSON of a connection.
    async fn connection(
        &self,
        info: &'static EntityInfo,
        list: ListQuery,
        requested: &RequestedObject<'_>,
    ) -> Result<ResolvedJson> {
        let RequestedObject { fragments, variables, field, own } = *requested;
        let context = self.schema.execution_context(&self.document, fragments, variables);
        let field = CollectedField::new(&field.node.response_key().node, field);
        let (asked, plan, shapes) = plan::connection(&context, info, &field)?;
        let query = narrowed(list, asked);
        let resolvers = Some(self.own_resolvers(own));
        let pages = queries::page(&self.ctx, &query, (&plan, &shapes), resolvers).await?;
        let page = pages.into_iter().next().ok_or_else(|| Error::internal("a page was not written"))?;
        Ok(self.placed(page, requested))
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
    ) -> BoxFuture<'a, ServerResult<Option<ResolvedJson>>> {
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
    ) -> BoxFuture<'a, ServerResult<ResolvedJson>> {
        async move {
            let json = self.connection(info, list, &requested).await;
            json.map_err(|failure| self.failed(failure, info, &requested))
        }
        .boxed()
    }
}
