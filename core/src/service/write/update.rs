//! Updates of rows.

use crate::entity::{Condition, EntityInfo};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::Deleted;
use crate::service::write::authorize::Grant;
use crate::service::write::prepare::hash;
use crate::service::write::{
    Command, WriteOutcome, filter_target, increment, keys_of, references, transitions,
};
use crate::service::{Records, db_error, validate};
use crate::sql::by_column;
use crate::sql::dml::{self, NewValue, Selection, WriteTarget};
use crate::value::{Assignments, ColumnSet, Record, Value};

/// Runs of one statement, while other writers decide whether a sum is valid.
const ATTEMPTS: usize = 16;

/// A validated update.
#[derive(Debug, Clone)]
pub(super) struct Update {
    target: WriteTarget,
    /// What columns are set to, in column order.
    changes: Vec<(usize, Value)>,
    /// What is added to columns, in column order.
    increments: Vec<(usize, Value)>,
    now: Value,
}

impl Records<'_> {
    /// Changes the columns that are set and returns every column of the row. `updated_at` moves, and `version` counts,
    /// only when a value changed.
    ///
    /// # Errors
    /// `NotFound`, `VersionRequired` where the entity asks for one, and as [`Records::create`].
    pub async fn update(&self, key: &Value, values: Assignments) -> Result<Record> {
        self.refuse_unversioned(Action::Update)?;
        self.update_known(key, values).await
    }

    /// As [`Records::update`], for who knows the row as it is.
    pub(in crate::service) async fn update_known(&self, key: &Value, values: Assignments) -> Result<Record> {
        let target = WriteTarget::Key(key.clone());
        let outcome = self.write(Command::Update { target, values }).await?;
        outcome.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Changes the columns that are set in every row that matches, in one statement, and returns how many rows match.
    /// `updated_at` moves only where a value changed.
    ///
    /// The principal must be allowed to read as well as to update: the number reveals what is in the rows.
    ///
    /// # Errors
    /// `BadRequest` for a filter that every row matches, and as [`Records::update`] but for `NotFound`.
    pub async fn update_many(&self, filter: &Condition, values: Assignments) -> Result<u64> {
        self.update_at_most(filter, values, None).await
    }
}

impl Records<'_> {
    /// As [`Records::update_many`]; refused when more rows match than these.
    pub(in crate::service) async fn update_at_most(
        &self,
        filter: &Condition,
        values: Assignments,
        most: Option<u64>,
    ) -> Result<u64> {
        self.info.authorize(Action::Update, self.ctx)?;
        let target = filter_target("update_many", filter)?;
        self.write_at_most(Command::Update { target, values }, most).await
    }

    /// Refuses a write of named rows that names no version, where the entity asks for one. Who may not write at all is told
    /// that first.
    pub(in crate::service) fn refuse_unversioned(&self, action: Action) -> Result<()> {
        if !self.info.def.version_required {
            return Ok(());
        }
        self.info.authorize(action, self.ctx)?;
        Err(Error::VersionRequired)
    }

    /// As [`Records::update`], as long as the row has this version.
    ///
    /// # Errors
    /// As [`Records::update`]; `VersionMismatch` when the row has another version, `BadRequest` when the entity has
    /// no versions.
    pub async fn update_version(&self, key: &Value, expected: i64, values: Assignments) -> Result<Record> {
        let target = WriteTarget::AtVersion(key.clone(), expected);
        let outcome = self.write(Command::Update { target, values }).await?;
        outcome.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// The error when no row had the expected version: it has another one, or there is no row. The statement that checked
    /// both at once has changed nothing, and versions only grow, so a read afterwards is conclusive.
    pub(super) async fn check_version_matched(
        &self,
        target: &WriteTarget,
        outcome: &WriteOutcome,
    ) -> Result<()> {
        let WriteTarget::AtVersion(key, _) = target else { return Ok(()) };
        if !outcome.rows.is_empty() {
            return Ok(());
        }
        let (statement, layout) =
            by_column(self.info, self.dialect(), ColumnSet::KEY, 0, std::slice::from_ref(key));
        let found = self.ctx.engine().write(statement, &layout).await?;
        if found.is_empty() { Err(self.not_found()) } else { Err(Error::VersionMismatch) }
    }
}

