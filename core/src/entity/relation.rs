//! Relations in a declaration. In that of an entity they are written and never stored as such: the model has the key. In an input or
//! an output of an action a relation holds it.

use std::fmt;
use std::marker::PhantomData;

use crate::entity::{Entity, Id};

/// A to-one relation: the field `author: One<User>` is the column `author_id` and `author_id: Id<User>` in the
/// model.
///
/// In a struct with `#[derive(EntityInput)]` it is the key of a row that there is, and that whoever sends it may read: `author_id` in
/// REST, a global id in GraphQL.
pub struct One<E>(Id<E>);

/// A to-many relation: `inverse = field` of the target, or `through = Entity`. It stores nothing.
pub struct Many<E>(PhantomData<fn() -> E>);

impl<E> One<E> {
    /// The key.
    #[must_use]
    pub fn id(&self) -> Id<E> {
        self.0
    }
}

impl<E> From<Id<E>> for One<E> {
    fn from(id: Id<E>) -> Self {
        Self(id)
    }
}

impl<E> From<One<E>> for Id<E> {
    fn from(one: One<E>) -> Self {
        one.0
    }
}

impl<E> Clone for One<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for One<E> {}

impl<E> PartialEq for One<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E> Eq for One<E> {}

impl<E: Entity> fmt::Debug for One<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E> fmt::Debug for Many<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Many")
    }
}
