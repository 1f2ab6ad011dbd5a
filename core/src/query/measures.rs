//! Measures and groups, typed: `Track::milliseconds().sum()`, `Invoice::customer().to(Customer::country().group())`.

use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::entity::{Entity, Id, Op};
use crate::error::{Error, Result};
use crate::query::{
    AggregateQuery, Column, Direction, Filter, Group, GroupKey, GroupSort, GroupSortBy, Having, Measure,
    Nulls, SortPath, TimeUnit, ToOne,
};
use crate::types::{AvgField, ComparableField, FieldType, Function, Scalar, SortField, SumField};

/// A measure of rows of `E`, whose values are `T`. Made by [`count`], [`Column::sum`], [`Column::avg`], [`Column::min`] and
/// [`Column::max`].
pub struct Measured<E, T> {
    measure: Measure,
    of: PhantomData<fn() -> (E, T)>,
}

impl<E, T> Clone for Measured<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, T> Copy for Measured<E, T> {}

/// How many rows there are.
#[must_use]
pub fn count<E: Entity>() -> Measured<E, i64> {
    Measured { measure: Measure::COUNT, of: PhantomData }
}

impl<E: Entity, T: Scalar> Measured<E, T> {
    fn of(function: Function, column: usize) -> Self {
        Self { measure: Measure { function, column }, of: PhantomData }
    }

    fn test(self, op: Op) -> GroupFilter<E> {
        GroupFilter { having: Having::Measure(self.measure, op), of: PhantomData }
    }

    /// Equal to the value.
    #[must_use]
    pub fn eq(self, value: impl Into<T>) -> GroupFilter<E> {
        self.test(Op::Eq(value.into().into_value()))
    }

    /// Not equal to the value; where there is no value it is not equal.
    #[must_use]
    pub fn ne(self, value: impl Into<T>) -> GroupFilter<E> {
        self.test(Op::Ne(value.into().into_value()))
    }

    /// Greater than the value.
    #[must_use]
    pub fn gt(self, value: impl Into<T>) -> GroupFilter<E> {
        self.test(Op::Gt(value.into().into_value()))
    }

    /// Greater than or equal to the value.
    #[must_use]
    pub fn gte(self, value: impl Into<T>) -> GroupFilter<E> {
        self.test(Op::Gte(value.into().into_value()))
    }

    /// Less than the value.
    #[must_use]
    pub fn lt(self, value: impl Into<T>) -> GroupFilter<E> {
        self.test(Op::Lt(value.into().into_value()))
    }

    /// Less than or equal to the value.
    #[must_use]
    pub fn lte(self, value: impl Into<T>) -> GroupFilter<E> {
        self.test(Op::Lte(value.into().into_value()))
    }

    /// There is no value.
    #[must_use]
    pub fn is_null(self) -> GroupFilter<E> {
        self.test(Op::IsNull(true))
    }

    /// There is a value.
    #[must_use]
    pub fn is_not_null(self) -> GroupFilter<E> {
        self.test(Op::IsNull(false))
    }

    /// Least first; groups without a value last.
    #[must_use]
    pub fn asc(self) -> GroupOrder<E> {
        GroupOrder::of(SortedBy::Measure(self.measure), Direction::Asc)
    }

    /// Greatest first; groups without a value last.
    #[must_use]
    pub fn desc(self) -> GroupOrder<E> {
        GroupOrder::of(SortedBy::Measure(self.measure), Direction::Desc)
    }
}

impl<E: Entity, T: FieldType> Column<E, T>
where
    T::Scalar: ComparableField,
{
    /// The least value.
    #[must_use]
    pub fn min(self) -> Measured<E, T::Scalar> {
        Measured::of(Function::Min, self.index())
    }

    /// The greatest value.
    #[must_use]
    pub fn max(self) -> Measured<E, T::Scalar> {
        Measured::of(Function::Max, self.index())
    }
}

impl<E: Entity, T: FieldType> Column<E, T> {
    /// The sum: exact, of whole numbers and decimals. Of `i64` it is a `Decimal`, since it may be greater than any of those.
    #[must_use]
    pub fn sum<S: Scalar>(self) -> Measured<E, S>
    where
        T::Scalar: SumField<S>,
    {
        Measured::of(Function::Sum, self.index())
    }

