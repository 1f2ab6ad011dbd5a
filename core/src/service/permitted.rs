//! Which of many rows the principal may change or delete.

use std::collections::HashSet;

use crate::error::Result;
use crate::policy::Action;
use crate::service::Records;
use crate::service::lookup_key::LookupKey;
use crate::sql::{RowScope, scoped_by_column};
use crate::value::{ColumnSet, Value};

/// Rows to which the principal may do something.
#[derive(Debug)]
pub(crate) enum PermittedRows {
    /// All, or none.
    All(bool),
    /// Those with these keys.
    Keys(HashSet<LookupKey>),
}

impl PermittedRows {
    /// Whether a row is among them.
    pub(crate) fn contains(&self, key: &Value) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Keys(keys) => LookupKey::of(key).is_some_and(|key| keys.contains(&key)),
        }
    }
}

impl Records<'_> {
    /// To which of the rows with these keys, which the principal may read, it may do this: at most one statement.
    ///
    /// # Errors
    /// As of the database.
    pub(crate) async fn permitted_among(
        &self,
        action: Action,
        keys: impl IntoIterator<Item = Value>,
    ) -> Result<PermittedRows> {
        let rows = self.info.permitted(action, self.ctx);
        if rows.is_always() || rows.is_never() {
            return Ok(PermittedRows::All(rows.is_always()));
        }
        let keys: Vec<Value> = keys.into_iter().collect();
        if keys.is_empty() {
            return Ok(PermittedRows::All(false));
        }
        let scope = RowScope { rows, ..self.unrestricted_scope() };
        let (statement, layout) = scoped_by_column(&scope, self.dialect(), ColumnSet::KEY, 0, &keys)?;
        let found = self.ctx.engine().read(statement, &layout).await?;
        Ok(PermittedRows::Keys(found.iter().filter_map(|row| LookupKey::of(row.key())).collect()))
    }
}
