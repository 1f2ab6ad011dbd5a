//! The changes of rows: the table of entities with `#[entity(history)]` and its entries as Rust values.
//!
//! The service writes an entry with every row, in the same transaction, and reads them back under the entity's own
//! policy: [`Service::history`](crate::Service::history).

mod entity;

use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::types::{DateTime, Json, Utc};

pub use entity::{HistoryAction, HistoryWho};
unstable! { pub use entity::{entities, HistoryRow, HistoryRowInput, HistoryRowModel, HistoryRowPatch}; }

/// One write of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The entry's own number; later entries of a row have greater ones.
    pub id: i64,
    /// What was done.
    pub action: HistoryAction,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it: an anonymous principal, a subject, the application itself.
    pub who: HistoryWho,
    /// Which subject: `account:7`, `token:3`. Only with [`HistoryWho::Subject`].
    pub subject: Option<String>,
    /// The request it was part of, if it was part of one.
    pub request_id: Option<String>,
    /// The action of an entity that it was part of, by its name: `pay`.
    pub in_action: Option<String>,
    /// Which fields changed, by name.
    pub changes: Vec<FieldChange>,
}

/// The change of one field. Values are written as in REST.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The field's name in REST: that of now, where `was` says what it was called then.
    pub field: String,
    /// What it was; `None` for a new row.
    pub from: Option<Json>,
    /// What it became; `None` for a deleted row.
    pub to: Option<Json>,
}

impl FieldChange {
    /// Whether the values are not recorded, because the field is a `Password` or `write_only`: only that it changed
    /// is known.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

impl HistoryWho {
    /// The kind of a principal.
    #[must_use]
    pub fn of(principal: &Principal) -> Self {
        match principal {
            Principal::Anonymous => Self::Anonymous,
            Principal::Subject(_) => Self::Subject,
            Principal::System => Self::System,
        }
    }
}

impl HistoryEntry {
    /// The change without its values where it is of one of these fields.
    fn masked(fields: &[&str], change: FieldChange) -> FieldChange {
        if fields.contains(&&*change.field) { FieldChange { from: None, to: None, ..change } } else { change }
    }

    pub(crate) fn without(self, fields: &[&str]) -> Self {
        let changes = self.changes.into_iter().map(|change| Self::masked(fields, change)).collect();
        Self { changes, ..self }
    }

    pub(crate) fn from_row(row: HistoryRowModel) -> Result<Self> {
        let Json::Object(fields) = row.changes else {
            return Err(Error::internal(format!("history entry {} holds no object", row.id)));
        };
        let changes = fields.into_iter().map(|(field, mut change)| {
            let mut value = |name| change.as_object_mut().and_then(|values| values.remove(name));
            FieldChange { from: value(FROM), to: value(TO), field }
        });
        Ok(Self {
            id: row.id.get(),
            action: row.action,
            at: row.created_at,
            who: row.who,
            subject: row.subject,
            request_id: row.request_id,
            in_action: row.in_action,
            changes: changes.collect(),
        })
    }
}

/// The member of a change that holds what the field was.
pub(crate) const FROM: &str = "from";
/// The member of a change that holds what the field became.
pub(crate) const TO: &str = "to";
