//! The table `django_session`.

use entify::prelude::*;

/// A row of `django_session`.
// The table's own key (session_key) is none of entify's: a digest of it is the key; it is read
// only, and a row is found by it without an index.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    key = uuid,
    key_sql = "md5(ROW({session_key})::text)::uuid",
    timestamps = none,
    external,
)]
pub struct DjangoSession {
    #[entity(unique, max_len = 40, min_len = 0)]
    session_key: String,
    #[entity(min_len = 0)]
    session_data: String,
    #[entity(index)]
    expire_date: DateTime<Utc>,
}
