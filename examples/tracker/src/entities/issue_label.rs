use entify::prelude::*;

use crate::entities::{Issue, Label};

/// Which labels an issue has.
#[derive(Entity)]
#[entity(
    policy = owner(issue.project.organisation.members.person),
    unique(issue, label),
)]
pub struct IssueLabel {
    #[entity(on_delete = cascade, immutable)]
    issue: One<Issue>,
    #[entity(on_delete = cascade, immutable)]
    label: One<Label>,
}
