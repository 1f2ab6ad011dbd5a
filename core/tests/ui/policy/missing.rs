use entify::prelude::*;

#[derive(Entity)]
pub struct User {
    email: String,
}

fn main() {}
