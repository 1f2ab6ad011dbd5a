use entify::prelude::*;

type Author = One<User>;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    manager: Author,
}

fn main() {}
