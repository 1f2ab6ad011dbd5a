//! Adding to numbers: the database adds, in the statement that writes, so that nothing is lost between writers; `min`, `max`
//! and the bounds of the type hold for the sum.
//!
//! One row is changed by one statement that finds it only while the sum is valid. Where the rows are known and locked
//! anyway, their sums are checked before the statement. SQLite has no exact decimals: there the sums of locked rows
//! are computed here.

use rust_decimal::Decimal;

use crate::db::Dialect;
use crate::entity::{Bound, ColumnInfo, Condition, EntityInfo, FieldDef, Op};
use crate::error::{Error, FieldError, Result};
use crate::service::validate;
use crate::types::Kind;
use crate::value::{Record, Value};

/// Whether the database adds to these columns exactly.
pub(super) fn adds_exactly(info: &EntityInfo, dialect: Dialect, increments: &[(usize, Value)]) -> bool {
    let is_decimal = |(index, _): &(usize, Value)| info.columns[*index].kind == Kind::Decimal;
    dialect == Dialect::Postgres || !increments.iter().any(is_decimal)
}

/// What the column of a row becomes.
pub(super) fn sum(column: &ColumnInfo, row: &Record, number: &Value) -> Result<Value, FieldError> {
    let sum = match (row.get(column.index), number) {
        (Value::Null, number) => Some(number.clone()),
        (Value::Int(held), Value::Int(number)) => whole_sum(column.kind, *held, *number).map(Value::Int),
        (Value::Float(held), Value::Float(number)) => Some(Value::Float(held + number)),
        (Value::Float32(held), Value::Float32(number)) => Some(Value::Float32(held + number)),
        (Value::Decimal(held), Value::Decimal(number)) => held.checked_add(*number).map(Value::Decimal),
        _ => None,
    };
    let Some(mut sum) = sum else {
        let message = format!("must be {} after the addition", column.kind.expectation());
        return Err(FieldError::new(column.wire, "range", message));
    };
    match validate::check_sum(column, &mut sum) {
        Some(error) => Err(error),
        None => Ok(sum),
    }
}

/// Refuses additions after which one of the rows would break a rule.
pub(super) fn check(info: &EntityInfo, rows: &[Record], increments: &[(usize, Value)]) -> Result<()> {
    let broken = increments.iter().filter_map(|(index, number)| {
        rows.iter().find_map(|row| sum(&info.columns[*index], row, number).err())
    });
    let errors: Vec<FieldError> = broken.collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Validation(errors)) }
}

/// The rows whose sums keep every rule.
pub(super) fn valid_rows(info: &EntityInfo, increments: &[(usize, Value)]) -> Condition {
    let of_column = |(index, number): &(usize, Value)| {
        let column = &info.columns[*index];
        let at_least = bound(column, number, false).map(|least| Condition::column(*index, Op::Gte(least)));
        let at_most = bound(column, number, true).map(|most| Condition::column(*index, Op::Lte(most)));
        let within = Condition::All(at_least.into_iter().chain(at_most).collect());
        let mut of_null = number.clone();
        match column.nullable && validate::check_sum(column, &mut of_null).is_none() {
            true => Condition::Any(vec![Condition::column(*index, Op::IsNull(true)), within]),
            false => within,
        }
    };
    Condition::All(increments.iter().map(of_column).collect())
}

/// What a row may hold at most (or at least), for the sum to be within the field's bounds and its type's. None where
/// every value may be.
fn bound(column: &ColumnInfo, number: &Value, greatest: bool) -> Option<Value> {
    let field = column.field?;
    let declared = if greatest { field.max } else { field.min };
    match number {
        Value::Int(number) => {
            let (least, most) = whole_range(column.kind);
            let of_type = if greatest { most } else { least };
            let declared = declared.and_then(|bound| match bound {
                Bound::Int(bound) => Some(bound),
                Bound::Decimal(_) => None,
            });
            let bound = i128::from(declared.unwrap_or(of_type)) - i128::from(*number);
            // Beyond the type's own range every row is within it.
            i64::try_from(bound).ok().filter(|bound| (least..=most).contains(bound)).map(Value::Int)
        }
        Value::Decimal(number) => {
            let bound = declared.map(decimal_of).unwrap_or_else(|| decimal_range(field, greatest))?;
            bound.checked_sub(*number).map(Value::Decimal)
        }
        Value::Float(number) => Some(Value::Float(float_of(declared?)? - number)),
        #[allow(clippy::cast_possible_truncation, reason = "the bound of a field of this type")]
        Value::Float32(number) => Some(Value::Float32((float_of(declared?)? - f64::from(*number)) as f32)),
        _ => None,
    }
}

/// The most (or the least) that a decimal of the declared digits holds.
fn decimal_range(field: &FieldDef, greatest: bool) -> Option<Decimal> {
    let scale = field.scale?;
    let digits = field.precision.unwrap_or(28);
    let most = "9".repeat(usize::try_from(digits).ok()?).parse::<i128>().ok()?;
    let most = Decimal::try_from_i128_with_scale(most, scale).ok()?;
    Some(if greatest { most } else { -most })
}

fn decimal_of(bound: Bound) -> Option<Decimal> {
    match bound {
        Bound::Int(number) => Some(Decimal::from(number)),
        Bound::Decimal(digits) => digits.parse().ok(),
    }
}

fn float_of(bound: Bound) -> Option<f64> {
    match bound {
        #[allow(clippy::cast_precision_loss, reason = "as the field's own bounds are compared")]
        Bound::Int(number) => Some(number as f64),
        Bound::Decimal(digits) => digits.parse().ok(),
    }
}

fn whole_sum(kind: Kind, held: i64, number: i64) -> Option<i64> {
    let (least, most) = whole_range(kind);
    held.checked_add(number).filter(|sum| (least..=most).contains(sum))
}

/// The range of a type of whole numbers.
fn whole_range(kind: Kind) -> (i64, i64) {
    match kind {
        Kind::I16 => (i16::MIN.into(), i16::MAX.into()),
        Kind::I32 => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}
