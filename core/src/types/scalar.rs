//! The trait of field types and its implementations for the standard ones.
//!
//! The messages name the types that fit; `do_not_recommend` keeps rustc from listing the implementations again.

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::types::cells::{Cell, CellReader, CellWriter};
use crate::types::{Change, Kind};
use crate::value::{Password, Value};

/// A stored value that is not of its column's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongType;

/// A type that one column holds, apart from NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of an entity's field",
    label = "an enum needs `#[derive(EntityEnum)]`; a row of an entity is `One<{Self}>`",
    note = "field types are `String bool i16 i32 i64 f32 f64 Decimal Uuid NaiveDate NaiveTime DateTime<Utc> \
            Json Bytes Password`, enums with `#[derive(EntityEnum)]`, `Vec` of a scalar, `One<E>`, `Many<E>`, \
            and `Option` of those",
    note = "`One`, `Many` and `Option` must be written out, not hidden behind a type alias"
)]
pub trait Scalar: Sized + Send + Sync + 'static {
    /// The column's type.
    const KIND: Kind;

    /// A copy. Not `Clone`, so that an enum of the user's need not derive it.
    fn duplicate(&self) -> Self;

    /// The value as a cell.
    fn into_value(self) -> Value;

    /// The value of a cell.
    ///
    /// # Errors
    /// [`WrongType`] when the cell holds something else.
    fn from_value(value: Value) -> Result<Self, WrongType>;

    /// Any value: a placeholder in a struct that is rejected as a whole.
    #[doc(hidden)]
    fn placeholder() -> Self;

    // What the derive calls for every field, as `Scalar::…`: a type that cannot be a field's gives one message in one
    // location, however often it is used.

    /// Writes a field.
    #[doc(hidden)]
    fn put(&self, to: &mut CellWriter, column: usize) {
        to.push(column, || Cell::Value(self.duplicate().into_value()));
    }

    /// Reads a field.
    #[doc(hidden)]
    fn take(from: &mut CellReader, column: usize) -> Self {
        let cell = from.next::<Self>(column, false);
        value(cell, from, column).unwrap_or_else(Self::placeholder)
    }

    /// Writes an optional field.
    #[doc(hidden)]
    fn put_optional(field: &Option<Self>, to: &mut CellWriter, column: usize) {
        to.push(column, || Cell::Value(copy_of(field)));
    }

    /// Reads an optional field.
    #[doc(hidden)]
    fn take_optional(from: &mut CellReader, column: usize) -> Option<Self> {
        let cell = from.next::<Self>(column, true);
        value(cell.filter(|cell| *cell != Cell::Value(Value::Null)), from, column)
    }

    /// Writes a field of an input whose `None` takes the default.
    #[doc(hidden)]
    fn put_or_default(field: &Option<Self>, to: &mut CellWriter, column: usize) {
        match field {
            Some(value) => value.put(to, column),
            None => to.push(column, || Cell::Default),
        }
    }

    /// Reads a field of an input whose `None` takes the default.
    #[doc(hidden)]
    fn take_or_default(from: &mut CellReader, column: usize) -> Option<Self> {
        Self::take_optional(from, column)
    }

    /// Writes a field of a patch.
    #[doc(hidden)]
    fn put_change(field: &Change<Self>, to: &mut CellWriter, column: usize) {
        to.push(column, || match field {
            Change::Set(value) => Cell::Set(value.duplicate().into_value()),
            Change::Add(number) => Cell::Add(number.duplicate().into_value()),
            Change::Keep => Cell::Keep,
        });
    }

    /// Reads a field of a patch.
    #[doc(hidden)]
    fn take_change(from: &mut CellReader, column: usize) -> Change<Self> {
        match from.next::<Self>(column, false) {
            Some(Cell::Add(number)) => {
                value(Some(Cell::Value(number)), from, column).map_or(Change::Keep, Change::Add)
            }
            cell => value(cell, from, column).map_or(Change::Keep, Change::Set),
        }
    }

    /// Writes an optional field of a patch.
    #[doc(hidden)]
    fn put_optional_change(field: &Change<Option<Self>>, to: &mut CellWriter, column: usize) {
        to.push(column, || match field {
            Change::Set(value) => Cell::Set(copy_of(value)),
            Change::Add(number) => Cell::Add(copy_of(number)),
            Change::Keep => Cell::Keep,
        });
    }

    /// Reads an optional field of a patch.
    #[doc(hidden)]
    fn take_optional_change(from: &mut CellReader, column: usize) -> Change<Option<Self>> {
        match from.next::<Self>(column, true) {
            Some(Cell::Set(Value::Null)) => Change::Set(None),
            Some(Cell::Add(number)) => value(Some(Cell::Value(number)), from, column)
                .map_or(Change::Keep, |number| Change::Add(Some(number))),
            cell => value(cell, from, column).map_or(Change::Keep, |value| Change::Set(Some(value))),
        }
    }
}

