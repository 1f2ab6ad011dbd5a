//! The migrations of the framework's own tables, which come before all of an application's.
//!
//! The files lie in `core/migrations`. A test compares them with the entities in `auth` and `history`, and writes them
//! anew when run with `ENTIFY_UPDATE_MIGRATIONS=1`. What a release has shipped is never changed: a later change of
//! those entities is another migration here.

use crate::db::Dialect;
use crate::migrate::Embedded;

/// Versions up to here are the framework's; an application's are timestamps.
pub(super) const LAST_VERSION: i64 = 999;

/// The framework's own tables. Applications do not migrate them.
pub(super) const TABLES: [&str; 4] = ["entify_account", "entify_token", "entify_session", "entify_history"];

macro_rules! embedded {
    ($dialect:literal: $($version:literal $name:literal,)*) => {
        [$(Embedded {
            version: $version,
            name: $name,
            up: include_str!(concat!("../../migrations/", $dialect, "/", $version, "_", $name, ".up.sql")),
            down: include_str!(concat!("../../migrations/", $dialect, "/", $version, "_", $name, ".down.sql")),
        }),*]
    };
}

const SQLITE: [Embedded; 2] = embedded!("sqlite": 1 "accounts", 2 "history",);

const POSTGRES: [Embedded; 2] = embedded!("postgres": 1 "accounts", 2 "history",);

/// The migrations, oldest first.
pub(super) fn embedded(dialect: Dialect) -> &'static [Embedded] {
    match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    }
}
