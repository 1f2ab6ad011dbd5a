//! A new row with new related rows, all or none.

use std::fmt;

use crate::ctx::Ctx;
use crate::entity::{Entity, Id, IntoAssignments as _, Model as _};
use crate::error::{Error, Result};
use crate::query::ToMany;
use crate::service::{Records, Service};
use crate::types::Scalar as _;
use crate::value::{Assignments, Record, RowChanges, ToManyWrite, Value};

/// Builds what becomes of the related rows, once the key of the row they belong to is known.
type Make = Box<dyn FnOnce(&Value) -> Result<ToManyWrite> + Send>;

/// Related rows of one to-many relation of a new row.
pub struct Children {
    many: usize,
    make: Make,
}

impl fmt::Debug for Children {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Children").field("many", &self.many).finish_non_exhaustive()
    }
}

impl Children {
    /// New rows of the to-many relation `many`; `make` gets the key of the new row.
    #[cfg_attr(not(feature = "unstable"), doc(hidden))]
    pub fn new(many: usize, make: impl FnOnce(&Value) -> Result<Vec<Assignments>> + Send + 'static) -> Self {
        let make = |key: &Value| Ok(ToManyWrite { create: make(key)?, ..ToManyWrite::default() });
        Self { many, make: Box::new(make) }
    }

    /// Rows that exist, by their keys.
    #[cfg_attr(not(feature = "unstable"), doc(hidden))]
    #[must_use]
    pub fn connected(many: usize, connect: Vec<Value>) -> Self {
        let make = |_: &Value| Ok(ToManyWrite { connect, ..ToManyWrite::default() });
        Self { many, make: Box::new(make) }
    }
}

impl Records<'_> {
    /// Creates a row with related rows in one transaction and returns the row. Related rows of a many-to-many relation
    /// are created and linked.
    ///
    /// # Errors
    /// As [`Records::create`] of each entity; the fields of related rows say which: `posts.2.title`.
    pub async fn create_with(&self, values: Assignments, children: Vec<Children>) -> Result<Record> {
        let unbound = self.unbound();
        let run = move |ctx: Ctx| async move {
            let records = unbound.bind(&ctx);
            let created = records.create(values).await?;
            let mut of_children = Assignments::new();
            for children in children {
                let write = (children.make)(created.key())?;
                of_children.related_mut().many(children.many).append(write);
            }
            records.write_children(created.key(), of_children).await?;
            Ok(created)
        };
        self.ctx.transaction(run).await
    }
}

/// A new row with new related rows, not yet created; see [`Service::create_with`].
#[must_use = "nothing is created before `save`"]
pub struct NewWith<'c, E: Entity> {
    records: Records<'c>,
    input: E::Input,
    children: Vec<Children>,
}

impl<E: Entity> fmt::Debug for NewWith<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewWith").field("children", &self.children).finish_non_exhaustive()
    }
}

impl<'c, E: Entity> Service<'c, E> {
    /// A new row together with new related rows, all or none. The related rows' inputs are built once the row's key is
    /// known.
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
    /// # async fn example(users: UserService<'_>) -> entify::Result<()> {
    /// let ada = users
    ///     .create_with(UserInput::new("ada@example.org"))
    ///     .children(User::posts(), |ada| ["Notes", "Sketches"].map(|title| PostInput::new(title, ada)))
    ///     .save()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_with(&self, input: E::Input) -> NewWith<'c, E> {
        NewWith { records: self.records, input, children: Vec::new() }
    }
}

impl<E: Entity> NewWith<'_, E> {
    /// New rows of a to-many relation. Whatever key their inputs name, they belong to the new row; those of a
    /// many-to-many relation are linked to it.
    pub fn children<T, I>(
        mut self,
        relation: ToMany<E, T>,
        make: impl FnOnce(Id<E>) -> I + Send + 'static,
    ) -> Self
    where
        T: Entity,
        I: IntoIterator<Item = T::Input>,
    {
        let make = |key: &Value| {
            let id = Id::from_value(key.clone()).map_err(|_| Error::internal("the new row has no key"))?;
            Ok(make(id).into_iter().map(T::Input::into_assignments).collect())
        };
        self.children.push(Children::new(relation.index(), make));
        self
    }

    /// Rows of a to-many relation that exist: they refer to the new row, or are linked to it.
    pub fn connect<T: Entity>(
        mut self,
        relation: ToMany<E, T>,
        ids: impl IntoIterator<Item = Id<T>>,
    ) -> Self {
        self.children.push(Children::connected(relation.index(), keys(ids)));
        self
    }

    /// Creates the row and the related rows, in one transaction, and returns the row.
    ///
    /// # Errors
    /// As [`Service::create`] of each entity, after which nothing is committed. The fields of related rows say which:
    /// `posts.2.title`.
    pub async fn save(self) -> Result<E::Model> {
        E::Model::from_record(self.records.create_with(self.input.into_assignments(), self.children).await?)
    }
}

