//! The history of a row: who changed what and when, two states beside each other, and changes put back. What is put back is a
//! new change, made as every other.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cell::{Cell, Extent};
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::titles::{self, Labels};
use crate::admin::{edit, entities, kinds, names, who};
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::history::{FieldChange, HistoryAction, HistoryEntry};
use crate::policy::Action;
use crate::query::PageArgs;
use crate::service::history::{self, state::RowState, state::recorded_alike};
use crate::service::{Merged, SeenRow};
use crate::value::{Assignments, Record, Value};

/// Entries of a page.
const ENTRIES: u32 = 25;
/// The button that puts something back; its value says what.
const PUT_BACK: &str = "_put_back";
/// What the page showed of the row.
const SHOWN: &str = "_shown";
/// Characters of a value in a change.
const SHORT: usize = 200;

#[derive(Template)]
#[template(path = "admin/history.html")]
struct HistoryPage {
    frame: Frame,
    heading: String,
    plural: String,
    path: String,
    /// The row's own page, while it has one.
    row_path: Option<String>,
    here: String,
    entries: Vec<Entry>,
    /// The form in which something is put back, while that may be done: what the page shows of the row.
    shown: Option<String>,
    /// Times to be compared: the number of the entry and when it was.
    times: Vec<(i64, String, bool, bool)>,
    compared: Option<Vec<Difference>>,
    next: Option<String>,
    error: Option<String>,
}

/// One entry.
struct Entry {
    id: i64,
    what: String,
    who: String,
    at: Cell,
    changes: Vec<Change>,
    /// Whether all of it can be put back.
    undo: bool,
    /// Whether the row can be put back to what it was then.
    to_state: bool,
}

/// The change of a field.
pub(super) struct Change {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) from: Cell,
    pub(super) to: Cell,
    /// Whether it can be put back.
    back: bool,
}

/// A field at two times.
struct Difference {
    label: String,
    before: Cell,
    after: Cell,
    differs: bool,
}

/// The page, and what its buttons do.
pub(super) async fn handle(
    request: &AdminRequest,
    info: &'static EntityInfo,
    id: &str,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    if !info.def.history {
        return Err(Error::NotFound("this page".into()));
    }
    let key = parse_key(info, id)?;
    let Some(form) = form else { return show(request, info, &key, None).await };
    let row = request.records(info).get(&key).await?;
    request.authorize_row(info, Action::Update, &row).await?;
    let what = form.get(PUT_BACK).unwrap_or_default();
    let values = match put_back(request, info, &key, what).await? {
        Ok(values) => values,
        Err(refused) => {
            return show(request, info, &key, Some((StatusCode::UNPROCESSABLE_ENTITY, refused))).await;
        }
    };
    let seen = form.get(SHOWN).map(|text| SeenRow::read(info, text)).transpose()?.unwrap_or_default();
    match request.records(info).update_seen(&key, Some(seen), values, Vec::new()).await {
        Ok(Merged::Saved { changed, .. }) => {
            let notice = if changed { Notice::Saved } else { Notice::Unchanged };
            Ok(page::redirect_saying(&format!("{}/history", request.row_path(info, &key)), notice))
        }
        Ok(Merged::Conflict { .. }) => {
            let last = who::last_change(request, info, &key, false).await?;
            let message = format!(
                "Nothing was put back: someone else has changed the same since you opened this page.{last}"
            );
            show(request, info, &key, Some((StatusCode::CONFLICT, message))).await
        }
        Err(
            error @ (Error::Validation(_)
            | Error::Conflict(_)
            | Error::ForbiddenFields(_)
            | Error::Application(_)),
        ) => {
            let told = error.fields().iter().map(|error| match names::of_wire(info, &error.field) {
                Some(label) => format!("{label}: {}", page::sentence(&error.message)),
                None => page::sentence(&error.message),
            });
            let told = told.collect::<Vec<_>>();
            let told = if told.is_empty() { page::sentence(&error.to_string()) } else { told.join(" ") };
            let message = format!("Nothing was put back. {told}");
            show(request, info, &key, Some((StatusCode::UNPROCESSABLE_ENTITY, message))).await
        }
        Err(error) => Err(error),
    }
}

