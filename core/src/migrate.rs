//! Tables from entities, and the history that brings a database to them.
//!
//! [`Schema`] is what an [`EntityDef`](crate::entity::EntityDef) means to one dialect: plain data that DDL is
//! written from and that is kept as `schema.json` beside the migrations. [`make`] writes the step from the kept
//! schema to the entities as reversible SQL files; [`Migrations`] runs such files, the framework's own and the
//! application's, as one history.

pub mod ddl;
mod schema;

pub use schema::{Check, Column, ForeignKey, Index, IndexColumn, PrimaryKey, Schema, Table, Unique};
