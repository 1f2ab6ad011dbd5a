//! What a condition says of a row that is in memory, as far as that can be decided without the database.

use crate::entity::condition::{all_hold, any_holds};
use crate::entity::{Condition, EntityInfo, Op};
use crate::value::{ColumnSet, Value};

impl Condition {
    /// Whether a row matches, if that can be decided by its own values; `value` is none for a column that is not known.
    /// Agrees with what the databases say, or says nothing.
    pub(crate) fn holds<'v>(&self, value: &impl Fn(usize) -> Option<&'v Value>) -> Option<bool> {
        match self {
            Self::All(conditions) => all_hold(conditions.iter().map(|condition| condition.holds(value))),
            Self::Any(conditions) => any_holds(conditions.iter().map(|condition| condition.holds(value))),
            Self::Not(inner) => inner.holds(value).map(|holds| !holds),
            Self::Column { index, op } => op.holds(value(*index)?),
            Self::ToOne { .. } | Self::ToMany { .. } => None,
        }
    }

    /// Whether another value in one of the columns may change what this says of a row.
    pub(crate) fn looks_at(&self, info: &EntityInfo, columns: ColumnSet) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().any(|condition| condition.looks_at(info, columns))
            }
            Self::Not(inner) => inner.looks_at(info, columns),
            Self::Column { index, .. } => columns.contains(*index) || !info.columns[*index].is_stored(),
            Self::ToOne { index, matches } => {
                let target = info.columns[*index].target();
                // A row may point to itself, and from another entity it may be looked back at.
                let itself = target.is_none_or(|target| std::ptr::eq(target, info));
                columns.contains(*index)
                    || matches.looks_further()
                    || (itself && matches.looks_at(info, columns))
            }
            Self::ToMany { .. } => true,
        }
    }

    fn looks_further(&self) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().any(Self::looks_further),
            Self::Not(inner) => inner.looks_further(),
            Self::Column { .. } => false,
            Self::ToOne { .. } | Self::ToMany { .. } => true,
        }
    }
}

impl Op {
    fn holds(&self, value: &Value) -> Option<bool> {
        let null = value.is_null();
        match self {
            Self::IsNull(wanted) => Some(null == *wanted),
            _ if null => Some(false),
            Self::Eq(other) => same(value, other),
            Self::Ne(other) => same(value, other).map(|same| !same),
            Self::In(others) => any_holds(others.iter().map(|other| same(value, other))),
            Self::NotIn(others) => {
                any_holds(others.iter().map(|other| same(value, other))).map(|found| !found)
            }
            // What is greater, and what holds what, the databases say.
            Self::Gt(_) | Self::Gte(_) | Self::Lt(_) | Self::Lte(_) => None,
            Self::Contains(_) | Self::StartsWith(_) | Self::EndsWith(_) => None,
        }
    }
}

/// Whether two values are equal in every database, for kinds of which that is plain.
fn same(value: &Value, other: &Value) -> Option<bool> {
    match (value, other) {
        (Value::Int(value), Value::Int(other)) => Some(value == other),
        (Value::Text(value), Value::Text(other)) => Some(value == other),
        (Value::Uuid(value), Value::Uuid(other)) => Some(value == other),
        (Value::Bool(value), Value::Bool(other)) => Some(value == other),
        _ => None,
    }
}
