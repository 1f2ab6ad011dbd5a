//! New values for rows that are there.

use crate::entity::{Condition, EntityInfo};
use crate::error::{Error, Result};
use crate::query::Deleted;
use crate::service::write::authorize::Grant;
use crate::service::write::prepare::hash;
use crate::service::write::{Command, Written, filtered, keys_of, references};
use crate::service::{Records, db_error, validate};
use crate::sql::by_column;
use crate::sql::dml::{self, Selection, WriteTarget};
use crate::value::{Assignments, ColumnSet, Record, Value};

/// A change, checked.
#[derive(Debug, Clone)]
pub(super) struct Update {
    target: WriteTarget,
    /// In column order.
    changes: Vec<(usize, Value)>,
    now: Value,
}

impl Records<'_> {
    /// Changes the columns that are set and answers every column of the row. `updated_at` moves, and `version` counts,
    /// only when a value changed.
    ///
    /// # Errors
    /// `NotFound`, and as [`Records::create`].
    pub async fn update(&self, key: &Value, values: Assignments) -> Result<Record> {
        let target = WriteTarget::Key(key.clone());
        let written = self.write(Command::Update { target, values }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Changes the columns that are set in every row that matches, in one statement, and answers how many rows match.
    /// `updated_at` moves only where a value changed.
    ///
    /// The principal must be allowed to read as well as to update: the number reveals what is in the rows.
    ///
    /// # Errors
    /// `BadRequest` for a filter that every row passes, and as [`Records::update`] but for `NotFound`.
    pub async fn update_many(&self, filter: &Condition, values: Assignments) -> Result<u64> {
        let target = filtered("update_many", filter)?;
        Ok(self.write(Command::Update { target, values }).await?.count)
    }
}

impl Records<'_> {
    /// As [`Records::update`], as long as the row has this version.
    ///
    /// # Errors
    /// As [`Records::update`]; `VersionMismatch` when the row has another version, `BadRequest` when the entity counts
    /// none.
    pub async fn update_version(&self, key: &Value, expected: i64, values: Assignments) -> Result<Record> {
        let target = WriteTarget::AtVersion(key.clone(), expected);
        let written = self.write(Command::Update { target, values }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Why a row at a version was not there: it has another one, or there is none. The statement that checked both at
    /// once has changed nothing, and versions only grow, so a read afterwards is conclusive.
    pub(super) async fn expected(&self, target: &WriteTarget, written: &Written) -> Result<()> {
        let WriteTarget::AtVersion(key, _) = target else { return Ok(()) };
        if !written.rows.is_empty() {
            return Ok(());
        }
        let (statement, layout) =
            by_column(self.info, self.dialect(), ColumnSet::KEY, 0, std::slice::from_ref(key));
        let found = self.ctx.engine().write(statement, &layout).await?;
        if found.is_empty() { Err(self.not_found()) } else { Err(Error::VersionMismatch) }
    }
}

impl Update {
    /// The columns that may change: those that are set, and the engine's own that move with them.
    fn columns(&self, info: &EntityInfo) -> ColumnSet {
        let moving = info.version().into_iter().chain([info.updated_at()]);
        self.changes.iter().map(|(index, _)| *index).chain(moving).collect()
    }

    /// Whether the database must be queried about the rows before or after, or about those they refer to.
    pub(super) fn needs_look(&self, records: &Records<'_>, grant: &Grant) -> bool {
        let several = matches!(self.target, WriteTarget::Keys(_) | WriteTarget::Where(_)) && !grant.is_open();
        several
            || self.refers_to_hideable(records)
            || grant.depends_on(records.info, self.columns(records.info))
    }

    /// Whether a reference to a row that may be hidden is set.
    fn refers_to_hideable(&self, records: &Records<'_>) -> bool {
        let mut set = self.changes.iter().filter(|(_, value)| !value.is_null());
        set.any(|(index, _)| references::is_hideable(records, *index))
    }

    pub(super) async fn prepare(
        records: &Records<'_>,
        target: WriteTarget,
        values: Assignments,
    ) -> Result<Self> {
        let values = validate::changes(records.info, values)?;
        let mut changes: Vec<_> = values.into_values().collect();
        changes.sort_by_key(|(index, _)| *index);
        hash(changes.iter_mut().map(|(_, value)| value), records.ctx.password_cost()).await?;
        Ok(Self { target, changes, now: Value::DateTime(records.ctx.now()) })
    }

    pub(super) fn target(&self) -> &WriteTarget {
        &self.target
    }

    /// Whether it is of one row, by its key, and changes something.
    pub(super) fn is_of_one_row(&self) -> bool {
        matches!(self.target, WriteTarget::Key(_) | WriteTarget::AtVersion(..)) && !self.changes.is_empty()
    }

    /// Changes the rows of the target that may be reached: a statement that asks the rules itself.
    pub(super) async fn run(&self, records: &Records<'_>, grant: &Grant) -> Result<Written> {
        if grant.is_open() {
            return self.run_unchecked(records, grant, None).await;
        }
        let written = self.run_unchecked(records, grant, Some(&grant.rows())).await?;
        if written.rows.is_empty() {
            return Err(records.unreached(&self.target, grant).await);
        }
        if grant.depends_on(records.info, self.columns(records.info)) {
            records.check_changed(&written.rows, grant).await?;
        }
        Ok(written)
    }

    /// Changes these rows, which are locked and may be changed.
    pub(super) async fn run_on(
        &self,
        records: &Records<'_>,
        rows: &[Record],
        grant: &Grant,
    ) -> Result<Written> {
        if rows.is_empty() {
            return Ok(Written::default());
        }
        let of_these = Self { target: WriteTarget::Keys(keys_of(rows)), ..self.clone() };
        of_these.run_unchecked(records, grant, None).await
    }

    /// Changes the rows of the target, checked by the `guard` and by nothing else.
    pub(super) async fn run_unchecked(
        &self,
        records: &Records<'_>,
        grant: &Grant,
        guard: Option<&Condition>,
    ) -> Result<Written> {
        let Records { ctx, info, .. } = *records;
        let dialect = records.dialect();
        if self.changes.is_empty() {
            return self.unchanged(records).await;
        }
        if self.refers_to_hideable(records) {
            let values = self.changes.iter().map(|(index, value)| (0, *index, value));
            references::check(records, values, false).await?;
        }
        let silent = matches!(self.target, WriteTarget::Where(_));
        let selection = Selection { target: &self.target, reader: Some(ctx), guard };
        let (statement, layout) = dml::update(info, dialect, selection, &self.changes, &self.now, silent)?;
        let executor = grant.acting(ctx);
        let done = if silent {
            executor.execute(statement).await.map(|count| Written { rows: Vec::new(), count })
        } else if db_error::looks(info, ctx) {
            executor.attempt(statement, &layout).await.map(Written::of)
        } else {
            executor.write(statement, &layout).await.map(Written::of)
        };
        match done {
            // Who guards the rows knows why there are none.
            Ok(written) if guard.is_some() => Ok(written),
            Ok(written) => {
                records.expected(&self.target, &written).await?;
                Ok(written)
            }
            Err(refused) => {
                let values: Vec<_> = self.changes.iter().map(|(index, value)| (*index, value)).collect();
                Err(db_error::of_values(ctx, info, &values, refused).await)
            }
        }
    }

    /// Nothing is set: the rows as they are.
    async fn unchanged(&self, records: &Records<'_>) -> Result<Written> {
        let Records { ctx, info, .. } = *records;
        let keys = match &self.target {
            WriteTarget::Key(key) | WriteTarget::AtVersion(key, _) => std::slice::from_ref(key),
            WriteTarget::Keys(keys) => keys,
            WriteTarget::Where(filter) => {
                return Ok(Written {
                    rows: Vec::new(),
                    count: records.of(info, Deleted::Hidden).count(filter).await?,
                });
            }
        };
        let (statement, layout) = by_column(info, records.dialect(), info.all(), 0, keys);
        let rows = ctx.engine().read(statement, &layout).await?;
        if let WriteTarget::AtVersion(_, expected) = &self.target {
            let Some(column) = info.version() else { return Err(dml::unversioned(info)) };
            if rows.first().is_some_and(|row| *row.get(column) != Value::Int(*expected)) {
                return Err(Error::VersionMismatch);
            }
        }
        Ok(Written::of(rows))
    }
}
