//! A write as data. Surfaces read a request into it, and it runs the same way wherever it runs: by itself, in a dry run, in a
//! transaction with others.

use std::fmt;

use crate::error::Result;
use crate::service::Records;
use crate::value::{Assignments, Record, Value};

/// A write of rows of one entity.
#[derive(Debug)]
pub(crate) enum Operation {
    Create(Assignments),
    CreateMany(Vec<Assignments>),
    Update { key: Value, expected: Expected, values: Assignments },
    Delete { key: Value, expected: Expected },
    DeleteMany(Vec<Value>),
}

/// What a row must be, to be written.
pub(crate) enum Expected {
    /// Whatever it is.
    Any,
    /// Of this version.
    Version(i64),
    /// One that this lets pass.
    Check(RowCheck),
}

/// Says whether a row may be written as it is.
pub(crate) type RowCheck = Box<dyn FnOnce(&Record) -> Result<()> + Send>;

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("Any"),
            Self::Version(version) => f.debug_tuple("Version").field(version).finish(),
            Self::Check(_) => f.write_str("Check(…)"),
        }
    }
}

impl Operation {
    /// A change of a row, of this version if one is given.
    #[cfg(feature = "rest")]
    pub(crate) fn update(key: Value, version: Option<i64>, values: Assignments) -> Self {
        Self::Update { key, expected: version.map_or(Expected::Any, Expected::Version), values }
    }

    /// The deletion of a row, of this version if one is given.
    #[cfg(feature = "rest")]
    pub(crate) fn delete(key: Value, version: Option<i64>) -> Self {
        Self::Delete { key, expected: version.map_or(Expected::Any, Expected::Version) }
    }

    /// Runs it. Returns the rows as they are now, or as they were when they were deleted.
    pub(crate) async fn run(self, records: Records<'_>) -> Result<Vec<Record>> {
        let row = match self {
            Self::CreateMany(inputs) => return records.create_many(inputs).await,
            Self::DeleteMany(keys) => return records.delete_many(&keys).await,
            Self::Create(values) => records.create(values).await,
            Self::Update { key, expected, values } => match expected {
                Expected::Any => records.update(&key, values).await,
                Expected::Version(version) => records.update_version(&key, version, values).await,
                Expected::Check(check) => records.update_checked(&key, values, check).await,
            },
            Self::Delete { key, expected } => match expected {
                Expected::Any => records.delete(&key).await,
                Expected::Version(version) => records.delete_version(&key, version).await,
                Expected::Check(check) => records.delete_checked(&key, check).await,
            },
        };
        row.map(|row| vec![row])
    }
}