/// The values that a button asks for: `field:12:title`, `change:12`, `state:12`; or why there are none.
async fn put_back(
    request: &AdminRequest,
    info: &'static EntityInfo,
    key: &Value,
    what: &str,
) -> Result<std::result::Result<Assignments, String>> {
    let unknown = || Error::bad_request("this cannot be put back; open the page again");
    let mut words = what.splitn(3, ':');
    let (kind, id, field) = (words.next().unwrap_or_default(), words.next(), words.next());
    let id: i64 = id.and_then(|id| id.parse().ok()).ok_or_else(unknown)?;
    let records = request.records(info);
    let settable = edit::settable(request, info, Action::Update);
    let mut values = Assignments::new();
    if kind == "state" {
        let now = records.get(key).await?;
        for (column, value) in records.state_after(key, id).await? {
            let is_settable = settable.iter().any(|known| known.index == column);
            if is_settable && !recorded_alike(&value, now.get(column)) {
                values.set(column, value);
            }
        }
    } else {
        let entry = records.history_entry(key, id).await?;
        let wanted = entry.changes.iter().filter(|change| match (kind, field) {
            ("change", None) => true,
            ("field", Some(field)) => change.field == field,
            _ => false,
        });
        for change in wanted {
            let Some(column) = settable.iter().find(|column| column.wire == change.field) else { continue };
            if let Some(value) = before(request, info, column, change) {
                values.set(column.index, value);
            }
        }
    }
    Ok(match values.is_empty() {
        true => Err("Nothing of it can be put back: it is so already, or may not be set here.".to_owned()),
        false => Ok(values),
    })
}

/// What a field was before a change.
fn before(
    request: &AdminRequest,
    info: &'static EntityInfo,
    column: &ColumnInfo,
    change: &FieldChange,
) -> Option<Value> {
    match (change.is_secret(), &change.from) {
        (true, _) => None,
        (false, None) => Some(Value::Null),
        (false, Some(from)) => request.records(info).recorded_value(column.index, from),
    }
}

async fn show(
    request: &AdminRequest,
    info: &'static EntityInfo,
    key: &Value,
    failure: Option<(StatusCode, String)>,
) -> Result<Response> {
    let records = request.records(info);
    let after = request.query.filled("after").map(str::to_owned);
    let found = history::read(&records, key, PageArgs { after, ..PageArgs::first(ENTRIES) }).await?;
    let row = records.find(key, info.readable()).await?;
    let settable = match &row {
        Some(row) if records.permits(Action::Update, row.key()).await? && !request.only_reads => {
            edit::settable(request, info, Action::Update)
        }
        _ => Vec::new(),
    };
    let last = records.with_deleted().find(key, info.readable()).await?;
    let title = match &last {
        Some(row) => titles::title(&request.ctx, info, row).await?,
        None => entities::title_by_key(info, key),
    };
    let here = format!("{}/history", request.row_path(info, key));
    let mut entries = Vec::with_capacity(found.items.len());
    for (position, entry) in found.items.iter().enumerate() {
        let changes = changes(request, info, entry, &settable).await?;
        let is_update = entry.action == HistoryAction::Update;
        entries.push(Entry {
            id: entry.id,
            what: done(entry),
            who: who::name(request, entry.who, entry.subject.as_deref()).await?,
            at: kinds::moment(entry.at),
            undo: is_update && changes.len() > 1 && changes.iter().any(|change| change.back),
            to_state: !settable.is_empty() && (position > 0 || request.query.filled("after").is_some()),
            changes,
        });
    }
    let (from, to) = (asked_time(request, "from"), asked_time(request, "to"));
    let compared = match (from, to) {
        (Some(from), Some(to)) => Some(compare(request, info, key, from, to).await?),
        _ => None,
    };
    let times = found.items.iter().map(|entry| {
        let when = format!("{}, {}", kinds::moment_text(entry.at), done(entry).to_lowercase());
        (entry.id, when, from == Some(entry.id), to == Some(entry.id))
    });
    let next = found.end_cursor.as_deref().filter(|_| found.has_next);
    let heading = format!("History of {title}");
    let seen = |row: &Record| {
        let columns = settable.iter().filter(|column| column.readable).map(|column| column.index);
        SeenRow::of(row, columns).write(info)
    };
    let page = HistoryPage {
        frame: Frame::new(request, heading.clone(), Some(info)),
        heading,
        plural: names::plural(info),
        path: request.path(info),
        row_path: row.as_ref().map(|row| request.row_path(info, row.key())),
        shown: row.as_ref().filter(|_| !settable.is_empty()).map(seen),
        times: times.collect(),
        compared,
        next: next.map(|after| params::link(&here, [("after", after)])),
        here,
        entries,
        error: failure.as_ref().map(|(_, message)| message.clone()),
    };
    page::render(failure.map_or(StatusCode::OK, |(status, _)| status), &page)
}

