//! The table `schema_migrations`.

use entify::prelude::*;

/// A row of `schema_migrations`.
// The table's own key (version) is none of entify's: rows are told apart by SQLite's `rowid`, which
// VACUUM may change, so leave it read only.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "schema_migrations",
    key_column = "rowid",
    timestamps = none,
    external,
)]
pub struct SchemaMigration {
    #[entity(unique, min_len = 0)]
    version: String,
}
