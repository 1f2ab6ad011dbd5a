//! Typed names of fields and relations, as the derive emits them: `User::email()`, `Post::author()`.

use std::marker::PhantomData;

use crate::entity::{Entity, Id, Op};
use crate::query::{Direction, Filter, Order};
use crate::types::{FieldType, Scalar, SortField, TextFilter};

/// A stored field of `E` with the declared type `T`.
#[derive(Debug)]
pub struct Column<E, T> {
    index: usize,
    of: PhantomData<fn() -> (E, T)>,
}

impl<E, T> Clone for Column<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, T> Copy for Column<E, T> {}

// No bounds here: a wrong type is reported once, by the derive's obligations.
impl<E, T> Column<E, T> {
    /// The field at this position among the entity's columns (`id` is 0).
    #[must_use]
    pub const fn new(index: usize) -> Self {
        Self { index, of: PhantomData }
    }

    /// Position among the entity's columns.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }
}

impl<E: Entity, T: FieldType> Column<E, T> {
    fn test(self, op: Op) -> Filter<E> {
        Filter::column(self.index, op)
    }

    /// Equal to the value.
    #[must_use]
    pub fn eq(self, value: impl Into<T::Scalar>) -> Filter<E> {
        self.test(Op::Eq(value.into().into_value()))
    }

    /// Not equal to the value; a NULL is not equal.
    #[must_use]
    pub fn ne(self, value: impl Into<T::Scalar>) -> Filter<E> {
        self.test(Op::Ne(value.into().into_value()))
    }

    /// Equal to one of the values.
    #[must_use]
    pub fn is_in(self, values: impl IntoIterator<Item = impl Into<T::Scalar>>) -> Filter<E> {
        self.test(Op::In(values.into_iter().map(|value| value.into().into_value()).collect()))
    }

    /// Equal to none of the values.
    #[must_use]
    pub fn not_in(self, values: impl IntoIterator<Item = impl Into<T::Scalar>>) -> Filter<E> {
        self.test(Op::NotIn(values.into_iter().map(|value| value.into().into_value()).collect()))
    }

    /// NULL.
    #[must_use]
    pub fn is_null(self) -> Filter<E> {
        self.test(Op::IsNull(true))
    }

    /// Not NULL.
    #[must_use]
    pub fn is_not_null(self) -> Filter<E> {
        self.test(Op::IsNull(false))
    }
}

impl<E: Entity, T: FieldType> Column<E, T>
where
    T::Scalar: SortField,
{
    /// Greater than the value.
    #[must_use]
    pub fn gt(self, value: impl Into<T::Scalar>) -> Filter<E> {
        self.test(Op::Gt(value.into().into_value()))
    }

    /// Greater than or equal to the value.
    #[must_use]
    pub fn gte(self, value: impl Into<T::Scalar>) -> Filter<E> {
        self.test(Op::Gte(value.into().into_value()))
    }

    /// Less than the value.
    #[must_use]
    pub fn lt(self, value: impl Into<T::Scalar>) -> Filter<E> {
        self.test(Op::Lt(value.into().into_value()))
    }

    /// Less than or equal to the value.
    #[must_use]
    pub fn lte(self, value: impl Into<T::Scalar>) -> Filter<E> {
        self.test(Op::Lte(value.into().into_value()))
    }

    /// Least first.
    #[must_use]
    pub fn asc(self) -> Order<E> {
        Order::column(self.index, Direction::Asc)
    }

    /// Greatest first.
    #[must_use]
    pub fn desc(self) -> Order<E> {
        Order::column(self.index, Direction::Desc)
    }
}

impl<E: Entity, T: FieldType> Column<E, T>
where
    T::Scalar: TextFilter,
{
    /// Holds the text, case-sensitively.
    #[must_use]
    pub fn contains(self, text: impl Into<String>) -> Filter<E> {
        self.test(Op::Contains(text.into()))
    }

    /// Starts with the text, case-sensitively.
    #[must_use]
    pub fn starts_with(self, text: impl Into<String>) -> Filter<E> {
        self.test(Op::StartsWith(text.into()))
    }

    /// Ends with the text, case-sensitively.
    #[must_use]
    pub fn ends_with(self, text: impl Into<String>) -> Filter<E> {
        self.test(Op::EndsWith(text.into()))
    }
}

