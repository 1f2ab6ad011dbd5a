//! The migrations of the framework's own tables, which come before all of an application's.
//!
//! The files are in `core/migrations`. A test compares the tables that they create with those of the entities in `auth`,
//! `history`, `tasks`, `rate_limit`, `service` and `idempotency`. What has been released is never changed: a later change of those entities is another migration here.

use crate::db::{Db, DbError, Dialect, Executor, Layout, Statement};
use crate::entity::EntityDef;
use crate::migrate::{EmbeddedMigration, runner};
use crate::types::Kind;
use crate::value::Value;

/// Versions up to here are the framework's; an application's are timestamps.
pub(super) const LAST_VERSION: i64 = 999;

/// The framework's own tables. Applications do not migrate them.
pub(super) const TABLES: [&str; 9] = [
    "entify_account",
    "entify_token",
    "entify_session",
    "entify_history",
    "entify_attempt",
    "entify_lease",
    "entify_rate_limit",
    "entify_sequence",
    "entify_idempotency_key",
];

/// The framework's own entities.
pub(crate) fn entities() -> impl Iterator<Item = &'static EntityDef> {
    crate::auth::entities()
        .into_iter()
        .chain(crate::history::entities())
        .chain(crate::tasks::entities())
        .chain(crate::rate_limit::entities())
        .chain(crate::service::sequence_entities())
        .chain(crate::idempotency::entities())
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

const SQLITE: [EmbeddedMigration; 9] = embedded!("sqlite": 1 "accounts", 2 "history", 3 "subjects", 4 "leases", 5 "rate_limits", 6 "sequences", 7 "idempotency_keys", 8 "actions", 10 "people",);

const POSTGRES: [EmbeddedMigration; 9] = embedded!("postgres": 1 "accounts", 2 "history", 3 "subjects", 4 "leases", 5 "rate_limits", 6 "sequences", 7 "idempotency_keys", 8 "actions", 10 "people",);

/// The migrations, oldest first.
pub(super) fn embedded(dialect: Dialect) -> &'static [EmbeddedMigration] {
    match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    }
}

/// Whether a database has no table of the framework's, nor that of its migrations: others made it, or it is new. Reads only.
pub(crate) async fn is_absent(db: &Db) -> Result<bool, DbError> {
    let names = TABLES.into_iter().chain([runner::TABLE]);
    let sql = match db.dialect() {
        Dialect::Postgres => {
            let found: Vec<String> = names.map(|name| format!("to_regclass('{name}')")).collect();
            format!("SELECT coalesce({}) IS NULL", found.join(", "))
        }
        Dialect::Sqlite => {
            let names: Vec<String> = names.map(|name| format!("'{name}'")).collect();
            format!("SELECT count(*) = 0 FROM sqlite_master WHERE lower(name) IN ({})", names.join(", "))
        }
    };
    let layout = Layout::default().with_column(Kind::Bool);
    let rows = Executor::Pool(db.clone()).read(Statement::plain(sql).once(), &layout).await?;
    Ok(rows.iter().all(|row| *row.get(0) == Value::Bool(true)))
}
