//! The application as it was released next: with a renamed column, a wider type, another type in another column, a required
//! author, one more stage and one of another name, a new column, one less, and a renamed table.

use entify::prelude::*;

/// How far an article is.
#[derive(EntityEnum)]
pub enum Stage {
    /// It is being written.
    Draft,
    /// An editor reads it.
    Review,
    /// Everybody reads it.
    #[entity(was = "published")]
    Live,
}

/// A text with a headline.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Article {
    #[entity(max_len = 80, was = "title", index)]
    headline: String,
    #[entity(index)]
    views: i64,
    #[entity(default = "nobody")]
    author: String,
    #[entity(filter, sort, index)]
    stage: Stage,
    /// Another type under the same name is stored in another column.
    #[entity(default = "0", column = "rating_text", was = "rating")]
    rating: String,
    stages: Vec<Stage>,
    #[entity(default = 1, min = 1)]
    pages: i32,
}

/// What articles are about.
#[derive(Entity)]
#[entity(policy = public, was = "label")]
pub struct Topic {
    #[entity(unique, max_len = 60)]
    name: String,
}

entify::main!(Article, Topic);
