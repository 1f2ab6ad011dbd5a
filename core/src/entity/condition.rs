//! Conditions on the rows of an entity, by column index: what a filter asks and a rule says.

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

    /// Whether this matches every row because nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::All(conditions) if conditions.is_empty())
    }

    /// Whether this holds for every row, whatever stands in it: nothing is asked, in however many words.
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.constant() == Some(true)
    }

    /// Whether this holds for no row, whatever stands in it.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.constant() == Some(false)
    }

    /// What this is for every row, where no column is looked at.
    fn constant(&self) -> Option<bool> {
        let among = |conditions: &[Self], decisive: bool| {
            let mut undecided = false;
            for constant in conditions.iter().map(Self::constant) {
                match constant {
                    Some(value) if value == decisive => return Some(decisive),
                    Some(_) => {}
                    None => undecided = true,
                }
            }
            (!undecided).then_some(!decisive)
        };
        match self {
            Self::All(conditions) => among(conditions, false),
            Self::Any(conditions) => among(conditions, true),
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

    /// Both hold. What is so for every row is worked out at once.
    #[must_use]
    pub fn both(self, other: Self) -> Self {
        match (self.constant(), other.constant()) {
            (Some(false), _) | (_, Some(false)) => Self::FALSE,
            (Some(true), _) => other.settled(),
            (_, Some(true)) => self,
            (None, None) => self.and(other),
        }
    }

    /// One of both holds. What is so for every row is worked out at once.
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        match (self.constant(), other.constant()) {
            (Some(true), _) | (_, Some(true)) => Self::TRUE,
            (Some(false), _) => other.settled(),
            (_, Some(false)) => self,
            (None, None) => self.or(other),
        }
    }

    /// This does not hold. What is so for every row is worked out at once.
    #[must_use]
    pub fn negated(self) -> Self {
        match self.constant() {
            Some(holds) => Self::constant_of(!holds),
            None => Self::Not(Box::new(self)),
        }
    }

    fn settled(self) -> Self {
        self.constant().map_or(self, Self::constant_of)
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
