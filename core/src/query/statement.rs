//! Statements whose text depends on their shape alone, built once per entity and dialect.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};

use crate::db::Dialect;
use crate::query::Sort;
use crate::query::visible::Deleted;
use crate::query::write::OnConflict;
use crate::value::ColumnSet;

/// Statement texts by shape.
#[derive(Debug, Default)]
pub struct StatementCache {
    texts: RwLock<HashMap<(Dialect, Shape), Arc<str>>>,
}

/// What determines the text of a statement of one entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// Rows by the value of a column, or by many values.
    ByColumn { columns: ColumnSet, deleted: Deleted, column: usize, many: bool },
    /// A page without filter: order and limit are in the text. For related rows: whether
    /// there is one parent, and the column that points to it.
    Page {
        columns: ColumnSet,
        deleted: Deleted,
        order: Vec<Sort>,
        limit: Option<u32>,
        related: Option<(bool, usize)>,
    },
    /// A new row with these columns set; or many of any number, as an array for each column.
    Insert { columns: ColumnSet, on_conflict: Option<OnConflict>, many: bool },
    /// As `Insert`, and nothing is read back.
    Append { columns: ColumnSet, many: bool },
    /// A change of these columns, with or without an answer.
    Update { columns: ColumnSet, by: By, silent: bool },
    /// A removal, with or without an answer.
    Delete { by: By, deleted: Deleted, silent: bool },
    /// A soft removal, which answers these columns.
    Hide { by: By, answered: ColumnSet },
}

/// How the rows of a write are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum By {
    /// By one key.
    Key,
    /// By one key, at a version.
    At,
    /// By many keys.
    Keys,
}

impl StatementCache {
    /// The text of a shape, built on first use.
    pub(crate) fn get(&self, dialect: Dialect, shape: Shape, build: impl FnOnce() -> String) -> Arc<str> {
        match self.try_get(dialect, shape, || Ok::<_, Infallible>(build())) {
            Ok(text) => text,
            Err(never) => match never {},
        }
    }

    /// The text of a shape, built on first use unless that fails.
    pub(crate) fn try_get<E>(
        &self,
        dialect: Dialect,
        shape: Shape,
        build: impl FnOnce() -> Result<String, E>,
    ) -> Result<Arc<str>, E> {
        let key = (dialect, shape);
        if let Some(text) = self.texts.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(text.clone());
        }
        let text: Arc<str> = build()?.into();
        Ok(self.texts.write().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(text).clone())
    }
}
