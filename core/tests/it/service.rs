//! The service, on both databases.

mod bulk;
mod crud;
mod filters;
mod lessons;
mod paging;
mod relations;
mod streams;
mod transactions;
mod types;
mod upsert;
