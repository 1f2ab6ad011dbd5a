//! Rows as their reader may see them: what own code answers.

use std::fmt;
use std::marker::PhantomData;

use serde::ser::{Serialize, SerializeMap, SerializeStruct as _, Serializer};

use crate::entity::{Entity, Id, IntoAssignments as _, Model as _, Surface};
use crate::error::Result;
use crate::query::{Cursors, Filter, Page, Query};
use crate::service::{Records, Service};
use crate::types::{RestValue, Scalar as _};
use crate::value::Record;

/// A row as its reader may see it: what an operation of your own answers.
///
/// Only the service makes one ([`Service::views`]), and only from what the principal of its context may read: a cell that a
/// rule hides is null, and a `write_only` field is not there. A model has every field, so it is not serialized: a
/// `UserModel` cannot leave by accident.
///
/// It is the same row everywhere: for serde and as a response of poem it is the JSON of `GET /api/users/1`; in
/// poem-openapi it is the schema `User`; in async-graphql it is the type `User`, whose selection is planned by the engine.
///
/// ```
/// use entify::prelude::*;
/// use entify::{View, ViewPage};
///
/// #[derive(Entity)]
/// #[entity(policy(read = public, write = role("staff")))]
/// pub struct Song {
///     #[entity(filter)]
///     title: String,
///     #[entity(policy(read = role("staff")))]
///     price: Option<i32>,
/// }
///
/// async fn song(ctx: &Ctx, id: Id<Song>) -> entify::Result<View<Song>> {
///     SongService::new(ctx).views().get(id).await
/// }
///
/// async fn songs(ctx: &Ctx) -> entify::Result<ViewPage<Song>> {
///     SongService::new(ctx).views().list(Query::filter(Song::title().starts_with("A")).first(10)).await
/// }
/// ```
pub struct View<E> {
    record: Record,
    of: PhantomData<fn() -> E>,
}

/// A page of rows as their reader may see them: the envelope of a generated list, `{"items": […], "page": {…}}`.
pub struct ViewPage<E> {
    /// The rows.
    pub items: Vec<View<E>>,
    /// Where the next page starts, if rows follow.
    pub next_cursor: Option<String>,
    /// The size that was asked for.
    pub limit: u32,
    /// Whether rows follow.
    pub has_next: bool,
    /// How many rows match in all, when it was asked for.
    pub total: Option<u64>,
}

/// The service whose rows are [`View`]s. Made by [`Service::views`].
#[derive(Debug)]
pub struct Views<'c, E> {
    records: Records<'c>,
    of: PhantomData<fn() -> E>,
}

impl<'c, E: Entity> Service<'c, E> {
    /// The same service, which answers rows as the principal may see them; see [`View`].
    #[must_use]
    pub fn views(&self) -> Views<'c, E> {
        Views { records: self.records.untyped(), of: PhantomData }
    }
}

