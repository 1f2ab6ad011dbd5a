//! The server on entify that is measured: the same three tables as the hand-written one, declared.

use entify::prelude::*;

/// Someone who writes.
#[derive(Entity)]
#[entity(policy = public)]
pub(crate) struct User {
    /// Unique address.
    #[entity(unique, max_len = 254, format = email)]
    email: String,
    #[entity(min_len = 1, max_len = 100)]
    name: String,
    #[entity(max_len = 20, default = "active")]
    status: String,
    #[entity(inverse = author)]
    posts: Many<Post>,
}

/// Something written.
#[derive(Entity)]
#[entity(policy = public)]
pub(crate) struct Post {
    #[entity(max_len = 200)]
    title: String,
    body: String,
    #[entity(min = 0, max = 5, default = 0, aggregate)]
    stars: i32,
    #[entity(index)]
    author: One<User>,
    #[entity(inverse = post)]
    comments: Many<Comment>,
}

/// Something said about a post.
#[derive(Entity)]
#[entity(policy = public)]
pub(crate) struct Comment {
    body: String,
    #[entity(index)]
    post: One<Post>,
    #[entity(index)]
    author: One<User>,
}

entify::main!(User, Post, Comment);
