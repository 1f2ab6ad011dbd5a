//! The table `people`.

use entify::prelude::*;

use super::{Mood, Post};

/// A row of `people`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), table = "people", external)]
pub struct Person {
    #[entity(min_len = 0)]
    name: String,
    #[entity(unique, min_len = 0, default = "")]
    email: String,
    #[entity(default = false)]
    admin: bool,
    // The column's type is PostgreSQL's `mood`: the field is read, and not written or filtered by.
    #[entity(read_only, default = Mood::Glad)]
    mood: Mood,
    settings: Option<Json>,
    #[entity(inverse = author)]
    posts_by_author: Many<Post>,
    #[entity(inverse = reviewer)]
    posts_by_reviewer: Many<Post>,
}
