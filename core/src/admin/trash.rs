//! The trash of an entity with `soft_delete`: its deleted rows, which can be restored, or deleted for good.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cell::{self, Cell, Extent};
use crate::admin::delete::{self, Effect};
use crate::admin::list::asked::ROWS;
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::titles::{self, Labels};
use crate::admin::{kinds, list, names, who};
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{self, Error, MAX_LISTED, Result};
use crate::history::HistoryAction;
use crate::policy::Action;
use crate::query::{Cursors, Direction, ListQuery, PageArgs, Sort};
use crate::service::{DeletionPreview, Records};
use crate::value::{ColumnSet, Record, Value};

/// The button that restores a row; its value is the key.
const RESTORE: &str = "_restore";
/// The button that asks for a row to be deleted for good; its value is the key.
const PURGE: &str = "_purge";
/// That this was asked, and is meant.
const CONFIRMED: &str = "_confirmed";

#[derive(Template)]
#[template(path = "admin/trash.html")]
struct TrashPage {
    frame: Frame,
    heading: String,
    plural: String,
    path: String,
    columns: Vec<(String, bool)>,
    rows: Vec<DeletedRow>,
    next: Option<String>,
    errors: Vec<String>,
    /// A row that is about to be deleted for good.
    purging: Option<Purging>,
}

/// What deleting a row for good would do.
struct Purging {
    key: String,
    title: String,
    /// What stands in the way.
    blocking: Vec<Effect>,
    effects: Vec<Effect>,
    hidden: bool,
    more: bool,
}

struct DeletedRow {
    key: String,
    title: String,
    /// Its history, where it has one.
    history: Option<String>,
    cells: Vec<Cell>,
    at: Cell,
    by: String,
    /// Whether the account may restore it or delete it for good.
    permitted: bool,
}

/// Whether an entity has a trash that the account may open.
pub(super) fn address(request: &AdminRequest, info: &'static EntityInfo) -> Option<String> {
    let shown = info.def.soft_delete && request.may_open(info);
    shown.then(|| format!("{}/trash", request.path(info)))
}

/// The page, and what its buttons do.
pub(super) async fn handle(
    request: &AdminRequest,
    info: &'static EntityInfo,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    if !info.def.soft_delete {
        return Err(Error::NotFound("this page".into()));
    }
    let Some(form) = form else { return show(request, info, (StatusCode::OK, Vec::new()), None).await };
    request.authorize(info, Action::Delete)?;
    let (key, purges) = match (form.filled(RESTORE), form.filled(PURGE)) {
        (Some(key), _) => (parse_key(info, key)?, false),
        (None, Some(key)) => (parse_key(info, key)?, true),
        (None, None) => return Err(Error::bad_request("nothing was asked for; open the trash again")),
    };
    let deleted = request.records(info).only_deleted();
    let row = deleted.find(&key, info.readable()).await?.ok_or(Error::NotFound("this row".into()))?;
    if purges && form.get(CONFIRMED).is_none() {
        if !deleted.permits(Action::Delete, &key).await? {
            return Err(Error::Forbidden);
        }
        let preview = request.records(info).purge_preview(&key).await?;
        let (blocking, effects) = delete::effects(request, info, Some(&row), &preview).await?;
        let title = titles::title(&request.ctx, info, &row).await?;
        let DeletionPreview { hidden, more, .. } = preview;
        let purging = Purging { key: key.to_text(), title, blocking, effects, hidden, more };
        return show(request, info, (StatusCode::OK, Vec::new()), Some(purging)).await;
    }
    let done = match purges {
        true => request.records(info).purge(&key).await,
        false => request.records(info).restore(&key).await,
    };
    match done {
        Ok(_) if purges => {
            Ok(page::redirect_saying(&format!("{}/trash", request.path(info)), Notice::Purged))
        }
        Ok(row) => Ok(page::redirect_saying(&request.row_path(info, row.key()), Notice::Restored)),
        Err(Error::Conflict(errors)) => {
            let told = error::listed(&errors, MAX_LISTED);
            let told = told.iter().map(|error| match names::of_wire(info, &error.field) {
                Some(label) => format!("{label}: {}", page::sentence(&error.message)),
                None => page::sentence(&error.message),
            });
            show(request, info, (StatusCode::CONFLICT, told.collect()), None).await
        }
        Err(error) => Err(error),
    }
}

async fn show(
    request: &AdminRequest,
    info: &'static EntityInfo,
    (status, errors): (StatusCode, Vec<String>),
    purging: Option<Purging>,
) -> Result<Response> {
    let columns = list::columns(info);
    let records = request.records(info).only_deleted();
    let mut shown = columns.iter().map(|column| column.index).collect::<ColumnSet>();
    shown = shown.union(titles::columns(info)).union(info.deleted_at().into_iter().collect());
    let mut query = ListQuery::new(shown);
    query.order = info.deleted_at().map(|column| Sort::new(column, Direction::Desc)).into_iter().collect();
    query.cursors = Cursors::Next;
    query.page =
        PageArgs { after: request.query.filled("after").map(str::to_owned), ..PageArgs::first(ROWS) };
    let found = records.list(&query).await?;
    let rows = deleted_rows(request, info, records, &found.items).await?;
    let path = request.path(info);
    let next = found.end_cursor.as_deref().filter(|_| found.has_next);
    let heading = format!("Trash of {}", names::words(info.def.plural));
    let page = TrashPage {
        frame: Frame::new(request, heading.clone(), Some(info)),
        heading,
        plural: names::plural(info),
        next: next.map(|after| params::link(&format!("{path}/trash"), [("after", after)])),
        path,
        columns: columns.iter().map(|column| (names::column(column), cell::is_number(column))).collect(),
        rows,
        errors,
        purging,
    };
    page::render(status, &page)
}

async fn deleted_rows(
    request: &AdminRequest,
    info: &'static EntityInfo,
    records: Records<'_>,
    rows: &[Record],
) -> Result<Vec<DeletedRow>> {
    let columns = list::columns(info);
    let labels = Labels::read(&request.ctx, &columns, rows).await?;
    let indexes = columns.iter().map(|column| column.index).collect::<ColumnSet>();
    let hidden = request.records(info).unseen_cells(indexes, rows).await?;
    let keys = rows.iter().map(|row| row.key().clone());
    let permitted = records.permitted_among(Action::Delete, keys).await?;
    let titles = titles::told_apart(rows, &titles::titles(&request.ctx, info, rows).await?);
    let mut shown = Vec::with_capacity(rows.len());
    for (row, title) in rows.iter().zip(titles) {
        let cell = |column: &&'static ColumnInfo| {
            cell::cell(request, column, row, (&labels, &hidden), Extent::Short)
        };
        shown.push(DeletedRow {
            key: row.key().to_text(),
            title,
            history: info.def.history.then(|| format!("{}/history", request.row_path(info, row.key()))),
            cells: columns.iter().map(cell).collect(),
            at: match info.deleted_at().map(|column| row.get(column)) {
                Some(Value::DateTime(at)) => kinds::moment(*at),
                _ => Cell::Empty,
            },
            by: deleted_by(request, info, row.key()).await?,
            permitted: !request.only_reads && permitted.contains(row.key()),
        });
    }
    Ok(shown)
}

/// Who has deleted a row, as far as its history tells.
async fn deleted_by(request: &AdminRequest, info: &'static EntityInfo, key: &Value) -> Result<String> {
    match request.records(info).last_entry(key).await? {
        Some(entry) if entry.action == HistoryAction::Delete => {
            who::name(request, entry.who, entry.subject.as_deref()).await
        }
        _ => Ok(String::new()),
    }
}
