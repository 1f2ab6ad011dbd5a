use entify::prelude::*;

use crate::entities::{Issue, IssueLabel, Managers, Organisation};

/// A word that the issues of an organisation are sorted by.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(organisation.members.person),
        create = owner(organisation.members.person),
        update = owner(organisation.members.person),
        delete = Managers,
    ),
    unique(organisation, name),
    order = name,
    admin(label = name, list(organisation, name)),
)]
pub struct Label {
    #[entity(on_delete = cascade, immutable)]
    organisation: One<Organisation>,
    #[entity(max_len = 30, sort)]
    name: String,
    #[entity(through = IssueLabel)]
    issues: Many<Issue>,
}
