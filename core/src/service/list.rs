//! Pages of rows.

use crate::error::Result;
use crate::query::{ListQuery, Page, Total};
use crate::service::Records;
use crate::service::lookup_key::unsigned;
use crate::service::paging::Paging;
use crate::sql::{RowScope, Select, estimate};
use crate::value::Value;

impl Records<'_> {
    /// A page of rows.
    ///
    /// # Errors
    /// `BadRequest` for a page size out of range, `CursorInvalid` and `CursorMismatch`.
    pub async fn list(&self, query: &ListQuery) -> Result<Page> {
        self.scope("list").over(self.page(query)).await
    }

    async fn page(&self, query: &ListQuery) -> Result<Page> {
        let scope = self.row_scope()?;
        let paging = Paging::new(self, query, None).await?;
        let mut select = self.select(scope.clone(), query, &paging);
        select.limit = Some(paging.limit() + 1);
        let (statement, layout) = select.page()?;
        let mut rows = self.ctx.executor().read(statement, &layout).await?;
        self.add_numbers(Some(self.ctx), select.numbers_left(), &mut rows).await?;
        let mut page = paging.page(rows);
        page.total = match query.total {
            Total::None => None,
            Total::Exact => Some(self.total(scope, query).await?),
            Total::Estimate => Some(match self.estimate(&scope, query).await? {
                Some(estimate) => estimate,
                None => self.total(scope, query).await?,
            }),
        };
        Ok(page)
    }

    pub(super) fn select<'q>(
        &self,
        scope: RowScope<'q>,
        query: &'q ListQuery,
        paging: &'q Paging<'_>,
    ) -> Select<'q> {
        Select {
            dialect: self.dialect(),
            scope,
            columns: paging.columns(),
            filter: &query.filter,
            search: query.search.as_deref(),
            order: paging.reading(),
            bounds: paging.bounds(),
            limit: None,
            related: None,
        }
    }

    async fn total(&self, scope: RowScope<'_>, query: &ListQuery) -> Result<u64> {
        let (statement, layout) = self.matching(scope, &query.filter, query.search.as_deref()).count()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        Ok(rows.first().map_or(0, |row| unsigned(row.get(0))))
    }

    /// The planner's own estimate, for a whole table on PostgreSQL that has been analysed.
    async fn estimate(&self, scope: &RowScope<'_>, query: &ListQuery) -> Result<Option<u64>> {
        // Deleted rows are in the table too, and those that the principal may not read.
        let every = scope.rows.is_always() && !self.info.def.soft_delete;
        let whole = query.filter.is_empty() && query.search.is_none() && every;
        let Some((statement, layout)) = estimate(self.info, self.dialect()).filter(|_| whole) else {
            return Ok(None);
        };
        let rows = self.ctx.executor().read(statement, &layout).await?;
        Ok(rows.first().and_then(|row| match row.get(0) {
            Value::Int(rows) => u64::try_from(*rows).ok(),
            _ => None,
        }))
    }
}
