//! The end of rows.

use std::collections::{HashMap, HashSet};

use crate::entity::Condition;
use crate::error::{Error, Result};
use crate::query::Deleted;
use crate::service::lookup_key::LookupKey;
use crate::service::write::authorize::Grant;
use crate::service::write::{Command, Written, filtered};
use crate::service::{Records, db_error};
use crate::sql::dml::{self, Selection, WriteTarget};
use crate::value::{Record, Value};

impl Records<'_> {
    /// Removes the row and answers what it was; with `soft_delete` it is hidden, and answered as it is then.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it.
    pub async fn delete(&self, key: &Value) -> Result<Record> {
        let target = WriteTarget::Key(key.clone());
        let written = self.write(Command::Delete { target }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Removes the row as long as it has this version.
    ///
    /// # Errors
    /// As [`Records::delete`]; `VersionMismatch` when it has another one, `BadRequest` when the entity counts none.
    pub async fn delete_version(&self, key: &Value, expected: i64) -> Result<Record> {
        let target = WriteTarget::AtVersion(key.clone(), expected);
        let written = self.write(Command::Delete { target }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Removes the rows, all or none, in one statement, and answers what they were, in the order of the keys. A key
    /// that is given twice counts once.
    ///
    /// # Errors
    /// `NotFound` when one is missing, and as [`Records::delete`].
    pub async fn delete_many(&self, keys: &[Value]) -> Result<Vec<Record>> {
        let mut distinct = HashSet::with_capacity(keys.len());
        let keys: Vec<Value> = keys
            .iter()
            .filter(|key| LookupKey::of(key).is_none_or(|key| distinct.insert(key)))
            .cloned()
            .collect();
        Ok(self.write(Command::Delete { target: WriteTarget::Keys(keys) }).await?.rows)
    }

    /// Removes every row that matches, in one statement, and answers how many there were.
    ///
    /// The principal must be allowed to read as well as to delete: the number reveals what is in the rows.
    ///
    /// # Errors
    /// `BadRequest` for a filter that every row passes, and `Conflict` as [`Records::delete`].
    pub async fn delete_where(&self, filter: &Condition) -> Result<u64> {
        let target = filtered("delete_where", filter)?;
        Ok(self.write(Command::Delete { target }).await?.count)
    }

    /// Removes the rows of the target that may be reached, or deletes them softly: a statement that asks the rules
    /// itself.
    pub(super) async fn delete_directly(&self, target: &WriteTarget, grant: &Grant) -> Result<Written> {
        if self.info.def.soft_delete {
            return self.soft_delete(target).await;
        }
        if grant.is_open() {
            return self.remove(target, Deleted::Hidden, None).await;
        }
        let written = self.remove(target, Deleted::Hidden, Some(&grant.rows())).await?;
        match written.rows.is_empty() {
            true => Err(self.unreached(target, grant).await),
            false => Ok(written),
        }
    }

    /// Removes locked rows that may be removed, or deletes them softly.
    pub(super) async fn delete_rows(&self, keys: Vec<Value>) -> Result<Written> {
        if keys.is_empty() {
            return Ok(Written::default());
        }
        match self.info.def.soft_delete {
            true => self.soft_delete(&WriteTarget::Keys(keys)).await,
            false => self.remove_with_dependents(keys, Deleted::Hidden).await,
        }
    }

    /// Removes the rows of the target, checked by the `guard` and by nothing else.
    pub(super) async fn remove(
        &self,
        target: &WriteTarget,
        deleted: Deleted,
        guard: Option<&Condition>,
    ) -> Result<Written> {
        let silent = matches!(target, WriteTarget::Where(_));
        let selection = Selection { target, reader: Some(self.ctx), guard };
        let (statement, layout) = dml::delete(self.info, self.dialect(), selection, deleted, silent)?;
        let executor = self.ctx.executor();
        if silent {
            let count = executor.execute(statement).await.map_err(db_error::of_removal)?;
            return Ok(Written { rows: Vec::new(), count });
        }
        let rows = executor.write(statement, &layout).await.map_err(db_error::of_removal)?;
        // Who guards the rows knows why there are none.
        if guard.is_some() {
            return Ok(Written::of(rows));
        }
        self.removed(target, rows).await
    }

    /// The rows that a removal answers: of many keys in their order, none of which may be missing; of one at a version
    /// with the reason if there is none.
    pub(super) async fn removed(&self, target: &WriteTarget, rows: Vec<Record>) -> Result<Written> {
        if let WriteTarget::Keys(keys) = target {
            return self.in_order(keys, rows).map(Written::of);
        }
        let written = Written::of(rows);
        self.expected(target, &written).await?;
        Ok(written)
    }

    /// The rows of the keys, in their order; none may be missing.
    pub(super) fn in_order(&self, keys: &[Value], rows: Vec<Record>) -> Result<Vec<Record>> {
        let mut rows: HashMap<Option<LookupKey>, Record> =
            rows.into_iter().map(|row| (LookupKey::of(row.key()), row)).collect();
        let mut row = |key: &Value| {
            let missing = || Error::NotFound(format!("{} {key}", self.info.def.name).into());
            rows.remove(&LookupKey::of(key)).ok_or_else(missing)
        };
        keys.iter().map(&mut row).collect()
    }
}
