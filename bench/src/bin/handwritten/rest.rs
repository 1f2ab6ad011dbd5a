//! The REST resources: get, list by keyset, create.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use poem::Body;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::registry::MetaSchema;
use poem_openapi::validation::{Validator, ValidatorMeta};
use poem_openapi::{ApiResponse, Object, OpenApi};
use regex::Regex;

use crate::cursor;
use crate::export;
use crate::model::{Post, Totals, User};
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
    items: Vec<PostWithAuthor>,
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

/// A post with its author.
#[derive(Object)]
struct PostWithAuthor {
    #[oai(flatten)]
    post: Post,
    #[oai(skip_serializing_if_is_none)]
    author: Option<User>,
}

/// Totals of posts.
#[derive(Object)]
struct TotalsList {
    items: Vec<TotalsOf>,
    #[oai(skip_serializing_if_is_none)]
    page: Option<TotalsPage>,
}

/// Whether there are more groups.
#[derive(Object)]
struct TotalsPage {
    limit: u32,
    has_next: bool,
}

/// Totals of all posts, or of those of an author.
#[derive(Object)]
struct TotalsOf {
    #[oai(skip_serializing_if_is_none)]
    key: Option<AuthorKey>,
    count: i64,
    sum: StarsOf,
}

#[derive(Object)]
struct AuthorKey {
    author_id: i64,
}

#[derive(Object)]
struct StarsOf {
    stars: i64,
}

#[derive(ApiResponse)]
enum TotalsResponse {
    #[oai(status = 200)]
    Found(Json<TotalsList>),
    #[oai(status = 500)]
    Failed(Json<Problem>),
}

#[derive(ApiResponse)]
enum ExportResponse {
    #[oai(status = 200)]
    Lines(Binary<Body>, #[oai(header = "Content-Type")] String),
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

    #[oai(path = "/posts/aggregate", method = "get")]
    async fn post_totals(
        &self,
        #[oai(validator(pattern = "^author_id$"))] group: Query<Option<String>>,
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u32>,
    ) -> TotalsResponse {
        let totals = match &group.0 {
            None => self.0.post_totals().await,
            Some(_) => self.0.post_totals_by_author(i64::from(limit.0) + 1).await,
        };
        let item = |totals: Totals| TotalsOf {
            key: totals.author_id.map(|author_id| AuthorKey { author_id }),
            count: totals.count,
            sum: StarsOf { stars: totals.stars },
        };
        match totals {
            Ok(totals) => {
                let limit = limit.0;
                let has_next = totals.len() > limit as usize;
                let page = group.0.map(|_| TotalsPage { limit, has_next });
                let items = totals.into_iter().take(limit as usize).map(item).collect();
                TotalsResponse::Found(Json(TotalsList { items, page }))
            }
            Err(error) => TotalsResponse::Failed(failed(&error)),
        }
    }

    #[oai(path = "/comments/export", method = "get")]
    async fn export_comments(&self) -> ExportResponse {
        let lines = export::lines(self.0.clone());
        ExportResponse::Lines(Binary(Body::from_bytes_stream(lines)), "application/jsonl".to_owned())
    }

    #[oai(path = "/posts", method = "get")]
    async fn list_posts(
        &self,
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u32>,
        cursor: Query<Option<String>>,
        #[oai(validator(pattern = "^author$"))] include: Query<Option<String>>,
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
        let items = match self.with_authors(items, include.0.is_some()).await {
            Ok(items) => items,
            Err(error) => return PostsResponse::Failed(failed(&error)),
        };
        PostsResponse::Found(Json(PostList { items, page: PageInfo { next_cursor, limit, has_next } }))
    }
}

impl Api {
    /// The posts, with their authors if they are asked for.
    async fn with_authors(&self, posts: Vec<Post>, asked: bool) -> sqlx::Result<Vec<PostWithAuthor>> {
        if !asked {
            return Ok(posts.into_iter().map(|post| PostWithAuthor { post, author: None }).collect());
        }
        let ids: HashSet<i64> = posts.iter().map(|post| post.author_id).collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        let authors = self.0.users_by_id(&ids).await?;
        let mut authors: HashMap<i64, User> = authors.into_iter().map(|user| (user.id, user)).collect();
        let mut left: HashMap<i64, usize> = HashMap::with_capacity(ids.len());
        posts.iter().for_each(|post| *left.entry(post.author_id).or_default() += 1);
        let with_author = |post: Post| {
            let uses = left.get_mut(&post.author_id).map(|uses| {
                *uses -= 1;
                *uses
            });
            // The last post that needs an author takes it.
            let author = match uses {
                Some(0) => authors.remove(&post.author_id),
                _ => authors.get(&post.author_id).cloned(),
            };
            PostWithAuthor { post, author }
        };
        Ok(posts.into_iter().map(with_author).collect())
    }
}

fn default_limit() -> u32 {
    20
}
