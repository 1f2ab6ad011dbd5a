//! The page of one row: its fields and the rows related to it.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cells::{self, Cell, Extent};
use crate::admin::labels::Labels;
use crate::admin::list::{self, FILTER, Row};
use crate::admin::page::{self, Frame};
use crate::admin::visit::{Visit, key};
use crate::admin::{entities, names, params};
use crate::entity::{ColumnInfo, EntityInfo, ManyInfo, ManyLink};
use crate::error::Result;
use crate::policy::Action;
use crate::query::{ListQuery, PageArgs};
use crate::value::ColumnSet;
use crate::value::{Record, Value};

/// Rows of a related list.
const RELATED: u32 = 10;

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
    facts: Vec<Fact>,
    related: Vec<Related>,
}

struct Fact {
    label: String,
    cell: Cell,
}

/// Rows of a to-many relation.
struct Related {
    heading: String,
    heads: Vec<(String, bool)>,
    rows: Vec<Row>,
    more: bool,
    all: Option<String>,
    add: Option<String>,
}

/// The page of a row.
pub(super) async fn show(visit: &Visit, info: &'static EntityInfo, id: &str) -> Result<Response> {
    visit.require(info, Action::Read)?;
    let row = visit.records(info).get(&key(info, id)?).await?;
    let columns = entities::shown(info).collect::<Vec<_>>();
    let labels = Labels::read(&visit.ctx, &columns, std::slice::from_ref(&row)).await?;
    let path = entities::row_path(info, row.key());
    let heading = entities::title(info, &row);
    let records = visit.records(info);
    let page = DetailPage {
        frame: Frame::new(visit, heading.clone(), Some(info)),
        heading,
        plural: names::plural(info),
        singular: names::singular(info),
        path: entities::path(info),
        id: row.key().to_text(),
        edit: records.permits(Action::Update, row.key()).await?.then(|| format!("{path}/edit")),
        delete: records.permits(Action::Delete, row.key()).await?.then(|| format!("{path}/delete")),
        facts: facts(visit, &columns, &row, &labels),
        related: related(visit, info, row.key()).await?,
    };
    page::render(StatusCode::OK, &page)
}

fn facts(visit: &Visit, columns: &[&'static ColumnInfo], row: &Record, labels: &Labels) -> Vec<Fact> {
    columns
        .iter()
        .map(|column| Fact {
            label: names::column(column),
            cell: cells::cell(&visit.ctx, column, row, labels, Extent::Full),
        })
        .collect()
}

async fn related(visit: &Visit, info: &'static EntityInfo, key: &Value) -> Result<Vec<Related>> {
    let mut lists = Vec::new();
    for many in info.many.iter().filter(|many| !many.def.skip.admin) {
        if visit.may_open(many.target()) {
            lists.push(related_list(visit, info, many, key).await?);
        }
    }
    Ok(lists)
}

async fn related_list(
    visit: &Visit,
    info: &'static EntityInfo,
    many: &ManyInfo,
    key: &Value,
) -> Result<Related> {
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
    query.page = PageArgs::first(RELATED);
    let pages = visit.records(info).list_related(many.index, std::slice::from_ref(key), &query).await?;
    let (records, more) = match pages.into_iter().next() {
        Some(page) => (page.items, page.has_next),
        None => (Vec::new(), false),
    };
    let labels = Labels::read(&visit.ctx, &columns, &records).await?;
    let (all, add) = links(visit, many, key);
    Ok(Related {
        heading: names::heading(many.def.name),
        heads: columns.iter().map(|column| (names::column(column), cells::is_number(column))).collect(),
        rows: list::rows(visit, target, &columns, &records, &labels),
        more,
        all,
        add,
    })
}

/// Where all related rows are listed, and where one is added: among the target's rows, or the joining entity's.
fn links(visit: &Visit, many: &ManyInfo, key: &Value) -> (Option<String>, Option<String>) {
    let (entity, column) = match many.link() {
        ManyLink::Inverse { column } => (many.target(), column),
        ManyLink::Through { via, near, .. } => (via, near),
    };
    let Some(column) = entity.columns.get(column) else {
        return (None, None);
    };
    let (path, key) = (entities::path(entity), key.to_text());
    let filter = format!("{FILTER}{}", column.wire);
    let asks = visit.asks_by(entity, column.filter, column) && entities::visible(column);
    let listed = visit.may_open(entity) && asks;
    let all = listed.then(|| params::link(&path, [(filter.as_str(), key.as_str())]));
    let addable = !entity.def.skip.admin && visit.allows(entity, Action::Create);
    let add = addable.then(|| params::link(&format!("{path}/new"), [(column.wire, key.as_str())]));
    (all, add)
}
