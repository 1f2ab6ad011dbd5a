//! The statements, each prepared on each connection before the first request.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::Result;

/// Connections; each takes any number of statements at a time, one behind the other.
const CONNECTIONS: usize = 4;

/// The texts, in the order of [`Ask`].
const STATEMENTS: [&str; 12] = [
    r#"SELECT id, email, name, status, created_at, updated_at FROM "user" WHERE id = $1"#,
    r#"SELECT id, name FROM "user" ORDER BY id LIMIT $1"#,
    r#"SELECT id, name FROM "user" WHERE id = ANY($1)"#,
    r#"INSERT INTO "user" (email, name, status) VALUES ($1, $2, $3)
       RETURNING id, email, name, status, created_at, updated_at"#,
    "SELECT id, title, body, stars, author_id, created_at, updated_at FROM post ORDER BY id LIMIT $1",
    "SELECT id, title, author_id
     FROM (SELECT *, row_number() OVER (PARTITION BY author_id ORDER BY id) AS place
           FROM post WHERE author_id = ANY($1)) ranked
     WHERE place <= $2 ORDER BY place",
    "SELECT id, body, post_id
     FROM (SELECT *, row_number() OVER (PARTITION BY post_id ORDER BY id) AS place
           FROM comment WHERE post_id = ANY($1)) ranked
     WHERE place <= $2 ORDER BY place",
    r#"WITH made AS (INSERT INTO "user" (email, name, status) VALUES ($1, $2, $3)
         RETURNING id, email, name, status, created_at, updated_at),
       posts AS (INSERT INTO post (title, body, stars, author_id)
         SELECT p.title, p.body, 0, made.id FROM made, unnest($4::text[], $5::text[]) AS p(title, body))
       SELECT id, email, name, status, created_at, updated_at FROM made"#,
    "INSERT INTO post (title, body, stars, author_id)
     SELECT title, body, 0, author FROM unnest($1::text[], $2::text[], $3::bigint[]) AS p(title, body, author)
     RETURNING id, title, body, stars, author_id, created_at, updated_at",
    r#"SELECT id, email, name, status, created_at, updated_at FROM "user" WHERE id = ANY($1)"#,
    "SELECT count(*), sum(stars) FROM post",
    "SELECT author_id, count(*), sum(stars) FROM post GROUP BY author_id ORDER BY author_id LIMIT $1",
];

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask {
    User,
    Users,
    UsersById,
    CreateUser,
    Posts,
    PostsOf,
    CommentsOf,
    CreateUserWithPosts,
    CreatePosts,
    WholeUsersById,
    CountPosts,
    CountPostsByAuthor,
}

/// The connections, taken in turn.
pub(crate) struct Store {
    connections: Vec<(Client, Vec<Statement>)>,
    next: AtomicUsize,
}

impl Store {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        let mut connections = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    eprintln!("{error}");
                }
            });
            let mut statements = Vec::with_capacity(STATEMENTS.len());
            for text in STATEMENTS {
                statements.push(client.prepare(text).await?);
            }
            connections.push((client, statements));
        }
        Ok(Self { connections, next: AtomicUsize::new(0) })
    }

    pub(crate) async fn rows(&self, ask: Ask, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
        let (client, statements) = &self.connections[turn];
        Ok(client.query(&statements[ask as usize], values).await?)
    }
}
