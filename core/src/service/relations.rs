//! Related rows of many rows at once, typed: one statement per relation, however many rows.

use std::collections::HashMap;

use crate::entity::{Entity, Model as _};
use crate::error::Result;
use crate::query::{Deleted, Filter, Page, Query, ToMany, ToOne};
use crate::service::Service;
use crate::service::lookup_key::{DistinctKeys, LookupKey};
use crate::types::Scalar as _;

impl<E: Entity> Service<'_, E> {
    /// The row that each of `rows` points to, in one statement: as many as `rows`, in their order, `None` where one
    /// points nowhere.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct User {
    /// #     email: String,
    /// #     #[entity(inverse = author)]
    /// #     posts: Many<Post>,
    /// # }
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct Post {
    /// #     #[entity(sort)]
    /// #     title: String,
    /// #     author: One<User>,
    /// # }
    /// # async fn example(ctx: &Ctx) -> entify::Result<()> {
    /// let posts = PostService::new(ctx);
    /// let page = posts.list(Query::default()).await?;
    /// let authors = posts.load(Post::author(), &page.items).await?;
    /// for (post, author) in page.items.iter().zip(&authors) {
    ///     println!("{}: {:?}", post.title, author.as_ref().map(|author| &author.email));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As of the database and the target's policy.
    pub async fn load<T: Entity>(
        &self,
        relation: ToOne<E, T>,
        rows: &[E::Model],
    ) -> Result<Vec<Option<T::Model>>> {
        let keys = rows.iter().map(|row| row.reference(relation.field()));
        let DistinctKeys { keys, positions, .. } = DistinctKeys::of(keys);
        let target = T::def().info();
        let found = self.records().of(target, Deleted::Hidden).find_many(0, &keys, target.all()).await?;
        let mut by_key = HashMap::with_capacity(found.len());
        for record in found {
            if let Some(key) = LookupKey::of(record.key()) {
                by_key.insert(key, T::Model::from_record(record)?);
            }
        }
        let found: Vec<Option<T::Model>> =
            keys.iter().map(|key| LookupKey::of(key).and_then(|key| by_key.remove(&key))).collect();
        Ok(per_value(&found, &positions))
    }

    /// A page of related rows for each of `rows`, in one statement (and one more for totals): as many pages as `rows`,
    /// in their order. Each page is limited in the database.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct User {
    /// #     email: String,
    /// #     #[entity(inverse = author)]
    /// #     posts: Many<Post>,
    /// # }
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct Post {
    /// #     #[entity(sort)]
    /// #     title: String,
    /// #     author: One<User>,
    /// # }
    /// # async fn example(users: UserService<'_>, page: Page<UserModel>) -> entify::Result<()> {
    /// // The three newest posts of each user.
    /// let newest = Query::default().order(Post::created_at().desc()).first(3);
    /// let pages = users.load_many(User::posts(), &page.items, newest).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Service::list`] of the related rows.
    pub async fn load_many<T: Entity>(
        &self,
        relation: ToMany<E, T>,
        rows: &[E::Model],
        query: Query<T>,
    ) -> Result<Vec<Page<T::Model>>> {
        let DistinctKeys { keys, positions, .. } =
            DistinctKeys::of(rows.iter().map(|row| row.id().into_value()));
        let pages = self.records().list_related(relation.index(), &keys, &query.into_list()).await?;
        let pages = pages.into_iter().map(|page| page.try_map(T::Model::from_record));
        let pages: Vec<Option<Page<T::Model>>> = pages.map(|page| page.map(Some)).collect::<Result<_>>()?;
        Ok(per_value(&pages, &positions).into_iter().flatten().collect())
    }

    /// How many related rows of each of `rows` match, in one statement: as many numbers as `rows`, in their order.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct User {
    /// #     email: String,
    /// #     #[entity(inverse = author)]
    /// #     posts: Many<Post>,
    /// # }
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct Post {
    /// #     #[entity(sort)]
    /// #     title: String,
    /// #     author: One<User>,
    /// # }
    /// # async fn example(users: UserService<'_>, page: Page<UserModel>) -> entify::Result<()> {
    /// let counts = users.count_many(User::posts(), &page.items, Filter::all()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As of the database and the policy of the related rows.
    pub async fn count_many<T: Entity>(
        &self,
        relation: ToMany<E, T>,
        rows: &[E::Model],
        filter: Filter<T>,
    ) -> Result<Vec<u64>> {
        let DistinctKeys { keys, positions, .. } =
            DistinctKeys::of(rows.iter().map(|row| row.id().into_value()));
        let filter = filter.into_condition();
        let counts = self.records().count_related(relation.index(), &keys, &filter).await?;
        let counts: Vec<Option<u64>> = counts.into_iter().map(Some).collect();
        Ok(per_value(&counts, &positions).into_iter().flatten().collect())
    }
}

/// The results per key, expanded to one per value.
fn per_value<T: Clone>(found: &[Option<T>], positions: &[u32]) -> Vec<Option<T>> {
    let found = |position: u32| found.get(usize::try_from(position).ok()?).cloned().flatten();
    positions.iter().map(|position| found(*position)).collect()
}
