use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    #[entity(read_only)]
    a: String,
    #[entity(skip(create))]
    b: String,
    #[entity(read_only)]
    c: One<User>,
    #[entity(read_only, default = "fine")]
    d: String,
}

fn main() {}
