//! Choosing a related row: a list when there are few, else a key with a search.

use crate::admin::control::Choice;
use crate::admin::label::Label;
use crate::admin::params::Params;
use crate::admin::request::{AdminRequest, parse_value, search_text};
use crate::admin::texts::t;
use crate::admin::titles;
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, Condition, EntityInfo, Op};
use crate::error::{FieldError, Result};
use crate::query::{Direction, ListQuery, PageArgs, Sort};
use crate::service::Records;
use crate::types::{Kind, shorten};
use crate::value::Record;

/// Rows up to which a plain list is offered.
const MAX_SELECT_ROWS: u32 = 50;
/// Rows that a search offers.
const MAX_SEARCH_ROWS: u32 = 20;

/// The words to search for in a picker: this and the relation's wire name.
const WORDS: &str = "_words.";
/// The words whose rows a picker offers: this and the relation's wire name.
const FOUND: &str = "_found.";
/// The button that searches in a picker; its value is the relation's wire name.
pub(super) const SEARCH_BUTTON: &str = "_find";

/// What was entered in a picker without choosing a row.
#[derive(Debug)]
pub(super) struct Unmatched {
    /// The relation's wire name.
    pub field: &'static str,
    /// What was entered.
    pub words: String,
}

impl Unmatched {
    /// What was entered in the pickers of a form without choosing a row: text where a key should be, words that were not
    /// searched for, or of whose rows none was chosen.
    pub(super) fn all(columns: &[&'static ColumnInfo], form: &Params) -> Vec<Self> {
        columns.iter().filter_map(|column| Self::of(column, form)).collect()
    }

    fn of(column: &'static ColumnInfo, form: &Params) -> Option<Self> {
        column.relation()?;
        let key = form.filled(column.wire);
        let unmatched = |words: &str| Some(Self { field: column.wire, words: words.to_owned() });
        if let Some(key) = key.filter(|key| parse_value(column, key).is_none()) {
            return unmatched(key);
        }
        let words = form.filled(&format!("{WORDS}{}", column.wire))?;
        let searched = form.filled(&format!("{FOUND}{}", column.wire)) == Some(words);
        if searched && key.is_some() { None } else { unmatched(words) }
    }

    /// Why it cannot be saved.
    pub(super) fn error(&self) -> FieldError {
        let words = shorten(&self.words, 60);
        let message = t().names_no_row(words);
        FieldError::new(self.field, UNMATCHED, message)
    }
}

/// The code of errors of pickers in which no row was chosen.
pub(super) const UNMATCHED: &str = "unmatched";

/// The search that a form asks for: the relation's wire name and the words.
pub(super) fn search_asked(form: &Params) -> Option<(&str, &str)> {
    let name = form.get(SEARCH_BUTTON)?;
    Some((name, form.get(&format!("{WORDS}{name}")).unwrap_or_default()))
}

/// The rows that a relation can be set to.
#[derive(Debug, Default)]
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
    let titles = titles::told_apart(&rows, &titles::titles(&request.ctx, target, &rows).await?);
    let choices = rows
        .iter()
        .zip(titles)
        .map(|(row, text)| Choice { value: row.key().to_text(), text, selected: false })
        .collect();
    Ok(RowChoices { choices, more })
}

/// The columns of its own that rows are called by, unless they are hidden from the principal: rows are then neither sorted
/// nor found by them.
fn shown_label(ctx: &Ctx, target: &'static EntityInfo) -> Vec<&'static ColumnInfo> {
    Label::of(target).own().filter(|column| target.column_visibility(column.index, ctx).is_none()).collect()
}

fn query(ctx: &Ctx, target: &'static EntityInfo, limit: u32) -> ListQuery {
    let mut query = ListQuery::new(titles::columns(target));
    query.page = PageArgs::first(limit);
    let sorted = shown_label(ctx, target).into_iter().take_while(|label| label.sort);
    query.order = sorted.map(|label| Sort::new(label.index, Direction::Asc)).collect();
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
        rows.extend(records.find(&key, titles::columns(target)).await?);
    }
    let mut query = query(ctx, target, MAX_SEARCH_ROWS);
    let labels = shown_label(ctx, target).into_iter().filter(|label| label.kind == Kind::Text);
    let found =
        labels.map(|label| Condition::column(label.index, Op::Contains(text.clone()))).collect::<Vec<_>>();
    if target.searched().next().is_some() {
        query.search = Some(text);
    } else if !found.is_empty() {
        query.filter = Condition::Any(found);
    } else {
        return Ok((rows, false));
    }
    let page = records.list(&query).await?;
    let by_key = rows.first().map(|row| row.key().clone());
    let matching = page.items.into_iter().filter(|row| Some(row.key()) != by_key.as_ref());
    rows.extend(matching);
    Ok((rows, page.has_next))
}
