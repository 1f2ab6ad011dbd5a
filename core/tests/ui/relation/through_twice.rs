use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    #[entity(through = Friendship)]
    friends: Many<User>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Friendship {
    one: One<User>,
    other: One<User>,
}

fn main() {}
