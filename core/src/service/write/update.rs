//! New values for rows that are there.

use crate::error::Result;
use crate::query::write::{self, Target};
use crate::query::{Condition, by_column};
use crate::service::write::{Command, Written, asked, hash};
use crate::service::{Records, fault, validate};
use crate::value::{Assignments, Record, Value};

/// A change, checked.
#[derive(Debug, Clone)]
pub(super) struct Update {
    target: Target,
    /// In column order.
    changes: Vec<(usize, Value)>,
    now: Value,
}

impl Records<'_> {
    /// Changes the columns that are set and answers every column of the row. `updated_at` moves only when a value
    /// changed.
    ///
    /// # Errors
    /// `NotFound`, and as [`Records::create`].
    pub async fn update(&self, key: &Value, values: Assignments) -> Result<Record> {
        let target = Target::Key(key.clone());
        let written = self.write(Command::Update { target, values }).await?;
        written.rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Changes the columns that are set in every row that matches, in one statement, and answers how many rows match.
    /// `updated_at` moves only where a value changed.
    ///
    /// The principal must be allowed to read as well as to update: the number tells what is in the rows.
    ///
    /// # Errors
    /// `BadRequest` for a filter that every row passes, and as [`Records::update`] but for `NotFound`.
    pub async fn update_many(&self, filter: &Condition, values: Assignments) -> Result<u64> {
        let target = asked("update_many", filter)?;
        Ok(self.write(Command::Update { target, values }).await?.count)
    }
}

impl Update {
    pub(super) async fn prepare(records: &Records<'_>, target: Target, values: Assignments) -> Result<Self> {
        let values = validate::changes(records.info, values)?;
        let mut changes: Vec<_> = values.into_values().collect();
        changes.sort_by_key(|(index, _)| *index);
        hash(changes.iter_mut().map(|(_, value)| value)).await?;
        Ok(Self { target, changes, now: Value::DateTime(records.ctx.now()) })
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// The same change of other rows.
    pub(super) fn of(&self, target: Target) -> Self {
        Self { target, ..self.clone() }
    }

    pub(super) async fn run(&self, records: &Records<'_>) -> Result<Written> {
        let Records { ctx, info } = *records;
        let dialect = records.dialect();
        if self.changes.is_empty() {
            return self.unchanged(records).await;
        }
        let silent = matches!(self.target, Target::Where(_));
        let (statement, layout) =
            write::update(info, dialect, ctx.principal(), &self.target, &self.changes, &self.now, silent)?;
        let done = if silent {
            ctx.executor().execute(statement).await.map(|count| Written { rows: Vec::new(), count })
        } else {
            ctx.executor().write(statement, &layout).await.map(Written::of)
        };
        match done {
            Ok(written) => Ok(written),
            Err(refused) => {
                let values: Vec<_> = self.changes.iter().map(|(index, value)| (*index, value)).collect();
                Err(fault::of_values(ctx, info, &values, refused).await)
            }
        }
    }

    /// Nothing is set: the rows as they are.
    async fn unchanged(&self, records: &Records<'_>) -> Result<Written> {
        let Records { ctx, info } = *records;
        let keys = match &self.target {
            Target::Key(key) => std::slice::from_ref(key),
            Target::Keys(keys) => keys,
            Target::Where(filter) => {
                return Ok(Written { rows: Vec::new(), count: records.counted(filter).await? });
            }
        };
        let (statement, layout) = by_column(info, records.dialect(), info.all(), 0, keys);
        Ok(Written::of(ctx.executor().read(statement, &layout).await?))
    }
}
