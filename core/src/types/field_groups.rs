//! Fields that a generated struct writes and reads together.
//!
//! The derive writes one call for a run of fields, a tuple of them: rustc then checks one call and not one for each.
//! Fields whose types it does not know by name have a call of their own, so that a type that cannot be a field's is
//! reported where it is written; `()` fills their position in the run.

use crate::types::cells::{CellReader, CellWriter};
use crate::types::{Change, Scalar};

/// Fields to write: one, or a tuple of them, whose columns follow each other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an entity",
    label = "not a field type",
    note = "a field type of that name is in `entify::prelude`, and in `entify::types`"
)]
pub trait Put {
    /// Writes them.
    fn put(self, to: &mut CellWriter, first: usize);
}

/// Fields to read: one, or a tuple of them, whose columns follow each other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an entity",
    label = "not a field type",
    note = "a field type of that name is in `entify::prelude`, and in `entify::types`"
)]
pub trait Take {
    /// Reads them.
    fn take(from: &mut CellReader, first: usize) -> Self;
}

// Functions and not methods: rustc looks for a method in every trait that is in scope.

/// Writes the next fields, from this column on.
pub fn put(to: &mut CellWriter, first: usize, fields: impl Put) {
    fields.put(to, first);
}

/// Reads the next fields, from this column on.
pub fn take<T: Take>(from: &mut CellReader, first: usize) -> T {
    T::take(from, first)
}

/// A field of an input whose `None` takes the default.
#[derive(Debug)]
pub struct OrDefault<'a, T>(pub &'a Option<T>);

impl<T: Scalar> Put for OrDefault<'_, T> {
    fn put(self, to: &mut CellWriter, first: usize) {
        T::put_or_default(self.0, to, first);
    }
}

/// The implementations for one form of a field, by the functions of [`Scalar`].
macro_rules! form {
    ($field:ty, $put:ident, $take:ident) => {
        impl<T: Scalar> Put for &$field {
            fn put(self, to: &mut CellWriter, first: usize) {
                T::$put(self, to, first);
            }
        }

        impl<T: Scalar> Take for $field {
            fn take(from: &mut CellReader, first: usize) -> Self {
                T::$take(from, first)
            }
        }
    };
}

form!(T, put, take);
form!(Option<T>, put_optional, take_optional);
form!(Change<T>, put_change, take_change);
form!(Change<Option<T>>, put_optional_change, take_optional_change);

impl Put for () {
    fn put(self, _: &mut CellWriter, _: usize) {}
}

impl Take for () {
    fn take(_: &mut CellReader, _: usize) -> Self {}
}

macro_rules! tuples {
    ($($name:ident $at:tt),*) => {
        impl<$($name: Put),*> Put for ($($name,)*) {
            fn put(self, to: &mut CellWriter, first: usize) {
                $(self.$at.put(to, first + $at);)*
            }
        }

        impl<$($name: Take),*> Take for ($($name,)*) {
            fn take(from: &mut CellReader, first: usize) -> Self {
                ($($name::take(from, first + $at),)*)
            }
        }
    };
}

tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15);
