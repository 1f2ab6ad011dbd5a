use entify::prelude::*;

use crate::entities::{Label, Managers, Member, Project};

/// A company that works with the tracker. Nobody else's members see anything of it.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(members.person) | role("admin"),
        create = role("admin"),
        update = Managers | role("admin"),
        delete = role("admin"),
    ),
    order = name,
    admin(label = name, list(name, slug), group = "Companies"),
)]
pub struct Organisation {
    /// The short name in addresses.
    #[entity(unique, max_len = 40, format = slug)]
    slug: String,
    #[entity(max_len = 80, search, sort)]
    name: String,
    #[entity(inverse = organisation)]
    members: Many<Member>,
    #[entity(inverse = organisation)]
    projects: Many<Project>,
    #[entity(inverse = organisation)]
    labels: Many<Label>,
}
