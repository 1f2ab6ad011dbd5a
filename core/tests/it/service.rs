//! The service, on both databases.

mod crud;
mod cursors;
mod filters;
mod keyset;
mod links;
mod loading;
mod nested;
mod on_delete;
mod paging;
mod plans;
mod relations;
mod transactions;
mod types;
