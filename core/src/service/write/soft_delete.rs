//! Soft deletion, and restoration.
//!
//! The `on_delete` of a reference applies to rows that refer to a deleted one, as far as it can be undone:
//!
//! - `restrict`: the row is not deleted while a row that is not deleted refers to it;
//! - `set_null`: rows lose the reference, which a restoration does not set again;
//! - `cascade`: rows of an entity with `soft_delete` are deleted too, with the same time, by which they are
//!   recognised and restored with it. Other rows stay as they are: deleting them could not be undone. They are deleted
//!   when it is purged.
//!
//! The hooks of these rows run and their history is recorded.
//!
//! The references of a deleted row are not maintained: when it is restored, one with `set_null` to a row that
//! is deleted by then is set to NULL, and any other is a conflict.

use crate::ctx::{ActingAs, Ctx};
use crate::db::Dialect;
use crate::entity::{Condition, EntityInfo, OnDelete, Op, RowChange};
use crate::error::{Error, FieldError, Result};
use crate::query::Deleted;
use crate::service::lookup_key::LookupKey;
use crate::service::write::cascade::CascadeSet;
use crate::service::write::execute::restored;
use crate::service::write::referring::ReferringRows;
use crate::service::write::{AT_ONCE, Command, WriteOutcome, keys_of, references};
use crate::service::{Records, db_error};
use crate::sql::RowScope;
use crate::sql::dml::{self, NewValue, Selection, WriteTarget};
use crate::value::{ColumnSet, Record, Value};

