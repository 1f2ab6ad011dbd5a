//! References to rows that may be hidden: the database sees them still, so a foreign key does not refuse them.

use std::collections::{BTreeMap, HashSet};

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::Deleted;
use crate::service::lookup_key::LookupKey;
use crate::service::{Records, db_error};
use crate::sql::{RowScope, by_column_among, scoped_by_column};
use crate::value::{ColumnSet, Value};

/// Where a column points to, if that is an entity with `soft_delete`.
pub(super) fn soft(info: &EntityInfo, column: usize) -> Option<&'static EntityInfo> {
    info.columns[column].target().filter(|target| target.def.soft_delete)
}

/// Whether a column points to rows that may be hidden from the principal, deleted or not its to read.
pub(super) fn is_hideable(records: &Records<'_>, column: usize) -> bool {
    let target = records.info.columns[column].target();
    target.is_some_and(|target| target.def.soft_delete || !is_open(target, records.ctx))
}

/// Whether the principal may read every row.
fn is_open(target: &EntityInfo, ctx: &Ctx) -> bool {
    target.permitted(Action::Read, ctx).is_always()
}

/// Refuses references to hidden rows as if those were missing. Each value comes with its row and its column; errors
/// say in which row if there are `positions`. To be called inside a transaction, to the end of which the rows referred
/// to stay as they are found. A row that is not there at all is left to the foreign key.
pub(super) async fn check<'v>(
    records: &Records<'_>,
    values: impl Iterator<Item = (usize, usize, &'v Value)>,
    positions: bool,
) -> Result<()> {
    let mut references: BTreeMap<usize, Vec<(usize, &Value)>> = BTreeMap::new();
    for (row, column, value) in values.filter(|(_, _, value)| !value.is_null()) {
        references.entry(column).or_default().push((row, value));
    }
    let mut errors = Vec::new();
    for (column, values) in references {
        let Some(target) = records.info.columns[column].target() else { continue };
        let keys = values.iter().map(|(_, value)| *value);
        let hidden = match is_open(target, records.ctx) {
            true => hidden(records, target, keys, None).await?,
            false => not_readable(records, target, keys).await?,
        };
        for (row, value) in values {
            if LookupKey::of(value).is_some_and(|key| hidden.contains(&key)) {
                let error = db_error::missing(&records.info.columns[column]);
                errors.push((row, if positions { error.at(row) } else { error }));
            }
        }
    }
    errors.sort_by_key(|(row, _)| *row);
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Error::Conflict(errors.into_iter().map(|(_, error)| error).collect())),
    }
}

/// Which of these rows are not there for the principal. Those that are stay so until the transaction ends.
async fn not_readable<'v>(
    records: &Records<'_>,
    target: &'static EntityInfo,
    keys: impl Iterator<Item = &'v Value>,
) -> Result<HashSet<LookupKey>> {
    let mut not_readable = HashSet::new();
    let keys: Vec<Value> =
        keys.filter(|key| LookupKey::of(key).is_some_and(|key| not_readable.insert(key))).cloned().collect();
    let rows = target.permitted(Action::Read, records.ctx);
    if keys.is_empty() || rows.is_never() {
        return Ok(not_readable);
    }
    let scope = RowScope { rows, ..RowScope::unrestricted(target, Deleted::Hidden) };
    let (statement, layout) = scoped_by_column(&scope, records.dialect(), ColumnSet::KEY, 0, &keys)?;
    for row in records.ctx.engine().write(statement.for_key_share(records.dialect()), &layout).await? {
        LookupKey::of(row.key()).map(|key| not_readable.remove(&key));
    }
    Ok(not_readable)
}

/// Which of these rows are hidden, but for those since the time `together`. On PostgreSQL this waits for whoever is
/// hiding one, and keeps others from it until the transaction ends; on SQLite there is one writer at a time.
pub(super) async fn hidden<'v>(
    records: &Records<'_>,
    target: &'static EntityInfo,
    keys: impl Iterator<Item = &'v Value>,
    together: Option<&Value>,
) -> Result<HashSet<LookupKey>> {
    let mut distinct = HashSet::new();
    let keys: Vec<Value> =
        keys.filter(|key| LookupKey::of(key).is_some_and(|key| distinct.insert(key))).cloned().collect();
    let Some(deleted_at) = target.deleted_at().filter(|_| !keys.is_empty()) else {
        return Ok(HashSet::new());
    };
    let mut columns = ColumnSet::KEY;
    columns.insert(deleted_at);
    let (statement, layout) =
        by_column_among(Deleted::Included, target, records.dialect(), columns, 0, &keys);
    let found = records.ctx.engine().write(statement.for_key_share(records.dialect()), &layout).await?;
    let hidden = found.iter().filter(|row| {
        let since = row.get(deleted_at);
        !since.is_null() && together != Some(since)
    });
    Ok(hidden.filter_map(|row| LookupKey::of(row.key())).collect())
}
