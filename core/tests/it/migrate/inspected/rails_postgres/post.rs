//! The table `posts`.

use entify::prelude::*;

use super::{Person, PostsTag, Tag};

/// A row of `posts`.
// The column `ip` is left out: no field holds a `inet`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), table = "posts", external)]
pub struct Post {
    #[entity(max_len = 100)]
    title: Option<String>,
    body: Option<String>,
    #[entity(default = 0)]
    status: i32,
    #[entity(on_delete = cascade)]
    author: One<Person>,
    #[entity(on_delete = set_null)]
    reviewer: Option<One<Person>>,
    #[entity(min = 0, max = 10)]
    score: Option<f64>,
    labels: Option<Vec<String>>,
    published_on: Option<NaiveDate>,
    #[entity(inverse = post)]
    posts_tags: Many<PostsTag>,
    #[entity(through = PostsTag)]
    tags: Many<Tag>,
}
