//! Choosing a related row: a list when there are few, else a key with a search.

use crate::admin::entities;
use crate::admin::form::Choice;
use crate::admin::labels::label_columns;
use crate::admin::visit::{Visit, read, words};
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::entity::{Condition, Op};
use crate::error::Result;
use crate::query::{Direction, ListQuery, PageArgs, Sort};
use crate::service::Records;
use crate::types::Kind;
use crate::value::Record;

/// Rows up to which a plain list is offered.
const FEW: u32 = 50;
/// Rows that a search offers.
pub(super) const FOUND: u32 = 20;

/// What is offered for a relation.
#[derive(Debug)]
pub(super) struct Offer {
    /// The rows.
    pub choices: Vec<Choice>,
    /// Whether there are more.
    pub more: bool,
}

/// The rows to choose from. With a search, those that match; else the first few.
pub(super) async fn offer(visit: &Visit, target: &'static EntityInfo, search: Option<&str>) -> Result<Offer> {
    let rows = match search {
        Some(search) => find(&visit.ctx, target, search).await?,
        None => first(&visit.ctx, target, FEW).await?,
    };
    let (rows, more) = rows;
    let choices = rows
        .iter()
        .map(|row| Choice { value: row.key().to_text(), text: entities::title(target, row), selected: false })
        .collect();
    Ok(Offer { choices, more })
}

/// The label, unless it is hidden from the principal: rows are then neither sorted nor found by it.
fn shown_label(ctx: &Ctx, target: &'static EntityInfo) -> Option<&'static ColumnInfo> {
    entities::label(target).filter(|label| target.shown(label.index, ctx).is_none())
}

fn query(ctx: &Ctx, target: &'static EntityInfo, limit: u32) -> ListQuery {
    let mut query = ListQuery::new(label_columns(target));
    query.page = PageArgs::first(limit);
    if let Some(label) = shown_label(ctx, target).filter(|label| label.sort) {
        query.order = vec![Sort::new(label.index, Direction::Asc)];
    }
    query
}

async fn first(ctx: &Ctx, target: &'static EntityInfo, limit: u32) -> Result<(Vec<Record>, bool)> {
    let page = Records::new(ctx, target).list(&query(ctx, target, limit)).await?;
    Ok((page.items, page.has_next))
}

/// The rows that match the words, in their searched fields or in their label; the row with that key comes first.
pub(super) async fn find(
    ctx: &Ctx,
    target: &'static EntityInfo,
    search: &str,
) -> Result<(Vec<Record>, bool)> {
    let search = words(search.trim())?;
    if search.is_empty() {
        return first(ctx, target, FOUND).await;
    }
    let records = Records::new(ctx, target);
    let mut rows = Vec::new();
    if let Some(key) = read(target.key(), &search) {
        rows.extend(records.find(&key, label_columns(target)).await?);
    }
    let mut query = query(ctx, target, FOUND);
    let label = shown_label(ctx, target).filter(|label| label.kind == Kind::Text);
    if target.searched().next().is_some() {
        query.search = Some(search);
    } else if let Some(label) = label {
        query.filter = Condition::column(label.index, Op::Contains(search));
    } else {
        return Ok((rows, false));
    }
    let page = records.list(&query).await?;
    let known = rows.first().map(|row| row.key().clone());
    let others = page.items.into_iter().filter(|row| Some(row.key()) != known.as_ref());
    rows.extend(others);
    Ok((rows, page.has_next))
}
