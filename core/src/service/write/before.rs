//! Second stage: the rows that a command is about, and the hooks that run before it is prepared.

use crate::entity::Action;
use crate::error::{Error, FieldError, Result};
use crate::query::Deleted;
use crate::service::write::authorize::Grant;
use crate::service::write::{Command, OnExisting, keys_of, on_heap};
use crate::service::{Records, validate};
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, ColumnSet, Record, Value};

/// Groups of rows with the same changes that a row is compared with, newest first.
const COMPARED: usize = 16;

/// A part of a command whose values are final.
pub(super) struct Planned {
    /// A `Create` that fails on existing rows, or a command for the rows of `existing`.
    pub(super) command: Command,
    /// The rows it is about, locked. None where rows are created.
    pub(super) existing: Option<Vec<Record>>,
    /// The positions of its rows in the input.
    pub(super) positions: Option<RowPositions>,
}

/// Positions of rows in the input.
#[derive(Debug)]
pub(super) struct RowPositions {
    pub(super) in_input: Vec<usize>,
    /// Whether errors name them: `items.3.email`.
    pub(super) indexed_errors: bool,
    /// Whether errors already name positions, those within this part.
    pub(super) already_indexed: bool,
}

impl RowPositions {
    /// The same error with the row's position among all.
    pub(super) fn index_error(&self, error: Error) -> Error {
        match (self.indexed_errors, self.already_indexed, self.in_input.first()) {
            (true, true, _) => error.map_fields(|error| self.reindex(error)),
            (true, false, Some(position)) => error.at(*position),
            _ => error,
        }
    }

    /// A position among the rows of this part becomes one among all.
    fn reindex(&self, mut error: FieldError) -> FieldError {
        let position = error.field.strip_prefix("items.").map(|rest| rest.split('.').next().unwrap_or(rest));
        let position = position
            .and_then(|digits| Some((digits.len(), self.in_input.get(digits.parse::<usize>().ok()?)?)));
        if let Some((digits, position)) = position {
            error.field = format!("items.{position}{}", &error.field["items.".len() + digits..]).into();
        }
        error
    }
}

/// The items of all parts of a command, in the order of the input. A part without positions is the whole
/// command, in order.
pub(super) fn in_input_order<T>(parts: impl Iterator<Item = (Option<RowPositions>, Vec<T>)>) -> Vec<T> {
    let mut numbered = Vec::new();
    for (positions, items) in parts {
        let input = positions.map(|positions| positions.in_input).unwrap_or_default();
        let position = |index: usize| input.get(index).copied().unwrap_or_default();
        numbered.extend(items.into_iter().enumerate().map(|(index, item)| (position(index), item)));
    }
    numbered.sort_by_key(|(position, _)| *position);
    numbered.into_iter().map(|(_, item)| item).collect()
}

impl Planned {
    fn create(rows: Vec<Assignments>, indexed_errors: bool) -> Self {
        let command = Command::Create { rows, on_existing: OnExisting::Fail, indexed_errors };
        Self { command, existing: None, positions: None }
    }

    fn of_existing(command: Command, rows: Vec<Record>) -> Self {
        Self { command, existing: Some(rows), positions: None }
    }
}

/// Rows whose hooks left the same changes.
struct SameChanges {
    columns: ColumnSet,
    values: Vec<Value>,
    changes: Assignments,
    rows: Vec<Record>,
    /// Their positions in the input.
    positions: Vec<usize>,
}

