use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    #[entity(inverse = autor)]
    missing: Many<Post>,
    #[entity(inverse = title)]
    column: Many<Post>,
    #[entity(inverse = tag)]
    elsewhere: Many<Post>,
    #[entity(inverse = author)]
    right: Many<Post>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    title: String,
    author: One<User>,
    tag: One<Tag>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Tag {
    name: String,
}

fn main() {}
