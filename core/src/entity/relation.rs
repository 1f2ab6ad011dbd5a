//! Relations in a declaration. They are written in the struct and never stored as such: the model has the key.

use std::fmt;
use std::marker::PhantomData;

/// A to-one relation: the field `author: One<User>` is the column `author_id` and `author_id: Id<User>` in the
/// model.
pub struct One<E>(PhantomData<fn() -> E>);

/// A to-many relation: `inverse = field` of the target, or `through = Entity`. It stores nothing.
pub struct Many<E>(PhantomData<fn() -> E>);

impl<E> fmt::Debug for One<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("One")
    }
}

impl<E> fmt::Debug for Many<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Many")
    }
}
