use entify::prelude::*;

use crate::entities::{Issue, Project};

/// What a project wants to reach by a day.
#[derive(Entity)]
#[entity(
    policy = owner(project.organisation.members.person),
    unique(project, name),
    order = due,
    admin(label = name, list(project, name, due)),
)]
pub struct Milestone {
    #[entity(on_delete = cascade, immutable)]
    project: One<Project>,
    #[entity(max_len = 80, search, sort)]
    name: String,
    #[entity(filter, sort)]
    due: Option<NaiveDate>,
    #[entity(inverse = milestone)]
    issues: Many<Issue>,
}
