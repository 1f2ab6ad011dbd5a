//! The table of rate limits that all nodes share (`RATE_LIMIT_STORE=database`).

use entify_macros::Entity;

use crate::entity::{Entity as _, EntityDef};

/// The framework's own entity for rate limits, for migrations.
#[must_use]
pub fn entities() -> [&'static EntityDef; 1] {
    [RateQuota::def()]
}

/// What a client has used of a limit.
#[derive(Debug, Entity)]
#[entity(table = "entify_rate_limit", policy = nobody, skip(graphql, rest, admin), index(full_at))]
pub struct RateQuota {
    /// The digest of the limit's name and the client.
    #[entity(unique, max_len = 32)]
    client: String,
    /// When it has all of its requests again, in microseconds since 1970.
    full_at: i64,
    /// Whether its last request was within the limit.
    taken: bool,
}
