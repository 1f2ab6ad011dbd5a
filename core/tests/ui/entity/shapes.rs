use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Tuple(String);

#[derive(Entity)]
#[entity(policy = public)]
pub struct Unit;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Generic<T> {
    value: T,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Borrowed<'a> {
    value: &'a str,
}

#[derive(Entity)]
#[entity(policy = public)]
pub enum Choice {
    A,
}

#[derive(Entity)]
#[entity(policy = public)]
pub union Either {
    a: i32,
}

fn main() {}
