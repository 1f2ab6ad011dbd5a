//! Rows that are hidden instead of removed, and their way back.
//!
//! What becomes of the rows that refer to a hidden one is their reference's `on_delete`, as far as it can be undone:
//!
//! - `restrict`: the row is not hidden while a living row refers to it;
//! - `set_null`: living rows lose the reference, which a restoration does not bring back;
//! - `cascade`: rows of an entity with `soft_delete` are hidden too, at the same time, by which they are known and come
//!   back with it. Other rows stay as they are: removing them could not be undone. They go when the row is purged.
//!
//! Rows of entities with `hooks` or `history` are told and recorded with it.
//!
//! A hidden row has nothing to do with its references any more: when it comes back, one with `set_null` to a row that
//! is hidden by now is taken away, and any other stands in the way.

use crate::ctx::ActingAs;
use crate::ctx::Ctx;
use crate::db::Dialect;
use crate::entity::{Condition, Op};
use crate::entity::{EntityInfo, OnDelete};
use crate::error::{Error, FieldError, Result};
use crate::query::{Deleted, Direction, Sort};
use crate::service::key::Key;
use crate::service::write::dependents::Doomed;
use crate::service::write::{AT_ONCE, Command, Written, keys_of, references};
use crate::service::{Records, fault};
use crate::sql::RowScope;
use crate::sql::dml::{self, Chosen, Target};
use crate::value::ColumnSet;
use crate::value::{Record, Value};

