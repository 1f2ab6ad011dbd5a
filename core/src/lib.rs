//! **One annotated struct is a whole backend.** `#[derive(Entity)]` turns a struct into a table with migrations, a typed
//! service, a GraphQL and a REST API, and an admin, on SQLite (embedded, the default) or PostgreSQL.
//!
//! # A whole program
//!
//! ```no_run
//! use entify::prelude::*;
//!
//! /// What issues are about.
//! #[derive(Entity)]
//! #[entity(policy(read = public, write = role("staff")), order = name)]
//! pub struct Project {
//!     #[entity(unique, max_len = 80, search)]
//!     name: String,
//!     #[entity(inverse = project)]
//!     issues: Many<Issue>,
//! }
//!
//! /// Something to be done.
//! #[derive(Entity)]
//! #[entity(policy(read = public, create = authenticated, update = role("staff"), delete = nobody), history)]
//! pub struct Issue {
//!     /// What is wrong, in a sentence.
//!     #[entity(min_len = 1, max_len = 120, search, sort)]
//!     title: String,
//!     #[entity(default = Status::Open, filter, sort)]
//!     status: Status,
//!     #[entity(on_delete = restrict)]
//!     project: One<Project>,
//! }
//!
//! #[derive(EntityEnum)]
//! pub enum Status {
//!     Open,
//!     Done,
//! }
//!
//! entify::main!(Project, Issue);
//! ```
//!
//! The dependency is `entify`, and no other. `cargo run` makes the database and serves:
//!
//! | | |
//! |---|---|
//! | `/api/projects`, `/api/issues` | REST, with filters, orders and pages; described in `/openapi.json`, tried at `/docs` |
//! | `/graphql` | GraphQL; a level of a query is one SQL statement |
//! | `/admin` | pages to look at rows and to edit them, for accounts |
//!
//! and the same program is its own tool: `migrate`, `import`, `export`, `account`, `token`, `policy explain`, `schema`, `client`, `check`.
//! Doc comments are the descriptions everywhere. A rule, like `max_len` or the `policy`, is declared once and holds on every
//! surface, because all of them go through one service.
//!
//! # Where to find things
//!
//! | you want to | read |
//! |---|---|
//! | learn it from the beginning | the [guide], chapter by chapter |
//! | declare an entity | [`macro@Entity`] (every option), [`guide::declaring`], [`types`] |
//! | relate entities to each other | [`guide::relations`] |
//! | read and write rows in Rust | [`Service`], [`guide::service`]; [`query`] for filters and pages, [`Ctx`] for transactions |
//! | run code with every write | [`hooks::Hooks`] |
//! | say who may do what | [`policy`], [`guide::policies`] |
//! | say who asks | [`auth::Authenticator`], [`principal::Principal`] |
//! | call the APIs | [`guide::graphql`], [`guide::rest`]; clients of them: [`guide::clients`] |
//! | add routes, resolvers and middleware of your own | [`server::App`] |
//! | change tables | [`guide::migrations`], [`migrate`] |
//! | know what an error means | [`Error`] |
//! | test | [`guide::testing`], `entify::testing` (feature `testing`) |
//! | run it for real | [`guide::deploying`], [`config::Settings`] |
//!
//! Everything that an application's files import is in the [`prelude`].
//!
//! # The ways in
//!
//! **Declare**: structs with `#[derive(Entity)]`, as above. What is unknown or contradictory does not compile, and all of it
//! is told at once.
//!
//! **Serve**: [`main!`] for a program that has nothing but entities. With more, list them in an [`App`](server::App), which is
//! where your own things are added:
//!
//! ```no_run
//! # use entify::prelude::*;
//! # #[derive(Entity)] #[entity(policy = public)] pub struct Project { name: String }
//! async fn seed(ctx: Ctx) -> entify::Result<()> {
//!     ProjectService::new(&ctx).create(ProjectInput::new("The parser")).await?;
//!     Ok(())
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     App::new(entities![Project]).title("Tracker").seed(seed).main()
//! }
//! ```
//!
//! **Use the service alone**: a worker, a script, a job. No HTTP is served; rules, hooks and history hold all the same:
//!
//! ```no_run
//! # use entify::prelude::*;
//! # #[derive(Entity)] #[entity(policy = public)] pub struct Project { #[entity(filter)] name: String }
//! use entify::config::Settings;
//! use entify::entity::Registry;
//! use entify::state::AppState;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let registry = Registry::new(&entities![Project])?;
//!     let state = AppState::ready(registry, Settings::load()?, true).await?;
//!     let projects = ProjectService::new(state.system());
//!     println!("{} projects", projects.count(Project::name().starts_with("The")).await?);
//!     Ok(())
//! }
//! ```
//!
//! **Test**: a function is two tests, on SQLite and on PostgreSQL, each on a database of its own:
//!
//! ```no_run
//! # use entify::prelude::*;
//! # #[derive(Entity)] #[entity(policy = public)] pub struct Project { #[entity(max_len = 5)] name: String }
//! use entify::testing::each_database;
//!
//! #[each_database(entities![Project])]
//! async fn a_long_name_is_refused(ctx: Ctx) {
//!     let refused = ProjectService::new(&ctx).create(ProjectInput::new("The parser")).await;
//!     assert_eq!(refused.unwrap_err().code(), "VALIDATION_FAILED");
//! }
//! # fn main() {}
//! ```
//!
//! # Cargo features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `sqlite` | yes | the embedded database |
//! | `postgres` | yes | PostgreSQL |
//! | `graphql` | yes | `/graphql` |
//! | `rest` | yes | `/api`, `/openapi.json`, `/docs` |
//! | `admin` | yes | `/admin` |
//! | `cli` | yes | the commands of the program: [`App::main`](server::App::main), [`main!`] |
//! | `server` | by those four | the HTTP server and [`App`](server::App) |
//! | `graphiql` | no | GraphiQL on `/graphql`, its files built in from the folder that `GRAPHIQL_DIR` names when the program is built |
//! | `client` | no | `entify::client`: the client of another application, typed by the same structs |
//! | `testing` | no | `entify::testing`: databases for tests |
//! | `unstable` | no | what the surfaces use of the engine: untyped rows and conditions, SQL, schemas as data. It changes in any release |
//!
//! At least one database is needed. Each surface compiles without the others. Without any of them entify is the macro, the
//! service and the migrations, with no web framework among the dependencies: `default-features = false, features = ["sqlite"]`.
//!
//! # What it is not
//!
//! Not an ORM for tables that are there already: entify lays its tables out itself, and changes within one are SQL of your
//! own, for now. Not a toolkit either: the shapes of the APIs follow from the entities. For other shapes use
//! [sea-orm](https://docs.rs/sea-orm) or [diesel](https://docs.rs/diesel) below and
//! [async-graphql](https://docs.rs/async-graphql) or [poem-openapi](https://docs.rs/poem-openapi) above; endpoints and
//! resolvers made with those two can stand beside the entities'.

