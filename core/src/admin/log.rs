//! The log: the history of all entities together, as far as the account may read them.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cell::Cell;
use crate::admin::control::{self, Choice};
use crate::admin::history::{self, Change};
use crate::admin::page::{self, Frame};
use crate::admin::params;
use crate::admin::request::{AdminRequest, search_text};
use crate::admin::{entities, kinds, names, titles, who};
use crate::auth::subject_of;
use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::history::log::{LogEntry, LogQuery, log};
use crate::value::Value;

/// Entries of a page.
const ENTRIES: usize = 50;
/// Changes that are shown of an entry.
const CHANGES: usize = 6;

#[derive(Template)]
#[template(path = "admin/log.html")]
struct LogPage {
    frame: Frame,
    path: String,
    entities: Vec<Choice>,
    who: String,
    since: String,
    filtered: bool,
    entries: Vec<Line>,
    next: Option<String>,
}

struct Line {
    at: Cell,
    who: String,
    what: String,
    entity: String,
    title: String,
    href: String,
    changes: Vec<Change>,
    others: usize,
}

/// The entities whose history the account may read.
pub(super) fn recorded(request: &AdminRequest) -> Vec<&'static EntityInfo> {
    let all = request.state.registry().iter();
    all.filter(|info| info.def.history && info.is_on(Surface::Admin) && request.allows(info, Action::Read))
        .collect()
}

/// The address of the log, where there is something in it that the account may read.
pub(super) fn address(request: &AdminRequest) -> Option<String> {
    (!recorded(request).is_empty()).then(|| format!("{}/admin/history", request.base))
}

/// The page.
pub(super) async fn show(request: &AdminRequest) -> Result<Response> {
    let recorded = recorded(request);
    let asked = |name: &str| request.query.filled(name).unwrap_or_default();
    let (entity, who, since) = (asked("entity"), asked("who"), asked("since"));
    let mut query = LogQuery { limit: ENTRIES, entities: recorded.clone(), ..LogQuery::default() };
    if !entity.is_empty() {
        query.entities.retain(|info| info.def.rest_path == entity);
    }
    if !since.is_empty() {
        let day: NaiveDate =
            since.parse().map_err(|_| Error::bad_request("`since` is a day, such as 2026-01-31"))?;
        query.since = day.and_hms_opt(0, 0, 0).map(|start| start.and_utc());
    }
    if let Some(before) = request.query.filled("before") {
        query.before =
            Some(before.parse().map_err(|_| Error::bad_request("`before` is the number of an entry"))?);
    }
    if !who.is_empty() {
        query.subject = Some(match who {
            who if who == who::you() => request.ctx.principal().id().to_owned(),
            who => subject_of(&request.ctx, &search_text(who)?).await?,
        });
    }
    let found = log(&request.ctx, &query).await?;
    let path = format!("{}/admin/history", request.base);
    let next = found.next.map(|before| {
        let before = before.to_string();
        params::link(&path, [("entity", entity), ("who", who), ("since", since), ("before", &before)])
    });
    let choices = recorded.iter().map(|info| (info.def.rest_path, names::plural(info)));
    let page = LogPage {
        frame: Frame::new(request, "History", None),
        path,
        entities: control::choices(entity, Some("All"), choices),
        filtered: !(entity.is_empty() && who.is_empty() && since.is_empty()),
        who: who.to_owned(),
        since: since.to_owned(),
        entries: lines(request, found.entries).await?,
        next,
    };
    page::render(StatusCode::OK, &page)
}

async fn lines(request: &AdminRequest, entries: Vec<LogEntry>) -> Result<Vec<Line>> {
    let titles = row_titles(request, &entries).await?;
    let mut names_of: HashMap<Option<String>, String> = HashMap::new();
    let mut lines = Vec::with_capacity(entries.len());
    for LogEntry { info, key, entry } in entries {
        let who = match names_of.get(&entry.subject).filter(|_| entry.subject.is_some()) {
            Some(name) => name.clone(),
            None => {
                let name = who::name(request, entry.who, entry.subject.as_deref()).await?;
                names_of.insert(entry.subject.clone(), name.clone());
                name
            }
        };
        let mut changes = history::changes(request, info, &entry, &[]).await?;
        let others = changes.len().saturating_sub(CHANGES);
        changes.truncate(CHANGES);
        let title = titles.get(&(info.def.table, key.to_text())).cloned();
        lines.push(Line {
            at: kinds::moment(entry.at),
            who,
            what: history::done(&entry),
            entity: names::singular(info),
            title: title.unwrap_or_else(|| entities::title_by_key(info, &key)),
            href: format!("{}/history", request.row_path(info, &key)),
            changes,
            others,
        });
    }
    Ok(lines)
}

/// What the rows are called that are still there, by table and key: one look-up for each entity.
async fn row_titles(
    request: &AdminRequest,
    entries: &[LogEntry],
) -> Result<HashMap<(&'static str, String), String>> {
    let mut keys: HashMap<&'static str, (&'static EntityInfo, Vec<Value>)> = HashMap::new();
    for LogEntry { info, key, .. } in entries {
        let (_, keys) = keys.entry(info.def.table).or_insert((info, Vec::new()));
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    let mut titles = HashMap::new();
    for (table, (info, keys)) in keys {
        let columns = titles::columns(info);
        let rows = request.records(info).with_deleted().find_many(0, &keys, columns).await?;
        let named = titles::titles(&request.ctx, info, &rows).await?;
        titles.extend(rows.iter().zip(named).map(|(row, title)| ((table, row.key().to_text()), title)));
    }
    Ok(titles)
}
