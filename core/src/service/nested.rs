//! A new row with new related rows, all or none.

use std::fmt;

use crate::ctx::Ctx;
use crate::entity::{Entity, Id, IntoAssignments as _, ManyLink, Model as _};
use crate::error::{Error, FieldError, Result};
use crate::query::{Deleted, ToMany};
use crate::service::{Records, Service};
use crate::types::Scalar as _;
use crate::value::{Assignments, Record, Value};

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
            let mut errors = Vec::new();
            for children in children {
                match records.create_children(created.key(), children).await {
                    // Reported together with those of the other relations: nothing has reached the database.
                    Err(Error::Validation(of_children)) => errors.extend(of_children),
                    outcome => outcome?,
                }
            }
            if errors.is_empty() { Ok(created) } else { Err(Error::Validation(errors)) }
        };
        self.ctx.transaction(run).await
    }

    async fn create_children(&self, key: &Value, children: Children) -> Result<()> {
        let many = &self.info.many[children.many];
        let target = self.untyped().of(many.target(), Deleted::Hidden);
        let mut rows = (children.make)(key)?;
        if let ManyLink::Inverse { column } = many.link() {
            rows.iter_mut().for_each(|row| row.set(column, key.clone()));
        }
        let created = target.create_many(rows).await.map_err(|error| under(many.def.name, error))?;
        if matches!(many.link(), ManyLink::Through { .. }) {
            let keys = created.into_iter().map(|mut row| row.take(0)).collect();
            self.link(children.many, key, keys).await.map_err(|error| under(many.def.name, error))?;
        }
        Ok(())
    }
}

/// The same error with fields under the relation's name: `items.2.title` becomes `posts.2.title`.
fn under(relation: &str, error: Error) -> Error {
    error.map_fields(|error| {
        let field = error.field.strip_prefix("items.").unwrap_or(&error.field);
        let field = if field.is_empty() { relation.to_owned() } else { format!("{relation}.{field}") };
        FieldError { field: field.into(), ..error }
    })
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
