//! The list page: columns, search, filters, order and keyset pages.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::action::{self, ActionLink, CHOSEN};
use crate::admin::cell::{self, Cell, Extent};
use crate::admin::control::{self, Choice};
use crate::admin::own_views::{self, OwnColumns};
use crate::admin::page::{self, Frame};
use crate::admin::request::{AdminRequest, parse_value, search_text};
use crate::admin::texts::t;
use crate::admin::titles::Labels;
use crate::admin::{entities, kinds, label, names, params, why};
use crate::entity::{ColumnInfo, Condition, EntityInfo, Format, Op, Surface};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::{Cursors, Direction, ListQuery, Page, PageArgs, Sort};
use crate::service::HiddenCells;
use crate::types::Kind;
use crate::value::{ColumnSet, Record};

/// Rows of a page.
const ROWS: u32 = 25;
/// What a filter's parameter starts with; the rest is the wire name.
pub(super) const FILTER: &str = "f.";

#[derive(Template)]
#[template(path = "admin/list.html")]
struct ListPage {
    frame: Frame,
    heading: String,
    singular: String,
    about: String,
    path: String,
    create: Option<String>,
    /// Actions on the entity as a whole.
    actions: Vec<ActionLink>,
    /// Actions on rows that are chosen.
    row_actions: Vec<ActionLink>,
    search: Option<String>,
    sort: String,
    filters: Vec<FilterControl>,
    chips: Vec<Chip>,
    columns: Vec<ColumnHead>,
    rows: Vec<Row>,
    filtered: bool,
    previous: Option<String>,
    next: Option<String>,
    /// Columns of the application's own.
    own: OwnColumns,
    /// Why nothing may be added.
    why: Option<String>,
}

struct FilterControl {
    name: String,
    label: String,
    choices: Vec<Choice>,
}

/// A filter that is set and has no control: a removable chip.
struct Chip {
    label: String,
    text: String,
    name: String,
    value: String,
    without: String,
}

struct ColumnHead {
    label: String,
    number: bool,
    href: Option<String>,
    direction: Option<&'static str>,
}

/// One row. The cell of `link_column` leads to the row's page.
pub(super) struct Row {
    pub(super) key: String,
    pub(super) href: String,
    pub(super) cells: Vec<Cell>,
    pub(super) link_column: usize,
}