fn copy_of<T: Scalar>(field: &Option<T>) -> Value {
    field.as_ref().map_or(Value::Null, |value| value.duplicate().into_value())
}

/// The value in a cell; a value of another type is recorded.
fn value<T: Scalar>(cell: Option<Cell>, from: &mut CellReader, column: usize) -> Option<T> {
    let (Cell::Value(value) | Cell::Set(value)) = cell? else {
        return None;
    };
    match T::from_value(value) {
        Ok(value) => Some(value),
        Err(WrongType) => {
            from.type_mismatch(column, T::KIND.expectation());
            None
        }
    }
}

/// A declared field type: a [`Scalar`] or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of an entity's field",
    label = "an enum needs `#[derive(EntityEnum)]`; a row of an entity is `One<{Self}>`",
    note = "field types are `String bool i16 i32 i64 f32 f64 Decimal Uuid NaiveDate NaiveTime DateTime<Utc> \
            Json Bytes Password`, enums with `#[derive(EntityEnum)]`, `Vec` of a scalar, `One<E>`, `Many<E>`, \
            and `Option` of those",
    note = "`One`, `Many` and `Option` must be written out, not hidden behind a type alias"
)]
pub trait FieldType: Sized + Send + Sync + 'static {
    /// The type without `Option`.
    type Scalar: Scalar;
    /// The column's type.
    const KIND: Kind = <Self::Scalar as Scalar>::KIND;
    /// Whether NULL is a value.
    const NULLABLE: bool;

    /// A copy.
    fn duplicate(&self) -> Self;

    /// The value as a cell.
    fn into_cell(self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> FieldType for T {
    type Scalar = T;
    const NULLABLE: bool = false;

    fn duplicate(&self) -> Self {
        Scalar::duplicate(self)
    }

    fn into_cell(self) -> Value {
        self.into_value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> FieldType for Option<T> {
    type Scalar = T;
    const NULLABLE: bool = true;

    fn duplicate(&self) -> Self {
        self.as_ref().map(Scalar::duplicate)
    }

    fn into_cell(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}

macro_rules! scalars {
    ($($ty:ty: $kind:ident, $variant:ident;)*) => {$(
        #[allow(clippy::clone_on_copy)]
        #[diagnostic::do_not_recommend]
        impl Scalar for $ty {
            const KIND: Kind = Kind::$kind;

            fn duplicate(&self) -> Self {
                self.clone()
            }

            fn into_value(self) -> Value {
                Value::$variant(self)
            }

            fn from_value(value: Value) -> Result<Self, WrongType> {
                match value {
                    Value::$variant(value) => Ok(value),
                    _ => Err(WrongType),
                }
            }

            fn placeholder() -> Self {
                Self::default()
            }
        }
    )*};
}

scalars! {
    bool: Bool, Bool;
    i64: I64, Int;
    f32: F32, Float32;
    f64: F64, Float;
    Decimal: Decimal, Decimal;
    String: Text, Text;
    Uuid: Uuid, Uuid;
    NaiveDate: Date, Date;
    NaiveTime: Time, Time;
    DateTime<Utc>: DateTime, DateTime;
    serde_json::Value: Json, Json;
    Bytes: Bytes, Bytes;
    Password: Password, Password;
}

macro_rules! small_integers {
    ($($ty:ty: $kind:ident;)*) => {$(
        #[allow(clippy::clone_on_copy)]
        #[diagnostic::do_not_recommend]
        impl Scalar for $ty {
            const KIND: Kind = Kind::$kind;

            fn duplicate(&self) -> Self {
                self.clone()
            }

            fn into_value(self) -> Value {
                Value::Int(self.into())
            }

            fn from_value(value: Value) -> Result<Self, WrongType> {
                match value {
                    Value::Int(value) => value.try_into().map_err(|_| WrongType),
                    _ => Err(WrongType),
                }
            }

            fn placeholder() -> Self {
                0
            }
        }
    )*};
}

small_integers! {
    i16: I16;
    i32: I32;
}

/// A scalar that may be the element of a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`Vec<{Self}>` cannot be the type of an entity's field",
    label = "rows of an entity are `Many<{Self}>`; an enum needs `#[derive(EntityEnum)]`",
    note = "a list holds `String bool i16 i32 i64 f32 f64 Decimal Uuid NaiveDate NaiveTime DateTime<Utc>` or an \
            `EntityEnum`; for bytes use `Bytes`"
)]
pub trait Element: Scalar {
    // What the derive calls for a field that is a list: of one that cannot be the message names the element.

    #[doc(hidden)]
    fn put_list(list: &Vec<Self>, to: &mut CellWriter, column: usize) {
        list.put(to, column);
    }

    #[doc(hidden)]
    fn take_list(from: &mut CellReader, column: usize) -> Vec<Self> {
        Scalar::take(from, column)
    }

    #[doc(hidden)]
    fn put_optional_list(list: &Option<Vec<Self>>, to: &mut CellWriter, column: usize) {
        Scalar::put_optional(list, to, column);
    }

    #[doc(hidden)]
    fn take_optional_list(from: &mut CellReader, column: usize) -> Option<Vec<Self>> {
        Scalar::take_optional(from, column)
    }

    #[doc(hidden)]
    fn put_or_default_list(list: &Option<Vec<Self>>, to: &mut CellWriter, column: usize) {
        Scalar::put_or_default(list, to, column);
    }

    #[doc(hidden)]
    fn take_or_default_list(from: &mut CellReader, column: usize) -> Option<Vec<Self>> {
        Scalar::take_or_default(from, column)
    }

    #[doc(hidden)]
    fn put_change_list(list: &Change<Vec<Self>>, to: &mut CellWriter, column: usize) {
        Scalar::put_change(list, to, column);
    }

    #[doc(hidden)]
    fn take_change_list(from: &mut CellReader, column: usize) -> Change<Vec<Self>> {
        Scalar::take_change(from, column)
    }

    #[doc(hidden)]
    fn put_optional_change_list(list: &Change<Option<Vec<Self>>>, to: &mut CellWriter, column: usize) {
        Scalar::put_optional_change(list, to, column);
    }

    #[doc(hidden)]
    fn take_optional_change_list(from: &mut CellReader, column: usize) -> Change<Option<Vec<Self>>> {
        Scalar::take_optional_change(from, column)
    }
}

macro_rules! elements {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Element for $ty {}
    )*};
}

