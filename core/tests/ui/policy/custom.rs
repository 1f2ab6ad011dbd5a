use entify::prelude::*;

struct Missing;

#[derive(Entity)]
#[entity(policy = Missing)]
pub struct Post {
    title: String,
}

struct OfPosts;

impl Policy<Post> for OfPosts {}

#[derive(Entity)]
#[entity(policy(read = role("staff") | OfPosts, write = nobody))]
pub struct Comment {
    text: String,
    #[entity(policy(write = OfPosts))]
    hidden: Option<bool>,
}

#[derive(Entity)]
#[entity(policy = policies::Unknown)]
pub struct Tag {
    name: String,
}

fn main() {}
