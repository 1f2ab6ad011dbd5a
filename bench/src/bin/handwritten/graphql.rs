//! The GraphQL schema and its endpoint.

use std::sync::Arc;

use async_graphql::dataloader::DataLoader;
use async_graphql::{
    ComplexObject, Context, EmptyMutation, EmptySubscription, Error, ID, Object, OutputType, Request, Result,
    Schema, SimpleObject,
};
use poem::http::StatusCode;
use poem::http::header::CONTENT_TYPE;
use poem::web::Data;
use poem::{Body, Response, handler};

use crate::cursor;
use crate::loaders::{self, CommentsOf, Loaders, PostsOf, UserKey};
use crate::model::{Comment, Post, User};
use crate::store::Store;

/// The schema, with the store in its data.
pub(crate) type AppSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// The schema on a store.
pub(crate) fn schema(store: Store) -> AppSchema {
    Schema::build(Query, EmptyMutation, EmptySubscription).data(store).finish()
}

/// Runs one request.
#[handler]
pub(crate) async fn execute(
    schema: Data<&AppSchema>,
    store: Data<&Store>,
    body: Body,
) -> poem::Result<Response> {
    let bytes = body.into_bytes().await?;
    let request: Request =
        serde_json::from_slice(&bytes).map_err(|error| poem::Error::new(error, StatusCode::BAD_REQUEST))?;
    let answer = schema.execute(request.data(loaders::of_request(store.clone()))).await;
    let json = serde_json::to_vec(&answer).map_err(poem::error::InternalServerError)?;
    Ok(Response::builder().header(CONTENT_TYPE, "application/graphql-response+json").body(json))
}

/// A page of rows.
#[derive(SimpleObject)]
#[graphql(concrete(name = "UserConnection", params(User)))]
#[graphql(concrete(name = "PostConnection", params(Post)))]
pub(crate) struct Connection<Row: OutputType> {
    nodes: Vec<Row>,
    page_info: PageInfo,
}

/// Where a page ends.
#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// The rows of one parent.
#[derive(SimpleObject)]
#[graphql(concrete(name = "PostsOfUser", params(Post)))]
#[graphql(concrete(name = "CommentsOfPost", params(Comment)))]
pub(crate) struct Children<Row: OutputType> {
    nodes: Arc<Vec<Row>>,
}

/// The root.
pub(crate) struct Query;

#[Object]
impl Query {
    async fn user_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<User>> {
        let id = cursor::key_of("User", &id).ok_or_else(|| Error::new("not the id of a user"))?;
        ctx.data::<Store>()?.user(id).await.map_err(failed)
    }

    async fn users(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<User>> {
        let (after, first) = (position(after)?, count(first)?);
        let rows = ctx.data::<Store>()?.users(after, first + 1).await.map_err(failed)?;
        Ok(connection(rows, first, |user| user.id))
    }

    async fn posts(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<Post>> {
        let (after, first) = (position(after)?, count(first)?);
        let rows = ctx.data::<Store>()?.posts(after, first + 1).await.map_err(failed)?;
        Ok(connection(rows, first, |post| post.id))
    }
}

#[ComplexObject]
impl User {
    async fn id(&self) -> ID {
        ID(cursor::global_id("User", self.id))
    }

    async fn posts(&self, ctx: &Context<'_>, first: Option<i32>) -> Result<Children<Post>> {
        let key = PostsOf { author: self.id, first: count(first)? };
        let nodes = loaders(ctx)?.load_one(key).await.map_err(failed)?;
        Ok(Children { nodes: nodes.unwrap_or_default() })
    }
}

#[ComplexObject]
impl Post {
    async fn id(&self) -> ID {
        ID(cursor::global_id("Post", self.id))
    }

    async fn author(&self, ctx: &Context<'_>) -> Result<Arc<User>> {
        let author = loaders(ctx)?.load_one(UserKey(self.author_id)).await.map_err(failed)?;
        author.ok_or_else(|| Error::new("the author is gone"))
    }

    async fn comments(&self, ctx: &Context<'_>, first: Option<i32>) -> Result<Children<Comment>> {
        let key = CommentsOf { post: self.id, first: count(first)? };
        let nodes = loaders(ctx)?.load_one(key).await.map_err(failed)?;
        Ok(Children { nodes: nodes.unwrap_or_default() })
    }
}

#[ComplexObject]
impl Comment {
    async fn id(&self) -> ID {
        ID(cursor::global_id("Comment", self.id))
    }

    async fn author(&self, ctx: &Context<'_>) -> Result<Arc<User>> {
        let author = loaders(ctx)?.load_one(UserKey(self.author_id)).await.map_err(failed)?;
        author.ok_or_else(|| Error::new("the author is gone"))
    }
}

fn loaders<'c>(ctx: &Context<'c>) -> Result<&'c DataLoader<Loaders>> {
    ctx.data::<DataLoader<Loaders>>()
}

fn connection<Row: OutputType>(mut rows: Vec<Row>, first: i64, key: impl Fn(&Row) -> i64) -> Connection<Row> {
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    let has_next_page = rows.len() > first;
    rows.truncate(first);
    let end_cursor = rows.last().map(|row| cursor::write(key(row)));
    Connection { nodes: rows, page_info: PageInfo { has_next_page, end_cursor } }
}

fn count(first: Option<i32>) -> Result<i64> {
    match first.unwrap_or(20) {
        first @ 1..=100 => Ok(first.into()),
        _ => Err(Error::new("`first` must be from 1 to 100")),
    }
}

fn position(after: Option<String>) -> Result<i64> {
    match after {
        None => Ok(0),
        Some(after) => cursor::read(&after).ok_or_else(|| Error::new("the cursor is not one of ours")),
    }
}

/// The reason goes to the log, not to the client.
fn failed(error: impl std::fmt::Display) -> Error {
    eprintln!("{error}");
    Error::new("internal error")
}
