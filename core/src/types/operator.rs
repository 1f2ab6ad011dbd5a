//! The operators of filters.

/// A test of a filter on one column. Each surface spells its name: `starts_with` in REST, `startsWith` in GraphQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// Equal to one of several.
    In,
    /// Equal to none of several.
    NotIn,
    /// NULL, or not.
    IsNull,
    /// A text that holds another.
    Contains,
    /// A text that starts with another.
    StartsWith,
    /// A text that ends with another.
    EndsWith,
}

/// What an operator compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// A value of the column's type.
    Value,
    /// Values of the column's type.
    List,
    /// Yes or no.
    Flag,
    /// A part of a text.
    Text,
}

impl Operator {
    /// Equal or not.
    pub const EQUALITY: &'static [Self] = &[Self::Eq, Self::Ne, Self::In, Self::NotIn];
    /// Equal or not, less or greater.
    pub const ORDER: &'static [Self] =
        &[Self::Eq, Self::Ne, Self::Gt, Self::Gte, Self::Lt, Self::Lte, Self::In, Self::NotIn];
    /// As [`Operator::ORDER`], and parts of a text.
    pub const TEXT: &'static [Self] = &[
        Self::Eq,
        Self::Ne,
        Self::Gt,
        Self::Gte,
        Self::Lt,
        Self::Lte,
        Self::In,
        Self::NotIn,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
    ];

    /// What it compares with.
    #[must_use]
    pub const fn operand(self) -> Operand {
        match self {
            Self::Eq | Self::Ne | Self::Gt | Self::Gte | Self::Lt | Self::Lte => Operand::Value,
            Self::In | Self::NotIn => Operand::List,
            Self::IsNull => Operand::Flag,
            Self::Contains | Self::StartsWith | Self::EndsWith => Operand::Text,
        }
    }

    /// Whether it compares which of two values is greater.
    #[must_use]
    pub const fn is_order(self) -> bool {
        matches!(self, Self::Gt | Self::Gte | Self::Lt | Self::Lte)
    }

    /// The name in REST: `starts_with`.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::In => "in",
            Self::NotIn => "nin",
            Self::IsNull => "null",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
        }
    }

    /// The name in GraphQL: `startsWith`.
    #[must_use]
    pub const fn graphql(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::In => "in",
            Self::NotIn => "notIn",
            Self::IsNull => "isNull",
            Self::Contains => "contains",
            Self::StartsWith => "startsWith",
            Self::EndsWith => "endsWith",
        }
    }
}
