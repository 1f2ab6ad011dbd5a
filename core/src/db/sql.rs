//! Spellings of SQL that no statement builder writes for us.

use crate::types::Kind;

/// The collation of PostgreSQL under which texts sort as SQLite sorts them: by their bytes in UTF-8, which is by their
/// code points.
pub(crate) const TEXT_COLLATION: &str = "\"C\"";

/// A name as an identifier.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// PostgreSQL's type for values of a kind, without lengths and digits.
pub(crate) fn postgres_type(kind: Kind) -> String {
    let name = match kind {
        Kind::Bool => "boolean",
        Kind::I16 => "smallint",
        Kind::I32 => "integer",
        Kind::I64 => "bigint",
        Kind::F32 => "real",
        Kind::F64 => "double precision",
        Kind::Decimal => "numeric",
        Kind::Text | Kind::Enum(_) | Kind::Password => "text",
        Kind::Uuid => "uuid",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::DateTime => "timestamptz",
        Kind::Json => "jsonb",
        Kind::Bytes => "bytea",
        Kind::List(element) => return format!("{}[]", postgres_type(*element)),
    };
    name.to_owned()
}
