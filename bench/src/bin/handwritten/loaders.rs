//! DataLoaders: one statement for all rows of a level of a query.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, Loader};

use crate::model::{Comment, Post, User};
use crate::store::Store;

/// Loads by key for one request.
pub(crate) struct Loaders(Store);

/// A user by id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct UserKey(pub(crate) i64);

/// The first so many posts of an author.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PostsOf {
    pub(crate) author: i64,
    pub(crate) first: i64,
}

/// The first so many comments of a post.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CommentsOf {
    pub(crate) post: i64,
    pub(crate) first: i64,
}

/// A loader that lives as long as one request. Without the usual delay of a millisecond a batch is what the level asked
/// for before the scheduler came to the load, which is nearly always all of it, and no timer is set.
pub(crate) fn of_request(store: Store) -> DataLoader<Loaders> {
    DataLoader::new(Loaders(store), tokio::spawn).delay(Duration::ZERO)
}

type Failure = Arc<sqlx::Error>;

impl Loader<UserKey> for Loaders {
    type Value = Arc<User>;
    type Error = Failure;

    async fn load(&self, keys: &[UserKey]) -> Result<HashMap<UserKey, Arc<User>>, Failure> {
        let ids: Vec<i64> = keys.iter().map(|key| key.0).collect();
        let users = self.0.users_by_id(&ids).await?;
        Ok(users.into_iter().map(|user| (UserKey(user.id), Arc::new(user))).collect())
    }
}

impl Loader<PostsOf> for Loaders {
    type Value = Arc<Vec<Post>>;
    type Error = Failure;

    async fn load(&self, keys: &[PostsOf]) -> Result<HashMap<PostsOf, Arc<Vec<Post>>>, Failure> {
        let mut found = HashMap::with_capacity(keys.len());
        for (first, authors) in by_first(keys.iter().map(|key| (key.first, key.author))) {
            let rows = self.0.posts_of(&authors, first).await?;
            let key = |author| PostsOf { author, first };
            found.extend(grouped(rows, &authors, |post| post.author_id, key));
        }
        Ok(found)
    }
}

impl Loader<CommentsOf> for Loaders {
    type Value = Arc<Vec<Comment>>;
    type Error = Failure;

    async fn load(&self, keys: &[CommentsOf]) -> Result<HashMap<CommentsOf, Arc<Vec<Comment>>>, Failure> {
        let mut found = HashMap::with_capacity(keys.len());
        for (first, posts) in by_first(keys.iter().map(|key| (key.first, key.post))) {
            let rows = self.0.comments_of(&posts, first).await?;
            let key = |post| CommentsOf { post, first };
            found.extend(grouped(rows, &posts, |comment| comment.post_id, key));
        }
        Ok(found)
    }
}

/// The parents that ask for the same number of rows, together. Nearly always there is one such number.
fn by_first(keys: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, Vec<i64>)> {
    let mut groups: Vec<(i64, Vec<i64>)> = Vec::with_capacity(1);
    for (first, parent) in keys {
        match groups.iter_mut().find(|(known, _)| *known == first) {
            Some((_, parents)) => parents.push(parent),
            None => groups.push((first, vec![parent])),
        }
    }
    groups
}

/// The rows of each parent, none for a parent without rows.
fn grouped<Row, Key: Eq + Hash>(
    rows: Vec<Row>,
    parents: &[i64],
    parent_of: impl Fn(&Row) -> i64,
    key: impl Fn(i64) -> Key,
) -> impl Iterator<Item = (Key, Arc<Vec<Row>>)> {
    let mut groups: HashMap<i64, Vec<Row>> = parents.iter().map(|parent| (*parent, Vec::new())).collect();
    for row in rows {
        groups.entry(parent_of(&row)).or_default().push(row);
    }
    groups.into_iter().map(move |(parent, rows)| (key(parent), Arc::new(rows)))
}
