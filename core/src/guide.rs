//! The guide: how an application is declared, used, served, tested and deployed, chapter by chapter.
//!
//! | chapter | what it answers |
//! |---|---|
//! | [`declaring`] | What is an entity? Which types and rules may its fields have? What is refused? |
//! | [`relations`] | How do entities refer to each other? What happens to the others when a row goes? |
//! | [`service`] | How does Rust code read and write rows? Filters, pages, transactions, hooks, errors |
//! | [`writing`] | How are rows written that belong together? Many at once, all or none, exactly once, as a trial? |
//! | [`reading`] | How much, how many, of what? Sums, averages, groups |
//! | [`actions`] | How does an entity get verbs of its own, on every surface? |
//! | [`policies`] | Who may see and do what? Who asks? |
//! | [`graphql`] | What does `/graphql` serve? What does a query cost? |
//! | [`rest`] | What does `/api` serve? Filters, pages, conditions, problems |
//! | [`clients`] | How is it called, from TypeScript, Rust and other languages? |
//! | [`own_code`] | What of my own stands beside it? Resolvers, endpoints, errors, tasks, commands, settings, files |
//! | [`admin`] | What does `/admin` show, and to whom? |
//! | [`migrations`] | How do tables come about and change? |
//! | [`changing`] | How does a struct change once there are rows? How is that deployed without a failed request? |
//! | [`lints`] | What is dangerous in a migration? What is the safe way? |
//! | [`adopting`] | How are the tables of an existing database used? |
//! | [`testing`] | How is an application tested, on both databases? |
//! | [`deploying`] | What does production need? Settings, PostgreSQL, health, limits |
//!
//! Everything in it is tried: the Rust is compiled, most of it run, on a throw-away database; the shell is run by a test
//! against the program below, and what is printed is compared.
//!
//! # The example
//!
//! One program goes through all chapters, an issue tracker. Members report issues in projects, comment on them and label
//! them. It is in the repository: `cargo run --bin tracker`, or `cargo run --bin tracker -- seed` for first rows. In a
//! program of its own it needs one dependency, `entify`, and this `main`:
//!
//! ```no_run
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/tracker.rs"));
//! fn main() -> std::process::ExitCode {
//!     app().main()
//! }
//! ```
//!
//! The rest:
//!
//! ```no_run
#![doc = include_str!("guide/tracker.rs")]
//! # fn main() {}
//! ```

#[doc = include_str!("guide/actions.md")]
pub mod actions {}
#[doc = include_str!("guide/admin.md")]
pub mod admin {}
#[doc = include_str!("guide/adopting.md")]
pub mod adopting {}
#[doc = include_str!("guide/changing.md")]
pub mod changing {}
#[doc = include_str!("guide/clients.md")]
pub mod clients {}
#[doc = include_str!("guide/declaring.md")]
pub mod declaring {}
#[doc = include_str!("guide/deploying.md")]
pub mod deploying {}
#[doc = include_str!("guide/graphql.md")]
pub mod graphql {}
#[doc = include_str!("guide/lints.md")]
#[doc = include_str!("migrate/lint/pages.md")]
pub mod lints {}
#[doc = include_str!("guide/migrations.md")]
pub mod migrations {}
#[doc = include_str!("guide/own_code.md")]
pub mod own_code {}
#[doc = include_str!("guide/policies.md")]
pub mod policies {}
#[doc = include_str!("guide/reading.md")]
pub mod reading {}
#[doc = include_str!("guide/relations.md")]
pub mod relations {}
#[doc = include_str!("guide/rest.md")]
pub mod rest {}
#[doc = include_str!("guide/service.md")]
pub mod service {}
#[doc = include_str!("guide/testing.md")]
pub mod testing {}
#[doc = include_str!("guide/writing.md")]
pub mod writing {}
