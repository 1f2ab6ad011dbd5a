//! The table `posts_tags`.

use entify::prelude::*;

use super::{Post, Tag};

/// A row of `posts_tags`.
// The table has no key: a digest of the row is its key, so equal rows are one; it is read only, and
// a row is found by it without an index.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "posts_tags",
    key = uuid,
    key_sql = "md5(ROW({post_id}, {tag_id})::text)::uuid",
    timestamps = none,
    external,
    unique(post, tag),
)]
pub struct PostsTag {
    post: One<Post>,
    tag: One<Tag>,
}
