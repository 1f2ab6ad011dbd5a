//! The table `schema_migrations`.

use entify::prelude::*;

/// A row of `schema_migrations`.
// The table's own key (version) is none of entify's: a digest of it is the key; it is read only,
// and a row is found by it without an index.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "schema_migrations",
    key = uuid,
    key_sql = "md5(ROW({version})::text)::uuid",
    timestamps = none,
    external,
)]
pub struct SchemaMigration {
    #[entity(unique, min_len = 0)]
    version: String,
}
