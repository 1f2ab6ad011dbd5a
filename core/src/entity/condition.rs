//! Conditions on the rows of an entity, by column index: of filters and of rules.

use crate::types::Operator;
use crate::value::Value;

/// A condition on the rows of an entity, by column index.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All hold; every row when empty.
    All(Vec<Condition>),
    /// One holds; no row when empty.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A test on a column.
    Column {
        /// Index among the entity's columns.
        index: usize,
        /// The test.
        op: Op,
    },
    /// The related row of a to-one relation matches.
    ToOne {
        /// Index among the entity's columns of the reference.
        index: usize,
        /// The condition on the target.
        matches: Box<Condition>,
    },
    /// Related rows of a to-many relation match.
    ToMany {
        /// Index among the entity's to-many relations.
        index: usize,
        /// How many must match.
        quantifier: Quantifier,
        /// The condition on the target.
        matches: Box<Condition>,
    },
}

/// How many related rows must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// None.
    None,
    /// All, also when there is none.
    Every,
}

/// A test on one column. A NULL column passes only `IsNull(true)`.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Equal.
    Eq(Value),
    /// Not equal.
    Ne(Value),
    /// Greater.
    Gt(Value),
    /// Greater or equal.
    Gte(Value),
    /// Less.
    Lt(Value),
    /// Less or equal.
    Lte(Value),
    /// One of the values.
    In(Vec<Value>),
    /// None of the values.
    NotIn(Vec<Value>),
    /// NULL, or not.
    IsNull(bool),
    /// Holds the text, case-sensitively.
    Contains(String),
    /// Starts with the text, case-sensitively.
    StartsWith(String),
    /// Ends with the text, case-sensitively.
    EndsWith(String),
}

/// What an operator compares a column with.
#[derive(Debug, Clone, PartialEq)]
pub enum OperandValue {
    /// For [`Operand::Value`](crate::types::Operand::Value).
    One(Value),
    /// For [`Operand::List`](crate::types::Operand::List).
    Many(Vec<Value>),
    /// For [`Operand::Flag`](crate::types::Operand::Flag).
    Flag(bool),
    /// For [`Operand::Text`](crate::types::Operand::Text).
    Text(String),
}

impl Op {
    /// The test of an operator; none when it compares with something else.
    #[must_use]
    pub fn new(operator: Operator, operand: OperandValue) -> Option<Self> {
        Some(match (operator, operand) {
            (Operator::Eq, OperandValue::One(value)) => Self::Eq(value),
            (Operator::Ne, OperandValue::One(value)) => Self::Ne(value),
            (Operator::Gt, OperandValue::One(value)) => Self::Gt(value),
            (Operator::Gte, OperandValue::One(value)) => Self::Gte(value),
            (Operator::Lt, OperandValue::One(value)) => Self::Lt(value),
            (Operator::Lte, OperandValue::One(value)) => Self::Lte(value),
            (Operator::In, OperandValue::Many(values)) => Self::In(values),
            (Operator::NotIn, OperandValue::Many(values)) => Self::NotIn(values),
            (Operator::IsNull, OperandValue::Flag(null)) => Self::IsNull(null),
            (Operator::Contains, OperandValue::Text(text)) => Self::Contains(text),
            (Operator::StartsWith, OperandValue::Text(text)) => Self::StartsWith(text),
            (Operator::EndsWith, OperandValue::Text(text)) => Self::EndsWith(text),
            _ => return None,
        })
    }

    /// The same test with other values.
    #[must_use]
    pub(crate) fn map(&self, value: impl Fn(&Value) -> Value) -> Self {
        let all = |values: &[Value]| values.iter().map(&value).collect();
        match self {
            Self::Eq(to) => Self::Eq(value(to)),
            Self::Ne(to) => Self::Ne(value(to)),
            Self::Gt(than) => Self::Gt(value(than)),
            Self::Gte(than) => Self::Gte(value(than)),
            Self::Lt(than) => Self::Lt(value(than)),
            Self::Lte(than) => Self::Lte(value(than)),
            Self::In(values) => Self::In(all(values)),
            Self::NotIn(values) => Self::NotIn(all(values)),
            Self::IsNull(_) | Self::Contains(_) | Self::StartsWith(_) | Self::EndsWith(_) => self.clone(),
        }
    }
}

