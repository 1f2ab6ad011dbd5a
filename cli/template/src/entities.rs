//! The entities, a file each.

mod project;
mod task;

pub use project::*;
pub use task::*;
