//! The answers, written letter by letter.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use serde::Deserialize;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::Result;
use crate::store::{Ask, Store};

/// A new user.
#[derive(Deserialize)]
pub(crate) struct NewUser<'b> {
    email: &'b str,
    name: &'b str,
    status: &'b str,
    #[serde(default, borrow)]
    posts: NewPosts<'b>,
}

#[derive(Default, Deserialize)]
struct NewPosts<'b> {
    #[serde(borrow)]
    create: Vec<NewPost<'b>>,
}

#[derive(Deserialize)]
struct NewPost<'b> {
    title: &'b str,
    body: &'b str,
    #[serde(default)]
    author_id: i64,
}

/// New posts.
#[derive(Deserialize)]
pub(crate) struct Batch<'b> {
    #[serde(borrow)]
    operations: Vec<BatchOperation<'b>>,
}

#[derive(Deserialize)]
struct BatchOperation<'b> {
    #[serde(borrow)]
    values: NewPost<'b>,
}

pub(crate) async fn user(store: &Store, id: i64) -> Result<String> {
    let rows = store.rows(Ask::User, &[&id]).await?;
    let mut out = String::with_capacity(256);
    write_user(&mut out, rows.first().ok_or("no such user")?);
    Ok(out)
}

/// The new key, and the row.
pub(crate) async fn created(store: &Store, user: &NewUser<'_>) -> Result<(i64, String)> {
    let new = &user.posts.create;
    let rows = if new.is_empty() {
        store.rows(Ask::CreateUser, &[&user.email, &user.name, &user.status]).await?
    } else {
        let titles: Vec<&str> = new.iter().map(|post| post.title).collect();
        let bodies: Vec<&str> = new.iter().map(|post| post.body).collect();
        let values: [&(dyn ToSql + Sync); 5] = [&user.email, &user.name, &user.status, &titles, &bodies];
        store.rows(Ask::CreateUserWithPosts, &values).await?
    };
    let row = rows.first().ok_or("no row was made")?;
    let mut out = String::with_capacity(256);
    write_user(&mut out, row);
    Ok((row.get(0), out))
}

