//! The rows, which are also the REST objects and the GraphQL types.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::Serialize;
use sqlx::FromRow;

/// Someone who writes.
#[derive(Clone, FromRow, Object, SimpleObject)]
#[graphql(complex)]
pub(crate) struct User {
    #[graphql(skip)]
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Something written.
#[derive(FromRow, Object, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Post {
    #[graphql(skip)]
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) stars: i32,
    #[graphql(skip)]
    pub(crate) author_id: i64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// How many posts there are, and the sum of their stars: of all, or of an author.
#[derive(FromRow)]
pub(crate) struct Totals {
    pub(crate) author_id: Option<i64>,
    pub(crate) count: i64,
    pub(crate) stars: i64,
}

/// Something said about a post.
#[derive(FromRow, Serialize, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Comment {
    #[graphql(skip)]
    pub(crate) id: i64,
    pub(crate) body: String,
    #[graphql(skip)]
    pub(crate) post_id: i64,
    #[graphql(skip)]
    pub(crate) author_id: i64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}
