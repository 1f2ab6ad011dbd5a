//! The service, on both databases.

mod cancellation;
mod concurrency;
mod crud;
mod errors;
mod filters;
mod paging;
mod relations;
mod transactions;
mod types;
mod uuid_keys;
mod values;
