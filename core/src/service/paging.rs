//! Pages by keyset: a page starts strictly after the sort key of a row, so that every page costs what the first
//! one costs and no row is skipped or returned twice while others come and go.

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo, Op};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::{
    Cursor, Cursors, CutCursor, Deleted, ListQuery, Page, QueryDigest, ReadCursor, Sort, SortPath,
    total_order, write_condition, write_order,
};
use crate::service::Records;
use crate::sql::{RowScope, hidden_column};
use crate::value::{ColumnSet, Record};

/// One page of a list: in which order to read, from where, how many.
#[derive(Debug)]
pub(crate) struct Paging<'c> {
    ctx: &'c Ctx,
    info: &'static EntityInfo,
    columns: ColumnSet,
    /// The requested order, made total by the primary key.
    order: Vec<Sort>,
    /// The order in which rows are read: reversed when the page is counted from the end.
    reading: Vec<Sort>,
    bounds: Vec<(Vec<Sort>, Cursor)>,
    digest: Option<QueryDigest>,
    limit: u32,
    cursors: Cursors,
    backward: bool,
    /// A cursor on the near side implies that there are rows before it.
    has_rows_before: bool,
}

impl<'c> Paging<'c> {
    /// Reads the cursors of a query. `relation` is the parent entity and relation of a list of related rows.
    pub(crate) async fn new(
        records: &Records<'c>,
        query: &ListQuery,
        relation: Option<(&str, &str)>,
    ) -> Result<Self> {
        let (ctx, info) = (records.ctx, records.info);
        query.page.check()?;
        check_order(ctx, info, &query.order)?;
        let order = total_order(info, &query.order);
        let backward = query.page.is_backward();
        let has_cursor = query.page.after.is_some() || query.page.before.is_some();
        let digest = (has_cursor || query.cursors != Cursors::None)
            .then(|| digest_of(ctx, info, query, &order, relation));
        let mut bounds = Vec::new();
        if let Some(digest) = digest {
            for (cursor, is_after) in [(&query.page.after, true), (&query.page.before, false)] {
                let Some(cursor) = cursor else { continue };
                let (covered, cursor) = match Cursor::read(cursor, info, &order, digest, ctx.cursor_key())? {
                    ReadCursor::Whole(cursor) => (order.clone(), cursor),
                    // On the heap: few cursors are cut.
                    ReadCursor::Cut(cut) => Box::pin(position_of(records, &cut, &order)).await?,
                };
                bounds.push((if is_after { covered } else { reversed(&covered) }, cursor));
            }
        }
        let near = if backward { &query.page.before } else { &query.page.after };
        let mut columns = query.columns.union(ColumnSet::KEY);
        if has_cursor || query.cursors != Cursors::None {
            columns = columns.union(order.iter().map(|sort| sort.column).collect());
        }
        Ok(Self {
            ctx,
            info,
            columns,
            reading: if backward { reversed(&order) } else { order.clone() },
            order,
            bounds,
            digest,
            limit: query.page.limit(),
            cursors: query.cursors,
            backward,
            has_rows_before: near.is_some(),
        })
    }

    pub(crate) fn columns(&self) -> ColumnSet {
        self.columns
    }

    pub(crate) fn reading(&self) -> &[Sort] {
        &self.reading
    }

    pub(crate) fn bounds(&self) -> &[(Vec<Sort>, Cursor)] {
        &self.bounds
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit
    }

    /// The page of the rows read, of which there may be one more than requested.
    pub(crate) fn page(&self, mut rows: Vec<Record>) -> Page {
        let more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        if self.backward {
            rows.reverse();
        }
        let (has_next, has_previous) =
            if self.backward { (self.has_rows_before, more) } else { (more, self.has_rows_before) };
        let cursor = |row: &Record| {
            self.digest
                .map(|digest| Cursor::write(self.info, row, &self.order, digest, self.ctx.cursor_key()))
        };
        let mut page = Page {
            cursors: Vec::new(),
            start_cursor: None,
            end_cursor: None,
            has_next,
            has_previous,
            total: None,
            limit: self.limit,
            items: rows,
        };
        match self.cursors {
            Cursors::None => {}
            Cursors::Next => page.end_cursor = page.items.last().filter(|_| has_next).and_then(cursor),
            Cursors::Ends => {
                page.start_cursor = page.items.first().and_then(cursor);
                page.end_cursor = page.items.last().and_then(cursor);
            }
            Cursors::Every => {
                page.cursors = page.items.iter().filter_map(cursor).collect();
                page.start_cursor = page.cursors.first().cloned();
                page.end_cursor = page.cursors.last().cloned();
            }
        }
        page
    }
}

