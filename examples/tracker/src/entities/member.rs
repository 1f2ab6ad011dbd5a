use entify::prelude::*;

use crate::entities::{Managers, Organisation, Person};

/// That a person belongs to an organisation. Members see each other; managers say who is one.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(organisation.members.person) | role("admin"),
        write = Managers | role("admin"),
    ),
    unique(organisation, person),
    admin(label = "{person} of {organisation}", list(organisation, person, role), group = "Companies"),
)]
pub struct Member {
    #[entity(on_delete = cascade, immutable)]
    organisation: One<Organisation>,
    #[entity(on_delete = cascade, immutable)]
    person: One<Person>,
    #[entity(default = Role::Member, filter, sort)]
    role: Role,
}

/// What a member may do.
#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[entity(ordered)]
pub enum Role {
    /// Works on issues.
    Member,
    /// Also opens projects, and says who is a member.
    Manager,
}
