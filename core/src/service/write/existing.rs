//! New rows that may exist already, where hooks, history or a rule must know which of them do.
//!
//! The native `ON CONFLICT` does not distinguish a row it made from one it found. Here the rows that exist are read and
//! locked first; the others are made. Should someone make one of them in between, all of it is done again.

use std::collections::{HashMap, HashSet};

use crate::ctx::Ctx;
use crate::db::Dialect;
use crate::entity::{Condition, Op};
use crate::error::{Error, FieldError, Result};
use crate::service::write::authorize::Grant;
use crate::service::write::before::{Places, Planned};
use crate::service::write::{Command, Existing, Written, upsert};
use crate::service::{Records, unique};
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, ColumnSet, Record};

/// How often it is tried while others make the same rows.
const ATTEMPTS: usize = 3;

impl Existing {
    /// The columns by which rows are found.
    fn by(&self) -> &[usize] {
        match self {
            Self::Refuse => &[],
            Self::Keep(by) | Self::Change(by) => by,
        }
    }
}

impl Records<'_> {
    /// Runs an upsert that looks for the rows first, in the transaction of this context.
    pub(super) async fn upsert_looking_first(&self, command: &Command, grant: &Grant) -> Result<Written> {
        // On SQLite no one else writes meanwhile.
        let attempts = if self.dialect() == Dialect::Postgres { ATTEMPTS } else { 1 };
        for _ in 1..attempts {
            let (unbound, again, grant) = (self.unbound(), command.clone(), grant.clone());
            let run = move |ctx: Ctx| async move { unbound.bind(&ctx).run(again, &grant).await };
            match self.ctx.transaction(run).await {
                Err(error) if self.made_meanwhile(&error, command) => {}
                done => return done,
            }
        }
        self.run(command.clone(), grant).await
    }

    /// Whether the conflict is that a row exists which did not.
    fn made_meanwhile(&self, error: &Error, command: &Command) -> bool {
        let (Error::Conflict(errors), Command::Create { existing, .. }) = (error, command) else {
            return false;
        };
        let is_found_by = |error: &FieldError| {
            let name = error.field.rsplit('.').next().unwrap_or_default();
            error.code == "unique" && existing.by().iter().any(|index| self.info.columns[*index].wire == name)
        };
        errors.iter().any(is_found_by)
    }

    /// Tells rows that exist from those that do not, and lets the hooks see both.
    pub(super) async fn before_upsert(
        &self,
        rows: Vec<Assignments>,
        existing: Existing,
        positions: bool,
        grant: &Grant,
    ) -> Result<Vec<Planned>> {
        let target: ColumnSet = existing.by().iter().copied().collect();
        let change = matches!(existing, Existing::Change(_));
        let given = self.with_identity(rows, &existing, positions)?;
        let mut found = self.find_existing(given.iter().map(|row| &row.values), target).await?;
        let known: Vec<Record> = found.values().cloned().collect();
        self.check_existing(&known, grant).await?;
        let (mut made, mut at, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        let mut making = HashSet::new();
        for GivenRow { place, given, mut values } in given {
            let identity = unique::identity(target.iter().filter_map(|index| values.get(index)));
            match found.get(&identity) {
                // Of rows that are to be kept as they are, the first may be given twice.
                None if making.insert(identity.clone()) => {
                    at.push(place);
                    made.push(values);
                }
                Some(_) if change => {
                    for index in values.columns().iter() {
                        if !given.contains(index) || !upsert::is_changeable(self.info, target, index) {
                            values.take(index);
                        }
                    }
                    changed.extend(found.remove(&identity).map(|row| (place, row, values)));
                }
                _ => {}
            }
        }
        let places = Places { at, in_errors: positions, located: true };
        let mut planned = match self.before_create(made, positions).await {
            Ok(create) => vec![Planned { places: Some(places), ..create }],
            Err(error) => return Err(places.locate(error)),
        };
        for (place, row, values) in changed {
            let places = || Places { at: vec![place], in_errors: positions, located: false };
            match self.before_update(vec![row], values).await {
                Ok(update) => planned
                    .extend(update.into_iter().map(|update| Planned { places: Some(places()), ..update })),
                Err(error) => return Err(places().locate(error)),
            }
        }
        Ok(planned)
    }

    /// The given rows with the values by which they are found, defaults included; none may be the same as another.
    fn with_identity(
        &self,
        rows: Vec<Assignments>,
        existing: &Existing,
        positions: bool,
    ) -> Result<Vec<GivenRow>> {
        let (mut given, mut repeats) = (Vec::with_capacity(rows.len()), upsert::Repeats::default());
        for (place, mut values) in rows.into_iter().enumerate() {
            let columns = values.columns();
            for index in existing.by().iter().filter(|index| !columns.contains(**index)) {
                if let Some(default) = self.info.columns[*index].field.and_then(|field| field.default) {
                    values.set(*index, default.value());
                }
            }
            let checked = upsert::check_target(self.info, existing.by(), columns, &values);
            checked.map_err(|error| if positions { error.at(place) } else { error })?;
            let repeated = repeats.of(self.info, existing, place, |index| values.get(index));
            if !repeated.is_empty() {
                return Err(Error::Validation(repeated).at(place));
            }
            given.push(GivenRow { place, given: columns, values });
        }
        Ok(given)
    }

    /// The rows that exist, locked, by what makes them one of their kind.
    async fn find_existing<'r>(
        &self,
        given: impl Iterator<Item = &'r Assignments>,
        target: ColumnSet,
    ) -> Result<HashMap<Option<Vec<u8>>, Record>> {
        let same = |row: &Assignments| {
            let test = |index| Condition::column(index, Op::Eq(row.get(index).cloned().unwrap_or_default()));
            Condition::All(target.iter().map(test).collect())
        };
        let each: Vec<Condition> = given.map(same).collect();
        let mut found = HashMap::new();
        for any in each.chunks(unique::LOOKED_FOR) {
            let target_rows = WriteTarget::Where(Condition::Any(any.to_vec()));
            for row in self.locked_rows(self.unrestricted_scope(), &target_rows).await? {
                found.insert(unique::identity(target.iter().map(|index| row.get(index))), row);
            }
        }
        Ok(found)
    }
}

/// A row as it was given.
struct GivenRow {
    /// Its position among all.
    place: usize,
    /// The columns that were given, without those that defaults were added to.
    given: ColumnSet,
    values: Assignments,
}
