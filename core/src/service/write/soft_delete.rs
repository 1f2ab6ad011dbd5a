//! Soft deletion: rows that are kept, hidden, and their restoration.
//!
//! What becomes of the rows that refer to a deleted one is their reference's `on_delete`, as far as it can be undone:
//!
//! - `restrict`: the row is not deleted while a row that is not deleted refers to it;
//! - `set_null`: rows lose the reference, which a restoration does not bring back;
//! - `cascade`: rows of an entity with `soft_delete` are deleted too, at the same time, by which they are known and
//! come
//!   back with it. Other rows stay as they are: removing them could not be undone. They go when the row is purged.
//!
//! The hooks of these rows run and their history is kept.
//!
//! A deleted row has nothing to do with its references any more: when it comes back, one with `set_null` to a row that
//! is deleted by now is taken away, and any other is a conflict.

use crate::ctx::{ActingAs, Ctx};
use crate::db::Dialect;
use crate::entity::{Condition, EntityInfo, OnDelete, Op, RowChange};
use crate::error::{Error, FieldError, Result};
use crate::query::Deleted;
use crate::service::lookup_key::LookupKey;
use crate::service::write::cascade::CascadeSet;
use crate::service::write::execute::restored;
use crate::service::write::referring::Referring;
use crate::service::write::{AT_ONCE, Command, Written, keys_of, references};
use crate::service::{Records, db_error};
use crate::sql::RowScope;
use crate::sql::dml::{self, Selection, WriteTarget};
use crate::value::{ColumnSet, Record, Value};

