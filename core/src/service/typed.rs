//! The typed service.

mod soft_delete;
mod view;

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;

use crate::ctx::Ctx;
use crate::entity::{Entity, Id, IntoAssignments as _, Model as _};
use crate::error::{Error, Result};
use crate::history::HistoryEntry;
use crate::query::{Aggregate, Filter, GroupKeys, GroupOf, Page, PageArgs, Query};
use crate::service::{RecordStream, Records, UniqueFields, history};
use crate::types::Scalar as _;
use crate::value::{Record, Value};

pub use view::{View, ViewPage, Views};

/// The repository service of `E`, for one context.
///
/// ```
/// use entify::prelude::*;
///
/// #[derive(Entity)]
/// #[entity(policy = public)]
/// pub struct User {
///     #[entity(unique)]
///     email: String,
///     #[entity(filter, sort)]
///     nickname: Option<String>,
/// }
///
/// async fn tour(ctx: &Ctx) -> entify::Result<()> {
///     let users = UserService::new(ctx);
///
///     // One row.
///     let ada = users.create(UserInput::new("ada@example.org")).await?;
///     let named = UserPatch { nickname: Some("Ada".to_owned()).into(), ..UserPatch::default() };
///     let ada = users.update(ada.id, named).await?;
///     assert_eq!(users.get(ada.id).await?, ada);
///     assert_eq!(users.one(User::email().eq("ada@example.org")).await?, ada);
///
///     // Many rows, all or none, in one statement each.
///     let inputs = ["bob@example.org", "eve@example.org"].map(UserInput::new);
///     let made = users.create_many(inputs).await?;
///     let ids: Vec<_> = made.iter().map(|user| user.id).collect();
///     assert!(users.get_many(&ids).await?.iter().all(Option::is_some));
///     let nameless = UserPatch { nickname: Change::Set(None), ..UserPatch::default() };
///     let changed = users.update_many(User::email().ends_with("@example.org"), nameless).await?;
///     assert_eq!(changed, 3);
///     users.delete_many(&ids).await?;
///
///     // Rows that may be there already.
///     let again = UserInput { nickname: Some("Ada".to_owned()), ..UserInput::new("ada@example.org") };
///     assert_eq!(users.upsert(User::email(), again).await?.id, ada.id);
///     let (_same, created) = users.get_or_create(User::email(), UserInput::new("ada@example.org")).await?;
///     assert!(!created);
///
///     // Pages of at most 100 rows; every row, however many, through a stream.
///     let query = Query::filter(User::nickname().is_not_null()).order(User::nickname().asc());
///     let page = users.list(query.clone().first(10)).await?;
///     assert_eq!((page.items.len(), page.has_next), (1, false));
///     let mut rows = users.stream(query);
///     while let Some(user) = rows.next().await {
///         println!("{}", user?.email);
///     }
///
///     // Several writes that hold together. The service of the inner context writes in the transaction.
///     users
///         .transaction(move |ctx| async move {
///             let users = UserService::new(&ctx);
///             users.lock(ada.id).await?;
///             users.delete(ada.id).await
///         })
///         .await?;
///     assert_eq!(users.count(Filter::all()).await?, 0);
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Service<'c, E> {
    pub(super) records: Records<'c>,
    of: PhantomData<fn() -> E>,
}

fn models<E: Entity>(rows: Vec<Record>) -> Result<Vec<E::Model>> {
    rows.into_iter().map(E::Model::from_record).collect()
}

fn keys<E: Entity>(ids: &[Id<E>]) -> Vec<Value> {
    ids.iter().map(|id| id.into_value()).collect()
}

impl<'c, E: Entity> Service<'c, E> {
    /// The service for a context.
    #[must_use]
    pub fn new(ctx: &'c Ctx) -> Self {
        let records = Records::typed(ctx, E::def().info());
        Self { records, of: PhantomData }
    }

