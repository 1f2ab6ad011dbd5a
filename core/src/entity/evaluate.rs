//! Evaluates a condition on a row in memory, as far as that is possible without the database.

use crate::entity::condition::{all_hold, any_holds};
use crate::entity::{Condition, EntityInfo, Op};
use crate::value::{ColumnSet, Value};

impl Condition {
    /// Whether a row matches, if that can be decided by its own values; `value` is none for a column that is not known.
    /// Agrees with the databases, or returns none.
    pub(crate) fn holds<'v>(&self, value: &impl Fn(usize) -> Option<&'v Value>) -> Option<bool> {
        match self {
            Self::All(conditions) => all_hold(conditions.iter().map(|condition| condition.holds(value))),
            Self::Any(conditions) => any_holds(conditions.iter().map(|condition| condition.holds(value))),
            Self::Not(inner) => inner.holds(value).map(|holds| !holds),
            Self::Column { index, op } => op.holds(value(*index)?),
            Self::ToOne { .. } | Self::ToMany { .. } => None,
        }
    }

    /// Whether another value in one of the columns may change whether this holds for a row.
    pub(crate) fn depends_on(&self, info: &EntityInfo, columns: ColumnSet) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().any(|condition| condition.depends_on(info, columns))
            }
            Self::Not(inner) => inner.depends_on(info, columns),
            Self::Column { index, .. } => columns.contains(*index) || !info.columns[*index].is_stored(),
            Self::ToOne { index, matches } => {
                let target = info.columns[*index].target();
                // A row may refer to itself, and a relation of another entity may lead back to it.
                let itself = target.is_none_or(|target| std::ptr::eq(target, info));
                columns.contains(*index)
                    || matches.has_relations()
                    || (itself && matches.depends_on(info, columns))
            }
            Self::ToMany { .. } => true,
        }
    }

    fn has_relations(&self) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().any(Self::has_relations),
            Self::Not(inner) => inner.has_relations(),
            Self::Column { .. } => false,
            Self::ToOne { .. } | Self::ToMany { .. } => true,
        }
    }
}

impl Op {
    fn holds(&self, value: &Value) -> Option<bool> {
        let null = value.is_null();
        match self {
            Self::IsNull(expected) => Some(null == *expected),
            _ if null => Some(false),
            Self::Eq(other) => equal(value, other),
            Self::Ne(other) => equal(value, other).map(|equal| !equal),
            Self::In(others) => any_holds(others.iter().map(|other| equal(value, other))),
            Self::NotIn(others) => {
                any_holds(others.iter().map(|other| equal(value, other))).map(|found| !found)
            }
            // Order and substrings are left to the databases, which have collations.
            Self::Gt(_) | Self::Gte(_) | Self::Lt(_) | Self::Lte(_) => None,
            Self::Contains(_) | Self::StartsWith(_) | Self::EndsWith(_) => None,
        }
    }
}

/// Whether two values are equal in every database, for kinds that all databases compare alike.
fn equal(value: &Value, other: &Value) -> Option<bool> {
    match (value, other) {
        (Value::Int(value), Value::Int(other)) => Some(value == other),
        (Value::Text(value), Value::Text(other)) => Some(value == other),
        (Value::Uuid(value), Value::Uuid(other)) => Some(value == other),
        (Value::Bool(value), Value::Bool(other)) => Some(value == other),
        _ => None,
    }
}
