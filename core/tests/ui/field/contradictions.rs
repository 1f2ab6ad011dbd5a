use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    #[entity(read_only, write_only)]
    a: Option<String>,
    #[entity(immutable, read_only)]
    b: Option<String>,
    #[entity(read_only, skip(create))]
    c: Option<String>,
    #[entity(skip(update), read_only)]
    d: Option<String>,
    #[entity(immutable, skip(update))]
    e: String,
    #[entity(skip(create, update))]
    f: Option<String>,
    #[entity(write_only, filter, sort, search)]
    g: String,
    #[entity(filter, skip(filter))]
    h: String,
    #[entity(unique, index)]
    i: String,
}

fn main() {}
