//! The tracker from the outside, as its clients see it, on both databases.

mod errors;
mod issues;
mod program;
mod reports;
mod support;
mod tasks;
mod tenancy;
