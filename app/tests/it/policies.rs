//! The demo's rules: principals × surfaces × actions × rows, against a judge in plain Rust.

mod admin;
mod caller;
mod judge;
mod reads;
mod refusals;
mod writes;
