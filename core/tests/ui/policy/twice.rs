use entify::prelude::*;

#[derive(Entity)]
#[entity(policy(read = public, write = public, create = nobody, read = nobody))]
pub struct User {
    email: String,
}

fn main() {}
