//! Relations in a declaration. They are written in the struct and never held: the model has the key.

use std::marker::PhantomData;

use crate::entity::Entity;

/// A to-one relation: the field `author: One<User>` is the column `author_id` and `author_id: Id<User>` in the
/// model.
#[derive(Debug)]
pub struct One<E: Entity>(PhantomData<fn() -> E>);

/// A to-many relation: `inverse = field` of the target, or `through = Entity`. It stores nothing.
#[derive(Debug)]
pub struct Many<E: Entity>(PhantomData<fn() -> E>);
