//! Tables from entities, and the history that brings a database to them.
//!
//! `DatabaseSchema` is what an [`EntityDef`](crate::entity::EntityDef) means to one dialect: plain data that DDL is
//! written from and that is stored as `schema.json` beside the migrations. [`make`] writes the migration from the stored
//! schema to the entities as reversible SQL files; [`Migrations`] runs such files, the framework's own and the
//! application's, as one history.

mod data;
mod database_schema;
#[cfg(not(feature = "unstable"))]
pub(crate) mod ddl;
#[cfg(feature = "unstable")]
pub mod ddl;
mod declared;
mod diff;
mod error;
mod files;
mod framework;
mod fulltext;
mod header;
mod history;
pub mod inspect;
pub mod lint;
#[cfg(not(feature = "unstable"))]
#[allow(dead_code, unused_imports, reason = "public with `unstable`")]
pub(crate) mod live;
#[cfg(feature = "unstable")]
pub mod live;
mod make;
mod migrations;
mod names;
mod plan;
mod questions;
mod rebase;
mod row_security;
mod runner;
mod schema_check;
mod script;
mod sources;
mod squash;
pub mod verify;

pub use data::DataMigration;
pub(crate) use data::DataStep;
pub use error::MigrateError;
#[cfg(feature = "testing")]
pub(crate) use framework::entities as framework_entities;
pub(crate) use framework::is_absent as has_no_framework_tables;
pub use make::{MakeOptions, NewMigration, make, make_by_hand, make_with};
pub use migrations::{
    EmbeddedMigration, EmbeddedMigrations, MigrationOrigin, MigrationRun, MigrationState, MigrationStatus,
    Migrations, PlannedMigration, UpOptions,
};
pub(crate) use names::check as check_names;
#[cfg(feature = "server")]
pub(crate) use names::name_problems;
pub use questions::RenameQuestion;
pub use rebase::rebase;
#[cfg(all(feature = "testing", feature = "postgres"))]
pub(crate) use row_security::secure_statements;
pub use row_security::{NewRlsMigration, make_row_security};
pub(crate) use row_security::{inspect_row_security, is_outdated};
pub(crate) use schema_check::missing_columns;
pub(crate) use sources::MigrationSources;
pub use squash::{Squashed, squash};
unstable! { pub use database_schema::{Check, Column, DatabaseSchema, ForeignKey, FullText, Index, IndexColumn, PrimaryKey, Table, Unique}; }
