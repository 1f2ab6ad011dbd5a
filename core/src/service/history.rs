//! Writing history, in the transaction of the rows; and reading it, under the entity's policy.

#[cfg(feature = "admin")]
pub(crate) mod log;
#[cfg(feature = "admin")]
pub(crate) mod state;

use serde_json::{Map, Value as Json};

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, ColumnRole, Entity as _, EntityInfo, IntoAssignments as _, RowChange};
use crate::error::{Error, Result};
use crate::history::{FROM, HistoryAction, HistoryEntry, HistoryRow, HistoryRowInput, HistoryWho, TO};
use crate::policy::Action;
use crate::principal::Principal;
use crate::query::{Page, PageArgs, Query};
use crate::service::{Records, Service};
use crate::sql::append;
use crate::types::{EnumDef, JsonStyle, Kind};
use crate::value::{ColumnSet, Record, Value};

/// Values bound by one statement at most.
const MAX_BOUND: usize = 30_000;

/// Records changes, in as few statements as the number of bound values allows. An update that changed
/// nothing leaves no entry.
///
/// To be called in the transaction of the writes.
pub(crate) async fn record(ctx: &Ctx, info: &EntityInfo, changes: &[RowChange]) -> Result<()> {
    let entries = changes.iter().filter_map(|row| {
        let (action, key, changes) = match row {
            RowChange::Created(row) => (HistoryAction::Create, row.key(), one_sided(info, row, TO)),
            RowChange::Deleted(row) => (HistoryAction::Delete, row.key(), one_sided(info, row, FROM)),
            RowChange::Updated { before, after } => {
                let changes = differences(info, before, after);
                if changes.is_empty() {
                    return None;
                }
                (HistoryAction::Update, after.key(), changes)
            }
            RowChange::Restored { before, after } => {
                (HistoryAction::Restore, after.key(), differences(info, before, after))
            }
        };
        Some(entry(ctx, info, action, key, changes))
    });
    write(ctx, entries.collect()).await
}

/// The row of an entry.
fn entry(
    ctx: &Ctx,
    info: &EntityInfo,
    action: HistoryAction,
    key: &Value,
    changes: Map<String, Json>,
) -> HistoryRowInput {
    let principal = ctx.principal();
    HistoryRowInput {
        subject: match principal {
            Principal::Subject(subject) => Some(subject.id.clone()),
            Principal::Anonymous | Principal::System => None,
        },
        request_id: Some(ctx.request_id()).filter(|id| !id.is_empty()).map(str::to_owned),
        in_action: ctx.running_action().map(str::to_owned),
        ..HistoryRowInput::new(
            info.def.table,
            key.to_text(),
            action,
            HistoryWho::of(principal),
            Json::Object(changes),
        )
    }
}

async fn write(ctx: &Ctx, entries: Vec<HistoryRowInput>) -> Result<()> {
    let info = HistoryRow::def().info();
    let now = Value::DateTime(ctx.now());
    let mut columns = ColumnSet::EMPTY;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut values = entry.into_assignments();
        for stamp in info.created_at().into_iter().chain(info.updated_at()) {
            values.set(stamp, now.clone());
        }
        let mut values: Vec<_> = values.into_values().collect();
        values.sort_by_key(|(column, _)| *column);
        columns = values.iter().map(|(column, _)| *column).collect();
        rows.push(values.into_iter().map(|(_, value)| value).collect::<Vec<_>>());
    }
    for rows in rows.chunks((MAX_BOUND / columns.len().max(1)).max(1)) {
        let statement = append(info, ctx.db().dialect(), columns, rows);
        ctx.engine().execute(statement).await?;
    }
    Ok(())
}

/// The columns that history records: neither the engine's own nor computed ones.
fn recorded(info: &EntityInfo) -> impl Iterator<Item = &ColumnInfo> {
    info.columns.iter().filter(|column| column.role == ColumnRole::Field && column.is_stored())
}

/// The values of a created or deleted row; NULLs are left out.
fn one_sided(info: &EntityInfo, row: &Record, side: &str) -> Map<String, Json> {
    let set = recorded(info).filter(|column| !row.get(column.index).is_null());
    set.map(|column| (column.wire.to_owned(), change(column, [(side, row.get(column.index))]))).collect()
}