/// Deleted rows: an entity and keys.
type DeletedRows = (&'static EntityInfo, Vec<Value>);

impl Records<'_> {
    /// Restores a deleted row, with the rows that were deleted with it, and returns it.
    ///
    /// # Errors
    /// `NotFound` when there is no deleted row with this key; `Conflict` when one of its unique values is taken
    /// meanwhile, or when a row it refers to is deleted.
    pub async fn restore(&self, key: &Value) -> Result<Record> {
        if !self.info.def.soft_delete {
            return Err(self.not_soft_delete());
        }
        self.write(Command::Restore { key: key.clone() }).await?.one()
    }

    /// Deletes a row for good, deleted softly before or not, and returns it. The `on_delete` of references to it
    /// applies, also to rows that are deleted softly.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it, deleted or not.
    pub async fn purge(&self, key: &Value) -> Result<Record> {
        let outcome = self.write(Command::Purge { key: key.clone() }).await?;
        outcome.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    fn not_soft_delete(&self) -> Error {
        Error::bad_request(format!("`{}` keeps no deleted rows", self.info.def.name))
    }

    /// The columns that refer to this entity, with their `on_delete`.
    pub(super) fn referring(&self) -> Result<Vec<(&'static EntityInfo, usize, OnDelete)>> {
        let Some(entities) = self.ctx.entities() else {
            return Err(Error::internal(
                "rows are deleted softly in a context that knows no entities; make it with `Ctx::with_entities`",
            ));
        };
        let on_delete =
            |info: &EntityInfo, column: usize| info.columns[column].relation().map(|one| one.on_delete);
        let found = entities.references(self.info);
        Ok(found.filter_map(|(from, column)| Some((from, column, on_delete(from, column)?))).collect())
    }

    /// Deletes rows softly and applies `on_delete` to the rows that refer to them. Inside a transaction.
    pub(super) async fn soft_delete(&self, target: &WriteTarget) -> Result<WriteOutcome> {
        let now = Value::DateTime(self.ctx.now());
        let returned = match target {
            WriteTarget::Where(_) => ColumnSet::KEY,
            WriteTarget::Key(_) | WriteTarget::AtVersion(..) | WriteTarget::Keys(_) => self.info.all(),
        };
        let rows = self.mark_deleted(target, Some(self.ctx), &now, returned).await?;
        let mut outcome = self.checked_removal(target, rows).await?;
        let mut pending = vec![(self.info, keys_of(&outcome.rows))];
        let mut restricting = Vec::new();
        while let Some((info, keys)) = pending.pop() {
            let records = self.of(info, Deleted::Hidden);
            for keys in keys.chunks(AT_ONCE) {
                pending.extend(records.on_soft_delete(keys, &now, &mut restricting).await?);
            }
        }
        // Rows that refer to each other may be deleted together, so this is checked at the end.
        for (info, pointing) in restricting {
            let scope = RowScope::unrestricted(info, Deleted::Hidden);
            if self.any_of(scope, &pointing).await? {
                return Err(db_error::referenced());
            }
        }
        if matches!(target, WriteTarget::Where(_)) {
            outcome.rows.clear();
        }
        Ok(outcome)
    }

    /// Sets `deleted_at` of the rows, and nothing else.
    async fn mark_deleted(
        &self,
        target: &WriteTarget,
        reader: Option<&Ctx>,
        now: &Value,
        returned: ColumnSet,
    ) -> Result<Vec<Record>> {
        let dialect = self.dialect();
        if dialect == Dialect::Postgres && !self.referring()?.is_empty() {
            // Transactions that refer to one of the rows run before or after, never in between.
            let rows = RowScope::unrestricted(self.info, Deleted::Hidden);
            self.locked(rows, ColumnSet::KEY, &target.condition()).await?;
        }
        let selection = Selection { target, reader, guard: None };
        let (statement, layout) = dml::soft_delete(self.info, dialect, selection, now, returned)?;
        let acting = self.ctx.acting_for(reader);
        Ok(acting.write(statement, &layout).await?)
    }

    /// Applies `on_delete` to the rows that refer to deleted rows of this entity; returns those deleted by that, and
    /// collects the conditions that no row may match.
    async fn on_soft_delete(
        &self,
        keys: &[Value],
        now: &Value,
        restricting: &mut Vec<(&'static EntityInfo, Condition)>,
    ) -> Result<Vec<DeletedRows>> {
        let mut deleted = Vec::new();
        for (from, column, on_delete) in self.referring()? {
            let pointing = Condition::column(column, Op::In(keys.to_vec()));
            match on_delete {
                OnDelete::Restrict => restricting.push((from, pointing)),
                OnDelete::SetNull if from.def.is_tracked() => {
                    self.of(from, Deleted::Hidden).set_null(column, keys, &CascadeSet::default()).await?;
                }
                OnDelete::SetNull => {
                    let (target, none) = (WriteTarget::Where(pointing), [(column, Value::Null)]);
                    let selection = Selection { target: &target, reader: None, guard: None };
                    let none: Vec<_> =
                        none.iter().map(|(index, value)| (*index, NewValue::Set(value))).collect();
                    let (statement, _) = dml::update(from, self.dialect(), selection, &none, now, true)?;
                    self.ctx.engine().execute(statement).await?;
                }
                OnDelete::Cascade if from.def.soft_delete && from.def.is_tracked() => {
                    let records = self.of(from, Deleted::Hidden);
                    deleted.push((from, records.soft_delete_referring(column, keys, now).await?));
                }
                OnDelete::Cascade if from.def.soft_delete => {
                    let from = self.of(from, Deleted::Hidden);
                    let rows =
                        from.mark_deleted(&WriteTarget::Where(pointing), None, now, ColumnSet::KEY).await?;
                    deleted.push((from.info, keys_of(&rows)));
                }
                OnDelete::Cascade => {}
            }
        }
        Ok(deleted)
    }

    /// Restores the row, and the rows deleted with it. Inside a transaction.
    pub(super) async fn undelete(&self, key: &Value) -> Result<WriteOutcome> {
        let now = Value::DateTime(self.ctx.now());
        let this = Condition::column(0, Op::Eq(key.clone()));
        let rows =
            self.locked(RowScope::unrestricted(self.info, Deleted::Only), self.info.all(), &this).await?;
        let Some(deleted_since) = rows.first().and_then(|row| Some(row.get(self.info.deleted_at()?).clone()))
        else {
            return Err(self.not_found());
        };
        let rows = self.resolve_references(rows, None).await?;
        let restored_rows = self.undelete_rows(&rows, &now, self.ctx.executor()).await?;
        let mut pending = vec![(self.info, keys_of(&restored_rows))];
        while let Some((info, keys)) = pending.pop() {
            for (from, column, on_delete) in self.of(info, Deleted::Only).referring()? {
                let Some(deleted_at) = from.deleted_at().filter(|_| on_delete == OnDelete::Cascade) else {
                    continue;
                };
                let from = self.of(from, Deleted::Only);
                let deleted_with = Condition::column(column, Op::In(keys.clone()))
                    .and(Condition::column(deleted_at, Op::Eq(deleted_since.clone())));
                let rows = from.locked(from.unrestricted_scope(), from.info.all(), &deleted_with).await?;
                let rows = from.resolve_references(rows, Some(&deleted_since)).await?;
                if !rows.is_empty() {
                    let restored_rows = from.undelete_rows(&rows, &now, self.ctx.engine()).await;
                    let restored_rows = restored_rows.map_err(|error| from.restore_conflict(error))?;
                    pending.push((from.info, keys_of(&restored_rows)));
                    from.after_restore(rows, restored_rows).await?;
                }
            }
        }
        Ok(WriteOutcome::of(restored_rows))
    }

    /// Softly deletes the rows that refer to one of the keys; returns their keys.
    async fn soft_delete_referring(&self, column: usize, keys: &[Value], now: &Value) -> Result<Vec<Value>> {
        let mut deleted = Vec::new();
        let mut referring = ReferringRows::to(column, keys);
        while let Some(rows) = referring.next(self, self.info.all()).await? {
            self.before_delete(&rows).await?;
            let target = WriteTarget::Keys(keys_of(&rows));
            let rows = self.mark_deleted(&target, None, now, self.info.all()).await?;
            deleted.extend(keys_of(&rows));
            self.after(rows.into_iter().map(RowChange::Deleted).collect()).await?;
        }
        Ok(deleted)
    }

    /// Records the restoration of rows with another one, and notifies the hooks.
    async fn after_restore(&self, before: Vec<Record>, after: Vec<Record>) -> Result<()> {
        match self.info.def.is_tracked() {
            true => self.after(restored(before, after)).await,
            false => Ok(()),
        }
    }

    /// Checks the references of deleted rows. Where the target is deleted, a reference with `set_null` is set to NULL,
    /// and with any other the row cannot be restored: that is an error, or for rows that are restored with another one
    /// (all those `deleted_with` it at that time) the row is left out.
    async fn resolve_references(
        &self,
        mut rows: Vec<Record>,
        deleted_with: Option<&Value>,
    ) -> Result<Vec<Record>> {
        for column in &self.info.columns {
            let Some(target) = references::soft_delete_target(self.info, column.index) else { continue };
            let keys = rows.iter().map(|row| row.get(column.index));
            let mut deleted = references::deleted_targets(self, target, keys, deleted_with).await?;
            if std::ptr::eq(target, self.info) {
                // A row may refer to itself.
                rows.iter().filter_map(|row| LookupKey::of(row.key())).for_each(|key| {
                    deleted.remove(&key);
                });
            }
            let is_dangling =
                |row: &Record| LookupKey::of(row.get(column.index)).is_some_and(|key| deleted.contains(&key));
            let relation = column.relation();
            if relation.is_some_and(|relation| relation.on_delete == OnDelete::SetNull) {
                let keys: Vec<_> =
                    rows.iter().filter(|row| is_dangling(row)).map(|row| row.key().clone()).collect();
                if !keys.is_empty() {
                    let statement = dml::detach(self.info, self.dialect(), column.index, &keys);
                    self.ctx.engine().execute(statement).await?;
                }
            } else if deleted_with.is_none() && rows.iter().any(is_dangling) {
                return Err(Error::Conflict(vec![FieldError::new(
                    column.wire,
                    "reference",
                    "is deleted too; restore it first",
                )]));
            } else {
                rows.retain(|row| !is_dangling(row));
            }
        }
        Ok(rows)
    }

    async fn undelete_rows(&self, rows: &[Record], now: &Value, acting: ActingAs<'_>) -> Result<Vec<Record>> {
        let (statement, layout) = dml::undelete(self.info, self.dialect(), &keys_of(rows), now);
        match acting.write(statement, &layout).await {
            Ok(rows) => Ok(rows),
            Err(refused) => Err(db_error::of_values(self.ctx, self.info, &[], refused).await),
        }
    }

    /// The error for a row that was to be restored with another one.
    fn restore_conflict(&self, error: Error) -> Error {
        let message = |field: &FieldError| {
            let name = self.info.def.name;
            format!(
                "a `{name}` that was deleted with it cannot be restored: {} {}",
                field.field, field.message
            )
        };
        match error {
            Error::Conflict(fields) => Error::Conflict(
                fields.iter().map(|field| FieldError::new("", field.code, message(field))).collect(),
            ),
            error => error,
        }
    }
}
