//! The migrations of the framework's own tables, which come before all of an application's.

use crate::db::Dialect;
use crate::migrate::Embedded;

/// Versions up to here are the framework's; an application's are timestamps.
pub(super) const LAST_VERSION: i64 = 999;

/// The framework's own tables. Applications do not migrate them.
pub(super) const TABLES: [&str; 3] = ["entify_account", "entify_token", "entify_session"];

/// The migrations, oldest first.
pub(super) fn embedded(dialect: Dialect) -> &'static [Embedded] {
    match dialect {
        Dialect::Sqlite => &[],
        Dialect::Postgres => &[],
    }
}
