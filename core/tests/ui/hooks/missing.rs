use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, hooks)]
pub struct Post {
    title: String,
}

fn main() {}
