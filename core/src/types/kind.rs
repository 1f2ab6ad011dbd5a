//! The types of columns, and what can be done with the values of each.
//!
//! [`Kind::capabilities`] is the one table of it: filters, orders, checks and descriptions on every surface follow from
//! it, and a surface only spells what is listed here.

use crate::types::{EnumDef, Operator};

/// The scalar type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `bool`
    Bool,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64` and identity keys
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `Decimal`: exact, up to 28 digits
    Decimal,
    /// `String`
    Text,
    /// `Uuid` and uuid keys
    Uuid,
    /// `NaiveDate`
    Date,
    /// `NaiveTime`, microseconds
    Time,
    /// `DateTime<Utc>`, microseconds
    DateTime,
    /// `Json`
    Json,
    /// `Bytes`
    Bytes,
    /// `Password`
    Password,
    /// An `EntityEnum`
    Enum(&'static EnumDef),
    /// `Vec<scalar>`
    List(&'static Kind),
}

/// What can be done with the values of a [`Kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The operators that a filter may use, apart from `IsNull`.
    pub operators: &'static [Operator],
    /// Rows can be sorted by it, indexed and distinguished by it.
    pub sortable: bool,
    /// Its least and greatest values can be requested.
    pub comparable: bool,
    /// It can be summed, averaged and incremented; `min` and `max` apply.
    pub numeric: bool,
    /// What `min_len` and `max_len` count of it, if they apply.
    pub length: Option<LengthUnit>,
    /// Many values can be bound as one parameter and are found again bit by bit.
    pub list_parameter: bool,
    /// A value fills a line of its own, or more: too long for a cell of a table.
    pub long: bool,
}

/// What the length of a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthUnit {
    /// Characters of a text (Unicode scalar values).
    Characters,
    /// Bytes.
    Bytes,
    /// Elements of a list.
    Items,
}

impl LengthUnit {
    /// In the plural: `characters`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
            Self::Items => "items",
        }
    }
}

impl Kind {
    /// The enum of which a column holds values, or lists of values.
    #[must_use]
    pub const fn enum_def(self) -> Option<&'static EnumDef> {
        match self {
            Self::Enum(def) => Some(def),
            Self::List(Self::Enum(def)) => Some(*def),
            _ => None,
        }
    }

    /// The enum of which a column holds values, if they are sorted by their declaration.
    #[must_use]
    pub const fn ordered_enum(self) -> Option<&'static EnumDef> {
        match self {
            Self::Enum(def) if def.ordered => Some(def),
            _ => None,
        }
    }

    /// What can be done with the values.
    #[must_use]
    pub const fn capabilities(self) -> Capabilities {
        /// Equal or not: true of most types.
        const EQUAL: Capabilities = Capabilities {
            operators: Operator::EQUALITY,
            sortable: true,
            comparable: false,
            numeric: false,
            length: None,
            list_parameter: true,
            long: false,
        };
        const ORDERED: Capabilities = Capabilities { operators: Operator::ORDER, comparable: true, ..EQUAL };
        const NUMBER: Capabilities = Capabilities { numeric: true, ..ORDERED };
        const NEITHER: Capabilities =
            Capabilities { operators: &[], sortable: false, list_parameter: false, ..EQUAL };
        match self {
            Self::Enum(EnumDef { ordered: true, .. }) => Capabilities { operators: Operator::ORDER, ..EQUAL },
            Self::Bool | Self::Enum(_) => EQUAL,
            Self::Uuid => Capabilities { comparable: false, ..ORDERED },
            Self::Date | Self::Time | Self::DateTime => ORDERED,
            Self::I16 | Self::I32 | Self::I64 | Self::Decimal => NUMBER,
            // A double that went through a text is not bit by bit what it was.
            Self::F32 | Self::F64 => Capabilities { list_parameter: false, ..NUMBER },
            Self::Text => {
                Capabilities { operators: Operator::TEXT, length: Some(LengthUnit::Characters), ..ORDERED }
            }
            Self::Bytes => {
                Capabilities { length: Some(LengthUnit::Bytes), list_parameter: false, long: true, ..EQUAL }
            }
            Self::Json => Capabilities { long: true, ..NEITHER },
            Self::List(_) => Capabilities { length: Some(LengthUnit::Items), long: true, ..NEITHER },
            Self::Password => Capabilities { length: Some(LengthUnit::Characters), ..NEITHER },
        }
    }
}
