//! The table `people`.

use entify::prelude::*;

use super::Post;

/// A row of `people`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), table = "people", timestamps = none, external)]
pub struct Person {
    #[entity(min_len = 0)]
    name: String,
    #[entity(unique, min_len = 0, default = "")]
    email: String,
    #[entity(default = false)]
    admin: bool,
    #[entity(min_len = 0, default = "glad")]
    mood: String,
    settings: Option<Json>,
    // SQLite has no times: the text as it is stored.
    #[entity(min_len = 0)]
    created_at: String,
    // SQLite has no times: the text as it is stored.
    #[entity(min_len = 0)]
    updated_at: String,
    #[entity(inverse = author)]
    posts_by_author: Many<Post>,
    #[entity(inverse = reviewer)]
    posts_by_reviewer: Many<Post>,
}