/// A to-one relation from `E` to `T`.
#[derive(Debug)]
pub struct ToOne<E, T> {
    field: usize,
    of: PhantomData<fn() -> (E, T)>,
}

impl<E, T> Clone for ToOne<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, T> Copy for ToOne<E, T> {}

impl<E, T> ToOne<E, T> {
    /// The relation whose stored field has this index in the definition's `fields`.
    #[must_use]
    pub const fn new(field: usize) -> Self {
        Self { field, of: PhantomData }
    }

    /// Index of the stored field in the definition's `fields`.
    #[must_use]
    pub const fn field(&self) -> usize {
        self.field
    }
}

impl<E: Entity, T: Entity> ToOne<E, T> {
    /// The related row matches.
    #[must_use]
    pub fn is(self, filter: Filter<T>) -> Filter<E> {
        Filter::to_one(self.field, filter)
    }

    /// The row is related to this one: `Invoice::customer().is(Customer::support_rep().eq(me))`.
    #[must_use]
    pub fn eq(self, id: Id<T>) -> Filter<E> {
        self.key().eq(id)
    }

    /// The row is related to another one than this; one that is related to none does not match.
    #[must_use]
    pub fn ne(self, id: Id<T>) -> Filter<E> {
        self.key().ne(id)
    }

    /// The row is related to one of these.
    #[must_use]
    pub fn is_in(self, ids: impl IntoIterator<Item = Id<T>>) -> Filter<E> {
        self.key().is_in(ids)
    }

    /// The row is related to another one than these; one that is related to none does not match.
    #[must_use]
    pub fn not_in(self, ids: impl IntoIterator<Item = Id<T>>) -> Filter<E> {
        self.key().not_in(ids)
    }

    /// The row is related to none.
    #[must_use]
    pub fn is_null(self) -> Filter<E> {
        self.key().is_null()
    }

    /// The row is related to one.
    #[must_use]
    pub fn is_not_null(self) -> Filter<E> {
        self.key().is_not_null()
    }

    /// The reference that is stored.
    pub(crate) const fn key(self) -> Column<E, Id<T>> {
        // Columns begin with the primary key.
        Column::new(self.field + 1)
    }
}

/// A to-many relation from `E` to `T`.
#[derive(Debug)]
pub struct ToMany<E, T> {
    index: usize,
    of: PhantomData<fn() -> (E, T)>,
}

impl<E, T> Clone for ToMany<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, T> Copy for ToMany<E, T> {}

impl<E, T> ToMany<E, T> {
    /// The relation with this index in the definition's `many`.
    #[must_use]
    pub const fn new(index: usize) -> Self {
        Self { index, of: PhantomData }
    }

    /// Index in the definition's `many`.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }
}

impl<E: Entity, T: Entity> ToMany<E, T> {
    /// At least one related row matches.
    #[must_use]
    pub fn some(self, filter: Filter<T>) -> Filter<E> {
        Filter::to_many(self.index, crate::entity::Quantifier::Some, filter)
    }

    /// No related row matches.
    #[must_use]
    pub fn none(self, filter: Filter<T>) -> Filter<E> {
        Filter::to_many(self.index, crate::entity::Quantifier::None, filter)
    }

    /// Every related row matches (also when there is none).
    #[must_use]
    pub fn every(self, filter: Filter<T>) -> Filter<E> {
        Filter::to_many(self.index, crate::entity::Quantifier::Every, filter)
    }
}

// What the derive writes in an accessor. Functions and not `Column::new`: rustc looks for an associated function in
// every `impl` of the type and every trait in scope, for every field of every entity.

/// [`Column::new`]
#[must_use]
pub const fn column<E, T>(index: usize) -> Column<E, T> {
    Column::new(index)
}

/// [`ToOne::new`]
#[must_use]
pub const fn to_one<E, T>(field: usize) -> ToOne<E, T> {
    ToOne::new(field)
}

/// [`ToMany::new`]
#[must_use]
pub const fn to_many<E, T>(index: usize) -> ToMany<E, T> {
    ToMany::new(index)
}
