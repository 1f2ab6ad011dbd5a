//! The server: an application's state, its routes, its start and its shutdown.
//!
//! [`App`] is what a program declares. [`AppState`] is what its requests share. `routes` composes the surfaces, `guard`
//! is the one middleware around them, `front` reads the address, `observe` tells of every request (`route_names` says where it led), `metrics_endpoint` answers `/metrics`, `compression` packs responses, `listen` accepts connections (`unread_body` reads what a refused client still sends) until the program receives a signal to `stop`.

mod app;
mod compression;
mod cors;
mod error_forms;
mod front;
mod guard;
mod home;
pub(crate) mod listen;
mod logging;
mod metrics_endpoint;
mod observe;
#[cfg(feature = "otel")]
mod otel;
#[cfg(feature = "cli")]
mod own_command;
mod plain_page;
mod route_names;
mod routes;
mod start_error;
mod static_files;
#[cfg(feature = "cli")]
pub(crate) mod stop;
mod surfaces;
mod unread_body;

pub use crate::state::{AppState, OpenError};
pub use app::App;
pub(crate) use guard::Guard;
pub use logging::{finish_logging, start_logging};
#[cfg(feature = "cli")]
pub(crate) use own_command::OwnCommand;
pub use start_error::StartError;
pub use static_files::{EmbeddedFiles, StaticFiles};

#[cfg(feature = "cli")]
pub(crate) use routes::served_paths;
#[cfg(feature = "cli")]
pub(crate) use surfaces::{ServedPath, Surfaces};
