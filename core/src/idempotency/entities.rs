//! The table of requests that may be sent again.

use entify_macros::Entity;

use crate::entity::{Entity as _, EntityDef};
use crate::types::{Bytes, DateTime, Utc, Uuid};

/// The framework's own entity for idempotency keys, for migrations.
#[must_use]
pub fn entities() -> [&'static EntityDef; 1] {
    [KeptRequest::def()]
}

/// A request with an idempotency key: one that runs, or one that was answered.
#[derive(Debug, Entity)]
#[entity(
    table = "entify_idempotency_key",
    policy = nobody,
    skip(graphql, rest, admin),
    timestamps = none,
    unique(principal, key),
    index(expires_at),
)]
pub struct KeptRequest {
    /// Who has sent it.
    principal: String,
    /// The key that the client has given.
    #[entity(max_len = 255)]
    key: String,
    /// The digest of what was sent.
    digest: Bytes,
    /// Of one run: another one begins only when this one is believed dead.
    run: Uuid,
    /// Until when it is believed to run; then, until when its answer is kept.
    expires_at: DateTime<Utc>,
    /// The status of the answer; none while it runs.
    status: Option<i32>,
    /// The headers of the answer, each a name and a value.
    headers: Option<Vec<String>>,
    body: Option<Bytes>,
}
