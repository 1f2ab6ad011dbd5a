//! The SQL that queries and writes become. Nothing above this room holds SQL text.

pub(crate) mod aggregate;
mod append;
pub(crate) mod cache;
pub(crate) mod case_fold;
pub(crate) mod computed;
pub(crate) mod dml;
mod estimate;
mod insert_source;
mod keyset;
mod last_key;
mod layout;
mod measure;
mod number;
mod predicate;
mod predicate_text;
pub(crate) mod rate_limit;
mod row_scope;
pub(crate) mod row_security;
pub(crate) mod search;
mod select;
pub(crate) mod sequence;
mod sorted;
mod update_each;

pub(crate) use aggregate::Aggregation;
pub(crate) use append::append;
pub(crate) use estimate::estimate;
pub(crate) use last_key::is_last_key_taken;
pub(crate) use number::Measured;
pub(crate) use predicate::hidden_column;
pub(crate) use predicate_text::predicate_text;
pub(crate) use row_scope::{RowScope, not_deleted_by};
pub(crate) use select::{Related, Select, by_column, by_column_among, scoped_by_column};
pub(crate) use sorted::ranked;
pub(crate) use update_each::{ChangedRow, update_each};
