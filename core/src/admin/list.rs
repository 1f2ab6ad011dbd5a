//! The list page: columns, search, filters, order and keyset pages.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cells::{self, Cell, Extent};
use crate::admin::form::Choice;
use crate::admin::labels::Labels;
use crate::admin::page::{self, Frame};
use crate::admin::visit::{Visit, read, words};
use crate::admin::{entities, names, params};
use crate::entity::{ColumnInfo, EntityInfo, Format};
use crate::entity::{Condition, Op};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::{Cursors, Direction, ListQuery, Page, PageArgs, Sort};
use crate::types::Kind;
use crate::value::ColumnSet;
use crate::value::Record;

/// Rows of a page.
const ROWS: u32 = 25;
/// What a filter's parameter starts with; the rest is the wire name.
pub(super) const FILTER: &str = "f.";
/// The value of a filter that asks for NULL.
const NULL: &str = "null";

#[derive(Template)]
#[template(path = "admin/list.html")]
struct ListPage {
    frame: Frame,
    heading: String,
    singular: String,
    about: &'static str,
    path: String,
    create: Option<String>,
    search: Option<String>,
    sort: String,
    filters: Vec<FilterControl>,
    chips: Vec<Chip>,
    heads: Vec<Head>,
    rows: Vec<Row>,
    narrowed: bool,
    previous: Option<String>,
    next: Option<String>,
}

struct FilterControl {
    name: String,
    label: String,
    choices: Vec<Choice>,
}

/// A filter that is set and has no control.
struct Chip {
    label: String,
    text: String,
    name: String,
    value: String,
    without: String,
}

struct Head {
    label: String,
    number: bool,
    href: Option<String>,
    direction: Option<&'static str>,
}

/// One row. `open` is the cell that leads to the row's page.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) cells: Vec<Cell>,
    pub(super) open: usize,
}

