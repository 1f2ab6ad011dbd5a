//! The scalars and what one may ask of each in a filter.

use crate::entity::{ColumnInfo, EntityInfo};
use crate::graphql::registry::{MetaInputValue, MetaType, input, input_value, scalar};
use crate::graphql::visible;
use crate::types::{EnumDef, Kind};

/// The scalars that GraphQL does not have of its own.
pub(super) fn scalars() -> Vec<MetaType> {
    const RFC3339: &str = "https://scalars.graphql.org/andimarek/date-time.html";
    vec![
        scalar(
            "BigInt",
            "A whole number of 64 bits, as a string: \"9007199254740993\". Numbers are taken too.",
            None,
        ),
        scalar(
            "Bytes",
            "Bytes in base64 (RFC 4648, with padding).",
            Some("https://datatracker.ietf.org/doc/html/rfc4648#section-4"),
        ),
        scalar(
            "Date",
            "A calendar date: \"2024-12-31\".",
            Some("https://scalars.graphql.org/andimarek/local-date.html"),
        ),
        scalar(
            "DateTime",
            "A point in time (RFC 3339), answered in UTC: \"2024-12-31T23:59:59Z\".",
            Some(RFC3339),
        ),
        scalar(
            "Decimal",
            "An exact decimal number of at most 28 digits, as a string: \"19.90\". Numbers are taken too.",
            None,
        ),
        scalar("JSON", "Any JSON value.", Some("https://datatracker.ietf.org/doc/html/rfc8259")),
        scalar("Time", "A time of day, without a zone: \"23:59:59\".", None),
        scalar("UUID", "A UUID (RFC 9562).", Some("https://datatracker.ietf.org/doc/html/rfc9562")),
    ]
}

/// What may be asked of a value.
enum Tests {
    /// `isNull` alone: JSON and lists.
    Presence,
    /// Equality.
    Equal,
    /// Equality and order.
    Ordered,
    /// Equality and parts of a text.
    Text,
}

fn tests_of(kind: Kind) -> Tests {
    match kind {
        Kind::Json | Kind::List(_) | Kind::Password => Tests::Presence,
        Kind::Bool | Kind::Uuid | Kind::Bytes | Kind::Enum(_) => Tests::Equal,
        Kind::Text => Tests::Text,
        _ => Tests::Ordered,
    }
}

/// Whether the filter type of a column has this test.
pub(in crate::graphql) fn has_test(column: &ColumnInfo, test: &str) -> bool {
    let tests = if visible::is_id(column) { Tests::Equal } else { tests_of(column.kind) };
    match test {
        "isNull" => true,
        "eq" | "ne" | "in" | "notIn" => !matches!(tests, Tests::Presence),
        "gt" | "gte" | "lt" | "lte" => matches!(tests, Tests::Ordered),
        "contains" | "startsWith" | "endsWith" => matches!(tests, Tests::Text),
        _ => false,
    }
}

/// The filter type of a column: `StringFilter`, `IDFilter`, `StatusFilter`.
pub(in crate::graphql) fn filter_name(column: &ColumnInfo) -> String {
    if visible::is_id(column) {
        return "IDFilter".to_owned();
    }
    match tests_of(column.kind) {
        Tests::Presence => "NullFilter".to_owned(),
        _ => format!("{}Filter", visible::type_of(column.kind)),
    }
}

/// The filter types that the columns of an entity need, each by its name.
pub(super) fn filters(info: &'static EntityInfo) -> impl Iterator<Item = (String, MetaType)> {
    visible::filtered(info).map(|column| {
        let name = filter_name(column);
        let ty = visible::column_type(column);
        let tests = if visible::is_id(column) { Tests::Equal } else { tests_of(column.kind) };
        let docs = match tests {
            Tests::Presence => "Tests on the presence of a value.".to_owned(),
            _ => format!("Tests on a `{ty}`; all that are given must hold."),
        };
        let meta = input(&name, &docs, fields(&ty, &tests), false);
        (name, meta)
    })
}

fn fields(ty: &str, tests: &Tests) -> Vec<MetaInputValue> {
    let mut fields = Vec::new();
    if !matches!(tests, Tests::Presence) {
        fields.push(input_value("eq", ty, "Equal."));
        fields.push(input_value("ne", ty, "Not equal; a missing value does not match."));
        fields.push(input_value("in", format!("[{ty}!]"), "Equal to one of these."));
        fields.push(input_value(
            "notIn",
            format!("[{ty}!]"),
            "Equal to none of these; a missing value does not match.",
        ));
    }
    let more: &[(&str, &str)] = match tests {
        Tests::Ordered => {
            &[("gt", "Greater."), ("gte", "Greater or equal."), ("lt", "Less."), ("lte", "Less or equal.")]
        }
        Tests::Text => &[
            ("contains", "Holds this text, upper and lower case told apart."),
            ("startsWith", "Starts with this text, upper and lower case told apart."),
            ("endsWith", "Ends with this text, upper and lower case told apart."),
        ],
        Tests::Presence | Tests::Equal => &[],
    };
    fields.extend(more.iter().map(|(name, docs)| input_value(name, ty, docs)));
    fields.push(input_value("isNull", "Boolean", "Whether the value is missing."));
    fields
}

/// The enums of an entity's visible or writable columns.
pub(super) fn enums(info: &'static EntityInfo) -> impl Iterator<Item = &'static EnumDef> {
    fn of(kind: Kind) -> Option<&'static EnumDef> {
        match kind {
            Kind::Enum(def) => Some(def),
            Kind::List(element) => of(*element),
            _ => None,
        }
    }
    info.columns
        .iter()
        .filter(|column| column.field.is_none_or(|field| !field.skip.graphql))
        .filter_map(|column| of(column.kind))
}
