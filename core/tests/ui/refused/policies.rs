use entify::prelude::*;

struct PostPolicy;

#[derive(Entity)]
#[entity(policy = PostPolicy)]
pub struct Post {
    title: String,
}

#[derive(Entity)]
#[entity(policy(read = public, write = owner(id) | role("staff")))]
pub struct User {
    email: String,
}

fn main() {}
