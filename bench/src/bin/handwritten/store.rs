//! Every statement of the server, each with static text.

use sqlx::{PgExecutor, PgPool};

use futures_util::Stream;

use crate::model::{Comment, Post, Totals, User};

/// The database.
#[derive(Clone)]
pub(crate) struct Store(PgPool);

type Result<T> = std::result::Result<T, sqlx::Error>;

/// The e-mail address, the name and the status.
type NewUser<'u> = (&'u str, &'u str, &'u str);

/// New posts, a list for each column.
#[derive(Default)]
pub(crate) struct NewRows {
    titles: Vec<String>,
    bodies: Vec<String>,
    stars: Vec<i32>,
}

impl NewRows {
    pub(crate) fn push(&mut self, title: String, body: String, stars: i32) {
        self.titles.push(title);
        self.bodies.push(body);
        self.stars.push(stars);
    }
}

async fn insert_user(to: impl PgExecutor<'_>, (email, name, status): NewUser<'_>) -> Result<User> {
    sqlx::query_as(
        r#"INSERT INTO "user" (email, name, status) VALUES ($1, $2, $3)
           RETURNING id, email, name, status, created_at, updated_at"#,
    )
    .bind(email)
    .bind(name)
    .bind(status)
    .fetch_one(to)
    .await
}

impl Store {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self(pool)
    }

    pub(crate) async fn user(&self, id: i64) -> Result<Option<User>> {
        sqlx::query_as(r#"SELECT id, email, name, status, created_at, updated_at FROM "user" WHERE id = $1"#)
            .bind(id)
            .fetch_optional(&self.0)
            .await
    }

    pub(crate) async fn users(&self, after: i64, limit: i64) -> Result<Vec<User>> {
        sqlx::query_as(
            r#"SELECT id, email, name, status, created_at, updated_at FROM "user"
               WHERE id > $1 ORDER BY id LIMIT $2"#,
        )
        .bind(after)
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }

    pub(crate) async fn users_by_id(&self, ids: &[i64]) -> Result<Vec<User>> {
        sqlx::query_as(
            r#"SELECT id, email, name, status, created_at, updated_at FROM "user" WHERE id = ANY($1)"#,
        )
        .bind(ids)
        .fetch_all(&self.0)
        .await
    }

    pub(crate) async fn post_totals(&self) -> Result<Vec<Totals>> {
        sqlx::query_as("SELECT NULL::bigint AS author_id, count(*) AS count, sum(stars) AS stars FROM post")
            .fetch_all(&self.0)
            .await
    }

    /// The totals of the first so many authors.
    pub(crate) async fn post_totals_by_author(&self, limit: i64) -> Result<Vec<Totals>> {
        sqlx::query_as(
            "SELECT author_id, count(*) AS count, sum(stars) AS stars FROM post
             GROUP BY author_id ORDER BY author_id LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }

    /// Every comment, one after the other.
    pub(crate) fn every_comment(&self) -> impl Stream<Item = Result<Comment>> + Send + '_ {
        sqlx::query_as("SELECT id, body, post_id, author_id, created_at, updated_at FROM comment ORDER BY id")
            .fetch(&self.0)
    }

    pub(crate) async fn create_user(&self, user: NewUser<'_>) -> Result<User> {
        insert_user(&self.0, user).await
    }

    /// A user with posts, all or none.
    pub(crate) async fn create_user_with(&self, user: NewUser<'_>, posts: &NewRows) -> Result<User> {
        let mut transaction = self.0.begin().await?;
        let user = insert_user(&mut *transaction, user).await?;
        sqlx::query(
            "INSERT INTO post (title, body, stars, author_id)
             SELECT title, body, stars, $4 FROM unnest($1::text[], $2::text[], $3::int[]) AS p(title, body, stars)",
        )
        .bind(&posts.titles)
        .bind(&posts.bodies)
        .bind(&posts.stars)
        .bind(user.id)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Posts, all or none.
    pub(crate) async fn create_posts(&self, posts: &NewRows, authors: &[i64]) -> Result<Vec<Post>> {
        sqlx::query_as(
            "INSERT INTO post (title, body, stars, author_id)
             SELECT title, body, stars, author FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[])
             AS p(title, body, stars, author)
             RETURNING id, title, body, stars, author_id, created_at, updated_at",
        )
        .bind(&posts.titles)
        .bind(&posts.bodies)
        .bind(&posts.stars)
        .bind(authors)
        .fetch_all(&self.0)
        .await
    }

    pub(crate) async fn posts(&self, after: i64, limit: i64) -> Result<Vec<Post>> {
        sqlx::query_as(
            "SELECT id, title, body, stars, author_id, created_at, updated_at FROM post
             WHERE id > $1 ORDER BY id LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }

    /// The first so many posts of each author.
    pub(crate) async fn posts_of(&self, authors: &[i64], first: i64) -> Result<Vec<Post>> {
        sqlx::query_as(
            "SELECT id, title, body, stars, author_id, created_at, updated_at
             FROM (SELECT *, row_number() OVER (PARTITION BY author_id ORDER BY id) AS place
                   FROM post WHERE author_id = ANY($1)) ranked
             WHERE place <= $2 ORDER BY place",
        )
        .bind(authors)
        .bind(first)
        .fetch_all(&self.0)
        .await
    }

    /// The first so many comments of each post.
    pub(crate) async fn comments_of(&self, posts: &[i64], first: i64) -> Result<Vec<Comment>> {
        sqlx::query_as(
            "SELECT id, body, post_id, author_id, created_at, updated_at
             FROM (SELECT *, row_number() OVER (PARTITION BY post_id ORDER BY id) AS place
                   FROM comment WHERE post_id = ANY($1)) ranked
             WHERE place <= $2 ORDER BY place",
        )
        .bind(posts)
        .bind(first)
        .fetch_all(&self.0)
        .await
    }
}
