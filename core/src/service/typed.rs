//! The typed face of the service.

mod living;

use std::marker::PhantomData;

use crate::ctx::Ctx;
use crate::entity::{Entity, IntoAssignments as _, Model as _};
use crate::error::Result;
use crate::query::{Filter, Page, Query};
use crate::service::Records;
use crate::types::{Id, Scalar as _};

/// The repository service of `E`, for one context.
///
/// ```ignore
/// let users = UserService::new(&ctx);
/// let user = users.create(UserInput::new("ada@example.org")).await?;
/// ```
#[derive(Debug)]
pub struct Service<'c, E> {
    records: Records<'c>,
    of: PhantomData<fn() -> E>,
}

impl<'c, E: Entity> Service<'c, E> {
    /// The service for a context.
    #[must_use]
    pub fn new(ctx: &'c Ctx) -> Self {
        Self { records: Records::new(ctx, E::def().info()), of: PhantomData }
    }

    /// Makes a row.
    ///
    /// # Errors
    /// `Validation` with every broken rule, `Conflict` for a taken unique value or a missing relation target,
    /// `Unauthenticated` or `Forbidden` by policy.
    pub async fn create(&self, input: E::Input) -> Result<E::Model> {
        E::Model::from_record(self.records.create(input.into_assignments()).await?)
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

    /// A page of rows.
    ///
    /// # Errors
    /// `BadRequest` for a page size out of range, `CursorInvalid` and `CursorMismatch`.
    pub async fn list(&self, query: Query<E>) -> Result<Page<E::Model>> {
        self.records.list(&query.into_list()).await?.try_map(E::Model::from_record)
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

    /// Changes the fields that are set. `updated_at` moves only when a value changed.
    ///
    /// # Errors
    /// `NotFound`, and as [`Service::create`].
    pub async fn update(&self, id: Id<E>, patch: E::Patch) -> Result<E::Model> {
        let record = self.records.update(&id.into_value(), patch.into_assignments()).await?;
        E::Model::from_record(record)
    }

    /// Removes the row and answers what it was.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it.
    pub async fn delete(&self, id: Id<E>) -> Result<E::Model> {
        E::Model::from_record(self.records.delete(&id.into_value()).await?)
    }

    /// Runs `work` in a transaction; see [`Ctx::transaction`].
    ///
    /// # Errors
    /// The error of `work`, after which nothing is kept; or of the database.
    pub async fn transaction<T, F, Fut>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Ctx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        self.records.ctx().transaction(work).await
    }
}
