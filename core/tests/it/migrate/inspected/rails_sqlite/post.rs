//! The table `posts`.

use entify::prelude::*;

use super::{Person, PostsTag, Tag};

/// A row of `posts`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), table = "posts", timestamps = none, external)]
pub struct Post {
    #[entity(max_len = 100)]
    title: Option<String>,
    body: Option<String>,
    #[entity(default = 0)]
    status: i64,
    #[entity(on_delete = cascade)]
    author: One<Person>,
    #[entity(on_delete = set_null)]
    reviewer: Option<One<Person>>,
    #[entity(min = 0, max = 10)]
    score: Option<f64>,
    labels: Option<String>,
    ip: Option<String>,
    // SQLite has no times: the text as it is stored.
    published_on: Option<String>,
    // SQLite has no times: the text as it is stored.
    #[entity(min_len = 0)]
    created_at: String,
    // SQLite has no times: the text as it is stored.
    #[entity(min_len = 0)]
    updated_at: String,
    #[entity(inverse = post)]
    posts_tags: Many<PostsTag>,
    #[entity(through = PostsTag)]
    tags: Many<Tag>,
}
