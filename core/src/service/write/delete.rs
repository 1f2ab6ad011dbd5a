//! Deletion of rows.

use std::collections::{HashMap, HashSet};

use crate::entity::Condition;
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::Deleted;
use crate::service::lookup_key::LookupKey;
use crate::service::write::authorize::Grant;
use crate::service::write::{Command, WriteOutcome, filter_target};
use crate::service::{Records, db_error};
use crate::sql::dml::{self, Selection, WriteTarget};
use crate::value::{Record, Value};

impl Records<'_> {
    /// Deletes the row and returns it as it was; with `soft_delete`, as it is then.
    ///
    /// # Errors
    /// `NotFound`, `VersionRequired` where the entity asks for one, or `Conflict` when rows that restrict it still point to it.
    pub async fn delete(&self, key: &Value) -> Result<Record> {
        self.refuse_unversioned(Action::Delete)?;
        self.delete_known(key).await
    }

    /// As [`Records::delete`], for who knows the row as it is.
    pub(in crate::service) async fn delete_known(&self, key: &Value) -> Result<Record> {
        let target = WriteTarget::Key(key.clone());
        let outcome = self.write(Command::Delete { target }).await?;
        outcome.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Deletes the row as long as it has this version.
    ///
    /// # Errors
    /// As [`Records::delete`]; `VersionMismatch` when it has another one, `BadRequest` when the entity has no versions.
    pub async fn delete_version(&self, key: &Value, expected: i64) -> Result<Record> {
        let target = WriteTarget::AtVersion(key.clone(), expected);
        let outcome = self.write(Command::Delete { target }).await?;
        outcome.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Deletes the rows, all or none, in one statement, and returns them as they were, in the order of the keys. A key
    /// that is repeated counts once.
    ///
    /// # Errors
    /// `NotFound` when one is missing, and as [`Records::delete`].
    pub async fn delete_many(&self, keys: &[Value]) -> Result<Vec<Record>> {
        self.refuse_unversioned(Action::Delete)?;
        let mut distinct = HashSet::with_capacity(keys.len());
        let keys: Vec<Value> = keys
            .iter()
            .filter(|key| LookupKey::of(key).is_none_or(|key| distinct.insert(key)))
            .cloned()
            .collect();
        Ok(self.write(Command::Delete { target: WriteTarget::Keys(keys) }).await?.rows)
    }

    /// Deletes every row that matches, in one statement, and returns how many there were.
    ///
    /// The principal must be allowed to read as well as to delete: the number reveals what is in the rows.
    ///
    /// # Errors
    /// `BadRequest` for a filter that every row matches, and `Conflict` as [`Records::delete`].
    pub async fn delete_where(&self, filter: &Condition) -> Result<u64> {
        self.delete_at_most(filter, None).await
    }

    /// As [`Records::delete_where`]; refused when more rows match than these.
    pub(in crate::service) async fn delete_at_most(
        &self,
        filter: &Condition,
        most: Option<u64>,
    ) -> Result<u64> {
        self.info.authorize(Action::Delete, self.ctx)?;
        let target = filter_target("delete_where", filter)?;
        self.write_at_most(Command::Delete { target }, most).await
    }

    /// Deletes the rows of the target that may be reached, softly or for good: a statement that checks the rules
    /// itself.
    pub(super) async fn delete_directly(&self, target: &WriteTarget, grant: &Grant) -> Result<WriteOutcome> {
        if self.info.def.soft_delete {
            return self.soft_delete(target).await;
        }
        if grant.is_unrestricted() {
            return self.remove(target, Deleted::Hidden, None).await;
        }
        let outcome = self.remove(target, Deleted::Hidden, Some(&grant.rows())).await?;
        match outcome.rows.is_empty() {
            true => Err(self.unreached_error(target, grant).await),
            false => Ok(outcome),
        }
    }

    /// Deletes locked rows that may be deleted, softly or for good.
    pub(super) async fn delete_rows(&self, keys: Vec<Value>) -> Result<WriteOutcome> {
        if keys.is_empty() {
            return Ok(WriteOutcome::default());
        }
        match self.info.def.soft_delete {
            true => self.soft_delete(&WriteTarget::Keys(keys)).await,
            false => self.remove_with_dependents(keys, Deleted::Hidden).await,
        }
    }

    /// Deletes the rows of the target for good, checked by the `guard` and by nothing else.
    pub(super) async fn remove(
        &self,
        target: &WriteTarget,
        deleted: Deleted,
        guard: Option<&Condition>,
    ) -> Result<WriteOutcome> {
        let silent = matches!(target, WriteTarget::Where(_));
        let selection = Selection { target, reader: Some(self.ctx), guard };
        let (statement, layout) = dml::delete(self.info, self.dialect(), selection, deleted, silent)?;
        let executor = self.ctx.executor();
        if silent {
            let count = executor.execute(statement).await.map_err(db_error::of_delete)?;
            return Ok(WriteOutcome { rows: Vec::new(), count });
        }
        let rows = executor.write(statement, &layout).await.map_err(db_error::of_delete)?;
        // With a guard, the caller finds out why there are none.
        if guard.is_some() {
            return Ok(WriteOutcome::of(rows));
        }
        self.checked_removal(target, rows).await
    }

    /// The rows that a deletion returns: of many keys in their order, none of which may be missing; of one at a version
    /// with the reason if there is none.
    pub(super) async fn checked_removal(
        &self,
        target: &WriteTarget,
        rows: Vec<Record>,
    ) -> Result<WriteOutcome> {
        if let WriteTarget::Keys(keys) = target {
            return self.in_key_order(keys, rows).map(WriteOutcome::of);
        }
        let outcome = WriteOutcome::of(rows);
        self.check_version_matched(target, &outcome).await?;
        Ok(outcome)
    }

    /// The rows of the keys, in their order; none may be missing.
    pub(in crate::service) fn in_key_order(&self, keys: &[Value], rows: Vec<Record>) -> Result<Vec<Record>> {
        let mut rows: HashMap<Option<LookupKey>, Record> =
            rows.into_iter().map(|row| (LookupKey::of(row.key()), row)).collect();
        let mut row = |key: &Value| {
            let missing = || Error::NotFound(format!("{} {key}", self.info.def.name).into());
            rows.remove(&LookupKey::of(key)).ok_or_else(missing)
        };
        keys.iter().map(&mut row).collect()
    }
}
