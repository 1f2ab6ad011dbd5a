//! The table `posts_tags`.

use entify::prelude::*;

use super::{Post, Tag};

/// A row of `posts_tags`.
// The table has no key: rows are told apart by SQLite's `rowid`, which VACUUM may change.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "posts_tags",
    key_column = "rowid",
    timestamps = none,
    external,
    unique(post, tag),
)]
pub struct PostsTag {
    post: One<Post>,
    tag: One<Tag>,
}
