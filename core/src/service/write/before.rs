//! Second stage: the rows that a command is about, and the hooks that see it before it is prepared.

use crate::error::{Error, FieldError, Result};
use crate::query::Deleted;
use crate::service::write::authorize::Grant;
use crate::service::write::{Command, Existing, keys_of};
use crate::service::{Records, validate};
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, ColumnSet, Record, Value};

/// Groups of rows with the same changes that a row is compared with, newest first.
const COMPARED: usize = 16;

/// A part of a command whose values are final.
pub(super) struct Planned {
    /// A `Create` that refuses existing rows, or what is done to the rows of `existing`.
    pub(super) command: Command,
    /// The rows it is about as they are, locked. None where rows are made.
    pub(super) existing: Option<Vec<Record>>,
    /// Where its rows stand among those that were given.
    pub(super) places: Option<Places>,
}

/// Positions among the rows that were given.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) at: Vec<usize>,
    /// Whether errors say them: `items.3.email`.
    pub(super) in_errors: bool,
    /// Whether errors say positions already, among the rows of this part.
    pub(super) located: bool,
}

impl Places {
    /// The same error with the row's position among all.
    pub(super) fn locate(&self, error: Error) -> Error {
        match (self.in_errors, self.located, self.at.first()) {
            (true, true, _) => error.map_fields(|error| self.relocate(error)),
            (true, false, Some(place)) => error.at(*place),
            _ => error,
        }
    }

    /// A position among the rows of this part becomes one among all.
    fn relocate(&self, mut error: FieldError) -> FieldError {
        let place = error.field.strip_prefix("items.").map(|rest| rest.split('.').next().unwrap_or(rest));
        let place =
            place.and_then(|digits| Some((digits.len(), self.at.get(digits.parse::<usize>().ok()?)?)));
        if let Some((digits, place)) = place {
            error.field = format!("items.{place}{}", &error.field["items.".len() + digits..]).into();
        }
        error
    }
}

/// The items of all parts of a command, in the order in which their rows were given. A part without places is the whole
/// command, in order.
pub(super) fn in_given_order<T>(parts: impl Iterator<Item = (Option<Places>, Vec<T>)>) -> Vec<T> {
    let mut numbered = Vec::new();
    for (places, items) in parts {
        let at = places.map(|places| places.at).unwrap_or_default();
        let place = |index: usize| at.get(index).copied().unwrap_or_default();
        numbered.extend(items.into_iter().enumerate().map(|(index, item)| (place(index), item)));
    }
    numbered.sort_by_key(|(place, _)| *place);
    numbered.into_iter().map(|(_, item)| item).collect()
}

impl Planned {
    fn create(rows: Vec<Assignments>, positions: bool) -> Self {
        let command = Command::Create { rows, existing: Existing::Refuse, positions };
        Self { command, existing: None, places: None }
    }

    fn of_existing(command: Command, rows: Vec<Record>) -> Self {
        Self { command, existing: Some(rows), places: None }
    }
}

/// Rows whose hooks left the same changes.
struct SameChanges {
    columns: ColumnSet,
    values: Vec<Value>,
    changes: Assignments,
    rows: Vec<Record>,
    /// Their positions among all rows of the command.
    at: Vec<usize>,
}

impl Records<'_> {
    /// Reads and locks the rows of a command, and lets the hooks see and change it.
    pub(super) async fn before(&self, command: Command, grant: &Grant) -> Result<Vec<Planned>> {
        match command {
            Command::Create { rows, existing: Existing::Refuse, positions } => {
                Ok(vec![self.before_create(rows, positions).await?])
            }
            Command::Create { rows, existing, positions } => {
                self.before_upsert(rows, existing, positions, grant).await
            }
            Command::Update { target, values } => {
                let rows = self.authorized_rows(&target, grant).await?;
                self.before_update(rows, values).await
            }
            Command::Delete { target } => {
                let rows = self.authorized_rows(&target, grant).await?;
                self.before_delete(&rows).await?;
                Ok(vec![Planned::of_existing(Command::Delete { target }, rows)])
            }
            Command::Purge { key } => {
                let rows = self.authorized_row(&key, Deleted::Included, grant).await?;
                self.before_delete(&rows).await?;
                Ok(vec![Planned::of_existing(Command::Purge { key }, rows)])
            }
            Command::Restore { key } => {
                let rows = self.authorized_row(&key, Deleted::Only, grant).await?;
                Ok(vec![Planned::of_existing(Command::Restore { key }, rows)])
            }
        }
    }

    /// Lets the hooks see every new row; what they and the values' reading refuse is answered at once.
    pub(super) async fn before_create(&self, rows: Vec<Assignments>, positions: bool) -> Result<Planned> {
        let Some((hooks, ctx)) = self.hooks()? else {
            return Ok(Planned::create(rows, positions));
        };
        let mut ready = Vec::with_capacity(rows.len());
        let mut errors = Vec::new();
        for (position, row) in rows.into_iter().enumerate() {
            let hooked = match validate::readable_row(self.info, row) {
                Ok(row) => hooks.before_create(&ctx, row).await,
                Err(error) => Err(error),
            };
            match hooked {
                Ok(row) => ready.push(row),
                Err(Error::Validation(broken)) if positions => {
                    errors.extend(broken.into_iter().map(|error| error.at(position)));
                }
                Err(error) => return Err(error),
            }
        }
        if errors.is_empty() { Ok(Planned::create(ready, positions)) } else { Err(Error::Validation(errors)) }
    }

    /// Lets the hooks see each row that is about to change. Rows that they leave with the same changes go together.
    pub(super) async fn before_update(&self, rows: Vec<Record>, values: Assignments) -> Result<Vec<Planned>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let Some((hooks, ctx)) = self.hooks()? else {
            let target = WriteTarget::Keys(keys_of(&rows));
            return Ok(vec![Planned::of_existing(Command::Update { target, values }, rows)]);
        };
        let values = validate::readable_changes(self.info, values)?;
        let mut groups: Vec<SameChanges> = Vec::new();
        for (place, row) in rows.into_iter().enumerate() {
            let changes = hooks.before_update(&ctx, &row, values.clone()).await?;
            let (columns, values) = changes.clone().into_row();
            let same = |group: &&mut SameChanges| group.columns == columns && group.values == values;
            match groups.iter_mut().rev().take(COMPARED).find(same) {
                Some(group) => {
                    group.rows.push(row);
                    group.at.push(place);
                }
                None => {
                    groups.push(SameChanges { columns, values, changes, rows: vec![row], at: vec![place] });
                }
            }
        }
        let planned = |SameChanges { changes: values, rows, at, .. }| {
            let target = WriteTarget::Keys(keys_of(&rows));
            let places = Some(Places { at, in_errors: false, located: false });
            Planned { places, ..Planned::of_existing(Command::Update { target, values }, rows) }
        };
        Ok(groups.into_iter().map(planned).collect())
    }

    /// Lets the hooks refuse the end of rows.
    pub(super) async fn before_delete(&self, rows: &[Record]) -> Result<()> {
        if let Some((hooks, ctx)) = self.hooks()? {
            for row in rows {
                hooks.before_delete(&ctx, row).await?;
            }
        }
        Ok(())
    }
}