    /// The average: of whole numbers a `Decimal` of six digits after the point, of decimals one of six more than the field has,
    /// rounded half away from zero; of floating point numbers an `f64`.
    #[must_use]
    pub fn avg<A: Scalar>(self) -> Measured<E, A>
    where
        T::Scalar: AvgField<A>,
    {
        Measured::of(Function::Avg, self.index())
    }
}

/// What the rows of one group of `E` have in common, a `T`. Made by [`Column::group`], [`Column::by`], [`ToOne::group`] and
/// [`ToOne::to`].
pub struct Grouping<E, T> {
    way: Way,
    of: PhantomData<fn() -> (E, T)>,
}

/// A column, or the way to one of a related row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    columns: Vec<usize>,
    unit: Option<TimeUnit>,
}

impl Way {
    fn key(&self) -> Result<GroupKey> {
        let mut columns = self.columns.iter().copied();
        let column = columns.next().ok_or_else(|| Error::internal("a key without a column"))?;
        let path = SortPath::new(columns)
            .ok_or_else(|| Error::bad_request("a group leads over too many relations"))?;
        Ok(GroupKey { column, path, unit: self.unit })
    }
}

impl<E: Entity, T: Scalar> Grouping<E, T> {
    fn of(column: usize, unit: Option<TimeUnit>) -> Self {
        Self { way: Way { columns: vec![column], unit }, of: PhantomData }
    }

    /// Least first; groups without a value last.
    #[must_use]
    pub fn asc(self) -> GroupOrder<E> {
        GroupOrder::of(SortedBy::Key(self.way), Direction::Asc)
    }

    /// Greatest first; groups without a value last.
    #[must_use]
    pub fn desc(self) -> GroupOrder<E> {
        GroupOrder::of(SortedBy::Key(self.way), Direction::Desc)
    }
}

impl<E: Entity, T: FieldType> Column<E, T>
where
    T::Scalar: SortField,
{
    /// Groups of the rows with one value.
    #[must_use]
    pub fn group(self) -> Grouping<E, T::Scalar> {
        Grouping::of(self.index(), None)
    }

    /// Of a date or a time: groups of the rows within one span of time.
    #[must_use]
    pub fn by(self, unit: TimeUnit) -> Grouping<E, T::Scalar> {
        Grouping::of(self.index(), Some(unit))
    }
}

impl<E: Entity, T: Entity> ToOne<E, T> {
    /// Groups of the rows that are related to one row.
    #[must_use]
    pub fn group(self) -> Grouping<E, Id<T>> {
        self.key().group()
    }

    /// Groups by a value of the related row: `Invoice::customer().to(Customer::country().group())`.
    #[must_use]
    pub fn to<V: Scalar>(self, key: Grouping<T, V>) -> Grouping<E, V> {
        let Way { columns, unit } = key.way;
        let columns = std::iter::once(self.field() + 1).chain(columns).collect();
        Grouping { way: Way { columns, unit }, of: PhantomData }
    }
}

/// A condition on groups of rows of `E`, by their measures: `count().gte(5) & Track::milliseconds().sum().lt(1000)`.
pub struct GroupFilter<E> {
    having: Having,
    of: PhantomData<fn() -> E>,
}

impl<E> BitAnd for GroupFilter<E> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self { having: Having::All(vec![self.having, other.having]), of: PhantomData }
    }
}

impl<E> BitOr for GroupFilter<E> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self { having: Having::Any(vec![self.having, other.having]), of: PhantomData }
    }
}

impl<E> Not for GroupFilter<E> {
    type Output = Self;

    fn not(self) -> Self {
        Self { having: Having::Not(Box::new(self.having)), of: PhantomData }
    }
}

/// An order of groups of rows of `E`: `Track::milliseconds().sum().desc() & count().asc()`.
pub struct GroupOrder<E> {
    sorts: Vec<(SortedBy, Direction)>,
    of: PhantomData<fn() -> E>,
}

#[derive(Debug, Clone)]
enum SortedBy {
    Measure(Measure),
    Key(Way),
}

impl<E> GroupOrder<E> {
    fn of(by: SortedBy, direction: Direction) -> Self {
        Self { sorts: vec![(by, direction)], of: PhantomData }
    }
}

