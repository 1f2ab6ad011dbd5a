use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, version(require))]
pub struct User {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public, version = "required")]
pub struct Team {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public, version(required, required))]
pub struct Club {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Guild {
    #[entity(version(required))]
    name: String,
}

fn main() {}
