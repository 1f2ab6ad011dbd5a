use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, hooks = PostHooks, history(all))]
pub struct Post {
    title: String,
}

fn main() {}
