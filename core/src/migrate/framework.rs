//! The migrations of the framework's own tables, which come before all of an application's.
//!
//! The files are in `core/migrations`. A test compares the tables that they create with those of the entities in `auth`,
//! `history` and `tasks`. What has been released is never changed: a later change of those entities is another migration here.

use crate::db::Dialect;
use crate::entity::EntityDef;
use crate::migrate::EmbeddedMigration;

/// Versions up to here are the framework's; an application's are timestamps.
pub(super) const LAST_VERSION: i64 = 999;

/// The framework's own tables. Applications do not migrate them.
pub(super) const TABLES: [&str; 6] =
    ["entify_account", "entify_token", "entify_session", "entify_history", "entify_attempt", "entify_lease"];

/// The framework's own entities.
pub(super) fn entities() -> impl Iterator<Item = &'static EntityDef> {
    crate::auth::entities().into_iter().chain(crate::history::entities()).chain(crate::tasks::entities())
}

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

const SQLITE: [EmbeddedMigration; 4] =
    embedded!("sqlite": 1 "accounts", 2 "history", 3 "subjects", 4 "leases",);

const POSTGRES: [EmbeddedMigration; 4] =
    embedded!("postgres": 1 "accounts", 2 "history", 3 "subjects", 4 "leases",);

/// The migrations, oldest first.
pub(super) fn embedded(dialect: Dialect) -> &'static [EmbeddedMigration] {
    match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    }
}
