//! The service, on both databases.

mod bulk;
mod cancellation;
mod concurrency;
mod crud;
mod cursors;
mod errors;
mod filters;
mod history;
mod hooks;
mod keyset;
mod lessons;
mod links;
mod living;
mod loading;
mod nested;
mod on_delete;
mod paging;
mod plans;
mod relations;
mod streams;
mod transactions;
mod types;
mod upsert;
mod uuid_keys;
mod values;
