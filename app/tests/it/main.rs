//! The demo program from the outside: its commands and its server, on both databases.

mod accounts;
mod actions;
mod chinook;
mod commands;
mod guide;
mod migrations;
mod own_code;
mod policies;
mod row_security;
mod schema;
mod store;
