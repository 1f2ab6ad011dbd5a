//! The demo's rules: principals × surfaces × actions × rows, against an oracle in plain Rust.

mod admin;
mod caller;
mod oracle;
mod reads;
mod refusals;
mod writes;
