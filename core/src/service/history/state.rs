//! What a row was after an entry of its history, as far as that tells.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::history::HistoryEntry;
use crate::query::PageArgs;
use crate::service::Records;
use crate::service::history::{hidden_fields, json, read, recorded};
use crate::types::JsonStyle;
use crate::value::Value;

/// Entries that are gone back over at most.
const MOST: usize = 1_000;
/// Entries that are read at once.
const AT_ONCE: u32 = 100;

/// The values of a row at one time, by column. Columns of which the history does not tell are missing.
pub(crate) type RowState = BTreeMap<usize, Value>;

impl Records<'_> {
    /// An entry of a row's history, which the principal may read.
    ///
    /// # Errors
    /// `NotFound` for one that there is not, or that lies further back than is looked; and as of the history.
    pub(crate) async fn history_entry(&self, key: &Value, id: i64) -> Result<HistoryEntry> {
        let entries = self.entries_back_to(key, id).await?;
        entries.into_iter().next_back().ok_or_else(no_entry)
    }

    /// What the row was after an entry of its history: as it is now, with everything that was done later taken back.
    ///
    /// # Errors
    /// As [`Records::history_entry`].
    pub(crate) async fn state_after(&self, key: &Value, id: i64) -> Result<RowState> {
        let entries = self.entries_back_to(key, id).await?;
        let hidden = hidden_fields(self.info, self.ctx);
        let shown = recorded(self.info).filter(|column| column.readable && !hidden.contains(&column.wire));
        let shown = shown.collect::<Vec<_>>();
        let row = self.with_deleted().find(key, self.info.readable()).await?;
        let mut state = RowState::new();
        for column in &shown {
            let now = row.as_ref().map_or(Value::Null, |row| row.get(column.index).clone());
            state.insert(column.index, now);
        }
        let later = entries.iter().filter(|entry| entry.id != id);
        for change in later.flat_map(|entry| &entry.changes) {
            let Some(column) = shown.iter().find(|column| column.wire == change.field) else { continue };
            let before = match (change.is_secret(), &change.from) {
                (true, _) => None,
                (false, None) => Some(Value::Null),
                (false, Some(from)) => self.recorded_value(column.index, from),
            };
            match before {
                Some(before) => state.insert(column.index, before),
                None => state.remove(&column.index),
            };
        }
        Ok(state)
    }

    /// A value as the history has recorded it; none for what the field cannot hold any more.
    pub(crate) fn recorded_value(&self, column: usize, recorded: &serde_json::Value) -> Option<Value> {
        match recorded {
            serde_json::Value::Null => Some(Value::Null),
            recorded => self.info.columns[column].kind.decode_json(recorded.clone(), JsonStyle::Rest).ok(),
        }
    }

    /// The entries of a row from the newest to this one.
    async fn entries_back_to(&self, key: &Value, id: i64) -> Result<Vec<HistoryEntry>> {
        let (mut entries, mut page) = (Vec::new(), PageArgs::first(AT_ONCE));
        loop {
            let found = read(self, key, page).await?;
            for entry in found.items {
                let is_it = entry.id == id;
                entries.push(entry);
                if is_it {
                    return Ok(entries);
                }
            }
            match found.end_cursor.filter(|_| found.has_next && entries.len() < MOST) {
                Some(after) => page = PageArgs { after: Some(after), ..PageArgs::first(AT_ONCE) },
                None => return Err(no_entry()),
            }
        }
    }
}

/// Whether two values are the same in the history.
pub(crate) fn recorded_alike(one: &Value, other: &Value) -> bool {
    json(one) == json(other)
}

fn no_entry() -> Error {
    Error::NotFound("this entry of the history".into())
}
