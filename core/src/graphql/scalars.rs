//! The scalar types of the schema: what the values of each [`Kind`] are called there, and what is peculiar to them.
//!
//! Of the GraphQL room, a new field type touches this file alone.

use crate::graphql::definitions::{EnumValueDefinition, TypeDefinition, TypeKind};
use crate::types::{EnumDef, Kind};

/// A scalar that GraphQL does not have of its own.
struct CustomScalar {
    name: &'static str,
    docs: &'static str,
    /// The address of its specification.
    specified_by: Option<&'static str>,
}

/// The type of a kind's values.
enum ScalarType {
    /// A scalar of GraphQL's own.
    BuiltIn(&'static str),
    Custom(&'static CustomScalar),
    Enum(&'static EnumDef),
    List(Kind),
}

/// Dates and times. The scalars of `scalars.graphql.org` have a fixed number of digits of a second.
const RFC_3339: &str = "https://datatracker.ietf.org/doc/html/rfc3339#section-5.6";

static BIG_INT: CustomScalar = CustomScalar {
    name: "BigInt",
    docs: "A whole number of 64 bits, as a string: \"9007199254740993\". Numbers are taken too.",
    specified_by: None,
};
static BYTES: CustomScalar = CustomScalar {
    name: "Bytes",
    docs: "Bytes in base64 (RFC 4648, with padding).",
    specified_by: Some("https://datatracker.ietf.org/doc/html/rfc4648#section-4"),
};
static DATE: CustomScalar = CustomScalar {
    name: "Date",
    docs: "A calendar date (`full-date` of RFC 3339): \"2024-12-31\".",
    specified_by: Some(RFC_3339),
};
static DATE_TIME: CustomScalar = CustomScalar {
    name: "DateTime",
    docs: "A point in time (`date-time` of RFC 3339), answered in UTC and with up to six digits of a second: \
           \"2024-12-31T23:59:59Z\".",
    specified_by: Some(RFC_3339),
};
static DECIMAL: CustomScalar = CustomScalar {
    name: "Decimal",
    docs: "An exact decimal number of at most 28 digits, as a string of plain digits: \"19.90\". Numbers are taken too, \
           by their exact value: 1e2 is 100.",
    specified_by: None,
};
static JSON: CustomScalar = CustomScalar {
    name: "JSON",
    docs: "Any JSON value.",
    specified_by: Some("https://datatracker.ietf.org/doc/html/rfc8259"),
};
static TIME: CustomScalar = CustomScalar {
    name: "Time",
    docs: "A time of day without a zone (`partial-time` of RFC 3339): \"23:59:59\".",
    specified_by: Some(RFC_3339),
};
static UUID: CustomScalar = CustomScalar {
    name: "UUID",
    docs: "A UUID (RFC 9562).",
    specified_by: Some("https://datatracker.ietf.org/doc/html/rfc9562#section-4"),
};

/// Every one of them; a schema has them all, used or not.
static CUSTOM: [&CustomScalar; 8] = [&BIG_INT, &BYTES, &DATE, &DATE_TIME, &DECIMAL, &JSON, &TIME, &UUID];

fn scalar_type(kind: Kind) -> ScalarType {
    match kind {
        Kind::Bool => ScalarType::BuiltIn("Boolean"),
        Kind::I16 | Kind::I32 => ScalarType::BuiltIn("Int"),
        Kind::I64 => ScalarType::Custom(&BIG_INT),
        Kind::F32 | Kind::F64 => ScalarType::BuiltIn("Float"),
        Kind::Decimal => ScalarType::Custom(&DECIMAL),
        Kind::Text | Kind::Password => ScalarType::BuiltIn("String"),
        Kind::Uuid => ScalarType::Custom(&UUID),
        Kind::Date => ScalarType::Custom(&DATE),
        Kind::Time => ScalarType::Custom(&TIME),
        Kind::DateTime => ScalarType::Custom(&DATE_TIME),
        Kind::Json => ScalarType::Custom(&JSON),
        Kind::Bytes => ScalarType::Custom(&BYTES),
        Kind::Enum(def) => ScalarType::Enum(def),
        Kind::List(element) => ScalarType::List(*element),
    }
}

/// The type of a kind's values as it is written, without the last `!`: `BigInt`, `[String!]`.
pub(super) fn type_name(kind: Kind) -> String {
    match scalar_type(kind) {
        ScalarType::BuiltIn(name) => name.to_owned(),
        ScalarType::Custom(scalar) => scalar.name.to_owned(),
        ScalarType::Enum(def) => def.name.to_owned(),
        ScalarType::List(element) => format!("[{}!]", type_name(element)),
    }
}

/// Whether the values are 64-bit integers, or lists of them, which are written as strings: JavaScript's numbers cannot
/// hold them.
pub(super) fn is_big_int(kind: Kind) -> bool {
    matches!(kind, Kind::I64 | Kind::List(Kind::I64))
}

/// Whether a default may be computed when a row is made. Its value now would change from export to export.
pub(super) fn default_may_vary(kind: Kind) -> bool {
    matches!(kind, Kind::DateTime | Kind::Date | Kind::Time | Kind::Uuid)
}

/// The enum of a kind's values or of their elements.
pub(super) fn enum_of(kind: Kind) -> Option<&'static EnumDef> {
    match scalar_type(kind) {
        ScalarType::Enum(def) => Some(def),
        ScalarType::List(element) => enum_of(element),
        ScalarType::BuiltIn(_) | ScalarType::Custom(_) => None,
    }
}

/// The scalars that GraphQL does not have of its own.
pub(super) fn definitions() -> impl Iterator<Item = TypeDefinition> {
    CUSTOM.into_iter().map(|scalar| {
        let kind = TypeKind::Scalar { specified_by: scalar.specified_by };
        TypeDefinition::new(scalar.name, scalar.docs, kind)
    })
}

/// The type of an enum.
pub(super) fn enum_definition(def: &'static EnumDef) -> TypeDefinition {
    let values = def.variants.iter();
    let values = values.map(|variant| EnumValueDefinition {
        name: variant.graphql.into(),
        docs: variant.docs,
        deprecated: variant.deprecated,
    });
    TypeDefinition::new(def.name, def.docs, TypeKind::Enum { values: values.collect() })
}
