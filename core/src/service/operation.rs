//! A write as data. Surfaces read a request into it, and it runs the same way wherever it runs: by itself, in a dry run, in a
//! transaction with others.

use std::fmt;

use crate::entity::Condition;
use crate::error::{Error, Result};
use crate::service::{Act, Records};
#[cfg(feature = "graphql")]
use crate::value::Related;
use crate::value::{Assignments, Record, Value};

/// A write of rows of one entity.
#[derive(Debug)]
pub(crate) enum Operation {
    Create(Assignments),
    CreateMany(Vec<Assignments>),
    Update {
        key: Value,
        expected: Expected,
        values: Assignments,
    },
    Delete {
        key: Value,
        expected: Expected,
    },
    DeleteMany(Vec<Value>),
    /// Rows that exist are found by the columns of a unique rule.
    Upsert {
        by: Vec<usize>,
        rows: Vec<Assignments>,
        indexed_errors: bool,
    },
    /// The same for one row, with the answer whether it is new.
    #[cfg_attr(not(feature = "rest"), allow(dead_code))]
    CreateOrUpdate {
        by: Vec<usize>,
        values: Assignments,
    },
    UpdateWhere {
        filter: Condition,
        values: Assignments,
        max_affected: Option<u64>,
    },
    DeleteWhere {
        filter: Condition,
        max_affected: Option<u64>,
    },
    Restore(Value),
    Purge(Value),
    /// Links a row to another by a relation that a joining entity makes.
    #[cfg_attr(not(feature = "rest"), allow(dead_code))]
    Link {
        many: usize,
        key: Value,
        target: Value,
    },
    #[cfg_attr(not(feature = "rest"), allow(dead_code))]
    Unlink {
        many: usize,
        key: Value,
        target: Value,
    },
    /// Links a row to these others and to no others.
    #[cfg_attr(not(feature = "rest"), allow(dead_code))]
    Relink {
        many: usize,
        key: Value,
        targets: Vec<Value>,
    },
    /// The application's code.
    Act(Act),
}

/// What came of a write.
#[derive(Debug)]
pub(crate) enum Written {
    /// The rows as they are now, or as they were when they were deleted.
    Rows(Vec<Record>),
    /// The row, and whether it is new.
    Upserted(Record, bool),
    /// How many rows, of those that a filter chose.
    Count(u64),
    /// What an action answered.
    Acted(Vec<Record>),
    /// Rows were linked, of which nothing is answered.
    Done,
}

impl Written {
    /// The rows.
    pub(crate) fn rows(self) -> Result<Vec<Record>> {
        match self {
            Self::Rows(rows) | Self::Acted(rows) => Ok(rows),
            Self::Upserted(row, _) => Ok(vec![row]),
            Self::Count(_) | Self::Done => {
                Err(Error::internal("a write that answers no rows was asked for them"))
            }
        }
    }
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
pub(crate) type RowCheck = Box<dyn Fn(&Record) -> Result<()> + Send + Sync>;

impl From<Option<i64>> for Expected {
    /// This version, if one is given.
    fn from(version: Option<i64>) -> Self {
        version.map_or(Self::Any, Self::Version)
    }
}

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
    /// The filter that chooses its rows.
    #[cfg(feature = "graphql")]
    pub(crate) fn filter(&self) -> Option<&Condition> {
        match self {
            Self::UpdateWhere { filter, .. } | Self::DeleteWhere { filter, .. } => Some(filter),
            _ => None,
        }
    }

    /// How many related rows it writes besides its own.
    #[cfg(feature = "graphql")]
    pub(crate) fn related_rows(&self) -> usize {
        let of = |values: &Assignments| values.related().map_or(0, Related::rows);
        match self {
            Self::Create(values)
            | Self::CreateOrUpdate { values, .. }
            | Self::Update { values, .. }
            | Self::UpdateWhere { values, .. } => of(values),
            Self::CreateMany(rows) | Self::Upsert { rows, .. } => rows.iter().map(of).sum(),
            Self::Delete { .. }
            | Self::DeleteMany(_)
            | Self::DeleteWhere { .. }
            | Self::Restore(_)
            | Self::Purge(_)
            | Self::Link { .. }
            | Self::Unlink { .. }
            | Self::Relink { .. }
            | Self::Act(_) => 0,
        }
    }

    /// Runs it.
    pub(crate) async fn run(self, records: Records<'_>) -> Result<Written> {
        let row = match self {
            Self::CreateOrUpdate { by, values } => {
                let (row, created) = records.create_or_update(&by, values).await?;
                return Ok(Written::Upserted(row, created));
            }
            Self::CreateMany(inputs) => return records.create_many(inputs).await.map(Written::Rows),
            Self::DeleteMany(keys) => return records.delete_many(&keys).await.map(Written::Rows),
            Self::Upsert { by, rows, indexed_errors: true } => {
                return records.upsert_many(&by, rows).await.map(Written::Rows);
            }
            Self::UpdateWhere { filter, values, max_affected } => {
                return records.update_at_most(&filter, values, max_affected).await.map(Written::Count);
            }
            Self::DeleteWhere { filter, max_affected } => {
                return records.delete_at_most(&filter, max_affected).await.map(Written::Count);
            }
            Self::Upsert { by, mut rows, indexed_errors: false } => {
                records.upsert(&by, rows.pop().unwrap_or_default()).await
            }
            Self::Link { many, key, target } => {
                return records.link_readable(many, &key, target).await.map(|()| Written::Done);
            }
            Self::Unlink { many, key, target } => {
                return records.unlink_readable(many, &key, target).await.map(|()| Written::Done);
            }
            Self::Relink { many, key, targets } => {
                return records.relink_readable(many, &key, targets).await.map(|()| Written::Done);
            }
            Self::Act(act) => return records.act(act).await.map(Written::Acted),
            Self::Restore(key) => records.restore(&key).await,
            Self::Purge(key) => records.purge(&key).await,
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
        row.map(|row| Written::Rows(vec![row]))
    }
}
