//! New rows that may exist already, where hooks, history or a rule must know which of them do.
//!
//! The native `ON CONFLICT` does not distinguish an inserted row from an updated one. Here the existing rows are read and
//! locked first; the others are inserted. If another transaction inserts one of them in between, all of it is done again.

use std::collections::{HashMap, HashSet};

use crate::ctx::Ctx;
use crate::db::Dialect;
use crate::entity::{Condition, Op};
use crate::error::{Error, FieldError, Result};
use crate::service::write::authorize::Grant;
use crate::service::write::before::{Planned, RowPositions};
use crate::service::write::{Command, OnExisting, WriteOutcome, upsert};
use crate::service::{Records, unique};
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, ColumnSet, Record};

/// Attempts while others insert the same rows.
const ATTEMPTS: usize = 3;

impl OnExisting {
    /// The columns by which rows are found.
    fn by(&self) -> &[usize] {
        match self {
            Self::Fail => &[],
            Self::Ignore(by) | Self::Update(by) => by,
        }
    }
}

impl Records<'_> {
    /// Runs an upsert that reads the existing rows first, in the transaction of this context.
    pub(super) async fn upsert_with_lookup(&self, command: &Command, grant: &Grant) -> Result<WriteOutcome> {
        // On SQLite no one else writes meanwhile.
        let attempts = if self.dialect() == Dialect::Postgres { ATTEMPTS } else { 1 };
        for _ in 1..attempts {
            let (unbound, again, grant) = (self.unbound(), command.clone(), grant.clone());
            let run = move |ctx: Ctx| async move { unbound.bind(&ctx).run(again, &grant).await };
            match self.ctx.transaction(run).await {
                Err(error) if self.is_concurrent_insert(&error, command) => {}
                done => return done,
            }
        }
        self.run(command.clone(), grant).await
    }

    /// Whether the conflict is with a row that another transaction has inserted meanwhile.
    fn is_concurrent_insert(&self, error: &Error, command: &Command) -> bool {
        let (Error::Conflict(errors), Command::Create { on_existing, .. }) = (error, command) else {
            return false;
        };
        let is_found_by = |error: &FieldError| {
            let name = error.field.rsplit('.').next().unwrap_or_default();
            error.code == "unique"
                && on_existing.by().iter().any(|index| self.info.columns[*index].wire == name)
        };
        errors.iter().any(is_found_by)
    }

    /// Splits the rows into those to insert and those to update, and runs the hooks on both.
    pub(super) async fn before_upsert(
        &self,
        rows: Vec<Assignments>,
        on_existing: OnExisting,
        indexed_errors: bool,
        grant: &Grant,
    ) -> Result<Vec<Planned>> {
        let target: ColumnSet = on_existing.by().iter().copied().collect();
        let update = matches!(on_existing, OnExisting::Update(_));
        let input = self.with_unique_key(rows, &on_existing, indexed_errors)?;
        let mut found = self.find_existing(input.iter().map(|row| &row.values), target).await?;
        let existing: Vec<Record> = found.values().cloned().collect();
        self.check_existing(&existing, grant).await?;
        let (mut inserts, mut in_input, mut updates) = (Vec::new(), Vec::new(), Vec::new());
        let mut inserted_keys = HashSet::new();
        for UpsertRow { position, columns, mut values } in input {
            let unique_key = unique::unique_key(target.iter().filter_map(|index| values.get(index)));
            match found.get(&unique_key) {
                // With `Ignore`, a row may be repeated: the first counts.
                None if inserted_keys.insert(unique_key.clone()) => {
                    in_input.push(position);
                    inserts.push(values);
                }
                Some(_) if update => {
                    for index in values.columns().iter() {
                        if !columns.contains(index) || !upsert::is_changeable(self.info, target, index) {
                            values.take(index);
                        }
                    }
                    updates.extend(found.remove(&unique_key).map(|row| (position, row, values)));
                }
                _ => {}
            }
        }
        let positions = RowPositions { in_input, indexed_errors, already_indexed: true };
        let mut planned = match self.before_create(inserts, indexed_errors, grant).await {
            Ok(create) => vec![Planned { positions: Some(positions), ..create }],
            Err(error) => return Err(positions.index_error(error)),
        };
        for (position, row, values) in updates {
            let positions =
                || RowPositions { in_input: vec![position], indexed_errors, already_indexed: false };
            match self.before_update(vec![row], values, grant).await {
                Ok(update) => planned.extend(
                    update.into_iter().map(|update| Planned { positions: Some(positions()), ..update }),
                ),
                Err(error) => return Err(positions().index_error(error)),
            }
        }
        Ok(planned)
    }

    /// The rows with the values by which they are found, defaults included; no two may be the same.
    fn with_unique_key(
        &self,
        rows: Vec<Assignments>,
        on_existing: &OnExisting,
        indexed_errors: bool,
    ) -> Result<Vec<UpsertRow>> {
        let (mut input, mut repeats) = (Vec::with_capacity(rows.len()), upsert::Repeats::default());
        for (position, mut values) in rows.into_iter().enumerate() {
            let columns = values.columns();
            for index in on_existing.by().iter().filter(|index| !columns.contains(**index)) {
                let column = &self.info.columns[*index];
                if let Some(default) = column.field.and_then(|field| field.default) {
                    values.set(*index, default.value(column.kind, self.ctx.now()));
                }
            }
            let checked = upsert::check_target(self.info, on_existing.by(), columns, &values);
            checked.map_err(|error| if indexed_errors { error.at(position) } else { error })?;
            let repeated = repeats.of(self.info, on_existing, position, |index| values.get(index));
            if !repeated.is_empty() {
                return Err(Error::Validation(repeated).at(position));
            }
            input.push(UpsertRow { position, columns, values });
        }
        Ok(input)
    }

    /// The existing rows, locked, by their unique key.
    async fn find_existing<'r>(
        &self,
        rows: impl Iterator<Item = &'r Assignments>,
        target: ColumnSet,
    ) -> Result<HashMap<Option<Vec<u8>>, Record>> {
        let same = |row: &Assignments| {
            let test = |index| Condition::column(index, Op::Eq(row.get(index).cloned().unwrap_or_default()));
            Condition::All(target.iter().map(test).collect())
        };
        let each: Vec<Condition> = rows.map(same).collect();
        let mut found = HashMap::new();
        for any in each.chunks(unique::LOOKUP_BATCH) {
            let target_rows = WriteTarget::Where(Condition::Any(any.to_vec()));
            for row in self.locked_rows(self.unrestricted_scope(), &target_rows).await? {
                found.insert(unique::unique_key(target.iter().map(|index| row.get(index))), row);
            }
        }
        Ok(found)
    }
}

/// A row of the input of an upsert.
struct UpsertRow {
    /// Its position in the input.
    position: usize,
    /// The columns that the input sets, without those set by defaults.
    columns: ColumnSet,
    values: Assignments,
}