impl<E> BitAnd for GroupOrder<E> {
    type Output = Self;

    fn bitand(mut self, next: Self) -> Self {
        self.sorts.extend(next.sorts);
        self
    }
}

/// The keys of groups of rows of `E`: one, or a tuple of them.
pub trait GroupKeys<E> {
    /// As a request has them.
    ///
    /// # Errors
    /// `BadRequest` for a way over too many relations.
    #[doc(hidden)]
    fn keys(self) -> Result<Vec<GroupKey>>;
}

impl<E, T> GroupKeys<E> for Grouping<E, T> {
    fn keys(self) -> Result<Vec<GroupKey>> {
        Ok(vec![self.way.key()?])
    }
}

macro_rules! keys {
    ($($name:ident $at:tt),*) => {
        impl<E, $($name),*> GroupKeys<E> for ($(Grouping<E, $name>,)*) {
            fn keys(self) -> Result<Vec<GroupKey>> {
                Ok(vec![$(self.$at.way.key()?),*])
            }
        }
    };
}

keys!(A 0);
keys!(A 0, B 1);
keys!(A 0, B 1, C 2);
keys!(A 0, B 1, C 2, D 3);

/// A request for measures of rows of `E`.
///
/// ```
/// use entify::prelude::*;
/// use entify::query::{Aggregate, TimeUnit, count};
///
/// #[derive(Entity)]
/// #[entity(policy = public)]
/// pub struct Sale {
///     country: String,
///     on: DateTime<Utc>,
///     #[entity(scale = 2)]
///     total: Decimal,
/// }
///
/// async fn tour(ctx: &Ctx) -> entify::Result<()> {
///     let sales = SaleService::new(ctx);
///
///     // Of all rows.
///     let all = sales.aggregate(Aggregate::of(count()).measure(Sale::total().sum())).await?;
///     println!("{:?} sales, {:?} in all", all.get(count())?, all.get(Sale::total().sum())?);
///
///     // The three best months of each country, in Berlin's time.
///     let month = Sale::on().by(TimeUnit::Month);
///     let best = Aggregate::of(Sale::total().sum())
///         .having(count().gte(5))
///         .order(Sale::total().sum().desc())
///         .first(3)
///         .per(Sale::country().group())
///         .time_zone("Europe/Berlin");
///     for group in sales.group_by((Sale::country().group(), month.clone()), best).await? {
///         let (country, month) = (group.key(Sale::country().group())?, group.key(month.clone())?);
///         println!("{country:?} {month:?} {:?}", group.get(Sale::total().sum())?);
///     }
///     Ok(())
/// }
/// ```
pub struct Aggregate<E> {
    query: AggregateQuery,
    sorts: Vec<(SortedBy, Direction)>,
    per: Vec<Way>,
    of: PhantomData<fn() -> E>,
}

impl<E: Entity> Aggregate<E> {
    /// This measure, of all rows.
    #[must_use]
    pub fn of<T>(measure: Measured<E, T>) -> Self {
        let query = AggregateQuery { measures: vec![measure.measure], ..AggregateQuery::default() };
        Self { query, sorts: Vec::new(), per: Vec::new(), of: PhantomData }
    }

    /// This measure too.
    #[must_use]
    pub fn measure<T>(mut self, measure: Measured<E, T>) -> Self {
        if !self.query.measures.contains(&measure.measure) {
            self.query.measures.push(measure.measure);
        }
        self
    }

    /// Of the rows that match, and no others.
    #[must_use]
    pub fn filter(mut self, filter: Filter<E>) -> Self {
        self.query.filter = std::mem::replace(&mut self.query.filter, crate::entity::Condition::TRUE)
            .and(filter.into_condition());
        self
    }

    /// Of the rows in which each of the words is found.
    #[must_use]
    pub fn search(mut self, words: impl Into<String>) -> Self {
        self.query.search = Some(words.into());
        self
    }

    /// Only groups whose measures are so.
    #[must_use]
    pub fn having(mut self, having: GroupFilter<E>) -> Self {
        self.query.having = match self.query.having {
            empty if empty.is_empty() => having.having,
            other => Having::All(vec![other, having.having]),
        };
        self
    }