elements!(bool i16 i32 i64 f32 f64 Decimal String Uuid NaiveDate NaiveTime DateTime<Utc>);

#[diagnostic::do_not_recommend]
impl<T: Element> Scalar for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);

    fn duplicate(&self) -> Self {
        self.iter().map(Scalar::duplicate).collect()
    }

    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }

    fn from_value(value: Value) -> Result<Self, WrongType> {
        match value {
            Value::List(values) => values.into_iter().map(T::from_value).collect(),
            _ => Err(WrongType),
        }
    }

    fn placeholder() -> Self {
        Vec::new()
    }
}

/// Types that `min` and `max` apply to.
#[diagnostic::on_unimplemented(
    message = "`min` and `max` do not apply to `{Self}`",
    label = "not a number",
    note = "they apply to `i16 i32 i64 f32 f64 Decimal`; for lengths use `min_len` and `max_len`"
)]
pub trait NumericField: crate::types::IntLiteral {}

#[diagnostic::do_not_recommend]
impl NumericField for i16 {}
#[diagnostic::do_not_recommend]
impl NumericField for i32 {}
#[diagnostic::do_not_recommend]
impl NumericField for i64 {}
#[diagnostic::do_not_recommend]
impl NumericField for f32 {}
#[diagnostic::do_not_recommend]
impl NumericField for f64 {}
#[diagnostic::do_not_recommend]
impl NumericField for Decimal {}

/// Types that `pattern`, `format`, `multiline` and `search` apply to.
#[diagnostic::on_unimplemented(
    message = "`pattern`, `format`, `multiline` and `search` do not apply to `{Self}`",
    label = "not a text",
    note = "they apply to `String`"
)]
pub trait TextField {}