/// Hidden rows: those of an entity with these keys.
type Hidden = (&'static EntityInfo, Vec<Value>);

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
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it, living or deleted.
    pub async fn purge(&self, key: &Value) -> Result<Record> {
        let written = self.write(Command::Purge { key: key.clone() }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    fn not_soft(&self) -> Error {
        Error::bad_request(format!("`{}` keeps no deleted rows", self.info.def.name))
    }

    /// The rows of an entity in the same context.
    pub(super) fn of(&self, info: &'static EntityInfo, deleted: Deleted) -> Self {
        Self { info, deleted, ..*self }
    }

    /// Which columns of which entities refer to this one, and what they say of a deletion.
    pub(super) fn referring(&self) -> Result<Vec<(&'static EntityInfo, usize, OnDelete)>> {
        let Some(entities) = self.ctx.entities() else {
            return Err(Error::internal(
                "rows are deleted softly in a context that knows no entities; make it with `Ctx::with_entities`",
            ));
        };
        let on_delete = |info: &EntityInfo, column: usize| {
            info.columns[column].field.and_then(|field| field.relation.as_ref()).map(|one| one.on_delete)
        };
        let found = entities.references(self.info);
        Ok(found.filter_map(|(from, column)| Some((from, column, on_delete(from, column)?))).collect())
    }

    /// Hides the rows and does what the rows that refer to them say. Inside a transaction.
    pub(super) async fn hide(&self, target: &Target) -> Result<Written> {
        let now = Value::DateTime(self.ctx.now());
        let answered = match target {
            Target::Where(_) => ColumnSet::KEY,
            Target::Key(_) | Target::At(..) | Target::Keys(_) => self.info.all(),
        };
        let rows = self.hide_one_kind(target, Some(self.ctx), &now, answered).await?;
        let mut written = self.removed(target, rows).await?;
        let mut hidden = vec![(self.info, keys_of(&written.rows))];
        let mut restricting = Vec::new();
        while let Some((info, keys)) = hidden.pop() {
            let records = self.of(info, Deleted::Hidden);
            for keys in keys.chunks(AT_ONCE) {
                hidden.extend(records.release(keys, &now, &mut restricting).await?);
            }
        }
        // Rows that hold each other may go together, so this is asked at the end.
        for (info, pointing) in restricting {
            let view = RowScope::whole(info, Deleted::Hidden);
            if self.any_of(view, &pointing).await? {
                return Err(fault::referenced());
            }
        }
        if matches!(target, Target::Where(_)) {
            written.rows.clear();
        }
        Ok(written)
    }

    pub(super) async fn hide_one_kind(
        &self,
        target: &Target,
        reader: Option<&Ctx>,
        now: &Value,
        answered: ColumnSet,
    ) -> Result<Vec<Record>> {
        let dialect = self.dialect();
        if dialect == Dialect::Postgres && !self.referring()?.is_empty() {
            // Whoever is about to refer to one of the rows comes before or after, never in between.
            let living = RowScope::whole(self.info, Deleted::Hidden);
            self.locked(living, ColumnSet::KEY, &condition(target)).await?;
        }
        let chosen = Chosen { target, reader, guard: None };
        let (statement, layout) = dml::hide(self.info, dialect, chosen, now, answered)?;
        let acting = self.ctx.acting_for(reader);
        Ok(acting.write(statement, &layout).await?)
    }

    /// Does what the rows that refer to hidden rows of this entity say; answers which of them are hidden by that, and
    /// notes which must not be there.
    async fn release(
        &self,
        keys: &[Value],
        now: &Value,
        restricting: &mut Vec<(&'static EntityInfo, Condition)>,
    ) -> Result<Vec<Hidden>> {
        let mut hidden = Vec::new();
        for (from, column, on_delete) in self.referring()? {
            let pointing = Condition::column(column, Op::In(keys.to_vec()));
            match on_delete {
                OnDelete::Restrict => restricting.push((from, pointing)),
                OnDelete::SetNull if from.def.is_tracked() => {
                    self.of(from, Deleted::Hidden).loosen(column, keys, &Doomed::default()).await?;
                }
                OnDelete::SetNull => {
                    let (target, none) = (Target::Where(pointing), [(column, Value::Null)]);
                    let chosen = Chosen { target: &target, reader: None, guard: None };
                    let (statement, _) = dml::update(from, self.dialect(), chosen, &none, now, true)?;
                    self.ctx.engine().execute(statement).await?;
                }
                OnDelete::Cascade if from.def.soft_delete && from.def.is_tracked() => {
                    let records = self.of(from, Deleted::Hidden);
                    hidden.push((from, records.hide_referring(column, keys, now).await?));
                }
                OnDelete::Cascade if from.def.soft_delete => {
                    let from = self.of(from, Deleted::Hidden);
                    let rows =
                        from.hide_one_kind(&Target::Where(pointing), None, now, ColumnSet::KEY).await?;
                    hidden.push((from.info, keys_of(&rows)));
                }
                OnDelete::Cascade => {}
            }
        }
        Ok(hidden)
    }

    /// Brings the row back, and what was hidden with it. Inside a transaction.
    pub(super) async fn bring_back(&self, key: &Value) -> Result<Written> {
        let now = Value::DateTime(self.ctx.now());
        let this = Condition::column(0, Op::Eq(key.clone()));
        let rows = self.locked(RowScope::whole(self.info, Deleted::Only), self.info.all(), &this).await?;
        let Some(hidden_at) = rows.first().and_then(|row| Some(row.get(self.info.deleted_at()?).clone()))
        else {
            return Err(self.not_found());
        };
        let rows = self.reconnect(rows, None).await?;
        let back = self.show(&rows, &now, self.ctx.executor()).await?;
        let mut shown = vec![(self.info, keys_of(&back))];
        while let Some((info, keys)) = shown.pop() {
            for (from, column, on_delete) in self.of(info, Deleted::Only).referring()? {
                let Some(deleted_at) = from.deleted_at().filter(|_| on_delete == OnDelete::Cascade) else {
                    continue;
                };
                let from = self.of(from, Deleted::Only);
                let together = Condition::column(column, Op::In(keys.clone()))
                    .and(Condition::column(deleted_at, Op::Eq(hidden_at.clone())));
                let rows = from.locked(from.whole(), from.info.all(), &together).await?;
                let rows = from.reconnect(rows, Some(&hidden_at)).await?;
                if !rows.is_empty() {
                    let back = from.show(&rows, &now, self.ctx.engine()).await;
                    let back = back.map_err(|error| from.with_it(error))?;
                    shown.push((from.info, keys_of(&back)));
                    from.tell_restored(rows, back).await?;
                }
            }
        }
        Ok(Written::of(back))
    }

    /// The rows of a view that match, which no one else changes before the transaction ends. Whoever locks several rows
    /// locks them in the order of their keys.
    pub(super) async fn locked(
        &self,
        view: RowScope<'_>,
        columns: ColumnSet,
        filter: &Condition,
    ) -> Result<Vec<Record>> {
        self.locked_some(view, columns, filter, None).await
    }

    /// As [`Records::locked`], the first so many.
    pub(super) async fn locked_some(
        &self,
        view: RowScope<'_>,
        columns: ColumnSet,
        filter: &Condition,
        limit: Option<usize>,
    ) -> Result<Vec<Record>> {
        let order = [Sort::new(0, Direction::Asc)];
        let mut select = self.matching(view, filter, None);
        select.columns = columns;
        select.order = &order;
        select.limit = limit.and_then(|limit| u32::try_from(limit).ok());
        let (statement, layout) = select.page()?;
        Ok(self.ctx.engine().write(statement.for_update(self.dialect()), &layout).await?)
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
                rows.iter().filter_map(|row| Key::of(row.key())).for_each(|key| {
                    hidden.remove(&key);
                });
            }
            let lost = |row: &Record| Key::of(row.get(column.index)).is_some_and(|key| hidden.contains(&key));
            let relation = column.field.and_then(|field| field.relation.as_ref());
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

    async fn show(&self, rows: &[Record], now: &Value, acting: ActingAs<'_>) -> Result<Vec<Record>> {
        let (statement, layout) = dml::restore(self.info, self.dialect(), &keys_of(rows), now);
        match acting.write(statement, &layout).await {
            Ok(rows) => Ok(rows),
            Err(refused) => Err(fault::of_values(self.ctx, self.info, &[], refused).await),
        }
    }

    /// The refusal of a row that would come back with another one.
    fn with_it(&self, error: Error) -> Error {
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

/// The rows of a target, as a condition.
pub(super) fn condition(target: &Target) -> Condition {
    match target {
        Target::Key(key) | Target::At(key, _) => Condition::column(0, Op::Eq(key.clone())),
        Target::Keys(keys) => Condition::column(0, Op::In(keys.clone())),
        Target::Where(filter) => filter.clone(),
    }
}