    /// Groups in this order; then, and by default, in that of their keys.
    #[must_use]
    pub fn order(mut self, order: GroupOrder<E>) -> Self {
        self.sorts = order.sorts;
        self
    }

    /// The first so many groups, 1 to 1,000; 100 by default.
    #[must_use]
    pub fn first(mut self, groups: u32) -> Self {
        self.query.limit = Some(groups);
        self
    }

    /// The first so many groups for each value of this key, which is one of the request's. May be called for several.
    #[must_use]
    pub fn per<T>(mut self, key: Grouping<E, T>) -> Self {
        self.per.push(key.way);
        self
    }

    /// Days and other spans of time begin as in this time zone of the IANA database, `Europe/Berlin` for one; in UTC by default.
    #[must_use]
    pub fn time_zone(mut self, name: impl Into<String>) -> Self {
        self.query.time_zone = Some(name.into());
        self
    }

    pub(crate) fn into_query(self, group: Vec<GroupKey>) -> Result<AggregateQuery> {
        let position = |way: &Way| {
            let key = way.key()?;
            let position = group.iter().position(|known| *known == key);
            position
                .ok_or_else(|| Error::bad_request("`order` and `per` take keys by which rows are grouped"))
        };
        let order = self.sorts.iter().map(|(by, direction)| {
            let by = match by {
                SortedBy::Measure(measure) => GroupSortBy::Measure(*measure),
                SortedBy::Key(way) => GroupSortBy::Key(position(way)?),
            };
            Ok(GroupSort { by, direction: *direction, nulls: Nulls::Last })
        });
        let order = order.collect::<Result<_>>()?;
        let per = self.per.iter().map(position).collect::<Result<_>>()?;
        Ok(AggregateQuery { order, per, group, ..self.query })
    }
}

/// Measures of one group of rows of `E`.
pub struct GroupOf<E> {
    keys: Vec<GroupKey>,
    measures: Vec<Measure>,
    group: Group,
    of: PhantomData<fn() -> E>,
}

impl<E: Entity> GroupOf<E> {
    pub(crate) fn new(query: &AggregateQuery, group: Group) -> Self {
        Self { keys: query.group.clone(), measures: query.measures.clone(), group, of: PhantomData }
    }

    /// The value of a measure of the request; none where no row has a value.
    ///
    /// # Errors
    /// `BadRequest` for one that was not asked for.
    pub fn get<T: Scalar>(&self, measure: Measured<E, T>) -> Result<Option<T>> {
        let position = self.measures.iter().position(|known| *known == measure.measure);
        let position = position.ok_or_else(|| Error::bad_request("this measure was not asked for"))?;
        read(&self.group.measures[position])
    }

    /// The value of a key of the request; none for the rows that have none.
    ///
    /// # Errors
    /// `BadRequest` for one that was not asked for.
    pub fn key<T: Scalar>(&self, key: Grouping<E, T>) -> Result<Option<T>> {
        let key = key.way.key()?;
        let position = self.keys.iter().position(|known| *known == key);
        let position = position.ok_or_else(|| Error::bad_request("rows were not grouped by this key"))?;
        read(&self.group.keys[position])
    }
}

fn read<T: Scalar>(value: &crate::value::Value) -> Result<Option<T>> {
    if value.is_null() {
        return Ok(None);
    }
    T::from_value(value.clone()).map(Some).map_err(|_| Error::internal("a measure of another type"))
}

/// `Debug` and `Clone` whatever the entity is, which need not have them.
macro_rules! of_any_entity {
    ($($name:ident<$($of:ident),*> { $($field:ident),* })*) => {$(
        impl<$($of),*> std::fmt::Debug for $name<$($of),*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut output = f.debug_struct(stringify!($name));
                $(output.field(stringify!($field), &self.$field);)*
                output.finish()
            }
        }

        impl<$($of),*> Clone for $name<$($of),*> {
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone(),)* of: PhantomData }
            }
        }
    )*};
}

of_any_entity! {
    Grouping<E, T> { way }
    GroupFilter<E> { having }
    GroupOrder<E> { sorts }
    Aggregate<E> { query, sorts, per }
    GroupOf<E> { keys, measures, group }
}

impl<E, T> std::fmt::Debug for Measured<E, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Measured").field(&self.measure).finish()
    }
}
