//! The service, on both databases.

mod bulk;
mod cancellation;
mod concurrency;
mod crud;
mod errors;
mod filters;
mod history;
mod hooks;
mod lessons;
mod living;
mod paging;
mod relations;
mod streams;
mod transactions;
mod types;
mod upsert;
mod uuid_keys;
mod values;