#[diagnostic::do_not_recommend]
impl TextField for String {}

/// Types that `contains`, `starts_with` and `ends_with` apply to.
#[diagnostic::on_unimplemented(
    message = "`contains`, `starts_with` and `ends_with` do not apply to `{Self}`",
    label = "not a text",
    note = "they apply to `String`"
)]
pub trait TextFilter {}

#[diagnostic::do_not_recommend]
impl TextFilter for String {}

/// Types that `min_len` and `max_len` apply to.
#[diagnostic::on_unimplemented(
    message = "`min_len` and `max_len` do not apply to `{Self}`",
    label = "has no length",
    note = "they apply to `String`, `Bytes`, `Password` and `Vec`; for numbers use `min` and `max`"
)]
pub trait LengthField {}

#[diagnostic::do_not_recommend]
impl LengthField for String {}
#[diagnostic::do_not_recommend]
impl LengthField for Bytes {}
#[diagnostic::do_not_recommend]
impl LengthField for Password {}
#[diagnostic::do_not_recommend]
impl<T: Element> LengthField for Vec<T> {}

/// Types that `precision` and `scale` apply to.
#[diagnostic::on_unimplemented(
    message = "`precision` and `scale` do not apply to `{Self}`",
    label = "not a `Decimal`",
    note = "they apply to `Decimal`"
)]
pub trait DecimalField {}

#[diagnostic::do_not_recommend]
impl DecimalField for Decimal {}

/// Types with a least and a greatest value, which `aggregate` applies to.
#[diagnostic::on_unimplemented(
    message = "`aggregate` does not apply to `{Self}`",
    label = "has no least and no greatest value",
    note = "it applies to numbers, `String`, `NaiveDate`, `NaiveTime` and `DateTime<Utc>`"
)]
pub trait ComparableField: Scalar {}

macro_rules! comparable {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl ComparableField for $ty {}
    )*};
}

comparable!(i16 i32 i64 f32 f64 Decimal String NaiveDate NaiveTime DateTime<Utc>);

/// Types that can hold a principal's subject, which `owner(…)` compares with.
#[diagnostic::on_unimplemented(
    message = "`owner(…)` does not apply to a field of type `{Self}`",
    label = "cannot hold a principal's subject",
    note = "it applies to `String`, `Uuid`, whole numbers and relations"
)]
pub trait SubjectField {}

#[diagnostic::do_not_recommend]
impl SubjectField for String {}
#[diagnostic::do_not_recommend]
impl SubjectField for Uuid {}
#[diagnostic::do_not_recommend]
impl SubjectField for i16 {}
#[diagnostic::do_not_recommend]
impl SubjectField for i32 {}
#[diagnostic::do_not_recommend]
impl SubjectField for i64 {}

/// Whole numbers, which `sequence` applies to.
#[diagnostic::on_unimplemented(
    message = "`sequence` does not apply to `{Self}`",
    label = "not a whole number",
    note = "it applies to `i16 i32 i64`"
)]
pub trait WholeField {}

#[diagnostic::do_not_recommend]
impl WholeField for i16 {}
#[diagnostic::do_not_recommend]
impl WholeField for i32 {}
#[diagnostic::do_not_recommend]
impl WholeField for i64 {}

/// Types with an order, which `unique`, `index` and `sort` apply to.
#[diagnostic::on_unimplemented(
    message = "`unique`, `index` and `sort` do not apply to `{Self}`",
    label = "has no order",
    note = "they apply to every field type but `Json`, `Password` and `Vec`"
)]
pub trait SortField {}

#[diagnostic::do_not_recommend]
impl<T: Element> SortField for T {}
#[diagnostic::do_not_recommend]
impl SortField for Bytes {}

/// A value in `Debug` output: an enum by its variant's name, whatever it derives.
pub struct DebugValue<'a>(pub &'a Value);

impl std::fmt::Debug for DebugValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Value::Null => f.write_str("None"),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Enum(variant) => f.write_str(variant.name),
            Value::Password(password) => write!(f, "{password:?}"),
            Value::List(items) => f.debug_list().entries(items.iter().map(DebugValue)).finish(),
            value => write!(f, "{value}"),
        }
    }
}
