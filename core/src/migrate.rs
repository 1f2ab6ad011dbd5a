//! Tables from entities, and the history that brings a database to them.
//!
//! `Schema` is what an [`EntityDef`](crate::entity::EntityDef) means to one dialect: plain data that DDL is
//! written from and that is kept as `schema.json` beside the migrations. [`make`] writes the step from the kept
//! schema to the entities as reversible SQL files; [`Migrations`] runs such files, the framework's own and the
//! application's, as one history.

#[cfg(not(feature = "unstable"))]
mod ddl;
#[cfg(feature = "unstable")]
pub mod ddl;
mod diff;
mod error;
mod files;
mod framework;
mod fulltext;
mod history;
mod make;
mod row_security;
mod runner;
mod schema;

pub use error::MigrateError;
pub use history::{Embedded, Migrations, Origin, State, Status, Step};
pub use make::{Made, make, make_by_hand};
#[cfg(all(feature = "testing", feature = "postgres"))]
pub(crate) use row_security::secure_statements;
pub use row_security::{MadeRowSecurity, make_row_security};
pub(crate) use row_security::{examine, is_outdated};
unstable! { pub use schema::{Check, Column, ForeignKey, FullText, Index, IndexColumn, PrimaryKey, Schema, Table, Unique}; }
