//! Rows that are written together with related rows, all or none.
//!
//! A write is a tree: the values of a row carry those of related rows ([`Related`](crate::value::Related)), at any depth. It
//! runs in these steps:
//!
//! 1. [`check`]: every rule that can be judged without the database, of all rows, before anything runs;
//! 2. [`run`]: level by level. Rows that are referred to are created first, then the rows themselves, then those of their
//!    to-many relations ([`to_many`]). What all rows of a level do to one relation is done together, so the number of
//!    statements depends on the relations that are named, not on the rows.
//!
//! Each step writes through the ordinary operations of the rows' entity, with its rules, hooks, history and errors. What is
//! wrong with a row is told by its [`place`]: `posts.2.title`.

mod check;
mod place;
mod run;
mod to_many;
mod typed;

pub use typed::{ChangeWith, Children, NewWith};

#[cfg(feature = "rest")]
pub(super) use check::broken_rules;
pub(super) use check::command as check;
