//! `main!` has all entities of a program.
use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    title: String,
    author: One<User>,
    #[entity(through = PostTag)]
    tags: Many<Tag>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    name: String,
    #[entity(inverse = author)]
    posts: Many<Post>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Tag {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct PostTag {
    post: One<Post>,
    tag: One<Tag>,
}

entify::main!(Post, Tag);