/// Deleted rows: those of an entity with these keys.
type DeletedRows = (&'static EntityInfo, Vec<Value>);

impl Records<'_> {
    /// Brings a deleted row back, with the rows that went with it, and answers it.
    ///
    /// # Errors
    /// `NotFound` when there is no deleted row with this key; `Conflict` when one of its unique values is taken
    /// meanwhile, or when a row it refers to is deleted.
    pub async fn restore(&self, key: &Value) -> Result<Record> {
        if !self.info.def.soft_delete {
            return Err(self.not_soft());
        }
        self.write(Command::Restore { key: key.clone() }).await?.one()
    }

    /// Removes a row for good, deleted before or not, and answers what it was. The rows that refer to it fare as their
    /// `on_delete` says, deleted ones too.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it, deleted or not.
    pub async fn purge(&self, key: &Value) -> Result<Record> {
        let written = self.write(Command::Purge { key: key.clone() }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    fn not_soft(&self) -> Error {
        Error::bad_request(format!("`{}` keeps no deleted rows", self.info.def.name))
    }

    /// Which columns of which entities refer to this one, and what they say of a deletion.
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

    /// Deletes rows softly and does what the rows that refer to them say. Inside a transaction.
    pub(super) async fn soft_delete(&self, target: &WriteTarget) -> Result<Written> {
        let now = Value::DateTime(self.ctx.now());
        let answered = match target {
            WriteTarget::Where(_) => ColumnSet::KEY,
            WriteTarget::Key(_) | WriteTarget::AtVersion(..) | WriteTarget::Keys(_) => self.info.all(),
        };
        let rows = self.mark_deleted(target, Some(self.ctx), &now, answered).await?;
        let mut written = self.removed(target, rows).await?;
        let mut hidden = vec![(self.info, keys_of(&written.rows))];
        let mut restricting = Vec::new();
        while let Some((info, keys)) = hidden.pop() {
            let records = self.of(info, Deleted::Hidden);
            for keys in keys.chunks(AT_ONCE) {
                hidden.extend(records.on_soft_delete(keys, &now, &mut restricting).await?);
            }
        }
        // Rows that hold each other may go together, so this is checked at the end.
        for (info, pointing) in restricting {
            let scope = RowScope::unrestricted(info, Deleted::Hidden);
            if self.any_of(scope, &pointing).await? {
                return Err(db_error::referenced());
            }
        }
        if matches!(target, WriteTarget::Where(_)) {
            written.rows.clear();
        }
        Ok(written)
    }

    /// Marks the rows as deleted, and nothing else.
    async fn mark_deleted(
        &self,
        target: &WriteTarget,
        reader: Option<&Ctx>,
        now: &Value,
        answered: ColumnSet,
    ) -> Result<Vec<Record>> {
        let dialect = self.dialect();
        if dialect == Dialect::Postgres && !self.referring()?.is_empty() {
            // Whoever is about to refer to one of the rows comes before or after, never in between.
            let rows = RowScope::unrestricted(self.info, Deleted::Hidden);
            self.locked(rows, ColumnSet::KEY, &target.condition()).await?;
        }
        let selection = Selection { target, reader, guard: None };
        let (statement, layout) = dml::soft_delete(self.info, dialect, selection, now, answered)?;
        let acting = self.ctx.acting_for(reader);
        Ok(acting.write(statement, &layout).await?)
    }

    /// Does what the rows that refer to hidden rows of this entity say; answers which of them are hidden by that, and
    /// notes which must not be there.
    async fn on_soft_delete(
        &self,
        keys: &[Value],
        now: &Value,
        restricting: &mut Vec<(&'static EntityInfo, Condition)>,
    ) -> Result<Vec<DeletedRows>> {
        let mut hidden = Vec::new();
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
                    let (statement, _) = dml::update(from, self.dialect(), selection, &none, now, true)?;
                    self.ctx.engine().execute(statement).await?;
                }
                OnDelete::Cascade if from.def.soft_delete && from.def.is_tracked() => {
                    let records = self.of(from, Deleted::Hidden);
                    hidden.push((from, records.soft_delete_referring(column, keys, now).await?));
                }
                OnDelete::Cascade if from.def.soft_delete => {
                    let from = self.of(from, Deleted::Hidden);
                    let rows =
                        from.mark_deleted(&WriteTarget::Where(pointing), None, now, ColumnSet::KEY).await?;
                    hidden.push((from.info, keys_of(&rows)));
                }
                OnDelete::Cascade => {}
            }
        }
        Ok(hidden)
    }

    /// Brings the row back, and what was hidden with it. Inside a transaction.
    pub(super) async fn undelete(&self, key: &Value) -> Result<Written> {
        let now = Value::DateTime(self.ctx.now());
        let this = Condition::column(0, Op::Eq(key.clone()));
        let rows =
            self.locked(RowScope::unrestricted(self.info, Deleted::Only), self.info.all(), &this).await?;
        let Some(deleted_since) = rows.first().and_then(|row| Some(row.get(self.info.deleted_at()?).clone()))
        else {
            return Err(self.not_found());
        };
        let rows = self.reconnect(rows, None).await?;
        let back = self.undelete_rows(&rows, &now, self.ctx.executor()).await?;
        let mut returned = vec![(self.info, keys_of(&back))];
        while let Some((info, keys)) = returned.pop() {
            for (from, column, on_delete) in self.of(info, Deleted::Only).referring()? {
                let Some(deleted_at) = from.deleted_at().filter(|_| on_delete == OnDelete::Cascade) else {
                    continue;
                };
                let from = self.of(from, Deleted::Only);
                let together = Condition::column(column, Op::In(keys.clone()))
                    .and(Condition::column(deleted_at, Op::Eq(deleted_since.clone())));
                let rows = from.locked(from.unrestricted_scope(), from.info.all(), &together).await?;
                let rows = from.reconnect(rows, Some(&deleted_since)).await?;
                if !rows.is_empty() {
                    let back = from.undelete_rows(&rows, &now, self.ctx.engine()).await;
                    let back = back.map_err(|error| from.of_restored_with(error))?;
                    returned.push((from.info, keys_of(&back)));
                    from.after_restore(rows, back).await?;
                }
            }
        }
        Ok(Written::of(back))
    }

    /// Deletes the rows softly that refer to one of the keys; answers their keys.
    async fn soft_delete_referring(&self, column: usize, keys: &[Value], now: &Value) -> Result<Vec<Value>> {
        let mut deleted = Vec::new();
        let mut referring = Referring::to(column, keys);
        while let Some(rows) = referring.next(self, self.info.all()).await? {
            self.before_delete(&rows).await?;
            let target = WriteTarget::Keys(keys_of(&rows));
            let rows = self.mark_deleted(&target, None, now, self.info.all()).await?;
            deleted.extend(keys_of(&rows));
            self.after(rows.into_iter().map(RowChange::Deleted).collect()).await?;
        }
        Ok(deleted)
    }

    /// Records that rows came back, and notifies the hooks, with another one.
    async fn after_restore(&self, before: Vec<Record>, after: Vec<Record>) -> Result<()> {
        match self.info.def.is_tracked() {
            true => self.after(restored(before, after)).await,
            false => Ok(()),
        }
    }

    /// Looks where hidden rows point to. Where the target is hidden itself, a reference with `set_null` is taken away,
    /// and with any other the row cannot come back: that is refused, or for rows that come back with another one, and
    /// with all that went `together` at that time, the row is left out.
    async fn reconnect(&self, mut rows: Vec<Record>, together: Option<&Value>) -> Result<Vec<Record>> {
        for column in &self.info.columns {
            let Some(target) = references::soft(self.info, column.index) else { continue };
            let keys = rows.iter().map(|row| row.get(column.index));
            let mut hidden = references::hidden(self, target, keys, together).await?;
            if std::ptr::eq(target, self.info) {
                // A row that points to itself.
                rows.iter().filter_map(|row| LookupKey::of(row.key())).for_each(|key| {
                    hidden.remove(&key);
                });
            }
            let lost =
                |row: &Record| LookupKey::of(row.get(column.index)).is_some_and(|key| hidden.contains(&key));
            let relation = column.relation();
            if relation.is_some_and(|relation| relation.on_delete == OnDelete::SetNull) {
                let keys: Vec<_> = rows.iter().filter(|row| lost(row)).map(|row| row.key().clone()).collect();
                if !keys.is_empty() {
                    let statement = dml::detach(self.info, self.dialect(), column.index, &keys);
                    self.ctx.engine().execute(statement).await?;
                }
            } else if together.is_none() && rows.iter().any(lost) {
                return Err(Error::Conflict(vec![FieldError::new(
                    column.wire,
                    "reference",
                    "is deleted too; restore it first",
                )]));
            } else {
                rows.retain(|row| !lost(row));
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

    /// The refusal of a row that would come back with another one.
    fn of_restored_with(&self, error: Error) -> Error {
        let message = |field: &FieldError| {
            let name = self.info.def.name;
            format!("a `{name}` that went with it cannot come back: {} {}", field.field, field.message)
        };
        match error {
            Error::Conflict(fields) => Error::Conflict(
                fields.iter().map(|field| FieldError::new("", field.code, message(field))).collect(),
            ),
            error => error,
        }
    }
}
