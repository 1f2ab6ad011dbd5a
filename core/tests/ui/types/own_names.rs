//! Types of the user's own that are called like field types.
use entify::prelude::Entity;

pub struct Uuid;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    token: Uuid,
    other: Option<Uuid>,
    title: String,
}

fn main() {}
