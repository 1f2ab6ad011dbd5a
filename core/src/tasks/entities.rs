//! The table of the tasks that run once in each period.

use entify_macros::Entity;

use crate::entity::{Entity as _, EntityDef};
use crate::types::{DateTime, Utc};

/// The framework's own entity for tasks, for migrations.
#[must_use]
pub fn entities() -> [&'static EntityDef; 1] {
    [Lease::def()]
}

/// Who runs a task, and the last period in which somebody did.
#[derive(Debug, Entity)]
#[entity(table = "entify_lease", policy = nobody, skip(graphql, rest, admin))]
pub struct Lease {
    /// The task's name.
    #[entity(unique, max_len = 200)]
    name: String,
    /// The last period in which it was begun: how many of its periods have passed since 1970.
    period: i64,
    /// Until when the node that runs it may be believed to be alive; nothing when it does not run.
    held_until: Option<DateTime<Utc>>,
    /// The run that holds it.
    holder: Option<String>,
    /// When it was last begun.
    started_at: Option<DateTime<Utc>>,
    /// When it last ended.
    ended_at: Option<DateTime<Utc>>,
    /// Why the last run failed, if it did.
    error: Option<String>,
}
