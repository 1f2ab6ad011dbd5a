//! The table `tags`.

use entify::prelude::*;

use super::{Post, PostsTag};

/// A row of `tags`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), table = "tags", timestamps = none, external)]
pub struct Tag {
    #[entity(min_len = 0)]
    name: String,
    #[entity(inverse = tag)]
    posts_tags: Many<PostsTag>,
    #[entity(through = PostsTag)]
    posts: Many<Post>,
}