impl Condition {
    /// Matches every row.
    pub const TRUE: Self = Self::All(Vec::new());

    /// Matches no row.
    pub const FALSE: Self = Self::Any(Vec::new());

    /// Matches every row, or none.
    #[must_use]
    pub const fn constant_of(matches: bool) -> Self {
        if matches { Self::TRUE } else { Self::FALSE }
    }

    /// Whether this matches every row because nothing is tested.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::All(conditions) if conditions.is_empty())
    }

    /// Whether this holds for every row, whatever its values and however it is written.
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.constant() == Some(true)
    }

    /// Whether this holds for no row, whatever its values.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.constant() == Some(false)
    }

    /// The value that this has for every row, where it depends on no column.
    fn constant(&self) -> Option<bool> {
        match self {
            Self::All(conditions) => all_hold(conditions.iter().map(Self::constant)),
            Self::Any(conditions) => any_holds(conditions.iter().map(Self::constant)),
            Self::Not(inner) => inner.constant().map(|value| !value),
            Self::Column { .. } => None,
            Self::ToOne { matches, .. } => matches.constant().filter(|value| !value),
            Self::ToMany { quantifier, matches, .. } => match (quantifier, matches.constant()) {
                (Quantifier::Some, Some(false)) => Some(false),
                (Quantifier::None, Some(false)) | (Quantifier::Every, Some(true)) => Some(true),
                _ => None,
            },
        }
    }

    /// Both hold. Constants are simplified.
    #[must_use]
    pub fn both(self, other: Self) -> Self {
        match (self.constant(), other.constant()) {
            (Some(false), _) | (_, Some(false)) => Self::FALSE,
            (Some(true), _) => other.simplified(),
            (_, Some(true)) => self,
            (None, None) => self.and(other),
        }
    }

    /// One of both holds. Constants are simplified.
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        match (self.constant(), other.constant()) {
            (Some(true), _) | (_, Some(true)) => Self::TRUE,
            (Some(false), _) => other.simplified(),
            (_, Some(false)) => self,
            (None, None) => self.or(other),
        }
    }

    /// This does not hold. Constants are simplified.
    #[must_use]
    pub fn negated(self) -> Self {
        match self.constant() {
            Some(holds) => Self::constant_of(!holds),
            None => Self::Not(Box::new(self)),
        }
    }

    fn simplified(self) -> Self {
        self.constant().map_or(self, Self::constant_of)
    }

    /// Whether the column has one value in all rows that match, by a test that says so.
    #[must_use]
    pub(crate) fn fixes(&self, column: usize) -> bool {
        match self {
            Self::All(all) => all.iter().any(|one| one.fixes(column)),
            Self::Column { index, op: Op::Eq(_) } => *index == column,
            _ => false,
        }
    }

    /// A test on a column.
    #[must_use]
    pub fn column(index: usize, op: Op) -> Self {
        Self::Column { index, op }
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (empty, other) if empty.is_empty() => other,
            (this, empty) if empty.is_empty() => this,
            (Self::All(mut left), Self::All(right)) => {
                left.extend(right);
                Self::All(left)
            }
            (Self::All(mut left), right) => {
                left.push(right);
                Self::All(left)
            }
            (left, right) => Self::All(vec![left, right]),
        }
    }

    /// One of both holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Any(mut left), Self::Any(right)) => {
                left.extend(right);
                Self::Any(left)
            }
            (Self::Any(mut left), right) => {
                left.push(right);
                Self::Any(left)
            }
            (left, right) => Self::Any(vec![left, right]),
        }
    }
}

// Truth of three values (Kleene's logic): yes, no, or not known yet.

/// Whether all hold: no as soon as one does not, yes when all are known to.
pub(crate) fn all_hold(each: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    three_valued(each, false)
}

/// Whether one holds: yes as soon as one does, no when all are known not to.
pub(crate) fn any_holds(each: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    three_valued(each, true)
}

fn three_valued(each: impl IntoIterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut all = Some(!decisive);
    for holds in each {
        match holds {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}
