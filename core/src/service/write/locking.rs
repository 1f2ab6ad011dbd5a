//! Rows that no one else changes before the transaction ends.

use crate::entity::Condition;
use crate::error::{Error, Result};
use crate::query::{Direction, Sort};
use crate::service::Records;
use crate::sql::dml::{WriteTarget, unversioned};
use crate::sql::{RowScope, scoped_by_column};
use crate::value::{ColumnSet, Record, Value};

impl Records<'_> {
    /// The rows of a scope, which no one else changes before the transaction ends.
    pub(super) async fn locked_rows(&self, scope: RowScope<'_>, target: &WriteTarget) -> Result<Vec<Record>> {
        let rows = match target {
            WriteTarget::Key(key) | WriteTarget::AtVersion(key, _) => {
                let key = std::slice::from_ref(key);
                let (statement, layout) = scoped_by_column(&scope, self.dialect(), self.info.all(), 0, key)?;
                self.ctx.engine().write(statement.for_update(self.dialect()), &layout).await?
            }
            WriteTarget::Keys(keys) if keys.is_empty() => return Ok(Vec::new()),
            WriteTarget::Keys(_) | WriteTarget::Where(_) => {
                self.locked(scope, self.info.all(), &target.condition()).await?
            }
        };
        self.check_version(target, &rows)?;
        Ok(rows)
    }

    /// A stale change is rejected before any hook runs.
    fn check_version(&self, target: &WriteTarget, rows: &[Record]) -> Result<()> {
        let WriteTarget::AtVersion(_, expected) = target else { return Ok(()) };
        let Some(column) = self.info.version() else { return Err(unversioned(self.info)) };
        match rows {
            [] => Err(self.not_found()),
            rows if rows.iter().all(|row| *row.get(column) == Value::Int(*expected)) => Ok(()),
            _ => Err(Error::VersionMismatch),
        }
    }

    /// The rows of a scope that match, which no one else changes before the transaction ends. Whoever locks several rows
    /// locks them in the order of their keys.
    pub(in crate::service) async fn locked(
        &self,
        scope: RowScope<'_>,
        columns: ColumnSet,
        filter: &Condition,
    ) -> Result<Vec<Record>> {
        self.locked_some(scope, columns, filter, None).await
    }

    /// As [`Records::locked`], up to a limit.
    pub(in crate::service) async fn locked_some(
        &self,
        scope: RowScope<'_>,
        columns: ColumnSet,
        filter: &Condition,
        limit: Option<usize>,
    ) -> Result<Vec<Record>> {
        let order = [Sort::new(0, Direction::Asc)];
        let mut select = self.matching(scope, filter, None);
        select.columns = columns;
        select.order = &order;
        select.limit = limit.and_then(|limit| u32::try_from(limit).ok());
        let (statement, layout) = select.page()?;
        Ok(self.ctx.engine().write(statement.for_update(self.dialect()), &layout).await?)
    }
}
