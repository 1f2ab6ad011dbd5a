use entify::prelude::*;

pub struct Plain;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    #[entity(through = Missing)]
    missing: Many<Tag>,
    #[entity(through = Plain)]
    plain: Many<Tag>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Tag {
    name: String,
}

fn main() {}
