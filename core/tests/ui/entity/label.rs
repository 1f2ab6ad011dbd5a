use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, admin(label = "{first_nam} {last_name} {secret}"))]
pub struct Person {
    first_name: String,
    last_name: String,
    #[entity(write_only)]
    secret: String,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = "name"))]
pub struct Quoted {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = "{name"))]
pub struct Open {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = "{a name}"))]
pub struct Spaced {
    name: String,
}

fn main() {}
