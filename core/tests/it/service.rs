//! The service, on both databases.

mod bulk;
mod cancellation;
mod computed;
mod concurrency;
mod crud;
mod cursors;
mod errors;
mod filters;
mod keyset;
mod lessons;
mod links;
mod living;
mod loading;
mod nested;
mod on_delete;
mod oracle;
mod paging;
mod plans;
mod relations;
mod search;
mod streams;
mod transactions;
mod types;
mod upsert;
mod uuid_keys;
mod values;