impl<E: Entity> Views<'_, E> {
    /// The row with this key.
    ///
    /// # Errors
    /// `NotFound` when there is none, or none for the principal.
    pub async fn get(&self, id: Id<E>) -> Result<View<E>> {
        self.find(id).await?.ok_or_else(|| self.records.not_found())
    }

    /// The row with this key, if there is one that the principal may read.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn find(&self, id: Id<E>) -> Result<Option<View<E>>> {
        let found = self.records.find(&id.into_value(), self.records.info().readable()).await?;
        Ok(found.map(View::of_record))
    }

    /// The one row that matches.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Conflict` when there are several.
    pub async fn one(&self, filter: Filter<E>) -> Result<View<E>> {
        self.records.one(&filter.into_condition()).await.map(View::of_record)
    }

    /// A page of rows.
    ///
    /// # Errors
    /// As [`Service::list`].
    pub async fn list(&self, query: Query<E>) -> Result<ViewPage<E>> {
        let mut list = query.into_list();
        list.columns = self.records.info().readable();
        list.cursors = Cursors::Next;
        Ok(ViewPage::of_page(self.records.list(&list).await?))
    }

    /// The row of a model, which may have been read or written as someone else. It is read again, in a statement of its own.
    ///
    /// # Errors
    /// `NotFound` when the principal may not read it.
    pub async fn of(&self, model: &E::Model) -> Result<View<E>> {
        self.get(model.id()).await
    }

    /// The rows of many models, in their order and in one statement. Those that the principal may not read are left out.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn of_many(&self, models: &[E::Model]) -> Result<Vec<View<E>>> {
        let keys: Vec<_> = models.iter().map(|model| model.id().into_value()).collect();
        let rows = self.records.get_many(&keys, self.records.info().readable()).await?;
        Ok(rows.into_iter().flatten().map(View::of_record).collect())
    }

    /// Creates a row; see [`Service::create`].
    ///
    /// # Errors
    /// As [`Service::create`].
    pub async fn create(&self, input: E::Input) -> Result<View<E>> {
        self.records.create(input.into_assignments()).await.map(View::of_record)
    }

    /// Changes the fields that are set; see [`Service::update`].
    ///
    /// # Errors
    /// As [`Service::update`].
    pub async fn update(&self, id: Id<E>, patch: E::Patch) -> Result<View<E>> {
        self.records.update(&id.into_value(), patch.into_assignments()).await.map(View::of_record)
    }

    /// Deletes the row and returns it as it was; see [`Service::delete`].
    ///
    /// # Errors
    /// As [`Service::delete`].
    pub async fn delete(&self, id: Id<E>) -> Result<View<E>> {
        self.records.delete(&id.into_value()).await.map(View::of_record)
    }
}

impl<E: Entity> View<E> {
    /// A row that was read by the principal's rules. What nobody reads is taken out of it.
    fn of_record(mut record: Record) -> Self {
        for column in E::def().info().columns.iter().filter(|column| !column.readable) {
            record.take(column.index);
        }
        Self { record, of: PhantomData }
    }

    /// The primary key.
    #[must_use]
    pub fn id(&self) -> Id<E> {
        Id::from_value(self.record.key().clone()).unwrap_or_else(|_| Id::placeholder())
    }
}

impl<E: Entity> ViewPage<E> {
    fn of_page(page: Page) -> Self {
        let Page { items, end_cursor, has_next, total, limit, .. } = page;
        Self {
            items: items.into_iter().map(View::of_record).collect(),
            next_cursor: end_cursor.filter(|_| has_next),
            limit,
            has_next,
            total,
        }
    }
}

impl<E> Clone for View<E> {
    fn clone(&self) -> Self {
        Self { record: self.record.clone(), of: PhantomData }
    }
}

impl<E: Entity> fmt::Debug for View<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("View").field(&self.id()).finish()
    }
}

impl<E> Clone for ViewPage<E> {
    fn clone(&self) -> Self {
        let Self { items, next_cursor, limit, has_next, total } = self;
        Self {
            items: items.clone(),
            next_cursor: next_cursor.clone(),
            limit: *limit,
            has_next: *has_next,
            total: *total,
        }
    }
}

impl<E: Entity> fmt::Debug for ViewPage<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewPage").field("items", &self.items).finish_non_exhaustive()
    }
}

impl<E: Entity> Serialize for View<E> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let shown = E::def().info().on(Surface::Rest).readable();
        let mut row = to.serialize_map(Some(shown.len()))?;
        for column in shown {
            row.serialize_entry(column.wire, &RestValue(self.record.get(column.index)))?;
        }
        row.end()
    }
}

impl<E: Entity> Serialize for ViewPage<E> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut whole = to.serialize_struct("ViewPage", 2)?;
        whole.serialize_field("items", &self.items)?;
        whole.serialize_field("page", &PageInfo(self))?;
        whole.end()
    }
}

/// Where a page stands in its list.
struct PageInfo<'a, E>(&'a ViewPage<E>);

impl<E> Serialize for PageInfo<'_, E> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let ViewPage { items: _, next_cursor, limit, has_next, total } = self.0;
        let mut page = to.serialize_map(None)?;
        page.serialize_entry("next_cursor", next_cursor)?;
        page.serialize_entry("limit", limit)?;
        page.serialize_entry("has_next", has_next)?;
        if let Some(total) = total {
            page.serialize_entry("total", total)?;
        }
        page.end()
    }
}
