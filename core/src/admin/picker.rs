//! Choosing a related row: a list when there are few, else a key with a search.

use crate::admin::control::Choice;
use crate::admin::entities;
use crate::admin::labels::label_columns;
use crate::admin::request::{AdminRequest, parse_value, search_text};
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, Condition, EntityInfo, Op};
use crate::error::Result;
use crate::query::{Direction, ListQuery, PageArgs, Sort};
use crate::service::Records;
use crate::types::Kind;
use crate::value::Record;

/// Rows up to which a plain list is offered.
const MAX_SELECT_ROWS: u32 = 50;
/// Rows that a search offers.
const MAX_SEARCH_ROWS: u32 = 20;

/// The rows that a relation can be set to.
#[derive(Debug)]
pub(super) struct RowChoices {
    /// The rows.
    pub choices: Vec<Choice>,
    /// Whether there are more.
    pub more: bool,
}

/// The rows to choose from. With a search, those that match; else the first few.
pub(super) async fn choices(
    request: &AdminRequest,
    target: &'static EntityInfo,
    text: Option<&str>,
) -> Result<RowChoices> {
    let rows = match text {
        Some(text) => search(&request.ctx, target, text).await?,
        None => first(&request.ctx, target, MAX_SELECT_ROWS).await?,
    };
    let (rows, more) = rows;
    let choices = rows
        .iter()
        .map(|row| Choice { value: row.key().to_text(), text: entities::title(target, row), selected: false })
        .collect();
    Ok(RowChoices { choices, more })
}

/// The label, unless it is hidden from the principal: rows are then neither sorted nor found by it.
fn shown_label(ctx: &Ctx, target: &'static EntityInfo) -> Option<&'static ColumnInfo> {
    entities::label(target).filter(|label| target.column_visibility(label.index, ctx).is_none())
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
pub(super) async fn search(
    ctx: &Ctx,
    target: &'static EntityInfo,
    text: &str,
) -> Result<(Vec<Record>, bool)> {
    let text = search_text(text.trim())?;
    if text.is_empty() {
        return first(ctx, target, MAX_SEARCH_ROWS).await;
    }
    let records = Records::new(ctx, target);
    let mut rows = Vec::new();
    if let Some(key) = parse_value(target.key(), &text) {
        rows.extend(records.find(&key, label_columns(target)).await?);
    }
    let mut query = query(ctx, target, MAX_SEARCH_ROWS);
    let label = shown_label(ctx, target).filter(|label| label.kind == Kind::Text);
    if target.searched().next().is_some() {
        query.search = Some(text);
    } else if let Some(label) = label {
        query.filter = Condition::column(label.index, Op::Contains(text));
    } else {
        return Ok((rows, false));
    }
    let page = records.list(&query).await?;
    let by_key = rows.first().map(|row| row.key().clone());
    let matching = page.items.into_iter().filter(|row| Some(row.key()) != by_key.as_ref());
    rows.extend(matching);
    Ok((rows, page.has_next))
}
