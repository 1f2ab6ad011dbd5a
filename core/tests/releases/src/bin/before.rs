//! A small application as it was released first.

use entify::prelude::*;

/// How far an article is.
#[derive(EntityEnum)]
pub enum Stage {
    /// It is being written.
    Draft,
    /// Everybody reads it.
    Published,
}

/// A text with a title.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Article {
    #[entity(max_len = 80)]
    title: String,
    #[entity(index)]
    views: i32,
    author: Option<String>,
    #[entity(filter, sort, index)]
    stage: Stage,
    #[entity(default = 0)]
    rating: i32,
    stages: Vec<Stage>,
    remark: String,
}

/// What articles are about.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Label {
    #[entity(unique, max_len = 40)]
    name: String,
}

entify::main!(Article, Label);
