//! Throw-away databases for tests, and applications on them.
//!
//! ```no_run
//! use entify::prelude::*;
//! use entify::testing::each_database;
//!
//! /// Someone who writes.
//! #[derive(Entity)]
//! #[entity(policy = public)]
//! pub struct User {
//!     /// The address to sign in with.
//!     #[entity(unique)]
//!     email: String,
//! }
//!
//! #[each_database(entities![User])]
//! async fn a_user_is_counted(ctx: Ctx) -> entify::Result<()> {
//!     let users = UserService::new(&ctx);
//!     let ada = users.create(UserInput::new("ada@example.org")).await?;
//!     assert_eq!(users.get(ada.id).await?.email, "ada@example.org");
//!     assert_eq!(users.count(User::email().eq("ada@example.org")).await?, 1);
//!     Ok(())
//! }
//! # fn main() {}
//! ```
//!
//! [`each_database`] makes two tests of this function, `a_user_is_counted::sqlite` and `a_user_is_counted::postgres`,
//! each on a fresh database that has the tables of the entities: `entities![…]`, or any expression that is a list of
//! definitions. The argument is a [`Ctx`](crate::Ctx) of the system or the [`TestDb`] itself. The body may return what
//! a test may return. Attributes such as `#[ignore]` and `#[should_panic]` go to each test.
//!
//! With `each_database(entities![User], row_security)` there is a third one, `a_user_is_counted::row_security`, on a
//! PostgreSQL database whose tables have the policies of `migrate make --rls`, as a role that they hold for. What only
//! one database has is tested on that one: `each_database(entities![User], only(postgres))`. (A test that returns early
//! on the others would pass by doing nothing.)
//!
//! The SQLite database is a temporary file. The PostgreSQL one lives in a cluster that is started once per test process
//! from the machine's own binaries, or on the server that `TEST_POSTGRES_URL` names (as a user that may create
//! databases). Without either, the test prints that it was skipped; `ENTIFY_REQUIRE_POSTGRES=1` makes that a
//! failure.
//!
//! With `ENTIFY_TEST_RLS=1` every PostgreSQL database has row-level security, as with `DATABASE_RLS=true`: the
//! policies of the entities' rules, on tables that belong to a role for which they hold. The user must be one that may
//! create roles then, and a statement that a test sends past the engine, without a principal, finds no rows.
//!
//! [`Client`] sends requests to an application without a network, and [`serve`](serve()) serves it on a port. Contexts and applications
//! of a [`TestDb`] hash passwords at the least cost that argon2id has, which is no setting of a program, and have the clock that
//! the database was given ([`TestDb::with_clock`]).
//!
//! The functions here panic when a database cannot be created.

#[cfg(feature = "postgres")]
mod binaries;
#[cfg(feature = "server")]
mod client;
#[cfg(feature = "postgres")]
mod cluster;
mod database;
mod migrations;
#[cfg(test)]
pub(crate) mod own_process;
#[cfg(feature = "server")]
mod serve;

#[cfg(feature = "server")]
pub use client::{Answer, Client};
pub use database::{Backend, FromTestDb, TestDb, framework_tables};
pub use entify_macros::each_database;
pub use migrations::verify_migrations;
#[cfg(feature = "server")]
pub use serve::{ctx_of, serve, serve_until};
#[cfg(feature = "server")]
unstable! { pub use serve::with_cheap_passwords; }
