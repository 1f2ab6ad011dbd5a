use entify::prelude::*;

use crate::entities::Project;

/// A part of a project.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), order = -created_at)]
pub struct Task {
    /// What there is to do.
    #[entity(max_len = 200, search)]
    title: String,
    /// Whether it is done.
    #[entity(default = false, filter)]
    done: bool,
    /// What it is a part of.
    #[entity(on_delete = cascade)]
    project: One<Project>,
}
