//! Fields by which rows are found: those of a unique rule.

use crate::query::{Column, ToOne};

/// Fields of `E`: one, as in `User::email()`, or several, as in `(PostTag::post(), PostTag::tag())`.
///
/// Which fields make a unique rule is checked when they are used.
pub trait UniqueFields<E> {
    /// Positions among the entity's columns.
    fn columns(&self) -> Vec<usize>;
}

impl<E, T> UniqueFields<E> for Column<E, T> {
    fn columns(&self) -> Vec<usize> {
        vec![self.index()]
    }
}

impl<E, T> UniqueFields<E> for ToOne<E, T> {
    fn columns(&self) -> Vec<usize> {
        vec![self.field() + 1]
    }
}

impl<E, F: UniqueFields<E>, const N: usize> UniqueFields<E> for [F; N] {
    fn columns(&self) -> Vec<usize> {
        self.iter().flat_map(UniqueFields::columns).collect()
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<E, $($name: UniqueFields<E>),*> UniqueFields<E> for ($($name,)*) {
            fn columns(&self) -> Vec<usize> {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                [$($name.columns()),*].concat()
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D F);
tuples!(A B C D F G);