impl Records<'_> {
    /// Reads and locks the rows of a command, and lets the hooks see and change it.
    pub(super) async fn before(&self, command: Command, grant: &Grant) -> Result<Vec<Planned>> {
        match command {
            Command::Create { rows, on_existing: OnExisting::Fail, indexed_errors } => {
                Ok(vec![on_heap(|| self.before_create(rows, indexed_errors, grant)).await?])
            }
            Command::Create { rows, on_existing, indexed_errors } => {
                on_heap(|| self.before_upsert(rows, on_existing, indexed_errors, grant)).await
            }
            Command::Update { target, values } => {
                let rows = on_heap(|| self.authorized_rows(&target, grant)).await?;
                on_heap(|| self.before_update(rows, values, grant)).await
            }
            Command::UpdateEach { rows } => on_heap(|| self.before_update_each(rows, grant)).await,
            Command::Delete { target } => {
                let rows = on_heap(|| self.authorized_rows(&target, grant)).await?;
                on_heap(|| self.before_delete(&rows)).await?;
                Ok(vec![Planned::of_existing(Command::Delete { target }, rows)])
            }
            Command::Purge { key } => {
                let rows = on_heap(|| self.authorized_row(&key, Deleted::Included, grant)).await?;
                on_heap(|| self.before_delete(&rows)).await?;
                Ok(vec![Planned::of_existing(Command::Purge { key }, rows)])
            }
            Command::Restore { key } => {
                let rows = on_heap(|| self.authorized_row(&key, Deleted::Only, grant)).await?;
                Ok(vec![Planned::of_existing(Command::Restore { key }, rows)])
            }
        }
    }

    /// Lets the hooks see every new row, unless the given values already decide that one may not be created; errors of theirs and of reading the values are reported together.
    pub(super) async fn before_create(
        &self,
        rows: Vec<Assignments>,
        indexed_errors: bool,
        grant: &Grant,
    ) -> Result<Planned> {
        let Some((hooks, ctx)) = self.hooks()? else {
            return Ok(Planned::create(rows, indexed_errors));
        };
        // A NULL is left to the hooks, as if it were not given.
        let is_refused = |row: &Assignments| {
            grant.allows_new(&|column| row.get(column).filter(|value| !value.is_null())) == Some(false)
        };
        if rows.iter().any(is_refused) {
            return Err(self.info.refused(Action::Create, self.ctx));
        }
        let mut ready = Vec::with_capacity(rows.len());
        let mut errors = Vec::new();
        for (position, row) in rows.into_iter().enumerate() {
            let hooked = match validate::readable_row(self.info, row) {
                Ok(row) => hooks.before_create(&ctx, row).await,
                Err(error) => Err(error),
            };
            match hooked {
                Ok(row) => ready.push(row),
                Err(Error::Validation(broken)) if indexed_errors => {
                    errors.extend(broken.into_iter().map(|error| error.at(position)));
                }
                Err(error) => return Err(error),
            }
        }
        if errors.is_empty() {
            Ok(Planned::create(ready, indexed_errors))
        } else {
            Err(Error::Validation(errors))
        }
    }

    /// Lets the hooks see each row that is about to change, unless the given values already decide that it may not. Rows with the same changes are grouped.
    pub(super) async fn before_update(
        &self,
        mut rows: Vec<Record>,
        values: Assignments,
        grant: &Grant,
    ) -> Result<Vec<Planned>> {
        if rows.is_empty() {
            // No hook reads the values, and no statement.
            validate::readable_changes(self.info, values)?;
            return Ok(Vec::new());
        }
        let Some((hooks, ctx)) = self.hooks()? else {
            let target = WriteTarget::Keys(keys_of(&rows));
            return Ok(vec![Planned::of_existing(Command::Update { target, values }, rows)]);
        };
        if grant.allows_changed(&|column| values.get(column)) == Some(false) {
            return Err(self.info.refused(Action::Update, self.ctx));
        }
        let values = validate::readable_changes(self.info, values)?;
        self.with_own_numbers(&mut rows).await?;
        let mut groups: Vec<SameChanges> = Vec::new();
        for (position, row) in rows.into_iter().enumerate() {
            let changes = hooks.before_update(&ctx, &row, values.clone()).await?;
            let (columns, values) = changes.clone().into_row();
            let same = |group: &&mut SameChanges| {
                group.columns == columns
                    && group.values == values
                    && group.changes.increments() == changes.increments()
            };
            match groups.iter_mut().rev().take(COMPARED).find(same) {
                Some(group) => {
                    group.rows.push(row);
                    group.positions.push(position);
                }
                None => {
                    groups.push(SameChanges {
                        columns,
                        values,
                        changes,
                        rows: vec![row],
                        positions: vec![position],
                    });
                }
            }
        }
        let planned = |SameChanges { changes: values, rows, positions, .. }| {
            let target = WriteTarget::Keys(keys_of(&rows));
            let positions =
                Some(RowPositions { in_input: positions, indexed_errors: false, already_indexed: false });
            Planned { positions, ..Planned::of_existing(Command::Update { target, values }, rows) }
        };
        Ok(groups.into_iter().map(planned).collect())
    }

    /// Lets the hooks refuse the deletion of rows.
    pub(super) async fn before_delete(&self, rows: &[Record]) -> Result<()> {
        if let Some((hooks, ctx)) = self.hooks()? {
            let mut rows = rows.to_vec();
            self.with_own_numbers(&mut rows).await?;
            for row in &rows {
                hooks.before_delete(&ctx, row).await?;
            }
        }
        Ok(())
    }
}