// What serves a surface that is left out is not used, nor is what is public with `unstable` alone.
#![cfg_attr(
    not(all(feature = "graphql", feature = "rest", feature = "admin", feature = "cli")),
    allow(dead_code, unused_imports, unused_variables)
)]
#![cfg_attr(not(feature = "unstable"), allow(dead_code, unreachable_pub))]

/// `unstable! { pub use …; }`: public with the feature `unstable` alone, and of the crate without it.
macro_rules! unstable {
    (pub use $($path:tt)::+;) => {
        #[cfg(feature = "unstable")]
        pub use $($path)::+;
        #[cfg(not(feature = "unstable"))]
        #[allow(unused_imports)]
        pub(crate) use $($path)::+;
    };
}

// The framework's own entities are declared with its own derive.
extern crate self as entify;

#[cfg(feature = "admin")]
pub mod admin;
pub mod auth;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "client")]
pub mod client;
pub mod config;
pub mod ctx;
pub mod db;
pub mod entity;
pub mod error;
mod files;
#[cfg(feature = "graphql")]
pub mod graphql;
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod history;
pub mod hooks;
#[cfg(feature = "server")]
pub mod http;
#[cfg(not(feature = "unstable"))]
mod idempotency;
#[cfg(feature = "unstable")]
pub mod idempotency;
pub mod migrate;
pub mod policy;
pub mod prelude;
pub mod principal;
pub mod query;
#[cfg(not(feature = "unstable"))]
mod rate_limit;
#[cfg(feature = "unstable")]
pub mod rate_limit;
#[cfg(feature = "rest")]
pub mod rest;
#[cfg(feature = "server")]
pub mod server;
pub mod service;
mod spans;
mod sql;
pub mod state;
pub mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transfer;
pub mod types;
#[cfg(all(feature = "cli", feature = "rest"))]
mod typescript;
#[cfg(not(feature = "unstable"))]
mod value;
#[cfg(feature = "unstable")]
pub mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

// What an application's own code uses, in the versions that entify has.
#[cfg(feature = "graphql")]
pub use async_graphql;
#[cfg(feature = "cli")]
pub use clap;
#[cfg(feature = "server")]
pub use poem;
#[cfg(feature = "rest")]
pub use poem_openapi;
pub use {chrono, futures_util, rust_decimal, serde, serde_json, tokio, tracing, uuid};

pub use ctx::Ctx;
#[cfg(feature = "cli")]
pub use entify_macros::main;
pub use entify_macros::{Entity, EntityEnum, EntityInput, EntityOutput, actions, entities};
#[cfg(feature = "server")]
pub use entify_macros::{files, migrations};
pub use error::{Error, Result};
pub use service::{Service, View, ViewPage};
