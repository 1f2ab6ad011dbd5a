use entify::prelude::*;

use crate::entities::Member;

/// Who signs in: a member of any number of organisations, seen by those who are in one of them.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(id) | owner(memberships.organisation.members.person) | role("admin"),
        create = role("admin"),
        update = owner(id) | role("admin"),
        delete = role("admin"),
    ),
    plural = "people",
    order = name,
    admin(label = name, list(name, email), group = "Companies"),
)]
pub struct Person {
    #[entity(max_len = 80, search, sort)]
    name: String,
    /// The address to sign in with, and for mails.
    #[entity(unique, max_len = 254, format = email, search)]
    email: String,
    #[entity(write_only, min_len = 12, max_len = 1024)]
    password: Password,
    #[entity(inverse = person)]
    memberships: Many<Member>,
}
