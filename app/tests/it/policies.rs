//! The demo's rules: principals × surfaces × actions × rows, against a judge in plain Rust.

mod caller;
mod judge;
mod reads;
