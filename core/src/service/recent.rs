//! The newest entries of the history over all entities, as far as a principal may read the rows that they are about.

use std::collections::HashMap;

use crate::ctx::Ctx;
use crate::entity::{EntityInfo, Registry};
use crate::error::{Error, Result};
use crate::history::{HistoryAction, HistoryRow, HistoryRowModel, HistoryWho};
use crate::policy::Action;
use crate::principal::Principal;
use crate::query::Query;
use crate::service::{Records, Service};
use crate::types::{DateTime, Utc};
use crate::value::{ColumnSet, Value};

/// Entries that are looked at: what the principal may not read among them is not made up for.
const ENTRIES: u32 = 100;

/// A change of a row that the principal may read.
#[derive(Debug)]
pub(crate) struct RecentChange {
    pub(crate) info: &'static EntityInfo,
    pub(crate) key: Value,
    pub(crate) action: HistoryAction,
    pub(crate) at: DateTime<Utc>,
    pub(crate) who: HistoryWho,
    pub(crate) subject: Option<String>,
}

/// The newest changes of rows that are there and that the principal may read, one for each row, `most` at most.
///
/// # Errors
/// As of the database. Where there is no history there are no changes.
pub(crate) async fn recent_changes(ctx: &Ctx, entities: &Registry, most: usize) -> Result<Vec<RecentChange>> {
    let kept = |info: &&'static EntityInfo| info.def.history && info.permits(Action::Read, ctx);
    let readable: HashMap<&str, &'static EntityInfo> =
        entities.iter().filter(kept).map(|info| (info.def.table, info)).collect();
    if readable.is_empty() {
        return Ok(Vec::new());
    }
    let system = ctx.with_principal(Principal::System);
    let newest = Query::default().order(HistoryRow::id().desc()).first(ENTRIES);
    let rows = match Service::<HistoryRow>::new(&system).list(newest).await {
        Ok(page) => page.items,
        Err(Error::NoTable(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut changes: Vec<RecentChange> = Vec::new();
    for row in &rows {
        let Some(change) = readable.get(row.entity.as_str()).and_then(|info| change(info, row)) else {
            continue;
        };
        let same = |other: &RecentChange| std::ptr::eq(other.info, change.info) && other.key == change.key;
        if !changes.iter().any(same) {
            changes.push(change);
        }
    }
    let mut visible: Vec<(&'static EntityInfo, Value)> = Vec::new();
    for info in readable.into_values() {
        let of = changes.iter().filter(|change| std::ptr::eq(change.info, info));
        let keys: Vec<Value> = of.map(|change| change.key.clone()).collect();
        if !keys.is_empty() {
            let found = Records::new(ctx, info).find_many(0, &keys, ColumnSet::KEY).await?;
            visible.extend(found.iter().map(|row| (info, row.key().clone())));
        }
    }
    changes.retain(|change| {
        visible.iter().any(|(info, key)| std::ptr::eq(*info, change.info) && *key == change.key)
    });
    changes.truncate(most);
    Ok(changes)
}

fn change(info: &'static EntityInfo, row: &HistoryRowModel) -> Option<RecentChange> {
    Some(RecentChange {
        info,
        key: info.key().kind.decode_text(&row.key).ok()?,
        action: row.action,
        at: row.created_at,
        who: row.who,
        subject: row.subject.clone(),
    })
}