fn asked_time(request: &AdminRequest, name: &str) -> Option<i64> {
    request.query.filled(name)?.parse().ok()
}

/// What was done, in a word or two.
pub(super) fn done(entry: &HistoryEntry) -> String {
    let done = match entry.action {
        HistoryAction::Create => "Created",
        HistoryAction::Update => "Changed",
        HistoryAction::Delete => "Deleted",
        HistoryAction::Restore => "Restored",
    };
    match &entry.in_action {
        Some(action) => format!("{done} by “{}”", names::heading(action)),
        None => done.to_owned(),
    }
}

/// The changes of an entry that the account may see.
pub(super) async fn changes(
    request: &AdminRequest,
    info: &'static EntityInfo,
    entry: &HistoryEntry,
    settable: &[&'static ColumnInfo],
) -> Result<Vec<Change>> {
    let mut shown = Vec::new();
    for change in &entry.changes {
        let column = info.on(Surface::Admin).readable().iter().find(|column| column.wire == change.field);
        let Some(column) =
            column.copied().filter(|column| !info.is_hidden_column(column.index, &request.ctx))
        else {
            continue;
        };
        let is_update = entry.action == HistoryAction::Update;
        shown.push(Change {
            name: column.wire,
            label: names::column(column),
            from: side(request, info, column, change, change.from.as_ref()).await?,
            to: side(request, info, column, change, change.to.as_ref()).await?,
            back: is_update
                && !change.is_secret()
                && settable.iter().any(|settable| settable.index == column.index),
        });
    }
    Ok(shown)
}

/// One side of a change.
async fn side(
    request: &AdminRequest,
    info: &'static EntityInfo,
    column: &'static ColumnInfo,
    change: &FieldChange,
    recorded: Option<&serde_json::Value>,
) -> Result<Cell> {
    match recorded {
        _ if change.is_secret() => Ok(Cell::Hidden),
        None => Ok(Cell::Empty),
        Some(recorded) => match request.records(info).recorded_value(column.index, recorded) {
            Some(value) => value_cell(request, column, &value).await,
            // What the field cannot hold any more.
            None => Ok(Cell::Code(crate::types::shorten(&recorded.to_string(), SHORT).into_owned())),
        },
    }
}

/// A value by itself: a related row by its label.
async fn value_cell(request: &AdminRequest, column: &'static ColumnInfo, value: &Value) -> Result<Cell> {
    let Some(target) = column.target().filter(|_| !value.is_null()) else {
        return Ok(kinds::cell(column, value, Extent::Short));
    };
    let mut labels = Labels::default();
    labels.add(&request.ctx, column.index, target, std::slice::from_ref(value)).await?;
    Ok(Cell::Text(match labels.get(column.index, value) {
        Some(label) => label.to_owned(),
        None => entities::title_by_key(target, value),
    }))
}

/// Two states beside each other.
async fn compare(
    request: &AdminRequest,
    info: &'static EntityInfo,
    key: &Value,
    from: i64,
    to: i64,
) -> Result<Vec<Difference>> {
    let records = request.records(info);
    let (before, after) = (records.state_after(key, from).await?, records.state_after(key, to).await?);
    let mut differences = Vec::new();
    for column in entities::readable(info) {
        let (one, other) = (before.get(&column.index), after.get(&column.index));
        if one.is_none() && other.is_none() {
            continue;
        }
        differences.push(Difference {
            label: names::column(column),
            before: state_cell(request, column, &before).await?,
            after: state_cell(request, column, &after).await?,
            differs: match (one, other) {
                (Some(one), Some(other)) => !recorded_alike(one, other),
                _ => false,
            },
        });
    }
    Ok(differences)
}

async fn state_cell(request: &AdminRequest, column: &'static ColumnInfo, state: &RowState) -> Result<Cell> {
    match state.get(&column.index) {
        Some(value) => value_cell(request, column, value).await,
        None => Ok(Cell::Hidden),
    }
}
