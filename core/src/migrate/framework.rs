//! The migrations of the framework's own tables, which come before all of an application's.
//!
//! The files lie in `core/migrations`. A test compares them with the entities in `auth`, and writes the first ones
//! anew when run with `ENTIFY_UPDATE_MIGRATIONS=1`. What a release has shipped is never changed: a later change of
//! those entities is a second migration here.

use crate::db::Dialect;
use crate::migrate::Embedded;

/// Versions up to here are the framework's; an application's are timestamps.
pub(super) const LAST_VERSION: i64 = 999;

/// The framework's own tables. Applications do not migrate them.
pub(super) const TABLES: [&str; 3] = ["entify_account", "entify_token", "entify_session"];

const SQLITE: [Embedded; 1] = [Embedded {
    version: 1,
    name: "accounts",
    up: include_str!("../../migrations/sqlite/1_accounts.up.sql"),
    down: include_str!("../../migrations/sqlite/1_accounts.down.sql"),
}];

const POSTGRES: [Embedded; 1] = [Embedded {
    version: 1,
    name: "accounts",
    up: include_str!("../../migrations/postgres/1_accounts.up.sql"),
    down: include_str!("../../migrations/postgres/1_accounts.down.sql"),
}];

/// The migrations, oldest first.
pub(super) fn embedded(dialect: Dialect) -> &'static [Embedded] {
    match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    }
}