/// What the query string asks for, checked.
struct ListParams {
    search: Option<String>,
    sort: Option<Sort>,
    sort_text: String,
    filters: Vec<(&'static ColumnInfo, String)>,
}

/// The list page of an entity.
pub(super) async fn show(request: &AdminRequest, info: &'static EntityInfo) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    let params = ListParams::read(request, info)?;
    let columns = columns(info);
    let mut query = ListQuery::new(columns.iter().map(|column| column.index).collect::<ColumnSet>());
    query.search = params.search.clone();
    query.order = params.order(request, info);
    query.filter = params.condition()?.and(own_views::scope(request, info));
    query.cursors = Cursors::Ends;
    query.page = page_args(request);
    let found = request.records(info).list(&query).await?;
    let labels = Labels::read(&request.ctx, &columns, &found.items).await?;
    let indexes = columns.iter().map(|column| column.index).collect::<ColumnSet>();
    let hidden = request.records(info).unseen_cells(indexes, &found.items).await?;
    let (previous, next) = params.pages(request, info, &found);
    let (row_actions, actions) = action::of_list(request, info);
    let own = own_views::columns(request, info, &found.items).await;
    let page = ListPage {
        actions,
        row_actions,
        frame: Frame::new(request, names::plural(info), Some(info)),
        heading: names::plural(info),
        singular: names::words(info.def.singular),
        about: names::about(info),
        path: request.path(info),
        create: request.allows(info, Action::Create).then(|| format!("{}/new", request.path(info))),
        filters: params.controls(request, info),
        chips: params.chips(request, info).await?,
        columns: columns.iter().map(|column| params.column_head(request, info, column)).collect(),
        rows: rows(request, info, &columns, &found.items, (&labels, &hidden)),
        filtered: params.search.is_some() || !params.filters.is_empty(),
        search: info.searched().next().map(|_| params.search.clone().unwrap_or_default()),
        sort: params.sort_text,
        previous,
        next,
        own,
        why: why::path(request, info, None).filter(|_| !request.allows(info, Action::Create)),
    };
    page::render(StatusCode::OK, &page)
}

fn page_args(request: &AdminRequest) -> PageArgs {
    match (request.query.filled("after"), request.query.filled("before")) {
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
    if !columns.iter().any(|column| may_link(column)) {
        columns.insert(0, info.key());
    }
    columns
}

/// Whether the column's cells may carry the link to the row's page, having none of their own.
fn may_link(column: &ColumnInfo) -> bool {
    let external = column.field.is_some_and(|field| field.format == Some(Format::Url));
    column.relation().is_none() && !external
}

/// The rows of a table.
pub(super) fn rows(
    request: &AdminRequest,
    info: &'static EntityInfo,
    columns: &[&'static ColumnInfo],
    records: &[Record],
    shown: (&Labels, &HiddenCells),
) -> Vec<Row> {
    let link_column = columns.iter().position(|column| may_link(column)).unwrap_or_default();
    let cell =
        |column: &&'static ColumnInfo, record| cell::cell(request, column, record, shown, Extent::Short);
    records
        .iter()
        .map(|record| {
            let mut cells = columns.iter().map(|column| cell(column, record)).collect::<Vec<_>>();
            if let Some(cell) = cells.get_mut(link_column) {
                cell.become_link_text(|| entities::title_by_key(info, record.key()));
            }
            Row {
                key: record.key().to_text(),
                href: request.row_path(info, record.key()),
                cells,
                link_column,
            }
        })
        .collect()
}

impl ListParams {
    fn read(request: &AdminRequest, info: &'static EntityInfo) -> Result<Self> {
        let search = request.query.filled("q");
        if search.is_some() && info.searched().next().is_none() {
            return Err(Error::bad_request("these rows cannot be searched"));
        }
        let sort_text = request.query.filled("sort").unwrap_or_default().to_owned();
        Ok(Self {
            search: search.map(search_text).transpose()?,
            sort: sort(info, &sort_text)?,
            sort_text,
            filters: filters(request, info)?,
        })
    }

    /// The order of the rows. Relations are sorted by what they show.
    fn order(&self, request: &AdminRequest, info: &'static EntityInfo) -> Vec<Sort> {
        let Some(sort) = self.sort else { return Vec::new() };
        let column = &info.columns[sort.column];
        match column.relation() {
            Some(_) => label::sorts_of(&request.ctx, column, sort.direction),
            None => vec![sort],
        }
    }

    fn condition(&self) -> Result<Condition> {
        let mut all = Condition::TRUE;
        for (column, text) in &self.filters {
            let may_be_null = column.nullable && column.kind != Kind::Text;
            let op = if may_be_null && *text == null_choice(column) {
                Op::IsNull(true)
            } else {
                Op::Eq(parse_value(column, text).ok_or_else(|| unknown_value(column))?)
            };
            all = all.and(Condition::column(column.index, op));
        }
        Ok(all)
    }

    /// The link to this list with another order, without a filter, or at another cursor.
    fn link(
        &self,
        request: &AdminRequest,
        info: &EntityInfo,
        sort: &str,
        without: Option<usize>,
        cursor: (&str, &str),
    ) -> String {
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
        params::link(&request.path(info), query)
    }

    fn pages(
        &self,
        request: &AdminRequest,
        info: &EntityInfo,
        page: &Page,
    ) -> (Option<String>, Option<String>) {
        let to = |name: &'static str, cursor: &Option<String>| {
            let cursor = cursor.as_deref()?;
            Some(self.link(request, info, &self.sort_text, None, (name, cursor)))
        };
        (
            to("before", &page.start_cursor).filter(|_| page.has_previous),
            to("after", &page.end_cursor).filter(|_| page.has_next),
        )
    }

    fn column_head(&self, request: &AdminRequest, info: &EntityInfo, column: &ColumnInfo) -> ColumnHead {
        let current = self.sort.filter(|sort| sort.column == column.index);
        let direction = current.map(|sort| match sort.direction {
            Direction::Asc => "ascending",
            Direction::Desc => "descending",
        });
        let sign = if direction == Some("ascending") { "-" } else { "" };
        ColumnHead {
            label: names::column(column),
            number: cell::is_number(column),
            href: request
                .may_query_by(info, column.sort, column)
                .then(|| self.link(request, info, &format!("{sign}{}", column.wire), None, ("", ""))),
            direction,
        }
    }

    /// Controls for the filters with few values.
    fn controls(&self, request: &AdminRequest, info: &'static EntityInfo) -> Vec<FilterControl> {
        entities::readable(info)
            .iter()
            .filter(|column| has_control(column) && request.may_query_by(info, column.filter, column))
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

    async fn chips(&self, request: &AdminRequest, info: &'static EntityInfo) -> Result<Vec<Chip>> {
        let mut chips = Vec::new();
        for (column, text) in self.filters.iter().filter(|(column, _)| !has_control(column)) {
            let mut labels = Labels::default();
            let key = parse_value(column, text);
            if let (Some(target), Some(key)) = (column.target(), &key) {
                labels.add(&request.ctx, column.index, target, std::slice::from_ref(key)).await?;
            }
            let label = key.as_ref().and_then(|key| labels.get(column.index, key));
            chips.push(Chip {
                label: names::column(column),
                text: label.unwrap_or(text).to_owned(),
                name: format!("{FILTER}{}", column.wire),
                value: text.clone(),
                without: self.link(request, info, &self.sort_text, Some(column.index), ("", "")),
            });
        }
        Ok(chips)
    }
}

fn sort(info: &'static EntityInfo, text: &str) -> Result<Option<Sort>> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Desc),
        None => (text, Direction::Asc),
    };
    if name.is_empty() {
        return Ok(None);
    }
    info.on(Surface::Admin)
        .sortable_column(name)
        .map(|column| Some(Sort::new(column.index, direction)))
        .ok_or_else(|| Error::bad_request("these rows cannot be sorted like this"))
}

fn filters(request: &AdminRequest, info: &'static EntityInfo) -> Result<Vec<(&'static ColumnInfo, String)>> {
    let mut filters: Vec<(&'static ColumnInfo, String)> = Vec::new();
    for (name, text) in request.query.iter() {
        let Some(wire) = name.strip_prefix(FILTER) else {
            continue;
        };
        if text.is_empty() {
            continue;
        }
        let column = info
            .on(Surface::Admin)
            .filterable_column(wire)
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
    kinds::filter_choices(column.kind).is_some()
}

/// The value of a filter that asks for NULL: `null`, unless a variant of the column's enum is spelled so.
fn null_choice(column: &ColumnInfo) -> String {
    let mut choice = "null".to_owned();
    if let Kind::Enum(def) = column.kind {
        while def.variants.iter().any(|variant| variant.wire == choice) {
            choice.push('_');
        }
    }
    choice
}

fn filter_choices(column: &ColumnInfo, value: &str) -> Vec<Choice> {
    let null = null_choice(column);
    let mut offered = kinds::filter_choices(column.kind).unwrap_or_default();
    if column.nullable {
        offered.push((&null, t().not_set.to_owned()));
    }
    control::choices(value, Some(t().any), offered)
}
