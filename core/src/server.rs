//! The server: an application's state, its routes and its life.
//!
//! [`App`] is what a program lists. [`AppState`] is what its requests share. `routes` composes the surfaces, `guard`
//! is the one middleware around them, `listen` accepts connections until the program is told to stop.

mod app;
mod cors;
mod guard;
mod home;
pub(crate) mod listen;
mod logging;
pub(crate) mod open;
mod routes;

pub use crate::state::AppState;
pub use app::App;
pub use guard::Guard;
pub use open::StartError;

pub(crate) use logging::start as start_logging;
pub(crate) use routes::list as route_list;
