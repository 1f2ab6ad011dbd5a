//! The page of one row: its fields and the rows related to it.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::action::{self, ActionLink};
use crate::admin::cell::{self, Cell, Extent};
use crate::admin::content::{Content, Part};
use crate::admin::list::{self, FILTER, Row};
use crate::admin::page::{self, Frame};
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::titles::Labels;
use crate::admin::{entities, names, own_views, params, titles, why};
use crate::entity::{ColumnInfo, EntityInfo, ManyInfo, ManyLink, Surface};
use crate::error::Result;
use crate::policy::Action;
use crate::query::{ListQuery, PageArgs};
use crate::service::HiddenCells;
use crate::value::{ColumnSet, Record, Value};

/// Rows of a related list.
const RELATED_ROWS: u32 = 10;

#[derive(Template)]
#[template(path = "admin/detail.html")]
struct DetailPage {
    frame: Frame,
    heading: String,
    plural: String,
    singular: String,
    path: String,
    id: String,
    edit: Option<String>,
    delete: Option<String>,
    actions: Vec<ActionLink>,
    /// Panels of the application's own.
    panels: Vec<(String, Content)>,
    /// Why something is withheld.
    why: Option<String>,
    fields: Vec<Field>,
    related: Vec<RelatedRows>,
}

struct Field {
    label: String,
    cell: Cell,
}

/// Rows of a to-many relation.
struct RelatedRows {
    heading: String,
    columns: Vec<(String, bool)>,
    rows: Vec<Row>,
    more: bool,
    all: Option<String>,
    add: Option<String>,
}

/// The page of a row.
pub(super) async fn show(request: &AdminRequest, info: &'static EntityInfo, id: &str) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    let row = request.records(info).get(&parse_key(info, id)?).await?;
    let columns = entities::readable(info);
    let labels = Labels::read(&request.ctx, columns, std::slice::from_ref(&row)).await?;
    let indexes = columns.iter().map(|column| column.index).collect::<ColumnSet>();
    let hidden = request.records(info).unseen_cells(indexes, std::slice::from_ref(&row)).await?;
    let path = request.row_path(info, row.key());
    let heading = titles::title(&request.ctx, info, &row).await?;
    let records = request.records(info);
    let page = DetailPage {
        frame: Frame::new(request, heading.clone(), Some(info)),
        heading,
        plural: names::plural(info),
        singular: names::singular(info),
        path: request.path(info),
        id: row.key().to_text(),
        edit: records.permits(Action::Update, row.key()).await?.then(|| format!("{path}/edit")),
        delete: records.permits(Action::Delete, row.key()).await?.then(|| format!("{path}/delete")),
        actions: action::of_row(request, info, row.key()).await?,
        fields: fields(request, columns, &row, (&labels, &hidden)),
        related: related(request, info, row.key()).await?,
        panels: own_views::panels(request, info, row.key()).await,
        why: None,
    };
    let page = DetailPage { why: why(request, info, &page, &row), ..page };
    page::render(StatusCode::OK, &page)
}

/// Where it says why something of the row is withheld.
fn why(request: &AdminRequest, info: &'static EntityInfo, page: &DetailPage, row: &Record) -> Option<String> {
    let of_rows = info.def.actions.iter().filter(|action| !action.collection).count();
    let hidden = page.fields.iter().any(|field| matches!(field.cell, Cell::Hidden));
    let withheld = page.edit.is_none() || page.delete.is_none() || page.actions.len() < of_rows || hidden;
    why::path(request, info, Some(row.key())).filter(|_| withheld)
}

fn fields(
    request: &AdminRequest,
    columns: &[&'static ColumnInfo],
    row: &Record,
    shown: (&Labels, &HiddenCells),
) -> Vec<Field> {
    columns
        .iter()
        .map(|column| Field {
            label: names::column(column),
            cell: cell::cell(request, column, row, shown, Extent::Full),
        })
        .collect()
}

async fn related(request: &AdminRequest, info: &'static EntityInfo, key: &Value) -> Result<Vec<RelatedRows>> {
    let mut lists = Vec::new();
    for many in info.on(Surface::Admin).to_many() {
        if request.allows(many.target(), Action::Read) {
            lists.push(related_list(request, info, many, key).await?);
        }
    }
    Ok(lists)
}

async fn related_list(
    request: &AdminRequest,
    info: &'static EntityInfo,
    many: &ManyInfo,
    key: &Value,
) -> Result<RelatedRows> {
    let target = many.target();
    let back = match many.link() {
        ManyLink::Inverse { column } => Some(column),
        ManyLink::Through { .. } => None,
    };
    // The column that points back here says the same in every row.
    let mut columns = list::columns(target);
    if columns.len() > 1 {
        columns.retain(|column| Some(column.index) != back);
    }
    let mut query = ListQuery::new(columns.iter().map(|column| column.index).collect::<ColumnSet>());
    query.page = PageArgs::first(RELATED_ROWS);
    let pages = request.records(info).list_related(many.index, std::slice::from_ref(key), &query).await?;
    let (records, more) = match pages.into_iter().next() {
        Some(page) => (page.items, page.has_next),
        None => (Vec::new(), false),
    };
    let labels = Labels::read(&request.ctx, &columns, &records).await?;
    let indexes = columns.iter().map(|column| column.index).collect::<ColumnSet>();
    let hidden = request.records(target).unseen_cells(indexes, &records).await?;
    let (all, add) = links(request, many, key);
    Ok(RelatedRows {
        heading: names::heading(many.def.name),
        columns: columns.iter().map(|column| (names::column(column), cell::is_number(column))).collect(),
        rows: list::rows(request, target, &columns, &records, (&labels, &hidden)),
        more,
        all,
        add,
    })
}

/// Where all related rows are listed, and where one is added: among the target's rows, or the joining entity's.
fn links(request: &AdminRequest, many: &ManyInfo, key: &Value) -> (Option<String>, Option<String>) {
    let (entity, column) = match many.link() {
        ManyLink::Inverse { column } => (many.target(), column),
        ManyLink::Through { via, near, .. } => (via, near),
    };
    let Some(column) = entity.columns.get(column) else {
        return (None, None);
    };
    let (path, key) = (request.path(entity), key.to_text());
    let filter = format!("{FILTER}{}", column.wire);
    let filterable = entity.on(Surface::Admin).filterable_column(column.wire).is_some();
    let listed = request.may_open(entity) && request.may_query_by(entity, filterable, column);
    let all = listed.then(|| params::link(&path, [(filter.as_str(), key.as_str())]));
    let addable = entity.is_on(Surface::Admin) && request.allows(entity, Action::Create);
    let add = addable.then(|| params::link(&format!("{path}/new"), [(column.wire, key.as_str())]));
    (all, add)
}
