//! A new row with new related rows, all or none.

use std::fmt;

use crate::ctx::Ctx;
use crate::entity::{Entity, Id, IntoAssignments as _, Model as _};
use crate::error::{Error, Result};
use crate::query::ToMany;
use crate::service::{Records, Service};
use crate::types::Scalar as _;
use crate::value::{Assignments, Record, ToManyWrite, Value};

/// Builds the related rows, once the key of the row they belong to is known.
type Make = Box<dyn FnOnce(&Value) -> Result<Vec<Assignments>> + Send>;

/// New related rows of one to-many relation.
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
                let create = (children.make)(created.key())?;
                let write = ToManyWrite { create, ..ToManyWrite::default() };
                of_children.related_mut().to_many.push((children.many, write));
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

    /// Creates the row and the related rows, in one transaction, and returns the row.
    ///
    /// # Errors
    /// As [`Service::create`] of each entity, after which nothing is committed. The fields of related rows say which:
    /// `posts.2.title`.
    pub async fn save(self) -> Result<E::Model> {
        E::Model::from_record(self.records.create_with(self.input.into_assignments(), self.children).await?)
    }
}
