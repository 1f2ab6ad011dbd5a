//! The service, on both databases.

mod computed;
mod crud;
mod filters;
mod oracle;
mod paging;
mod relations;
mod search;
mod transactions;
mod types;
