use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, table = "a", table = "b")]
#[entity(key = uuid, policy = nobody)]
pub struct User {
    #[entity(unique, max_len = 5, unique)]
    #[entity(max_len = 6)]
    email: String,
}

fn main() {}
