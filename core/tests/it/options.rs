//! The options of `#[entity(…)]`, a file each: what the option declares, and what it does, seen from outside.
//!
//! What an engine room makes of a large option is tested where that room's tests are, as in `service/soft_delete.rs`.

mod key;
mod soft_delete;
mod version;