impl Update {
    /// The columns that may change: those that are set, and the engine's own that are updated with them.
    fn columns(&self, info: &EntityInfo) -> ColumnSet {
        let by_engine = info.version().into_iter().chain(info.updated_at());
        self.changed().map(|(index, _)| index).chain(by_engine).collect()
    }

    /// Whether the database must be queried about the rows before or after, or about those they refer to.
    pub(super) fn needs_lookup(&self, records: &Records<'_>, grant: &Grant) -> bool {
        let several =
            matches!(self.target, WriteTarget::Keys(_) | WriteTarget::Where(_)) && !grant.is_unrestricted();
        several
            || self.may_refer_to_hidden(records)
            || grant.depends_on(records.info, self.columns(records.info))
    }

    /// Whether a reference to a row that may be hidden is set.
    fn may_refer_to_hidden(&self, records: &Records<'_>) -> bool {
        let mut set = self.changes.iter().filter(|(_, value)| !value.is_null());
        set.any(|(index, _)| references::target_may_be_hidden(records, *index))
    }

    pub(super) async fn prepare(
        records: &Records<'_>,
        target: WriteTarget,
        values: Assignments,
    ) -> Result<Self> {
        let values = validate::changes(records.info, values)?;
        let mut increments = values.increments().to_vec();
        increments.sort_by_key(|(index, _)| *index);
        let mut changes: Vec<_> = values.into_values().collect();
        changes.sort_by_key(|(index, _)| *index);
        hash(changes.iter_mut().map(|(_, value)| value), records.ctx.password_cost()).await?;
        Ok(Self { target, changes, increments, now: Value::DateTime(records.ctx.now()) })
    }

    pub(super) fn target(&self) -> &WriteTarget {
        &self.target
    }

    /// Refuses what is not valid for rows as these.
    pub(super) fn check_rows(&self, records: &Records<'_>, rows: &[Record]) -> Result<()> {
        transitions::check(records.ctx, records.info, rows, &self.changes)?;
        increment::check(records.info, rows, &self.increments)
    }

    /// What the columns become.
    fn changed(&self) -> impl Iterator<Item = (usize, NewValue<'_>)> {
        let set = self.changes.iter().map(|(index, value)| (*index, NewValue::Set(value)));
        set.chain(self.increments.iter().map(|(index, number)| (*index, NewValue::Add(number))))
    }

