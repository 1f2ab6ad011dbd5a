//! Fourth stage: the statements of a prepared command.

use std::collections::HashMap;

use crate::entity::{EntityInfo, RowChange};
use crate::error::Result;
use crate::query::Deleted;
use crate::service::Records;
use crate::service::lookup_key::LookupKey;
use crate::service::write::authorize::Grant;
use crate::service::write::prepare::Prepared;
use crate::service::write::{WriteOutcome, keys_of};
use crate::sql::dml::WriteTarget;
use crate::value::{ColumnSet, Record};

/// The result of the statements.
#[derive(Debug)]
pub(super) enum Executed {
    Created(WriteOutcome),
    /// With the rows as they were before, where they were read.
    Updated(Option<Vec<Record>>, WriteOutcome),
    Deleted(WriteOutcome),
    Restored(Vec<Record>, WriteOutcome),
}

impl Executed {
    /// The rows that a rule for changed rows is still to be checked on. A statement that selected its rows by the rule
    /// has checked it.
    pub(super) fn changed(&self) -> &[Record] {
        match self {
            Self::Updated(Some(_), after) => &after.rows,
            Self::Updated(None, _) | Self::Created(_) | Self::Deleted(_) | Self::Restored(..) => &[],
        }
    }

    /// The columns that changed in one of them.
    pub(super) fn changed_columns(&self, info: &EntityInfo) -> ColumnSet {
        let Self::Updated(Some(before), after) = self else { return ColumnSet::EMPTY };
        let before: HashMap<_, &Record> =
            before.iter().filter_map(|row| Some((LookupKey::of(row.key())?, row))).collect();
        let differs = |column: usize, row: &Record| {
            let old = LookupKey::of(row.key()).and_then(|key| before.get(&key).copied());
            old.is_none_or(|old| old.get(column) != row.get(column))
        };
        let columns = 0..info.columns.len();
        columns.filter(|column| after.rows.iter().any(|row| differs(*column, row))).collect()
    }

    pub(super) fn into_outcome(self) -> WriteOutcome {
        match self {
            Self::Created(outcome)
            | Self::Updated(_, outcome)
            | Self::Deleted(outcome)
            | Self::Restored(_, outcome) => outcome,
        }
    }

    /// The change of each row, in the order in which the rows were read.
    pub(super) fn into_changes(self) -> Vec<RowChange> {
        match self {
            Self::Created(created) => created.rows.into_iter().map(RowChange::Created).collect(),
            Self::Updated(before, after) => paired(before.unwrap_or_default(), after.rows)
                .map(|(before, after)| RowChange::Updated { before, after })
                .collect(),
            Self::Deleted(deleted) => deleted.rows.into_iter().map(RowChange::Deleted).collect(),
            Self::Restored(before, after) => restored(before, after.rows),
        }
    }
}

/// Each restored row with what it was, in the order of `before`.
pub(super) fn restored(before: Vec<Record>, after: Vec<Record>) -> Vec<RowChange> {
    paired(before, after).map(|(before, after)| RowChange::Restored { before, after }).collect()
}

fn paired(before: Vec<Record>, after: Vec<Record>) -> impl Iterator<Item = (Record, Record)> {
    let mut after: HashMap<_, _> =
        after.into_iter().filter_map(|row| Some((LookupKey::of(row.key())?, row))).collect();
    before.into_iter().filter_map(move |before| {
        let after = after.remove(&LookupKey::of(before.key())?)?;
        Some((before, after))
    })
}

impl Records<'_> {
    /// The rows that a prepared command is about, locked, if it needs them.
    pub(super) async fn rows_before(
        &self,
        prepared: &Prepared,
        grant: &Grant,
    ) -> Result<Option<Vec<Record>>> {
        if !prepared.needs_rows(self, grant) {
            return Ok(None);
        }
        Ok(Some(match prepared {
            // The rows of the latter are locked before they are prepared.
            Prepared::Insert(_) | Prepared::UpdateEach(_) => return Ok(None),
            Prepared::Update(update) => self.authorized_rows(update.target(), grant).await?,
            Prepared::Delete(target) => self.authorized_rows(target, grant).await?,
            Prepared::Restore(key) => self.authorized_row(key, Deleted::Only, grant).await?,
            Prepared::Purge(key) => self.authorized_row(key, Deleted::Included, grant).await?,
        }))
    }

    /// Runs the statements, on the locked rows where there are such. May be called again with the same, once
    /// its effects are rolled back.
    pub(super) async fn execute(
        &self,
        prepared: &Prepared,
        existing: Option<Vec<Record>>,
        grant: &Grant,
    ) -> Result<Executed> {
        Ok(match (prepared, existing) {
            (Prepared::Insert(insert), _) => {
                let created = insert.run(self).await?;
                self.check_created(&created.rows, grant).await?;
                Executed::Created(created)
            }
            (Prepared::Update(update), None) => Executed::Updated(None, update.run(self, grant).await?),
            (Prepared::Update(update), Some(before)) => {
                update.check_rows(self, &before)?;
                let after = update.run_on(self, &before, grant).await?;
                Executed::Updated(Some(before), after)
            }
            (Prepared::UpdateEach(update), before) => {
                let before = before.unwrap_or_default();
                let after = update.run(self, &before).await?;
                Executed::Updated(Some(before), after)
            }
            (Prepared::Delete(target), None) => Executed::Deleted(self.delete_directly(target, grant).await?),
            (Prepared::Delete(_), Some(rows)) => Executed::Deleted(self.delete_rows(keys_of(&rows)).await?),
            (Prepared::Restore(key), before) => {
                Executed::Restored(before.unwrap_or_default(), self.undelete(key).await?)
            }
            (Prepared::Purge(key), None) => {
                let target = WriteTarget::Key(key.clone());
                Executed::Deleted(self.remove(&target, Deleted::Included, None).await?)
            }
            (Prepared::Purge(_), Some(rows)) => {
                Executed::Deleted(self.remove_with_dependents(keys_of(&rows), Deleted::Included).await?)
            }
        })
    }
}
