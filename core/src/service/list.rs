//! Pages of rows.

use crate::db::{Dialect, Layout, Statement};
use crate::error::Result;
use crate::query::{ListQuery, Page, Select, Total, View};
use crate::service::Records;
use crate::service::key::unsigned;
use crate::service::paging::Paging;
use crate::value::Value;

impl Records<'_> {
    /// A page of rows.
    ///
    /// # Errors
    /// `BadRequest` for a page size out of range, `CursorInvalid` and `CursorMismatch`.
    pub async fn list(&self, query: &ListQuery) -> Result<Page> {
        let view = self.view()?;
        let paging = Paging::new(self.ctx, self.info, query, None)?;
        let mut select = self.select(view.clone(), query, &paging);
        select.limit = Some(paging.limit() + 1);
        let (statement, layout) = select.page()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        let mut page = paging.page(rows);
        page.total = match query.total {
            Total::None => None,
            Total::Exact => Some(self.total(view, query).await?),
            Total::Estimate => Some(match self.estimate(&view, query).await? {
                Some(estimate) => estimate,
                None => self.total(view, query).await?,
            }),
        };
        Ok(page)
    }

    pub(super) fn select<'q>(
        &self,
        view: View<'q>,
        query: &'q ListQuery,
        paging: &'q Paging<'_>,
    ) -> Select<'q> {
        Select {
            dialect: self.dialect(),
            view,
            columns: paging.columns(),
            filter: &query.filter,
            search: query.search.as_deref(),
            order: paging.reading(),
            bounds: paging.bounds(),
            limit: None,
            related: None,
        }
    }

    async fn total(&self, view: View<'_>, query: &ListQuery) -> Result<u64> {
        let (statement, layout) = self.matching(view, &query.filter, query.search.as_deref()).count()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        Ok(rows.first().map_or(0, |row| unsigned(row.get(0))))
    }

    /// The planner's own estimate, for a whole table on PostgreSQL that has been analysed.
    async fn estimate(&self, view: &View<'_>, query: &ListQuery) -> Result<Option<u64>> {
        // Deleted rows are in the table too, and those that the principal may not read.
        let every = view.rows.is_always() && !self.info.def.soft_delete;
        let whole = query.filter.is_empty() && query.search.is_none() && every;
        if !whole || self.dialect() != Dialect::Postgres {
            return Ok(None);
        }
        let sql = "SELECT reltuples::bigint FROM pg_class WHERE oid = quote_ident($1)::regclass";
        let table = sea_query::Value::from(self.info.def.table);
        let layout = Layout::default().and(crate::types::Kind::I64);
        let statement = Statement::new(sql, sea_query::Values(vec![table]));
        let rows = self.ctx.executor().read(statement, &layout).await?;
        Ok(rows.first().and_then(|row| match row.get(0) {
            Value::Int(rows) => u64::try_from(*rows).ok(),
            _ => None,
        }))
    }
}