/// What the query string asks for, checked.
struct Asked {
    search: Option<String>,
    sort: Option<Sort>,
    sort_text: String,
    filters: Vec<(&'static ColumnInfo, String)>,
}

/// The list page of an entity.
pub(super) async fn show(visit: &Visit, info: &'static EntityInfo) -> Result<Response> {
    visit.require(info, Action::Read)?;
    let asked = Asked::read(visit, info)?;
    let columns = columns(info);
    let mut query = ListQuery::new(columns.iter().map(|column| column.index).collect::<ColumnSet>());
    query.search = asked.search.clone();
    query.order = asked.sort.into_iter().collect();
    query.filter = asked.condition()?;
    query.cursors = Cursors::Ends;
    query.page = part(visit);
    let found = visit.records(info).list(&query).await?;
    let labels = Labels::read(&visit.ctx, &columns, &found.items).await?;
    let (previous, next) = asked.pages(info, &found);
    let page = ListPage {
        frame: Frame::new(visit, names::plural(info), Some(info)),
        heading: names::plural(info),
        singular: names::words(info.def.singular),
        about: info.def.docs,
        path: entities::path(info),
        create: visit.allows(info, Action::Create).then(|| format!("{}/new", entities::path(info))),
        filters: asked.controls(visit, info),
        chips: asked.chips(visit, info).await?,
        heads: columns.iter().map(|column| asked.head(visit, info, column)).collect(),
        rows: rows(visit, info, &columns, &found.items, &labels),
        narrowed: asked.search.is_some() || !asked.filters.is_empty(),
        search: info.searched().next().map(|_| asked.search.clone().unwrap_or_default()),
        sort: asked.sort_text,
        previous,
        next,
    };
    page::render(StatusCode::OK, &page)
}

fn part(visit: &Visit) -> PageArgs {
    match (visit.query.filled("after"), visit.query.filled("before")) {
        (_, Some(before)) => {
            PageArgs { last: Some(ROWS), before: Some(before.to_owned()), ..PageArgs::default() }
        }
        (after, None) => {
            PageArgs { first: Some(ROWS), after: after.map(str::to_owned), ..PageArgs::default() }
        }
    }
}

/// The columns of a table: the listed ones, and the key where none of them can lead to the row's page.
pub(super) fn columns(info: &'static EntityInfo) -> Vec<&'static ColumnInfo> {
    let mut columns = entities::listed(info);
    if !columns.iter().any(|column| leads(column)) {
        columns.insert(0, info.key());
    }
    columns
}

/// Whether the column's cells may carry the link to the row's page, having none of their own.
fn leads(column: &ColumnInfo) -> bool {
    let away = column.field.is_some_and(|field| field.format == Some(Format::Url));
    entities::relation(column).is_none() && !away
}

/// The rows of a table.
pub(super) fn rows(
    visit: &Visit,
    info: &'static EntityInfo,
    columns: &[&'static ColumnInfo],
    records: &[Record],
    labels: &Labels,
) -> Vec<Row> {
    let open = columns.iter().position(|column| leads(column)).unwrap_or_default();
    let cell =
        |column: &&'static ColumnInfo, record| cells::cell(&visit.ctx, column, record, labels, Extent::Short);
    records
        .iter()
        .map(|record| Row {
            href: entities::row_path(info, record.key()),
            cells: columns.iter().map(|column| cell(column, record)).collect(),
            open,
        })
        .collect()
}

impl Asked {
    fn read(visit: &Visit, info: &'static EntityInfo) -> Result<Self> {
        let search = visit.query.filled("q");
        if search.is_some() && info.searched().next().is_none() {
            return Err(Error::bad_request("these rows cannot be searched"));
        }
        let sort_text = visit.query.filled("sort").unwrap_or_default().to_owned();
        Ok(Self {
            search: search.map(words).transpose()?,
            sort: sort(info, &sort_text)?,
            sort_text,
            filters: filters(visit, info)?,
        })
    }

    fn condition(&self) -> Result<Condition> {
        let mut all = Condition::TRUE;
        for (column, text) in &self.filters {
            let op = if text == NULL && column.nullable && column.kind != Kind::Text {
                Op::IsNull(true)
            } else {
                Op::Eq(read(column, text).ok_or_else(|| unknown_value(column))?)
            };
            all = all.and(Condition::column(column.index, op));
        }
        Ok(all)
    }

    /// The link to this list with another order, without a filter, or at another cursor.
    fn link(&self, info: &EntityInfo, sort: &str, without: Option<usize>, cursor: (&str, &str)) -> String {
        let filters = self
            .filters
            .iter()
            .filter(|(column, _)| Some(column.index) != without)
            .map(|(column, text)| (format!("{FILTER}{}", column.wire), text.as_str()))
            .collect::<Vec<_>>();
        let query = [("q", self.search.as_deref().unwrap_or_default()), ("sort", sort)]
            .into_iter()
            .chain(filters.iter().map(|(name, text)| (name.as_str(), *text)))
            .chain([cursor]);
        params::link(&entities::path(info), query)
    }

    fn pages(&self, info: &EntityInfo, page: &Page) -> (Option<String>, Option<String>) {
        let to = |name: &'static str, cursor: &Option<String>| {
            let cursor = cursor.as_deref()?;
            Some(self.link(info, &self.sort_text, None, (name, cursor)))
        };
        (
            to("before", &page.start_cursor).filter(|_| page.has_previous),
            to("after", &page.end_cursor).filter(|_| page.has_next),
        )
    }

    fn head(&self, visit: &Visit, info: &EntityInfo, column: &ColumnInfo) -> Head {
        let current = self.sort.filter(|sort| sort.column == column.index);
        let direction = current.map(|sort| match sort.direction {
            Direction::Asc => "ascending",
            Direction::Desc => "descending",
        });
        let turned = if direction == Some("ascending") { "-" } else { "" };
        Head {
            label: names::column(column),
            number: cells::is_number(column),
            href: visit
                .asks_by(info, column.sort, column)
                .then(|| self.link(info, &format!("{turned}{}", column.wire), None, ("", ""))),
            direction,
        }
    }

    /// Controls for the filters with few values.
    fn controls(&self, visit: &Visit, info: &'static EntityInfo) -> Vec<FilterControl> {
        entities::shown(info)
            .filter(|column| has_control(column) && visit.asks_by(info, column.filter, column))
            .map(|column| {
                let value = self.filters.iter().find(|(set, _)| set.index == column.index);
                let value = value.map(|(_, text)| text.as_str()).unwrap_or_default();
                FilterControl {
                    name: format!("{FILTER}{}", column.wire),
                    label: names::column(column),
                    choices: filter_choices(column, value),
                }
            })
            .collect()
    }

    async fn chips(&self, visit: &Visit, info: &'static EntityInfo) -> Result<Vec<Chip>> {
        let mut chips = Vec::new();
        for (column, text) in self.filters.iter().filter(|(column, _)| !has_control(column)) {
            let mut labels = Labels::default();
            let key = read(column, text);
            if let (Some(target), Some(key)) = (entities::target(column), &key) {
                labels.add(&visit.ctx, column.index, target, std::slice::from_ref(key)).await?;
            }
            let label = key.as_ref().and_then(|key| labels.get(column.index, key));
            chips.push(Chip {
                label: names::column(column),
                text: label.unwrap_or(text).to_owned(),
                name: format!("{FILTER}{}", column.wire),
                value: text.clone(),
                without: self.link(info, &self.sort_text, Some(column.index), ("", "")),
            });
        }
        Ok(chips)
    }
}

fn sort(info: &EntityInfo, text: &str) -> Result<Option<Sort>> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Desc),
        None => (text, Direction::Asc),
    };
    if name.is_empty() {
        return Ok(None);
    }
    info.by_wire(name)
        .filter(|column| column.sort && entities::visible(column))
        .map(|column| Some(Sort::new(column.index, direction)))
        .ok_or_else(|| Error::bad_request("these rows cannot be sorted like this"))
}

fn filters(visit: &Visit, info: &'static EntityInfo) -> Result<Vec<(&'static ColumnInfo, String)>> {
    let mut filters: Vec<(&'static ColumnInfo, String)> = Vec::new();
    for (name, text) in visit.query.iter() {
        let Some(wire) = name.strip_prefix(FILTER) else {
            continue;
        };
        if text.is_empty() {
            continue;
        }
        let column = info
            .by_wire(wire)
            .filter(|column| column.filter && entities::visible(column))
            .ok_or_else(|| Error::bad_request("these rows cannot be filtered like this"))?;
        filters.retain(|(set, _)| set.index != column.index);
        filters.push((column, text.to_owned()));
    }
    Ok(filters)
}

fn unknown_value(column: &ColumnInfo) -> Error {
    Error::bad_request(format!("the filter `{}` must be {}", column.wire, column.kind.expectation()))
}

fn has_control(column: &ColumnInfo) -> bool {
    matches!(column.kind, Kind::Bool | Kind::Enum(_))
}

fn filter_choices(column: &ColumnInfo, value: &str) -> Vec<Choice> {
    let mut offered = vec![(String::new(), "Any".to_owned())];
    match column.kind {
        Kind::Enum(def) => offered.extend(
            def.variants.iter().map(|variant| (variant.wire.to_owned(), names::heading(variant.wire))),
        ),
        _ => offered.extend([("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())]),
    }
    if column.nullable {
        offered.push((NULL.to_owned(), "Not set".to_owned()));
    }
    offered.into_iter().map(|(offer, text)| Choice { selected: offer == value, value: offer, text }).collect()
}
