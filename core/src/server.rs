//! The server: an application's state, its routes and its life.

mod state;

pub use state::AppState;
