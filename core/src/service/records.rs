//! The service without types: what the surfaces call.

use crate::ctx::Ctx;
use crate::entity::{ColumnSet, EntityInfo};
use crate::error::Result;
use crate::query::{Condition, ListQuery, Page};
use crate::value::{Assignments, Record, Value};

/// The repository service of one entity, for one context, in untyped rows.
#[derive(Debug, Clone, Copy)]
pub struct Records<'c> {
    ctx: &'c Ctx,
    info: &'static EntityInfo,
}

impl<'c> Records<'c> {
    /// The service of an entity.
    #[must_use]
    pub fn new(ctx: &'c Ctx, info: &'static EntityInfo) -> Self {
        Self { ctx, info }
    }

    /// The context.
    #[must_use]
    pub fn ctx(&self) -> &'c Ctx {
        self.ctx
    }

    /// The entity.
    #[must_use]
    pub fn info(&self) -> &'static EntityInfo {
        self.info
    }

    /// Makes a row from column assignments (client-writable columns by their index; `id` may be set by the
    /// system only) and answers every column of it.
    pub async fn create(&self, values: Assignments) -> Result<Record> {
        let _ = values;
        todo!()
    }

    /// Makes many rows in one transaction; all or none.
    pub async fn create_many(&self, rows: Vec<Assignments>) -> Result<Vec<Record>> {
        let _ = rows;
        todo!()
    }

    /// The row with this key, every column. `NotFound` when there is none.
    pub async fn get(&self, key: &Value) -> Result<Record> {
        let _ = key;
        todo!()
    }

    /// The row with this key, if there is one.
    pub async fn find(&self, key: &Value, columns: ColumnSet) -> Result<Option<Record>> {
        let _ = (key, columns);
        todo!()
    }

    /// The rows whose `column` (a key or a unique column) has one of the values, in no particular order, in one
    /// statement. Values without a row are left out.
    pub async fn find_many(
        &self,
        column: usize,
        values: &[Value],
        columns: ColumnSet,
    ) -> Result<Vec<Record>> {
        let _ = (column, values, columns);
        todo!()
    }

    /// A page of rows.
    pub async fn list(&self, query: &ListQuery) -> Result<Page> {
        let _ = query;
        todo!()
    }

    /// For each parent key, a page of the related rows of the to-many relation `many` of this entity, in one
    /// statement (and one more for totals). Answers as many pages as parents, in their order.
    pub async fn list_related(&self, many: usize, parents: &[Value], query: &ListQuery) -> Result<Vec<Page>> {
        let _ = (many, parents, query);
        todo!()
    }

    /// How many rows match.
    pub async fn count(&self, filter: &Condition) -> Result<u64> {
        let _ = filter;
        todo!()
    }

    /// Whether a row matches.
    pub async fn exists(&self, filter: &Condition) -> Result<bool> {
        let _ = filter;
        todo!()
    }

    /// Changes the columns that are set and answers every column of the row.
    pub async fn update(&self, key: &Value, values: Assignments) -> Result<Record> {
        let _ = (key, values);
        todo!()
    }

    /// Removes the row and answers what it was.
    pub async fn delete(&self, key: &Value) -> Result<Record> {
        let _ = key;
        todo!()
    }
}
