use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    email: String,
    #[entity(policy(read = nobody))]
    secret: Option<String>,
}

fn main() {}