    /// Whether nothing is changed.
    fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.increments.is_empty()
    }

    /// Whether sums depend on rows that one statement cannot judge: of many rows, or inexact ones.
    pub(super) fn needs_sums(&self, records: &Records<'_>) -> bool {
        !self.increments.is_empty()
            && (!self.is_of_one_row()
                || !increment::adds_exactly(records.info, records.dialect(), &self.increments))
    }

    /// Whether it depends on what rows are whether they may be changed like this.
    pub(super) fn has_transitions(&self, info: &EntityInfo) -> bool {
        transitions::among(info, self.changes.iter().map(|(index, _)| *index))
    }

    /// Whether it is of one row, by its key, and changes something.
    pub(super) fn is_of_one_row(&self) -> bool {
        matches!(self.target, WriteTarget::Key(_) | WriteTarget::AtVersion(..)) && !self.is_empty()
    }

    /// Changes the rows of the target that may be reached: a statement that checks the rules itself.
    pub(super) async fn run(&self, records: &Records<'_>, grant: &Grant) -> Result<WriteOutcome> {
        if grant.is_unrestricted() && self.increments.is_empty() {
            return self.run_unchecked(records, grant, None).await;
        }
        let rows = grant.rows().both(increment::valid_rows(records.info, &self.increments));
        let mut outcome = self.run_unchecked(records, grant, Some(&rows)).await?;
        for attempt in 1.. {
            if !outcome.rows.is_empty() {
                break;
            }
            // A sum that another writer has made valid meanwhile.
            match self.find_refusal(records, grant).await {
                Some(error) => return Err(error),
                None if attempt == ATTEMPTS => return Err(Error::Unavailable),
                None => outcome = self.run_unchecked(records, grant, Some(&rows)).await?,
            }
        }
        let columns = self.columns(records.info);
        if grant.depends_on(records.info, columns) {
            records.check_changed(&outcome.rows, columns, grant).await?;
        }
        Ok(outcome)
    }

    /// Changes these rows, which are locked and may be changed.
    pub(super) async fn run_on(
        &self,
        records: &Records<'_>,
        rows: &[Record],
        grant: &Grant,
    ) -> Result<WriteOutcome> {
        if rows.is_empty() {
            return Ok(WriteOutcome::default());
        }
        if increment::adds_exactly(records.info, records.dialect(), &self.increments) {
            let of_these = Self { target: WriteTarget::Keys(keys_of(rows)), ..self.clone() };
            return of_these.run_unchecked(records, grant, None).await;
        }
        let mut outcome = WriteOutcome::default();
        for row in rows {
            let of_row = self.with_sums(records.info, row)?;
            let WriteOutcome { rows, count } = Box::pin(of_row.run_unchecked(records, grant, None)).await?;
            outcome.rows.extend(rows);
            outcome.count += count;
        }
        Ok(outcome)
    }

    /// The same for one row, with the sums.
    fn with_sums(&self, info: &EntityInfo, row: &Record) -> Result<Self> {
        let mut changes = self.changes.clone();
        for (index, number) in &self.increments {
            let sum = increment::sum(&info.columns[*index], row, number);
            changes.push((*index, sum.map_err(|error| Error::Validation(vec![error]))?));
        }
        changes.sort_by_key(|(index, _)| *index);
        let target = WriteTarget::Keys(vec![row.key().clone()]);
        Ok(Self { target, changes, increments: Vec::new(), now: self.now.clone() })
    }

    /// Why a row was not changed by the one statement that checked everything; nothing when it would be by now.
    async fn find_refusal(&self, records: &Records<'_>, grant: &Grant) -> Option<Error> {
        if !self.increments.is_empty()
            && let Ok(rows) = records.authorized_rows(&self.target, grant).await
        {
            return increment::check(records.info, &rows, &self.increments).err();
        }
        Some(records.unreached_error(&self.target, grant).await)
    }

    /// Changes the rows of the target, checked by the `guard` and by nothing else.
    pub(super) async fn run_unchecked(
        &self,
        records: &Records<'_>,
        grant: &Grant,
        guard: Option<&Condition>,
    ) -> Result<WriteOutcome> {
        let Records { ctx, info, .. } = *records;
        let dialect = records.dialect();
        if self.is_empty() {
            return self.unchanged(records).await;
        }
        if self.may_refer_to_hidden(records) {
            let values = self.changes.iter().map(|(index, value)| (0, *index, value));
            references::check(records, values, false).await?;
        }
        let silent = matches!(self.target, WriteTarget::Where(_));
        let selection = Selection { target: &self.target, reader: Some(ctx), guard };
        let (statement, layout) =
            dml::update(info, dialect, selection, &self.changed().collect::<Vec<_>>(), &self.now, silent)?;
        let executor = grant.acting(ctx);
        let result = if silent {
            executor.execute(statement).await.map(|count| WriteOutcome { rows: Vec::new(), count })
        } else if db_error::may_be_hidden(info, ctx) {
            executor.attempt(statement, &layout).await.map(WriteOutcome::of)
        } else {
            executor.write(statement, &layout).await.map(WriteOutcome::of)
        };
        match result {
            // With a guard, the caller finds out why there are none.
            Ok(outcome) if guard.is_some() => Ok(outcome),
            Ok(outcome) => {
                records.check_version_matched(&self.target, &outcome).await?;
                Ok(outcome)
            }
            Err(refused) => {
                let values: Vec<_> = self.changes.iter().map(|(index, value)| (*index, value)).collect();
                Err(db_error::of_values(ctx, info, &values, refused).await)
            }
        }
    }

    /// Nothing is set: the rows as they are.
    async fn unchanged(&self, records: &Records<'_>) -> Result<WriteOutcome> {
        let Records { ctx, info, .. } = *records;
        let keys = match &self.target {
            WriteTarget::Key(key) | WriteTarget::AtVersion(key, _) => std::slice::from_ref(key),
            WriteTarget::Keys(keys) => keys,
            WriteTarget::Where(filter) => {
                return Ok(WriteOutcome {
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
        Ok(WriteOutcome::of(rows))
    }
}