/// The position of a cut cursor, and the part of the order that it covers.
///
/// The row is looked up as the engine, also when it was hidden or soft-deleted meanwhile: the cursor was given to this
/// principal for just this sort key, and nothing but its position is used.
async fn position_of(records: &Records<'_>, cut: &CutCursor, order: &[Sort]) -> Result<(Vec<Sort>, Cursor)> {
    let (ctx, info) = (records.ctx, records.info);
    let this = Condition::column(0, Op::Eq(cut.key().clone()));
    let mut row = records.matching(RowScope::unrestricted(info, Deleted::Included), &this, None);
    (row.columns, row.order) = (CutCursor::columns(order), order);
    let (statement, layout) = row.page()?;
    let rows = ctx.engine().read(statement, &layout).await?;
    if let Some(cursor) = rows.first().and_then(|row| cut.of_row(info, row, order, ctx.cursor_key())) {
        return Ok((order.to_vec(), cursor));
    }
    let sharing = cut.sharing_head(order).ok_or(Error::CursorInvalid)?;
    let scope = records.row_scope()?;
    let mut others = records.matching(scope, &sharing, None);
    others.limit = Some(1);
    let (statement, layout) = others.page()?;
    match ctx.executor().read(statement, &layout).await?.is_empty() {
        true => Ok(cut.of_head(order)),
        false => Err(Error::CursorInvalid),
    }
}

/// Refuses an order by columns that are hidden from the principal, be it in some rows only.
pub(crate) fn check_order(ctx: &Ctx, info: &EntityInfo, order: &[Sort]) -> Result<()> {
    order.iter().try_for_each(|sort| check_path(ctx, info, (sort.column, sort.path), "sort"))
}

/// Refuses a way over to-one relations to a value where a column of it is hidden from the principal, be it in some rows only.
pub(crate) fn check_path(
    ctx: &Ctx,
    info: &EntityInfo,
    (column, path): (usize, SortPath),
    what: &str,
) -> Result<()> {
    let (mut info, mut column) = (info, column);
    if info.column_visibility(column, ctx).is_some() {
        return Err(hidden_column(info, column, what));
    }
    for step in path.columns() {
        let Some(target) = info.columns[column].target() else {
            return Err(Error::internal("a way over relations leads through a column that is no relation"));
        };
        target.authorize(Action::Read, ctx)?;
        if target.column_visibility(step, ctx).is_some() {
            return Err(hidden_column(target, step, what));
        }
        (info, column) = (target, step);
    }
    Ok(())
}

fn reversed(order: &[Sort]) -> Vec<Sort> {
    order.iter().map(|sort| sort.reversed()).collect()
}

fn digest_of(
    ctx: &Ctx,
    info: &EntityInfo,
    query: &ListQuery,
    order: &[Sort],
    relation: Option<(&str, &str)>,
) -> QueryDigest {
    let (parent, name) = relation.unwrap_or_default();
    let (mut filter, mut sorts) = (Vec::new(), Vec::with_capacity(order.len() * 16));
    if !query.filter.is_empty() {
        write_condition(info, &query.filter, &mut filter);
    }
    write_order(info, order, &mut sorts);
    QueryDigest::of(&[
        info.def.table.as_bytes(),
        parent.as_bytes(),
        name.as_bytes(),
        &filter,
        query.search.as_deref().unwrap_or_default().as_bytes(),
        &sorts,
        ctx.principal().id().as_bytes(),
    ])
}
