use entify::prelude::*;

pub struct Custom;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    a: u32,
    b: &'static str,
    c: Custom,
    d: Option<Custom>,
    e: Vec<u8>,
    f: Vec<Option<String>>,
    g: Box<String>,
    h: (i32, i32),
}

fn main() {}
