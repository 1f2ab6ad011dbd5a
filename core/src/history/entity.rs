//! The table of history. Only the service writes and reads it; no surface exposes it as an entity.

use entify_macros::{Entity, EntityEnum};

use crate::entity::{Entity as _, EntityDef};
use crate::types::Json;

/// The framework's own entity for history, for migrations.
#[must_use]
pub fn entities() -> [&'static EntityDef; 1] {
    [HistoryRow::def()]
}

/// One write of one row, as stored. Entries are never changed.
#[derive(Debug, Entity)]
#[entity(table = "entify_history", policy = nobody, skip(graphql, rest, admin), index(entity, key, id))]
pub struct HistoryRow {
    /// The table of the row: it outlives a change of the struct's name.
    #[entity(max_len = 63)]
    entity: String,
    /// The row's key as text: a number or a UUID.
    #[entity(max_len = 36)]
    key: String,
    /// What was done.
    action: HistoryAction,
    /// Who did it.
    who: HistoryWho,
    /// The subject's identifier.
    subject: Option<String>,
    /// The request it was part of.
    request_id: Option<String>,
    /// The action that it was part of: `pay`.
    in_action: Option<String>,
    /// The fields that changed, each with `from` and `to`; with neither when its values are secret.
    changes: Json,
}

/// What was done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
pub enum HistoryAction {
    /// It was created.
    Create,
    /// It was updated.
    Update,
    /// It was deleted.
    Delete,
    /// It was restored.
    Restore,
}

/// Which kind of principal did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
pub enum HistoryWho {
    /// Not authenticated.
    Anonymous,
    /// A signed-in account or the bearer of a token.
    Subject,
    /// The application itself.
    System,
}
