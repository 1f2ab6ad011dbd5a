use entify::prelude::*;

#[derive(Entity)]
#[entity(policy(
    read = pubic,
    create = role(staff),
    update = public || nobody,
    delete = public && nobody,
    destroy = public,
))]
pub struct User {
    email: String,
}

#[derive(Entity)]
#[entity(policy(read = role, create = roles("a"), update = "public", delete = public + nobody))]
pub struct Post {
    title: String,
}

#[derive(Entity)]
#[entity(policy(read, write = public))]
pub struct Tag {
    title: String,
}

#[derive(Entity)]
#[entity(policy)]
pub struct Note {
    title: String,
}

fn main() {}
