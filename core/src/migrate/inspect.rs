//! Entity structs for tables that are there: what `inspect` writes.
//!
//! The structs say of the tables what they are (`external`): no migration is made for them, and nothing in the database has
//! to change before they are read. What entify does not know of a table is said in comments.

mod columns;
mod names;
mod plan;
mod relations;
mod rules;
mod write;

use crate::db::{Db, DbError};
use crate::migrate::live;

/// What `inspect` is to write.
#[derive(Debug, Clone, Default)]
pub struct InspectOptions {
    /// The rule of reading that each policy gets; without one nobody may do anything.
    pub read: Option<String>,
}

/// A file of Rust source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The name in its folder: `artist.rs`.
    pub name: String,
    /// The source.
    pub text: String,
}

/// What `inspect` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// The sources: `mod.rs`, and a file for each entity.
    pub files: Vec<SourceFile>,
    /// The entities.
    pub entities: Vec<String>,
    /// What was left out or is read only, and why.
    pub notes: Vec<String>,
}

/// Writes entity structs for the tables of a database.
///
/// # Errors
/// The [`DbError`] of the database.
pub async fn inspect(db: &Db, options: &InspectOptions) -> Result<Inspection, DbError> {
    let schema = live::read(db, None).await?;
    let plan = plan::Plan::of(&schema);
    Ok(write::inspection(&plan, options))
}
