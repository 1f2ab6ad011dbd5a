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
    status: Status,
    statuses: Option<Vec<Status>>,
    comment: Comment,
    some: Option<Comment>,
    comments: Vec<Comment>,
    others: Option<Vec<Comment>>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Comment {
    text: String,
}

fn main() {}
