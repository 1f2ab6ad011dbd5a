use entify::prelude::*;

use crate::entities::{Issue, Managers, Milestone, Organisation};

/// What issues are about.
#[derive(Entity)]
#[entity(
    policy(read = owner(organisation.members.person), write = Managers),
    unique(organisation, key),
    order = name,
    admin(label = name, list(organisation, key, name)),
)]
pub struct Project {
    #[entity(on_delete = restrict, immutable)]
    organisation: One<Organisation>,
    /// What stands before the numbers of its issues, as in `APP-7`.
    #[entity(max_len = 10, pattern = "^[A-Z][A-Z0-9]*$", filter, sort)]
    key: String,
    #[entity(max_len = 80, search, sort)]
    name: String,
    #[entity(inverse = project)]
    issues: Many<Issue>,
    #[entity(inverse = project)]
    milestones: Many<Milestone>,
}
