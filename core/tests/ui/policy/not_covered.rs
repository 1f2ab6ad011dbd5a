use entify::prelude::*;

#[derive(Entity)]
#[entity(policy(read = public, update = nobody))]
pub struct User {
    email: String,
}

#[derive(Entity)]
#[entity(policy(write = public))]
pub struct Post {
    title: String,
}

fn main() {}
