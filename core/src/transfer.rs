//! Rows from files and to files: CSV and JSON lines.
//!
//! Both go through the service: an import is validated like any other write, an export is read by keyset pages.
//! Either holds a few hundred rows in memory, however long the file is.

mod csv_reader;
mod export;
mod file_text;
mod import;
mod line_ends;
mod progress;
mod row_reader;
#[cfg(feature = "admin")]
mod sheet;

pub use export::export;
#[cfg(feature = "cli")]
pub(crate) use export::export_as;
#[cfg(any(feature = "cli", feature = "rest", feature = "admin"))]
pub(crate) use file_text::FileText;
pub use import::import;
#[cfg(any(feature = "rest", feature = "admin"))]
pub(crate) use import::{ImportedFile, RowsOf, import_rows};
#[cfg(feature = "admin")]
pub(crate) use import::{RefusedRow, try_rows};
pub use progress::Progress;
#[cfg(feature = "admin")]
pub(crate) use sheet::Sheet;

use std::path::Path;

/// The format of a file of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum FileFormat {
    /// Comma-separated values (RFC 4180) under a line of field names. An empty cell is NULL where NULL is allowed, and a
    /// quoted one (`""`) an empty text.
    Csv,
    /// One JSON object a line, as in REST.
    Jsonl,
}

impl FileFormat {
    /// The format of a name: `csv`, `jsonl`.
    #[cfg(any(feature = "rest", feature = "admin"))]
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::Jsonl),
            _ => None,
        }
    }

    /// The format by the file's extension.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            _ => None,
        }
    }
}
