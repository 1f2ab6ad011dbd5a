use entify::prelude::*;

use crate::entities::Task;

/// Something to be done, in tasks.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), order = name)]
pub struct Project {
    /// What it is called.
    #[entity(unique, max_len = 80, search)]
    name: String,
    /// What there is to do.
    #[entity(inverse = project)]
    tasks: Many<Task>,
}
