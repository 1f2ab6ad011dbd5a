use entify::prelude::*;

pub struct Custom;

pub enum Status {
    Open,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    c: Custom,
    d: Option<Custom>,
    f: Vec<Option<String>>,
    h: (i32, i32),
    status: Status,
    comments: Vec<Comment>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Comment {
    text: String,
}

fn main() {}