    /// The same service without types.
    #[cfg_attr(not(feature = "unstable"), doc(hidden))]
    #[must_use]
    pub fn records(&self) -> Records<'c> {
        self.records.untyped()
    }

    /// Creates a row.
    ///
    /// # Errors
    /// `Validation` with every broken rule, `Conflict` for a taken unique value or a missing relation target,
    /// `Unauthenticated` or `Forbidden` by policy.
    pub async fn create(&self, input: E::Input) -> Result<E::Model> {
        E::Model::from_record(self.records.create(input.into_assignments()).await?)
    }

    /// Creates many rows, all or none, with as few statements as the number of bound values allows, and returns them in
    /// the order of the inputs.
    ///
    /// # Errors
    /// As [`Service::create`]; field names are prefixed with the row's position: `items.3.email`.
    pub async fn create_many(&self, inputs: impl IntoIterator<Item = E::Input>) -> Result<Vec<E::Model>> {
        let rows = inputs.into_iter().map(E::Input::into_assignments).collect();
        models::<E>(self.records.create_many(rows).await?)
    }

    /// The row with this key.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: Id<E>) -> Result<E::Model> {
        E::Model::from_record(self.records.get(&id.into_value()).await?)
    }

    /// The row with this key, if there is one.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn find(&self, id: Id<E>) -> Result<Option<E::Model>> {
        let columns = self.records.info().all();
        self.records.find(&id.into_value(), columns).await?.map(E::Model::from_record).transpose()
    }

    /// The rows with these keys, in the order of the keys and in one statement; `None` where there is no row, or none
    /// for the principal. A key that is repeated is returned twice.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn get_many(&self, ids: &[Id<E>]) -> Result<Vec<Option<E::Model>>> {
        let rows = self.records.get_many(&keys(ids), self.records.info().all()).await?;
        rows.into_iter().map(|row| row.map(E::Model::from_record).transpose()).collect()
    }

    /// The one row that matches.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Conflict` when there are several.
    pub async fn one(&self, filter: Filter<E>) -> Result<E::Model> {
        E::Model::from_record(self.records.one(&filter.into_condition()).await?)
    }

    /// A page of rows.
    ///
    /// # Errors
    /// `BadRequest` for a page size out of range, `CursorInvalid` and `CursorMismatch`.
    pub async fn list(&self, query: Query<E>) -> Result<Page<E::Model>> {
        self.records.list(&query.into_list()).await?.try_map(E::Model::from_record)
    }

    /// Every row of a query, in its order, read a thousand at a time: memory stays the same however many there are.
    /// Of the query, `filter`, `search` and `order` count.
    ///
    /// A row whose sort key changes meanwhile may be returned twice or not at all; every other row is returned once. In a
    /// transaction, rows are read in it.
    ///
    /// Errors come as items and end the stream: `BadRequest` for a query that asks for a page or a total, and as of
    /// the database and the policy.
    #[must_use]
    pub fn stream(&self, query: Query<E>) -> RowStream<E> {
        RowStream { records: self.records.stream(query.into_list()), of: PhantomData }
    }

    /// How many rows match.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn count(&self, filter: Filter<E>) -> Result<u64> {
        self.records.count(&filter.into_condition()).await
    }

    /// Whether a row matches.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn exists(&self, filter: Filter<E>) -> Result<bool> {
        self.records.exists(&filter.into_condition()).await
    }

    /// Measures of the rows that match, in one statement; see [`Aggregate`].
    ///
    /// # Errors
    /// `BadRequest` for a sum that its type does not hold and for fields that the principal may not read; as of the database and
    /// the policy.
    pub async fn aggregate(&self, query: Aggregate<E>) -> Result<GroupOf<E>> {
        let query = query.into_query(Vec::new())?;
        let mut groups = self.records.aggregate(&query).await?;
        let group = groups.items.pop().ok_or_else(|| Error::internal("all rows have no measures"))?;
        Ok(GroupOf::new(&query, group))
    }

    /// Measures of each group of the rows that match, in one statement; see [`Aggregate`]. The keys are one, or a tuple of
    /// them.
    ///
    /// # Errors
    /// As [`Service::aggregate`]; `BadRequest` for a number of groups out of range.
    pub async fn group_by(&self, keys: impl GroupKeys<E>, query: Aggregate<E>) -> Result<Vec<GroupOf<E>>> {
        let query = query.into_query(keys.keys()?)?;
        let groups = self.records.aggregate(&query).await?;
        Ok(groups.items.into_iter().map(|group| GroupOf::new(&query, group)).collect())
    }

    /// Changes the fields that are set. `updated_at` moves only when a value changed.
    ///
    /// # Errors
    /// `NotFound`, and as [`Service::create`].
    pub async fn update(&self, id: Id<E>, patch: E::Patch) -> Result<E::Model> {
        let record = self.records.update(&id.into_value(), patch.into_assignments()).await?;
        E::Model::from_record(record)
    }

    /// Changes the fields that are set in every row that matches, in one statement, and returns how many rows match.
    /// `updated_at` moves only where a value changed.
    ///
    /// The principal must be allowed to read as well as to update: the number reveals what is in the rows.
    ///
    /// # Errors
    /// `BadRequest` for a filter that every row matches, such as `Filter::all()`; and as [`Service::update`] but for
    /// `NotFound`. To reach every row on purpose: `User::id().is_not_null()`.
    pub async fn update_many(&self, filter: Filter<E>, patch: E::Patch) -> Result<u64> {
        self.records.update_many(&filter.into_condition(), patch.into_assignments()).await
    }

    /// Creates a row, or updates the one that exists already with the same values of `by`: a unique field as in
    /// `User::email()`, all fields of a unique rule as in `(PostTag::post(), PostTag::tag())`. In one statement.
    ///
    /// An existing row keeps its key, its `created_at`, what is immutable and what is not set, which is every field
    /// that is `None`: defaults are for new rows. Its `updated_at` moves only when a value changed.
    ///
    /// # Errors
    /// As [`Service::create`]; `BadRequest` when `by` is no unique rule, `Validation` when one of its fields is NULL,
    /// which equals no other.
    pub async fn upsert(&self, by: impl UniqueFields<E>, input: E::Input) -> Result<E::Model> {
        let columns = by.columns();
        let values = input.into_assignments().without_nulls();
        E::Model::from_record(self.records.upsert(&columns, values).await?)
    }

    /// [`Service::upsert`] for many rows, all or none, with as few statements as the number of bound values allows.
    ///
    /// # Errors
    /// As [`Service::upsert`]; field names are prefixed with the row's position: `items.3.email`. `Validation` also
    /// when two of the rows are the same under the rule, since it is not clear which of them should last.
    pub async fn upsert_many(
        &self,
        by: impl UniqueFields<E>,
        inputs: impl IntoIterator<Item = E::Input>,
    ) -> Result<Vec<E::Model>> {
        let columns = by.columns();
        let rows = inputs.into_iter().map(|input| input.into_assignments().without_nulls()).collect();
        models::<E>(self.records.upsert_many(&columns, rows).await?)
    }

    /// The row that exists already with the same values of `by`, as for [`Service::upsert`]; or else a new one; and
    /// whether it is new. However many call at once, one creates the row and all return it.
    ///
    /// # Errors
    /// As [`Service::upsert`].
    pub async fn get_or_create(&self, by: impl UniqueFields<E>, input: E::Input) -> Result<(E::Model, bool)> {
        let columns = by.columns();
        let (record, created) = self.records.get_or_create(&columns, input.into_assignments()).await?;
        Ok((E::Model::from_record(record)?, created))
    }

    /// Deletes the row and returns it as it was.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it.
    pub async fn delete(&self, id: Id<E>) -> Result<E::Model> {
        E::Model::from_record(self.records.delete(&id.into_value()).await?)
    }

    /// Deletes the rows, all or none, in one statement, and returns them as they were, in the order of the keys. A key
    /// that is repeated counts once.
    ///
    /// # Errors
    /// `NotFound` when one is missing, and as [`Service::delete`].
    pub async fn delete_many(&self, ids: &[Id<E>]) -> Result<Vec<E::Model>> {
        models::<E>(self.records.delete_many(&keys(ids)).await?)
    }

    /// Deletes every row that matches, in one statement, and returns how many there were.
    ///
    /// The principal must be allowed to read as well as to delete: the number reveals what is in the rows.
    ///
    /// # Errors
    /// `BadRequest` for a filter that every row matches, such as `Filter::all()`; and `Conflict` as
    /// [`Service::delete`]. To remove every row on purpose: `User::id().is_not_null()`.
    pub async fn delete_where(&self, filter: Filter<E>) -> Result<u64> {
        self.records.delete_where(&filter.into_condition()).await
    }

    /// The row with this key, which no one else changes before the transaction ends: `SELECT … FOR UPDATE` on
    /// PostgreSQL; on SQLite a transaction holds every row.
    ///
    /// # Errors
    /// `NotFound` when there is none, `BadRequest` outside a transaction, where nothing would be locked.
    pub async fn lock(&self, id: Id<E>) -> Result<E::Model> {
        E::Model::from_record(self.records.lock(&id.into_value()).await?)
    }

    /// The changes of a row, newest first: who changed which fields from what to what, and when. For entities with
    /// `#[entity(history)]`.
    ///
    /// Whoever may read the entity's rows may read their history, also that of a deleted row. Fields that
    /// are `write_only` and passwords are named without their values.
    ///
    /// # Errors
    /// `NotFound` when there neither is nor was such a row, `BadRequest` for an entity without history and for a page
    /// size out of range, `CursorInvalid` and `CursorMismatch`, and as the policy says for reading.
    pub async fn history(&self, id: Id<E>, page: PageArgs) -> Result<Page<HistoryEntry>> {
        history::read(&self.records, &id.into_value(), page).await
    }

    /// Runs `work` in a transaction; see [`Ctx::transaction`].
    ///
    /// # Errors
    /// The error of `work`, after which nothing is committed; or of the database.
    pub async fn transaction<T, F, Fut>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Ctx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        self.records.ctx().transaction(work).await
    }
}

/// The rows of a query as a stream. Made by [`Service::stream`].
pub struct RowStream<E> {
    records: RecordStream,
    of: PhantomData<fn() -> E>,
}

impl<E: Entity> RowStream<E> {
    /// The next row; none at the end.
    pub async fn next(&mut self) -> Option<Result<E::Model>> {
        Some(self.records.next().await?.and_then(E::Model::from_record))
    }
}

impl<E: Entity> Stream for RowStream<E> {
    type Item = Result<E::Model>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.records).poll_next(cx).map(|row| Some(row?.and_then(E::Model::from_record)))
    }
}

impl<E> std::fmt::Debug for RowStream<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RowStream").field(&self.records).finish()
    }
}