pub(crate) async fn batch(store: &Store, batch: &Batch<'_>) -> Result<String> {
    let new = || batch.operations.iter().map(|operation| &operation.values);
    let titles: Vec<&str> = new().map(|post| post.title).collect();
    let bodies: Vec<&str> = new().map(|post| post.body).collect();
    let authors: Vec<i64> = new().map(|post| post.author_id).collect();
    let rows = store.rows(Ask::CreatePosts, &[&titles, &bodies, &authors]).await?;
    let mut out = String::with_capacity(256 * rows.len());
    out.push_str(r#"{"results":"#);
    array(&mut out, &rows, write_post);
    out.push('}');
    Ok(out)
}

fn write_post(out: &mut String, row: &Row) {
    _ = write!(out, r#"{{"id":{},"title":"#, row.get::<_, i64>(0));
    text(out, row.get(1));
    out.push_str(r#","body":"#);
    text(out, row.get(2));
    _ = write!(out, r#","stars":{},"author_id":{}"#, row.get::<_, i32>(3), row.get::<_, i64>(4));
    times(out, row, 5);
    out.push('}');
}

pub(crate) async fn post_list(store: &Store, limit: usize) -> Result<String> {
    let rows = store.rows(Ask::Posts, &[&i64::try_from(limit + 1)?]).await?;
    let mut out = String::with_capacity(512 * rows.len());
    out.push_str(r#"{"items":"#);
    array(&mut out, rows.iter().take(limit), write_post);
    out.push_str(r#","page":{"next_cursor":"#);
    end_of_page(&mut out, &rows, limit);
    _ = write!(out, r#","limit":{limit},"has_next":{}}}}}"#, rows.len() > limit);
    Ok(out)
}

/// As [`post_list`], each post with its author.
pub(crate) async fn post_list_with_author(store: &Store, limit: usize) -> Result<String> {
    let rows = store.rows(Ask::Posts, &[&i64::try_from(limit + 1)?]).await?;
    let mut ids: Vec<i64> = rows.iter().take(limit).map(|post| post.get(4)).collect();
    ids.sort_unstable();
    ids.dedup();
    let authors = store.rows(Ask::WholeUsersById, &[&ids]).await?;
    let mut out = String::with_capacity(768 * rows.len());
    out.push_str(r#"{"items":"#);
    array(&mut out, rows.iter().take(limit), |out, post| {
        write_post(out, post);
        out.pop();
        out.push_str(r#","author":"#);
        let author_id: i64 = post.get(4);
        match authors.iter().find(|author| author.get::<_, i64>(0) == author_id) {
            None => out.push_str("null"),
            Some(author) => write_user(out, author),
        }
        out.push('}');
    });
    out.push_str(r#","page":{"next_cursor":"#);
    end_of_page(&mut out, &rows, limit);
    _ = write!(out, r#","limit":{limit},"has_next":{}}}}}"#, rows.len() > limit);
    Ok(out)
}

/// How many posts there are, and the sum of their stars.
pub(crate) async fn post_totals(store: &Store) -> Result<String> {
    let rows = store.rows(Ask::CountPosts, &[]).await?;
    let row = rows.first().ok_or("no totals")?;
    let (count, stars): (i64, i64) = (row.get(0), row.get(1));
    Ok(format!(r#"{{"items":[{{"count":{count},"sum":{{"stars":{stars}}}}}]}}"#))
}

/// The same of each author.
pub(crate) async fn post_groups(store: &Store, limit: i64) -> Result<String> {
    let rows = store.rows(Ask::CountPostsByAuthor, &[&(limit + 1)]).await?;
    let page = &rows[..rows.len().min(usize::try_from(limit)?)];
    let mut out = String::with_capacity(64 * rows.len());
    out.push_str(r#"{"items":"#);
    array(&mut out, page, |out, row| {
        let (author, count, stars): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        _ = write!(out, r#"{{"key":{{"author_id":{author}}},"count":{count},"sum":{{"stars":{stars}}}}}"#);
    });
    _ = write!(out, r#","page":{{"limit":{limit},"has_next":{}}}}}"#, rows.len() > page.len());
    Ok(out)
}

pub(crate) async fn user_by_id(store: &Store, global: &str) -> Result<String> {
    let id = STANDARD.decode(global)?;
    let id: i64 = std::str::from_utf8(&id)?.strip_prefix("User:").ok_or("not a user")?.parse()?;
    let rows = store.rows(Ask::User, &[&id]).await?;
    let row = rows.first().ok_or("no such user")?;
    let mut out = String::with_capacity(256);
    out.push_str(r#"{"data":{"userById":{"id":"#);
    global_id(&mut out, "User", id);
    for (name, column) in [("email", 1), ("name", 2), ("status", 3)] {
        _ = write!(out, r#","{name}":"#);
        text(&mut out, row.get(column));
    }
    out.push_str(r#","createdAt":"#);
    time(&mut out, row.get(4));
    out.push_str("}}}");
    Ok(out)
}

pub(crate) async fn posts_with_author(store: &Store, first: usize) -> Result<String> {
    let posts = store.rows(Ask::Posts, &[&i64::try_from(first + 1)?]).await?;
    let page = &posts[..posts.len().min(first)];
    let mut ids: Vec<i64> = page.iter().map(|post| post.get(4)).collect();
    ids.sort_unstable();
    ids.dedup();
    let authors = store.rows(Ask::UsersById, &[&ids]).await?;
    let mut out = String::with_capacity(256 * page.len());
    _ = write!(
        out,
        r#"{{"data":{{"posts":{{"pageInfo":{{"hasNextPage":{},"endCursor":"#,
        posts.len() > first
    );
    end_of_page(&mut out, page, page.len().saturating_sub(1));
    out.push_str(r#"},"nodes":"#);
    array(&mut out, page, |out, post| {
        out.push_str(r#"{"id":"#);
        global_id(out, "Post", post.get(0));
        out.push_str(r#","title":"#);
        text(out, post.get(1));
        _ = write!(out, r#","stars":{},"author":"#, post.get::<_, i32>(3));
        let author_id: i64 = post.get(4);
        match authors.iter().find(|author| author.get::<_, i64>(0) == author_id) {
            None => out.push_str("null"),
            Some(author) => {
                named(out, author);
                out.push('}');
            }
        }
        out.push('}');
    });
    out.push_str("}}}");
    Ok(out)
}

pub(crate) async fn nested(store: &Store, users: i64, posts: i64, comments: i64) -> Result<String> {
    let users = store.rows(Ask::Users, &[&users]).await?;
    let posts = store.rows(Ask::PostsOf, &[&keys(&users), &posts]).await?;
    let comments = store.rows(Ask::CommentsOf, &[&keys(&posts), &comments]).await?;
    let mut out = String::with_capacity(16 * 1024);
    out.push_str(r#"{"data":{"users":{"nodes":"#);
    array(&mut out, &users, |out, user| {
        named(out, user);
        out.push_str(r#","posts":{"nodes":"#);
        array(out, children(&posts, user), |out, post| {
            out.push_str(r#"{"id":"#);
            global_id(out, "Post", post.get(0));
            out.push_str(r#","title":"#);
            text(out, post.get(1));
            out.push_str(r#","comments":{"nodes":"#);
            array(out, children(&comments, post), |out, comment| {
                out.push_str(r#"{"id":"#);
                global_id(out, "Comment", comment.get(0));
                out.push_str(r#","body":"#);
                text(out, comment.get(1));
                out.push('}');
            });
            out.push_str("}}");
        });
        out.push_str("}}");
    });
    out.push_str("}}}");
    Ok(out)
}

fn keys(rows: &[Row]) -> Vec<i64> {
    rows.iter().map(|row| row.get(0)).collect()
}

/// The rows whose third column is the parent's key.
fn children<'r>(rows: &'r [Row], parent: &Row) -> impl Iterator<Item = &'r Row> {
    let key: i64 = parent.get(0);
    rows.iter().filter(move |row| row.get::<_, i64>(2) == key)
}

fn write_user(out: &mut String, row: &Row) {
    _ = write!(out, r#"{{"id":{}"#, row.get::<_, i64>(0));
    for (name, column) in [("email", 1), ("name", 2), ("status", 3)] {
        _ = write!(out, r#","{name}":"#);
        text(out, row.get(column));
    }
    times(out, row, 4);
    out.push('}');
}

/// The id and the name of a user, without the end of the object.
fn named(out: &mut String, user: &Row) {
    out.push_str(r#"{"id":"#);
    global_id(out, "User", user.get(0));
    out.push_str(r#","name":"#);
    text(out, user.get(1));
}

fn times(out: &mut String, row: &Row, column: usize) {
    out.push_str(r#","created_at":"#);
    time(out, row.get(column));
    out.push_str(r#","updated_at":"#);
    time(out, row.get(column + 1));
}

fn array<T>(out: &mut String, items: impl IntoIterator<Item = T>, write: impl Fn(&mut String, T)) {
    out.push('[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

/// The cursor after `last` rows, when there is such a row.
fn end_of_page(out: &mut String, rows: &[Row], last: usize) {
    match rows.get(last) {
        None => out.push_str("null"),
        Some(row) => global_id(out, "after", row.get(0)),
    }
}

fn global_id(out: &mut String, kind: &str, id: i64) {
    out.push('"');
    STANDARD.encode_string(format!("{kind}:{id}"), out);
    out.push('"');
}

fn text(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

fn time(out: &mut String, time: DateTime<Utc>) {
    let (day, clock) = (time.date_naive(), time.time());
    out.push('"');
    digits(out, day.year().unsigned_abs(), 4);
    out.push('-');
    digits(out, day.month(), 2);
    out.push('-');
    digits(out, day.day(), 2);
    out.push('T');
    digits(out, clock.hour(), 2);
    out.push(':');
    digits(out, clock.minute(), 2);
    out.push(':');
    digits(out, clock.second(), 2);
    out.push('.');
    digits(out, clock.nanosecond() / 1_000, 6);
    out.push_str("Z\"");
}

/// So many digits, with zeros in front.
fn digits(out: &mut String, number: u32, count: u32) {
    for place in (0..count).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('?'));
    }
}
