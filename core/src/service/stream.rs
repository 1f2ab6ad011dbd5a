//! All rows of a query, one after the other, however many there are.
//!
//! Rows are read in pages that each start after the last row of the one before. Only one page is held at a time.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use futures_util::future::BoxFuture;

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::query::{Cursor, ListQuery, PageArgs, Sort, Total, sort_key, total_order};
use crate::service::Records;
use crate::service::paging::check_order;
use crate::service::records::UnboundRecords;
use crate::sql::Select;
use crate::value::{ColumnSet, Record};

/// Rows that one statement reads.
const BATCH: u32 = 1000;

/// The rows of a query as a stream. Made by [`Records::stream`].
///
/// A row whose sort key changes meanwhile may be returned twice or not at all; every other row is returned once. In a
/// transaction, rows are read in it.
pub struct RecordStream {
    query: Arc<StreamQuery>,
    rows: std::vec::IntoIter<Record>,
    next: Next,
}

/// The query of a stream.
#[derive(Debug)]
struct StreamQuery {
    ctx: Ctx,
    unbound: UnboundRecords,
    query: ListQuery,
    columns: ColumnSet,
    order: Vec<Sort>,
    /// Whether the time of a request's statements begins anew with each page.
    unhurried: bool,
}

/// How the next page is read.
enum Next {
    From(Option<Cursor>),
    Reading(BoxFuture<'static, Result<Vec<Record>>>),
    End,
}

impl Records<'_> {
    /// Every row of a query, in its order, read a thousand at a time: memory stays the same however many there are.
    ///
    /// Errors come as items and end the stream: `BadRequest` for a query that asks for a page or a total, and as of
    /// the database and the policy.
    #[must_use]
    pub fn stream(&self, query: ListQuery) -> RecordStream {
        self.stream_with(query, false)
    }

    /// The same for a request whose client may read slowly: the time of its statements begins anew with each page. Each page is read
    /// outside of any transaction.
    #[cfg(any(feature = "rest", feature = "admin"))]
    pub(crate) fn unhurried_stream(&self, query: ListQuery) -> RecordStream {
        self.stream_with(query, true)
    }

    fn stream_with(&self, query: ListQuery, unhurried: bool) -> RecordStream {
        let order = total_order(self.info, &query.order);
        let columns = query.columns.union(order.iter().map(|sort| sort.column).collect());
        let columns = self.info.with_key_of_numbers(columns);
        let ctx = self.ctx.clone();
        let query = StreamQuery { ctx, unbound: self.unbound(), query, columns, order, unhurried };
        RecordStream { query: Arc::new(query), rows: Vec::new().into_iter(), next: Next::From(None) }
    }
}

impl StreamQuery {
    async fn page(&self, after: Option<Cursor>) -> Result<Vec<Record>> {
        let anew = self.unhurried.then(|| self.ctx.outside());
        let ctx = anew.as_ref().unwrap_or(&self.ctx);
        let records = self.unbound.bind(ctx);
        let scope = records.row_scope()?;
        if self.query.page != PageArgs::default() || self.query.total != Total::None {
            return Err(Error::bad_request("a stream returns every row; for pages and totals use `list`"));
        }
        check_order(ctx, self.unbound.info, &self.query.order)?;
        let bounds: Vec<_> = after.into_iter().map(|cursor| (self.order.clone(), cursor)).collect();
        let select = Select {
            columns: self.columns,
            order: &self.order,
            bounds: &bounds,
            limit: Some(BATCH),
            ..records.matching(scope, &self.query.filter, self.query.search.as_deref())
        };
        let (statement, layout) = select.page()?;
        let mut rows = ctx.executor().read(statement, &layout).await?;
        records.add_numbers(Some(ctx), select.numbers_left(), &mut rows).await?;
        Ok(rows)
    }

    fn after(&self, row: &Record) -> Cursor {
        Cursor(sort_key(self.unbound.info, &self.order, row).cloned().collect())
    }
}

impl RecordStream {
    /// The next row; none at the end.
    pub async fn next(&mut self) -> Option<Result<Record>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for RecordStream {
    type Item = Result<Record>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match &mut this.next {
                Next::End => return Poll::Ready(None),
                Next::From(after) => {
                    let (query, after) = (Arc::clone(&this.query), after.take());
                    this.next = Next::Reading(Box::pin(async move { query.page(after).await }));
                }
                Next::Reading(page) => match ready!(page.as_mut().poll(cx)) {
                    Ok(rows) => {
                        let full = rows.len() == BATCH as usize;
                        let last = rows.last().filter(|_| full).map(|row| this.query.after(row));
                        this.next = last.map_or(Next::End, |last| Next::From(Some(last)));
                        this.rows = rows.into_iter();
                    }
                    Err(error) => {
                        this.next = Next::End;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
            }
        }
    }
}

impl std::fmt::Debug for RecordStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordStream").field("query", &self.query).finish_non_exhaustive()
    }
}
