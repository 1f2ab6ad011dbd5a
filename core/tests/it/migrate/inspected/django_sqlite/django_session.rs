//! The table `django_session`.

use entify::prelude::*;

/// A row of `django_session`.
// The table's own key (session_key) is none of entify's: rows are told apart by SQLite's `rowid`,
// which VACUUM may change, so leave it read only.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), key_column = "rowid", timestamps = none, external)]
pub struct DjangoSession {
    #[entity(unique, max_len = 40, min_len = 0)]
    session_key: String,
    #[entity(min_len = 0)]
    session_data: String,
    // SQLite has no times: the text as it is stored.
    #[entity(index, min_len = 0)]
    expire_date: String,
}
