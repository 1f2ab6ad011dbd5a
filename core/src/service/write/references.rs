//! References to rows that may be hidden: a foreign key still accepts them, since the database sees them.

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

/// The target of a column, if it is an entity with `soft_delete`.
pub(super) fn soft_delete_target(info: &EntityInfo, column: usize) -> Option<&'static EntityInfo> {
    info.columns[column].target().filter(|target| target.def.soft_delete)
}

/// Whether a column may refer to rows that are hidden from the principal: deleted, or not readable.
pub(super) fn target_may_be_hidden(records: &Records<'_>, column: usize) -> bool {
    let target = records.info.columns[column].target();
    target.is_some_and(|target| target.def.soft_delete || !is_unrestricted(target, records.ctx))
}

/// Whether the principal may read every row.
fn is_unrestricted(target: &EntityInfo, ctx: &Ctx) -> bool {
    target.permitted(Action::Read, ctx).is_always()
}

/// Rejects references to hidden rows as if those were missing. Each value comes with its row and its column; errors
/// name the row with `indexed_errors`. To be called inside a transaction, to the end of which the rows referred
/// to stay as they are found. A row that does not exist is left to the foreign key.
pub(super) async fn check<'v>(
    records: &Records<'_>,
    values: impl Iterator<Item = (usize, usize, &'v Value)>,
    indexed_errors: bool,
) -> Result<()> {
    let mut references: BTreeMap<usize, Vec<(usize, &Value)>> = BTreeMap::new();
    for (row, column, value) in values.filter(|(_, _, value)| !value.is_null()) {
        references.entry(column).or_default().push((row, value));
    }
    let mut errors = Vec::new();
    for (column, values) in references {
        let Some(target) = records.info.columns[column].target() else { continue };
        let keys = values.iter().map(|(_, value)| *value);
        let hidden = match is_unrestricted(target, records.ctx) {
            true => deleted_targets(records, target, keys, None).await?,
            false => unreadable_targets(records, target, keys).await?,
        };
        for (row, value) in values {
            if LookupKey::of(value).is_some_and(|key| hidden.contains(&key)) {
                let error = db_error::dangling_reference(&records.info.columns[column]);
                errors.push((row, if indexed_errors { error.at(row) } else { error }));
            }
        }
    }
    errors.sort_by_key(|(row, _)| *row);
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Error::Conflict(errors.into_iter().map(|(_, error)| error).collect())),
    }
}

/// Which of these rows the principal may not read. The others stay readable until the transaction ends.
async fn unreadable_targets<'v>(
    records: &Records<'_>,
    target: &'static EntityInfo,
    keys: impl Iterator<Item = &'v Value>,
) -> Result<HashSet<LookupKey>> {
    let mut unreadable_targets = HashSet::new();
    let keys: Vec<Value> = keys
        .filter(|key| LookupKey::of(key).is_some_and(|key| unreadable_targets.insert(key)))
        .cloned()
        .collect();
    let rows = target.permitted(Action::Read, records.ctx);
    if keys.is_empty() || rows.is_never() {
        return Ok(unreadable_targets);
    }
    let scope = RowScope { rows, ..RowScope::unrestricted(target, Deleted::Hidden) };
    let (statement, layout) = scoped_by_column(&scope, records.dialect(), ColumnSet::KEY, 0, &keys)?;
    for row in records.ctx.engine().write(statement.for_key_share(records.dialect()), &layout).await? {
        LookupKey::of(row.key()).map(|key| unreadable_targets.remove(&key));
    }
    Ok(unreadable_targets)
}

/// Which of these rows are deleted, except those deleted at the time `deleted_with`. On PostgreSQL this waits for
/// transactions that delete one, and blocks others until the transaction ends; on SQLite there is one writer at a time.
pub(super) async fn deleted_targets<'v>(
    records: &Records<'_>,
    target: &'static EntityInfo,
    keys: impl Iterator<Item = &'v Value>,
    deleted_with: Option<&Value>,
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
    let deleted = found.iter().filter(|row| {
        let since = row.get(deleted_at);
        !since.is_null() && deleted_with != Some(since)
    });
    Ok(deleted.filter_map(|row| LookupKey::of(row.key())).collect())
}
