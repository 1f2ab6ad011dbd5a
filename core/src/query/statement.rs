//! Statements whose text depends on their shape alone, built once per entity and dialect.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::db::Dialect;
use crate::entity::ColumnSet;
use crate::query::Sort;

/// Statement texts by shape.
#[derive(Debug, Default)]
pub struct StatementCache {
    texts: RwLock<HashMap<(Dialect, Shape), Arc<str>>>,
}

/// What determines the text of a statement of one entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// Rows by key, all or one.
    ByKey {
        columns: ColumnSet,
        column: usize,
        many: bool,
    },
    /// A page without filter: order, limit and whether it starts at a cursor are in the text.
    Page {
        columns: ColumnSet,
        order: Vec<Sort>,
        limit: u32,
        related: Option<usize>,
    },
    /// A new row with these columns set.
    Insert { columns: ColumnSet },
    /// A change of these columns.
    Update { columns: ColumnSet },
    /// The removal of a row.
    Delete,
}

impl StatementCache {
    /// The text of a shape, built on first use.
    pub(crate) fn get(&self, dialect: Dialect, shape: Shape, build: impl FnOnce() -> String) -> Arc<str> {
        let key = (dialect, shape);
        if let Some(text) = self
            .texts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return text.clone();
        }
        let text: Arc<str> = build().into();
        self.texts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(key)
            .or_insert(text)
            .clone()
    }
}
