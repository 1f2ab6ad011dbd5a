//! Throw-away databases for tests.
//!
//! ```text
//! use entify::testing::each_database;
//!
//! each_database! {
//!     entities![User, Post],
//!     async fn a_post_keeps_its_author(ctx: Ctx) {
//!         …
//!     }
//! }
//! ```
//!
//! This makes two tests, `a_post_keeps_its_author::sqlite` and `a_post_keeps_its_author::postgres`, each on a fresh
//! database that has the tables of the listed entities. The SQLite one is a temporary file. The PostgreSQL one lives
//! in a cluster that is started once per test process from the machine's own binaries, or on the server that
//! `TEST_POSTGRES_URL` names (as a user that may create databases). Without either, the test says loudly that it was
//! skipped; `ENTIFY_REQUIRE_POSTGRES=1` makes that a failure.
//!
//! With `ENTIFY_TEST_RLS=1` every PostgreSQL database has row-level security, as `DATABASE_RLS=true` asks for it: the
//! policies of the entities' rules, on tables that belong to a role for which they hold. The user must be one that may
//! create roles then, and what a test sends past the engine without saying who asks finds no rows.
//!
//! The functions here panic when a database cannot be made: a test has no one else to tell.

#[cfg(feature = "postgres")]
mod binaries;
#[cfg(feature = "postgres")]
mod cluster;
mod database;
mod macros;
#[cfg(feature = "server")]
mod serve;

pub use crate::each_database;
pub use database::{FromTestDb, TestDb, on_postgres, on_row_security, on_sqlite};
#[cfg(feature = "server")]
pub use serve::{serve, serve_until};
