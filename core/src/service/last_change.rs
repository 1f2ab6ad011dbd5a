//! Who gave columns of a row the values that they have, and when, as far as its history tells.

use crate::error::{Error, Result};
use crate::history::{HistoryEntry, HistoryWho};
use crate::query::PageArgs;
use crate::service::{Records, history, merge};
use crate::types::{DateTime, JsonStyle, Utc};
use crate::value::{Record, Value};

/// Entries of the history that are looked at.
const ENTRIES: u32 = 100;

/// The last change of a column.
#[derive(Debug, Clone)]
pub(crate) struct LastChange {
    /// The column.
    pub(crate) column: usize,
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// Which kind of principal made it.
    pub(crate) who: HistoryWho,
    /// Which subject.
    pub(crate) subject: Option<String>,
}

impl Records<'_> {
    /// The changes that gave these columns of a row their values; none for what the history does not know: the entity
    /// keeps none, the principal may not read it, or others than the service have written the value.
    ///
    /// # Errors
    /// As of the database.
    pub(crate) async fn last_changes(&self, row: &Record, columns: &[usize]) -> Result<Vec<LastChange>> {
        let entries = self.last_entries(row.key(), ENTRIES).await?;
        let change = |column: &usize| self.last_change(&entries, *column, row.get(*column));
        Ok(columns.iter().filter_map(change).collect())
    }

    /// The newest entry of a row's history, which the row may have outlived; none as for [`Records::last_changes`].
    ///
    /// # Errors
    /// As of the database.
    pub(crate) async fn last_entry(&self, key: &Value) -> Result<Option<HistoryEntry>> {
        Ok(self.last_entries(key, 1).await?.pop())
    }

    async fn last_entries(&self, key: &Value, limit: u32) -> Result<Vec<HistoryEntry>> {
        if !self.info.def.history {
            return Ok(Vec::new());
        }
        match history::read(self, key, PageArgs::first(limit)).await {
            Ok(page) => Ok(page.items),
            Err(Error::Forbidden | Error::Unauthenticated | Error::NotFound(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The newest entry about a column, if it is the one that gave it this value.
    fn last_change(&self, entries: &[HistoryEntry], column: usize, now: &Value) -> Option<LastChange> {
        let known = &self.info.columns[column];
        let of_column =
            |entry: &HistoryEntry| entry.changes.iter().position(|change| change.field == known.wire);
        let (entry, change) = entries.iter().find_map(|entry| Some((entry, of_column(entry)?)))?;
        let became = match entry.changes[change].to.clone()? {
            serde_json::Value::Null => Value::Null,
            json => known.kind.decode_json(json, JsonStyle::Rest).ok()?,
        };
        let HistoryEntry { at, who, subject, .. } = entry;
        merge::look_alike(&became, now).then(|| LastChange {
            column,
            at: *at,
            who: *who,
            subject: subject.clone(),
        })
    }
}
