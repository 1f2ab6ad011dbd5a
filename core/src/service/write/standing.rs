//! New rows that may stand already, where hooks and history must know which of them do.
//!
//! The native `ON CONFLICT` does not tell a row it made from one it found. Here the rows that stand are read and
//! locked first; the others are made. Should someone make one of them in between, all of it is done again.

use std::collections::{HashMap, HashSet};

use crate::ctx::Ctx;
use crate::db::Dialect;
use crate::entity::RowChange;
use crate::entity::{Condition, Op};
use crate::error::{Error, FieldError, Result};
use crate::service::write::{Existing, Grant, Written, tracked, upsert};
use crate::service::{Records, unique};
use crate::sql::dml::Target;
use crate::value::ColumnSet;
use crate::value::{Assignments, Record};

/// How often it is tried while others make the same rows.
const ATTEMPTS: usize = 3;
/// Rows that are looked for in one statement.
const LOOKED_FOR: usize = 100;

/// A given row: where it stands among all, and its values.
type Placed = (usize, Assignments);

/// What is to be done with the given rows.
#[derive(Default)]
struct Plan {
    made: Vec<Placed>,
    changed: Vec<(usize, Record, Assignments)>,
}

impl Records<'_> {
    pub(super) async fn upsert_tracked(
        &self,
        rows: Vec<Assignments>,
        existing: Existing,
        positions: bool,
        grant: &Grant,
    ) -> Result<Written> {
        let (sought, change) = match existing {
            Existing::Keep(sought) => (sought, false),
            Existing::Change(sought) => (sought, true),
            Existing::Refuse => (Vec::new(), false),
        };
        // On SQLite no one else writes meanwhile.
        let attempts = if self.dialect() == Dialect::Postgres { ATTEMPTS } else { 1 };
        for _ in 1..attempts {
            let (info, rows, sought_here, grant) = (self.info, rows.clone(), sought.clone(), grant.clone());
            let run = move |ctx: Ctx| async move {
                Records::new(&ctx, info).upsert_once(rows, &sought_here, change, positions, &grant).await
            };
            match self.ctx.transaction(run).await {
                Err(error) if self.made_meanwhile(&error, &sought) => {}
                done => return done,
            }
        }
        self.upsert_once(rows, &sought, change, positions, grant).await
    }

    /// Whether the conflict is that a row stands which did not.
    fn made_meanwhile(&self, error: &Error, sought: &[usize]) -> bool {
        let Error::Conflict(errors) = error else { return false };
        let is_sought = |error: &FieldError| {
            let name = error.field.rsplit('.').next().unwrap_or_default();
            error.code == "unique" && sought.iter().any(|index| self.info.columns[*index].wire == name)
        };
        errors.iter().any(is_sought)
    }

    async fn upsert_once(
        &self,
        rows: Vec<Assignments>,
        sought: &[usize],
        change: bool,
        positions: bool,
        grant: &Grant,
    ) -> Result<Written> {
        let Plan { made, changed } = self.plan(rows, sought, change, positions, grant).await?;
        let mut changes: Vec<(usize, RowChange)> = Vec::with_capacity(made.len() + changed.len());
        let (places, made): (Vec<usize>, Vec<Assignments>) = made.into_iter().unzip();
        let created = self.create_tracked(made, positions, grant).await;
        let created = created.map_err(|error| if positions { moved(error, &places) } else { error })?;
        changes.extend(places.into_iter().zip(tracked::created(created)));
        for (place, row, values) in changed {
            let updated = self.update_tracked(vec![row], values, grant).await;
            let updated = updated.map_err(|error| if positions { error.at(place) } else { error })?;
            changes.extend(updated.into_iter().map(|change| (place, change)));
        }
        changes.sort_by_key(|(place, _)| *place);
        self.tell(changes.into_iter().map(|(_, change)| change).collect()).await
    }

    /// Tells the rows that stand from those that do not.
    async fn plan(
        &self,
        rows: Vec<Assignments>,
        sought: &[usize],
        change: bool,
        positions: bool,
        grant: &Grant,
    ) -> Result<Plan> {
        let target: ColumnSet = sought.iter().copied().collect();
        let existing =
            if change { Existing::Change(sought.to_vec()) } else { Existing::Keep(sought.to_vec()) };
        let (mut given, mut seen) = (Vec::with_capacity(rows.len()), upsert::Seen::default());
        for (place, mut row) in rows.into_iter().enumerate() {
            let columns = row.columns();
            for index in target.iter().filter(|index| !columns.contains(*index)) {
                if let Some(default) = self.info.columns[index].field.and_then(|field| field.default) {
                    row.set(index, default.value());
                }
            }
            let checked = upsert::check_target(self.info, sought, columns, &row);
            checked.map_err(|error| if positions { error.at(place) } else { error })?;
            let repeated = seen.repeats(self.info, &existing, place, |index| row.get(index));
            if !repeated.is_empty() {
                return Err(Error::Validation(repeated).at(place));
            }
            given.push((place, columns, row));
        }
        let mut standing = self.standing(given.iter().map(|(_, _, row)| row), target).await?;
        let found: Vec<Record> = standing.values().cloned().collect();
        self.check_standing(&found, grant).await?;
        let mut made = HashSet::new();
        let mut plan = Plan::default();
        for (place, columns, mut row) in given {
            let identity = unique::identity(target.iter().filter_map(|index| row.get(index)));
            match standing.get(&identity) {
                // Of rows that are to be kept as they stand, the first may be given twice.
                None if made.insert(identity.clone()) => plan.made.push((place, row)),
                Some(_) if change => {
                    for index in row.columns().iter() {
                        if !columns.contains(index) || !upsert::is_changeable(self.info, target, index) {
                            row.take(index);
                        }
                    }
                    plan.changed.extend(standing.remove(&identity).map(|found| (place, found, row)));
                }
                _ => {}
            }
        }
        Ok(plan)
    }

    /// The rows that stand, locked, by what makes them one of their kind.
    async fn standing<'r>(
        &self,
        given: impl Iterator<Item = &'r Assignments>,
        target: ColumnSet,
    ) -> Result<HashMap<Option<Vec<u8>>, Record>> {
        let same = |row: &Assignments| {
            let test = |index| Condition::column(index, Op::Eq(row.get(index).cloned().unwrap_or_default()));
            Condition::All(target.iter().map(test).collect())
        };
        let sought: Vec<Condition> = given.map(same).collect();
        let mut standing = HashMap::new();
        for any in sought.chunks(LOOKED_FOR) {
            for row in self.locked_rows(self.whole(), &Target::Where(Condition::Any(any.to_vec()))).await? {
                standing.insert(unique::identity(target.iter().map(|index| row.get(index))), row);
            }
        }
        Ok(standing)
    }
}

/// The same error, with places among the rows made turned into places among all.
fn moved(error: Error, places: &[usize]) -> Error {
    let there = |mut error: FieldError| {
        let place = error.field.strip_prefix("items.").map(|rest| rest.split('.').next().unwrap_or(rest));
        let place = place.and_then(|digits| Some((digits.len(), places.get(digits.parse::<usize>().ok()?)?)));
        if let Some((digits, place)) = place {
            error.field = format!("items.{place}{}", &error.field["items.".len() + digits..]).into();
        }
        error
    };
    error.map_fields(there)
}
