//! The history of all entities together, newest first: of each what the principal may read.

use std::collections::{HashMap, HashSet};

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::history::{HistoryAction, HistoryEntry, HistoryRow, HistoryRowModel, HistoryWho};
use crate::policy::Action;
use crate::principal::Principal;
use crate::query::{PageArgs, Query};
use crate::service::history::{hidden_fields, in_names_of_now};
use crate::service::lookup_key::LookupKey;
use crate::service::{Records, Service};
use crate::types::{DateTime, Utc};
use crate::value::{ColumnSet, Value};

/// Entries that are read at once.
const AT_ONCE: u32 = 100;
/// How often more are read to fill a page, where most may not be shown.
const ROUNDS: usize = 10;

/// Which entries are asked for.
#[derive(Debug, Default)]
pub(crate) struct LogQuery {
    /// Of these entities.
    pub(crate) entities: Vec<&'static EntityInfo>,
    /// Of this subject.
    pub(crate) subject: Option<String>,
    /// Of this kind of principal.
    pub(crate) who: Option<HistoryWho>,
    /// That did this.
    pub(crate) action: Option<HistoryAction>,
    /// Of this time or later.
    pub(crate) since: Option<DateTime<Utc>>,
    /// Older than the entry of this number.
    pub(crate) before: Option<i64>,
    /// So many at most.
    pub(crate) limit: usize,
}

/// An entry with the row that it is about.
#[derive(Debug)]
pub(crate) struct LogEntry {
    /// The entity of the row.
    pub(crate) info: &'static EntityInfo,
    /// The key of the row.
    pub(crate) key: Value,
    /// What was done.
    pub(crate) entry: HistoryEntry,
}

/// A part of the log.
#[derive(Debug, Default)]
pub(crate) struct LogPage {
    /// The entries, newest first.
    pub(crate) entries: Vec<LogEntry>,
    /// The number before which to go on; none at the end.
    pub(crate) next: Option<i64>,
}

/// Entries that match and that the principal may read: as a row's history is read, under its entity's rule. Where the rule
/// depends on the row, its entries are shown while the row is there, deleted softly or not.
///
/// # Errors
/// As of the database.
pub(crate) async fn log(ctx: &Ctx, query: &LogQuery) -> Result<LogPage> {
    let readable = query.entities.iter().copied();
    let readable: HashMap<&str, &'static EntityInfo> = readable
        .filter(|info| info.def.history && info.permits(Action::Read, ctx))
        .map(|info| (info.def.table, info))
        .collect();
    let mut page = LogPage::default();
    if readable.is_empty() {
        return Ok(page);
    }
    let system = ctx.with_principal(Principal::System);
    let mut before = query.before;
    for _ in 0..ROUNDS {
        let found = Service::<HistoryRow>::new(&system).list(matching(query, &readable, before)).await;
        let found = match found {
            // There is no history yet.
            Err(Error::NoTable(_)) => return Ok(page),
            found => found?,
        };
        let has_next = found.has_next;
        let shown = shown(ctx, &readable, found.items).await?;
        for (id, entry) in shown {
            if page.entries.len() == query.limit {
                page.next = before;
                return Ok(page);
            }
            before = Some(id);
            page.entries.extend(entry);
        }
        if !has_next {
            return Ok(page);
        }
    }
    page.next = before;
    Ok(page)
}

fn matching(
    query: &LogQuery,
    readable: &HashMap<&str, &'static EntityInfo>,
    before: Option<i64>,
) -> Query<HistoryRow> {
    let tables = readable.keys().map(|table| (*table).to_owned()).collect::<Vec<_>>();
    let mut filter = match &tables[..] {
        [table] => HistoryRow::entity().eq(table.clone()),
        _ => HistoryRow::entity().is_in(tables),
    };
    if let Some(subject) = &query.subject {
        filter = filter & HistoryRow::subject().eq(subject.clone());
    }
    if let Some(who) = query.who {
        filter = filter & HistoryRow::who().eq(who);
    }
    if let Some(action) = query.action {
        filter = filter & HistoryRow::action().eq(action);
    }
    if let Some(since) = query.since {
        filter = filter & HistoryRow::created_at().gte(since);
    }
    if let Some(before) = before {
        filter = filter & HistoryRow::id().lt(before);
    }
    Query { page: PageArgs::first(AT_ONCE), ..Query::filter(filter).order(HistoryRow::id().desc()) }
}

/// The entries by their numbers; none for those that the principal may not read.
async fn shown(
    ctx: &Ctx,
    readable: &HashMap<&str, &'static EntityInfo>,
    rows: Vec<HistoryRowModel>,
) -> Result<Vec<(i64, Option<LogEntry>)>> {
    let mut keys: HashMap<&str, Vec<Value>> = HashMap::new();
    for row in &rows {
        let Some(info) = readable.get(row.entity.as_str()) else { continue };
        if !info.permits_every_row(Action::Read, ctx) {
            keys.entry(info.def.table).or_default().extend(key_of(info, &row.key));
        }
    }
    let mut seen: HashMap<&str, HashSet<LookupKey>> = HashMap::new();
    for (table, keys) in keys {
        let Some(info) = readable.get(table) else { continue };
        let found = Records::new(ctx, info).with_deleted().find_many(0, &keys, ColumnSet::KEY).await?;
        let found = found.iter().filter_map(|row| LookupKey::of(row.key()));
        seen.insert(info.def.table, found.collect());
    }
    let entry = |row: HistoryRowModel| {
        let id = row.id.get();
        let Some(info) = readable.get(row.entity.as_str()).copied() else { return Ok((id, None)) };
        let Some(key) = key_of(info, &row.key) else { return Ok((id, None)) };
        let is_seen = match seen.get(info.def.table) {
            Some(keys) => LookupKey::of(&key).is_some_and(|key| keys.contains(&key)),
            None => true,
        };
        if !is_seen {
            return Ok((id, None));
        }
        let entry = in_names_of_now(info, HistoryEntry::from_row(row)?).without(&hidden_fields(info, ctx));
        Ok((id, Some(LogEntry { info, key, entry })))
    };
    rows.into_iter().map(entry).collect()
}

fn key_of(info: &EntityInfo, text: &str) -> Option<Value> {
    info.key().kind.decode_text(text).ok()
}
