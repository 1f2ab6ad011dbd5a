//! The migrations of the framework's own tables, which come before all of an application's.
//!
//! The files are in `core/migrations`. A test compares the tables that they create with those of the entities in `auth` and
//! `history`. What has been released is never changed: a later change of those entities is another migration here.

use crate::db::Dialect;
use crate::migrate::EmbeddedMigration;

/// Versions up to here are the framework's; an application's are timestamps.
pub(super) const LAST_VERSION: i64 = 999;

/// The framework's own tables. Applications do not migrate them.
pub(super) const TABLES: [&str; 5] =
    ["entify_account", "entify_token", "entify_session", "entify_history", "entify_attempt"];

macro_rules! embedded {
    ($dialect:literal: $($version:literal $name:literal,)*) => {
        [$(EmbeddedMigration {
            version: $version,
            name: $name,
            up: include_str!(concat!("../../migrations/", $dialect, "/", $version, "_", $name, ".up.sql")),
            down: Some(include_str!(concat!(
                "../../migrations/", $dialect, "/", $version, "_", $name, ".down.sql"
            ))),
        }),*]
    };
}

const SQLITE: [EmbeddedMigration; 3] = embedded!("sqlite": 1 "accounts", 2 "history", 3 "subjects",);

const POSTGRES: [EmbeddedMigration; 3] = embedded!("postgres": 1 "accounts", 2 "history", 3 "subjects",);

/// The migrations, oldest first.
pub(super) fn embedded(dialect: Dialect) -> &'static [EmbeddedMigration] {
    match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    }
}