/// Changes of a row and of its related rows, not yet made; see [`Service::update_with`].
#[must_use = "nothing is changed before `save`"]
pub struct ChangeWith<'c, E: Entity> {
    records: Records<'c>,
    id: Id<E>,
    values: Assignments,
}

impl<E: Entity> fmt::Debug for ChangeWith<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeWith").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<'c, E: Entity> Service<'c, E> {
    /// Changes of a row together with changes of its related rows, all or none. Rows of a relation are deleted, disconnected,
    /// changed, connected and created, in this order; each may be named once.
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
    /// # async fn example(users: UserService<'_>, ada: Id<User>, old: Id<Post>, other: Id<Post>) -> entify::Result<()> {
    /// let renamed = PostPatch { title: "Sketches".to_owned().into(), ..PostPatch::default() };
    /// users
    ///     .update_with(ada, UserPatch::default())
    ///     .delete(User::posts(), [old])
    ///     .change(User::posts(), [(other, renamed)])
    ///     .create(User::posts(), [PostInput::new("Notes", ada)])
    ///     .save()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_with(&self, id: Id<E>, patch: E::Patch) -> ChangeWith<'c, E> {
        ChangeWith { records: self.records, id, values: patch.into_assignments() }
    }
}

impl<E: Entity> ChangeWith<'_, E> {
    fn with<T: Entity>(mut self, relation: ToMany<E, T>, write: ToManyWrite) -> Self {
        self.values.related_mut().many(relation.index()).append(write);
        self
    }

    /// New rows, which belong to the row whatever key their inputs name, or are linked to it.
    pub fn create<T: Entity>(
        self,
        relation: ToMany<E, T>,
        inputs: impl IntoIterator<Item = T::Input>,
    ) -> Self {
        let create = inputs.into_iter().map(T::Input::into_assignments).collect();
        self.with(relation, ToManyWrite { create, ..ToManyWrite::default() })
    }

    /// Rows that exist: they refer to the row, or are linked to it.
    pub fn connect<T: Entity>(self, relation: ToMany<E, T>, ids: impl IntoIterator<Item = Id<T>>) -> Self {
        self.with(relation, ToManyWrite { connect: keys(ids), ..ToManyWrite::default() })
    }

    /// Rows of the row that belong to it no longer.
    pub fn disconnect<T: Entity>(self, relation: ToMany<E, T>, ids: impl IntoIterator<Item = Id<T>>) -> Self {
        self.with(relation, ToManyWrite { disconnect: keys(ids), ..ToManyWrite::default() })
    }

    /// Rows of the row that are deleted.
    pub fn delete<T: Entity>(self, relation: ToMany<E, T>, ids: impl IntoIterator<Item = Id<T>>) -> Self {
        self.with(relation, ToManyWrite { delete: keys(ids), ..ToManyWrite::default() })
    }

    /// All rows that exist already and belong to the row: others are disconnected.
    pub fn set<T: Entity>(self, relation: ToMany<E, T>, ids: impl IntoIterator<Item = Id<T>>) -> Self {
        self.with(relation, ToManyWrite { set: Some(keys(ids)), ..ToManyWrite::default() })
    }

    /// Changes of rows of the row.
    pub fn change<T: Entity>(
        self,
        relation: ToMany<E, T>,
        patches: impl IntoIterator<Item = (Id<T>, T::Patch)>,
    ) -> Self {
        let changes = |(id, patch): (Id<T>, T::Patch)| RowChanges {
            key: id.into_value(),
            version: None,
            values: patch.into_assignments(),
        };
        let update = patches.into_iter().map(changes).collect();
        self.with(relation, ToManyWrite { update, ..ToManyWrite::default() })
    }

    /// Makes the changes, in one transaction, and returns the row.
    ///
    /// # Errors
    /// As [`Service::update`], and of each related row as if it were written by itself, after which nothing is committed. The
    /// fields say which: `posts.update.0.title`, `posts.connect.1`. A row that does not exist, or does not belong to this one where
    /// it must, is a `Conflict`.
    pub async fn save(self) -> Result<E::Model> {
        E::Model::from_record(self.records.update(&self.id.into_value(), self.values).await?)
    }
}

fn keys<T: Entity>(ids: impl IntoIterator<Item = Id<T>>) -> Vec<Value> {
    ids.into_iter().map(Id::into_value).collect()
}
