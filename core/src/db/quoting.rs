//! Names and texts written into SQL that no statement builder writes for us.

use crate::db::Dialect;

/// The collation of PostgreSQL under which texts sort as SQLite sorts them: by their bytes in UTF-8, which is by their
/// code points.
pub(crate) const TEXT_COLLATION: &str = "\"C\"";

/// A name as an identifier.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a literal, correct under any setting of PostgreSQL for backslashes.
pub(crate) fn literal(text: &str, dialect: Dialect) -> String {
    let quoted = text.replace('\'', "''");
    if dialect == Dialect::Postgres && quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}
