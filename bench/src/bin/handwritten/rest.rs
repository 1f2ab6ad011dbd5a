//! The REST resources: get, list by keyset, create.

use std::sync::LazyLock;

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::registry::MetaSchema;
use poem_openapi::validation::{Validator, ValidatorMeta};
use poem_openapi::{ApiResponse, Object, OpenApi};
use regex::Regex;

use crate::cursor;
use crate::model::{Post, User};
use crate::store::{NewRows, Store};

/// The resources.
pub(crate) struct Api(Store);

impl Api {
    pub(crate) fn new(store: Store) -> Self {
        Self(store)
    }
}

/// A new user.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct UserInput {
    #[oai(validator(max_length = 254, custom = "Email"))]
    email: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    #[oai(default = "active", validator(max_length = 20))]
    status: String,
    posts: Option<NewPosts>,
}

/// New posts of a new user.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewPosts {
    #[oai(validator(max_items = 1000))]
    create: Vec<NestedPost>,
}

/// A new post of a new user.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NestedPost {
    #[oai(validator(min_length = 1, max_length = 200))]
    title: String,
    #[oai(validator(min_length = 1))]
    body: String,
    #[oai(default, validator(minimum(value = "0"), maximum(value = "5")))]
    stars: i32,
}

/// A new post.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct PostInput {
    #[oai(validator(min_length = 1, max_length = 200))]
    title: String,
    #[oai(validator(min_length = 1))]
    body: String,
    #[oai(default, validator(minimum(value = "0"), maximum(value = "5")))]
    stars: i32,
    author_id: i64,
}

/// New posts, all or none.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct Batch {
    #[oai(validator(max_items = 1000))]
    operations: Vec<BatchOperation>,
}

/// One new post of a batch.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct BatchOperation {
    #[oai(validator(pattern = "^create$"))]
    op: String,
    values: PostInput,
}

/// What a batch made.
#[derive(Object)]
struct BatchResults {
    results: Vec<Post>,
}

#[derive(ApiResponse)]
enum BatchResponse {
    #[oai(status = 200)]
    Done(Json<BatchResults>),
    #[oai(status = 500)]
    Failed(Json<Problem>),
}

fn active() -> String {
    "active".to_owned()
}

/// HTML's e-mail addresses, with a pattern that is compiled once.
struct Email;

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("must be an e-mail address")
    }
}

impl Validator<String> for Email {
    fn check(&self, value: &String) -> bool {
        static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(concat!(
                r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
                r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
            ))
            .ok()
        });
        PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(value))
    }
}

impl ValidatorMeta for Email {
    fn update_meta(&self, meta: &mut MetaSchema) {
        meta.ty = "string";
    }
}

/// A page of posts.
#[derive(Object)]
struct PostList {
    items: Vec<Post>,
    page: PageInfo,
}

/// Where the page ends.
#[derive(Object)]
struct PageInfo {
    next_cursor: Option<String>,
    limit: u32,
    has_next: bool,
}

/// What went wrong.
#[derive(Object)]
struct Problem {
    title: String,
    status: u16,
}

impl Problem {
    fn json(status: u16, title: &str) -> Json<Self> {
        Json(Self { title: title.to_owned(), status })
    }
}

#[derive(ApiResponse)]
enum UserResponse {
    #[oai(status = 200)]
    Found(Json<User>),
    #[oai(status = 404)]
    Absent(Json<Problem>),
    #[oai(status = 500)]
    Failed(Json<Problem>),
}

#[derive(ApiResponse)]
enum PostsResponse {
    #[oai(status = 200)]
    Found(Json<PostList>),
    #[oai(status = 400)]
    Refused(Json<Problem>),
    #[oai(status = 500)]
    Failed(Json<Problem>),
}

#[derive(ApiResponse)]
enum CreateResponse {
    #[oai(status = 201)]
    Created(Json<User>, #[oai(header = "Location")] String),
    #[oai(status = 409)]
    Taken(Json<Problem>),
    #[oai(status = 500)]
    Failed(Json<Problem>),
}

fn failed(error: &sqlx::Error) -> Json<Problem> {
    eprintln!("{error}");
    Problem::json(500, "internal error")
}

#[OpenApi]
impl Api {
    #[oai(path = "/users/:id", method = "get")]
    async fn get_user(&self, id: Path<i64>) -> UserResponse {
        match self.0.user(id.0).await {
            Ok(Some(user)) => UserResponse::Found(Json(user)),
            Ok(None) => UserResponse::Absent(Problem::json(404, "no such user")),
            Err(error) => UserResponse::Failed(failed(&error)),
        }
    }

    #[oai(path = "/users", method = "post")]
    async fn create_user(&self, input: Json<UserInput>) -> CreateResponse {
        let input = input.0;
        let user = (&*input.email, &*input.name, &*input.status);
        let created = match input.posts {
            None => self.0.create_user(user).await,
            Some(posts) => {
                let mut new = NewRows::default();
                posts.create.into_iter().for_each(|post| new.push(post.title, post.body, post.stars));
                self.0.create_user_with(user, &new).await
            }
        };
        match created {
            Ok(user) => {
                let location = format!("/api/users/{}", user.id);
                CreateResponse::Created(Json(user), location)
            }
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                CreateResponse::Taken(Problem::json(409, "email is taken"))
            }
            Err(error) => CreateResponse::Failed(failed(&error)),
        }
    }

    #[oai(path = "/posts/batch", method = "post")]
    async fn batch_posts(&self, batch: Json<Batch>) -> BatchResponse {
        let (mut new, mut authors) = (NewRows::default(), Vec::new());
        for BatchOperation { op: _, values } in batch.0.operations {
            new.push(values.title, values.body, values.stars);
            authors.push(values.author_id);
        }
        match self.0.create_posts(&new, &authors).await {
            Ok(results) => BatchResponse::Done(Json(BatchResults { results })),
            Err(error) => BatchResponse::Failed(failed(&error)),
        }
    }

    #[oai(path = "/posts", method = "get")]
    async fn list_posts(
        &self,
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u32>,
        cursor: Query<Option<String>>,
    ) -> PostsResponse {
        let after = match cursor.0.as_deref().map(cursor::read) {
            None => 0,
            Some(Some(id)) => id,
            Some(None) => return PostsResponse::Refused(Problem::json(400, "the cursor is not one of ours")),
        };
        let limit = limit.0;
        let mut items = match self.0.posts(after, i64::from(limit) + 1).await {
            Ok(items) => items,
            Err(error) => return PostsResponse::Failed(failed(&error)),
        };
        let has_next = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next_cursor = items.last().filter(|_| has_next).map(|post| cursor::write(post.id));
        PostsResponse::Found(Json(PostList { items, page: PageInfo { next_cursor, limit, has_next } }))
    }
}

fn default_limit() -> u32 {
    20
}
