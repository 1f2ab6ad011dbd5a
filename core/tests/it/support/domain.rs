//! The entities that the tests share: a small blog, and one entity with a field of every type.

mod documents;

use entify::prelude::*;

pub use documents::*;

/// Someone who writes.
#[derive(Entity)]
#[entity(policy = public, order = -created_at, admin(label = email))]
pub struct User {
    /// Unique address.
    #[entity(unique, max_len = 254, format = email, search)]
    email: String,
    #[entity(default = Status::Active, filter, sort)]
    status: Status,
    #[entity(max_len = 64, filter, sort, search)]
    nickname: Option<String>,
    #[entity(write_only, min_len = 8)]
    password: Option<Password>,
    #[entity(inverse = author)]
    posts: Many<Post>,
    #[entity(inverse = reviewer)]
    reviews: Many<Post>,
}

/// What an account may do.
#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Active,
    Blocked,
    /// Waiting for an answer.
    OnHold,
}

#[derive(Entity)]
#[entity(policy = public, index(stars, -title))]
pub struct Post {
    #[entity(max_len = 200, search, sort, filter)]
    title: String,
    #[entity(multiline, min_len = 0, default = String::new())]
    body: String,
    #[entity(min = 0, max = 5, default = 0)]
    stars: i32,
    #[entity(filter, sort)]
    published_at: Option<DateTime<Utc>>,
    #[entity(precision = 10, scale = 2, min = 0, default = 0, filter, sort)]
    price: Decimal,
    #[entity(on_delete = cascade)]
    author: One<User>,
    #[entity(on_delete = set_null)]
    reviewer: Option<One<User>>,
    #[entity(through = PostTag)]
    tags: Many<Tag>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Tag {
    #[entity(unique, max_len = 40, pattern = "^[a-z]+$")]
    name: String,
    #[entity(through = PostTag)]
    posts: Many<Post>,
}

#[derive(Entity)]
#[entity(policy = public, unique(post, tag))]
pub struct PostTag {
    #[entity(on_delete = cascade)]
    post: One<Post>,
    #[entity(on_delete = restrict)]
    tag: One<Tag>,
}

/// Readable by staff, made by those signed in, removed by no one.
#[derive(Entity)]
#[entity(policy(read = role("staff"), create = authenticated, update = role("staff") | role("editor"), delete = nobody))]
pub struct Note {
    #[entity(max_len = 100)]
    text: String,
}

/// A field of every type, required and not.
#[derive(Entity)]
#[entity(policy = public, key = uuid)]
pub struct Everything {
    #[entity(min_len = 0)]
    text: String,
    flag: bool,
    small: i16,
    medium: i32,
    large: i64,
    single: f32,
    double: f64,
    exact: Decimal,
    unique_id: Uuid,
    day: NaiveDate,
    hour: NaiveTime,
    moment: DateTime<Utc>,
    json: Json,
    bytes: Bytes,
    status: Status,
    texts: Vec<String>,
    numbers: Vec<i64>,
    choices: Vec<Status>,
    maybe_text: Option<String>,
    maybe_flag: Option<bool>,
    maybe_large: Option<i64>,
    maybe_double: Option<f64>,
    maybe_exact: Option<Decimal>,
    maybe_id: Option<Uuid>,
    maybe_day: Option<NaiveDate>,
    maybe_moment: Option<DateTime<Utc>>,
    maybe_json: Option<Json>,
    maybe_bytes: Option<Bytes>,
    maybe_status: Option<Status>,
    maybe_texts: Option<Vec<String>>,
}

/// Names that SQL reserves.
#[derive(Entity)]
#[entity(table = "order", policy = public, order = -select)]
pub struct Reserved {
    #[entity(unique)]
    select: String,
    #[entity(index, column = "from")]
    r#where: Option<i32>,
    #[entity(rename = "group")]
    values: bool,
}

/// All of the above.
pub fn all() -> Vec<&'static entify::entity::EntityDef> {
    let mut all = entify::entities![User, Post, Tag, PostTag, Note, Everything, Reserved];
    all.extend(entify::entities![Folder, Document, Remark, Loan, Label, DocumentLabel]);
    all
}
