//! The service, on both databases.

mod crud;
mod filters;
mod living;
mod paging;
mod relations;
mod transactions;
mod types;
