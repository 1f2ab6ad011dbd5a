//! The service, on both databases.

mod crud;
mod filters;
mod paging;
mod relations;
mod transactions;
mod types;
