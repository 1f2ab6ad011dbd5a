//! The names that a declaration gives to things outside of Rust: in SQL, in GraphQL, in OpenAPI, in URLs.
//!
//! What one declaration alone makes wrong the derive refuses, on the token. What needs all entities is found at start, by
//! one [`Namespace`] for each set of names that must differ: `migrate` has those of SQL, each surface its own.

mod namespace;
mod sql;

pub(crate) use namespace::{COLUMN, FIELD, Namespace, PATH, TABLE, TABLE_OR_COLUMN, WaysOut};
pub(crate) use sql::{
    FULLTEXT_COLUMN, another_index, check, column_refusal, folded, foreign_key, fulltext, fulltext_keys,
    identifier, index, key_sequence, numbered_check, primary_key, shadow_tables, shorten, table_refusal,
    unique,
};