fn differences(info: &EntityInfo, before: &Record, after: &Record) -> Map<String, Json> {
    let sides = |column: &ColumnInfo| [(FROM, before.get(column.index)), (TO, after.get(column.index))];
    recorded(info)
        .filter(|column| before.get(column.index) != after.get(column.index))
        .map(|column| (column.wire.to_owned(), change(column, sides(column))))
        .collect()
}

/// The change of a column, without its values if they are secret.
fn change<'v>(column: &ColumnInfo, sides: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Json {
    if !column.readable || column.kind == Kind::Password {
        return Json::Object(Map::new());
    }
    Json::Object(sides.into_iter().map(|(side, value)| (side.to_owned(), json(value))).collect())
}

fn json(value: &Value) -> Json {
    match value {
        Value::Json(json) => json.clone(),
        Value::Text(text) => Json::String(text.clone()),
        value => {
            let mut text = Vec::new();
            value.write_json(JsonStyle::Rest, &mut text);
            serde_json::from_slice(&text).unwrap_or_default()
        }
    }
}

/// A page of a row's history, newest first.
///
/// Whoever may read the entity's rows may read their history, also that of a deleted row.
pub(crate) async fn read(records: &Records<'_>, key: &Value, page: PageArgs) -> Result<Page<HistoryEntry>> {
    let (ctx, info) = (records.ctx(), records.info());
    let rows = info.authorize(Action::Read, ctx)?;
    if !info.def.history {
        return Err(Error::bad_request(format!("{} keeps no history", info.def.name)));
    }
    // A row that may be hidden must exist, deleted softly or not; once it is deleted for good, its owner is not known.
    if !rows.is_always() && records.with_deleted().find(key, ColumnSet::KEY).await?.is_none() {
        return Err(Error::NotFound(info.def.name.into()));
    }
    let system = ctx.with_principal(Principal::System);
    let entries_of_row = HistoryRow::entity().eq(info.def.table) & HistoryRow::key().eq(key.to_text());
    let query = Query { page, ..Query::filter(entries_of_row).order(HistoryRow::id().desc()) };
    let first_page = query.page.after.is_none() && query.page.before.is_none();
    let found = Service::<HistoryRow>::new(&system).list(query).await?;
    // A row may be older than its history; one that never existed has none.
    if found.items.is_empty() && first_page {
        records.find(key, ColumnSet::KEY).await?.ok_or_else(|| Error::NotFound(info.def.name.into()))?;
    }
    let hidden = hidden_fields(info, ctx);
    // By its old name a hidden field would be shown: the names come first.
    found.try_map(|row| Ok(in_names_of_now(info, HistoryEntry::from_row(row)?).without(&hidden)))
}

/// The fields that are hidden from the principal in some rows, by their names.
fn hidden_fields(info: &'static EntityInfo, ctx: &Ctx) -> Vec<&'static str> {
    info.hidden_cells(ctx).into_iter().map(|(column, _)| info.columns[column].wire).collect()
}

/// An entry from before a field or a variant was renamed (`was = "…"`), in the names that they have now.
fn in_names_of_now(info: &'static EntityInfo, mut entry: HistoryEntry) -> HistoryEntry {
    for change in &mut entry.changes {
        let Some(column) = column_of(info, &change.field) else { continue };
        column.wire.clone_into(&mut change.field);
        if let Some(def) = column.kind.enum_def() {
            change.from.iter_mut().chain(&mut change.to).for_each(|value| rename_variants(def, value));
        }
    }
    entry
}

/// The column that a recorded name is of. A name that a field has now is that field's, whatever it was before.
fn column_of<'i>(info: &'i EntityInfo, recorded: &str) -> Option<&'i ColumnInfo> {
    let had = |column: &&ColumnInfo| column.field.is_some_and(|field| field.was == Some(recorded));
    let now = info.columns.iter().find(|column| column.wire == recorded);
    now.or_else(|| info.columns.iter().find(had))
}

fn rename_variants(def: &'static EnumDef, value: &mut Json) {
    match value {
        Json::String(text) => {
            if let Some(variant) = def.by_stored(text) {
                variant.wire.clone_into(text);
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| rename_variants(def, element)),
        _ => {}
    }
}
