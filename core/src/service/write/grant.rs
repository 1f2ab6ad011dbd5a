//! What the principal may write: which rows, and which fields of them.
//!
//! A row that may not be read is absent: writes do not find it. One that may be read but not written is refused, and so
//! is a change after which the row would be one that the principal may not write. All of it is checked in the
//! transaction of the write, or by its one statement.

use std::collections::HashSet;

use crate::ctx::ActingAs;
use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::entity::{Condition, Op};
use crate::error::{Error, FieldError, Result};
use crate::policy::{Action, refused};
use crate::query::Deleted;
use crate::service::Records;
use crate::service::key::{Key, unsigned};
use crate::service::write::{AT_ONCE, Command, Existing};
use crate::sql::RowScope;
use crate::sql::dml::Target;
use crate::value::ColumnSet;
use crate::value::{Assignments, Record, Value};

/// The rows that a command may reach.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// Rows that are there for the principal.
    read: Condition,
    /// Rows that may be changed or removed; and what a changed row must be.
    act: Condition,
    /// What a new row must be.
    create: Condition,
    /// What is done to rows that are there.
    action: Action,
    /// It is what the engine does by itself.
    engine: bool,
}

impl Grant {
    /// Every row: for what the engine does by itself.
    pub(super) const fn open(action: Action) -> Self {
        Self { read: Condition::TRUE, act: Condition::TRUE, create: Condition::TRUE, action, engine: true }
    }

    /// What the principal of the context may do of the command.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` when it may do none of it.
    pub(super) fn of(records: &Records<'_>, command: &Command) -> Result<Self> {
        let Records { ctx, info, .. } = *records;
        let action = match command {
            Command::Create { .. } | Command::Update { .. } => Action::Update,
            Command::Delete { .. } | Command::Restore { .. } | Command::Purge { .. } => Action::Delete,
        };
        let mut grant = Self { engine: false, ..Self::open(action) };
        if ctx.principal().is_system() {
            return Ok(grant);
        }
        match command {
            Command::Create { rows, existing, .. } => {
                let given = rows.iter().map(Assignments::columns).fold(ColumnSet::EMPTY, ColumnSet::union);
                let chosen = rows.iter().flat_map(Assignments::iter).filter(|(index, value)| {
                    // NULL is what the column would be if it were left out.
                    let default = info.columns[*index].field.and_then(|field| field.default);
                    !value.is_null() || default.is_some()
                });
                let chosen = chosen.map(|(index, _)| index).collect();
                let settable = |action, columns| settable(info, ctx, action, columns);
                grant.create = info.authorize(Action::Create, ctx)?.both(settable(Action::Create, chosen)?);
                if let Existing::Change(_) = existing {
                    grant.act = info.authorize(Action::Update, ctx)?.both(settable(Action::Update, given)?);
                }
                if let Existing::Keep(by) | Existing::Change(by) = existing {
                    grant.read = info.authorize(Action::Read, ctx)?.both(info.shown_all(by, ctx));
                }
            }
            Command::Update { values, .. } => {
                let act = info.authorize(Action::Update, ctx)?;
                grant.read = info.authorize(Action::Read, ctx)?;
                grant.act = act.both(settable(info, ctx, Action::Update, values.columns())?);
            }
            Command::Delete { .. } | Command::Restore { .. } | Command::Purge { .. } => {
                grant.act = info.authorize(Action::Delete, ctx)?;
                grant.read = info.authorize(Action::Read, ctx)?;
            }
        }
        if records.typed && command.answers_rows() {
            let whole = whole(info, ctx)?;
            grant.act = grant.act.both(whole.clone());
            grant.create = grant.create.both(whole);
        }
        Ok(grant)
    }

    /// On whose behalf rows are changed.
    pub(super) fn acting<'c>(&self, ctx: &'c Ctx) -> ActingAs<'c> {
        if self.engine { ctx.engine() } else { ctx.executor() }
    }

    /// Rows that are there for the principal; where rows are found by their values, those whose values it may see.
    pub(super) const fn readable(&self) -> &Condition {
        &self.read
    }

    /// Whether every row may be reached.
    pub(super) fn is_open(&self) -> bool {
        [&self.read, &self.act, &self.create].into_iter().all(Condition::is_always)
    }

    /// The rows that may be reached.
    pub(super) fn rows(&self) -> Condition {
        self.read.clone().both(self.act.clone())
    }

    /// Whether a row that could be changed may be one that could not after these columns are.
    pub(super) fn looks_at(&self, info: &EntityInfo, columns: ColumnSet) -> bool {
        self.act.looks_at(info, columns)
    }

    /// Whether a new row may be made, if its values tell.
    pub(super) fn allows_new<'v>(&self, value: &impl Fn(usize) -> Option<&'v Value>) -> Option<bool> {
        self.create.holds(value)
    }
}

/// The rows in which the principal may set these columns.
fn settable(info: &EntityInfo, ctx: &Ctx, action: Action, columns: ColumnSet) -> Result<Condition> {
    let mut rows = Condition::TRUE;
    let mut refusals = Vec::new();
    for column in columns.iter().map(|index| &info.columns[index]) {
        let Some(rule) = column.write_rule() else { continue };
        let settable = rule.rows(info, action, ctx);
        if settable.is_never() {
            tracing::debug!(
                target: "entify::policy", principal = ctx.principal().id(),
                "denied: writing {}.{}: only {rule}", info.def.name, column.wire
            );
            refusals.push(FieldError::new(column.wire, "forbidden", "may not be set by you; leave it out"));
        }
        rows = rows.both(settable);
    }
    match refusals.is_empty() {
        true => Ok(rows),
        false if ctx.principal().is_authenticated() => Err(Error::ForbiddenFields(refusals)),
        false => Err(Error::Unauthenticated),
    }
}

/// The rows that are answered as models: no required field is hidden from the principal.
fn whole(info: &EntityInfo, ctx: &Ctx) -> Result<Condition> {
    let mut rows = Condition::TRUE;
    for column in info.guarded.iter().map(|index| &info.columns[*index]).filter(|column| !column.nullable) {
        let shown = info.shown(column.index, ctx).unwrap_or(Condition::TRUE);
        if shown.is_never() {
            return Err(column.hidden_from_model());
        }
        rows = rows.both(shown);
    }
    Ok(rows)
}

impl Records<'_> {
    /// What is seen by the engine of the rows that the grant is about.
    fn granted(&self, rows: Condition) -> RowScope<'_> {
        RowScope { rows, ..RowScope::whole(self.info, self.deleted) }
    }

    /// The rows of a target as they are, locked, all of which may be reached. Of rows chosen by a condition those are
    /// taken; of rows chosen by key none may be missing.
    ///
    /// # Errors
    /// `NotFound` for a row that is not there for the principal, `Forbidden` for one that may not be written.
    pub(super) async fn reached(&self, target: &Target, grant: &Grant) -> Result<Vec<Record>> {
        if let Target::Where(_) = target {
            let view = RowScope { reader: Some(self.ctx), ..self.granted(grant.rows()) };
            return self.locked_rows(view, target).await;
        }
        let rows = self.locked_rows(self.granted(grant.read.clone()), target).await?;
        let rows = match target {
            Target::Keys(keys) => self.in_order(keys, rows)?,
            Target::Key(_) | Target::At(..) if rows.is_empty() => return Err(self.not_found()),
            Target::Key(_) | Target::At(..) | Target::Where(_) => rows,
        };
        self.check_rows(&rows, &grant.act, grant.action).await?;
        Ok(rows)
    }

    /// Lets new rows pass, as they are in this transaction.
    pub(super) async fn check_made(&self, rows: &[Record], grant: &Grant) -> Result<()> {
        self.check_rows(rows, &grant.create, Action::Create).await
    }

    /// Lets changed rows pass, as they are in this transaction.
    pub(super) async fn check_changed(&self, rows: &[Record], grant: &Grant) -> Result<()> {
        self.check_rows(rows, &grant.act, Action::Update).await
    }

    /// Lets rows that stand already pass, before they are answered or changed. To one that is not there for the
    /// principal the values that lead there are refused like any that may not be written.
    pub(super) async fn check_standing(&self, rows: &[Record], grant: &Grant) -> Result<()> {
        self.check_rows(rows, &grant.rows(), Action::Update).await
    }

    async fn check_rows(&self, rows: &[Record], condition: &Condition, action: Action) -> Result<()> {
        match self.all_match(rows, condition).await? {
            true => Ok(()),
            false => Err(self.info.refused(action, self.ctx)),
        }
    }

    /// Whether all of the rows match, as they are in this transaction.
    async fn all_match(&self, rows: &[Record], condition: &Condition) -> Result<bool> {
        if condition.is_always() {
            return Ok(true);
        }
        let mut undecided = Vec::new();
        for row in rows {
            match condition.holds(&|column| Some(row.get(column))) {
                Some(true) => {}
                Some(false) => return Ok(false),
                None => undecided.push(row.key().clone()),
            }
        }
        for keys in undecided.chunks(AT_ONCE) {
            let among = Condition::column(0, Op::In(keys.to_vec()));
            let view = RowScope { rows: condition.clone(), ..RowScope::whole(self.info, Deleted::Included) };
            let (statement, layout) = self.matching(view, &among, None).count()?;
            let found = self.ctx.engine().write(statement, &layout).await?;
            if found.first().is_none_or(|row| unsigned(row.get(0)) != keys.len() as u64) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Why a write of one row that asked for the grant too reached none.
    pub(super) async fn unreached(&self, target: &Target, grant: &Grant) -> Error {
        let key = match target {
            Target::Key(key) | Target::At(key, _) => key,
            Target::Keys(_) | Target::Where(_) => return self.not_found(),
        };
        let this = Condition::column(0, Op::Eq(key.clone()));
        let rows = self.matching_granted(self.granted(grant.read.clone()), &this).await;
        match rows {
            Err(error) => error,
            Ok(rows) if rows.is_empty() => self.not_found(),
            Ok(rows) => match self.check_rows(&rows, &grant.act, grant.action).await {
                Err(error) => error,
                // It may be reached, so it was another version that was asked for, or the row came in between.
                Ok(()) if matches!(target, Target::At(..)) => Error::VersionMismatch,
                Ok(()) => self.not_found(),
            },
        }
    }

    async fn matching_granted(&self, view: RowScope<'_>, filter: &Condition) -> Result<Vec<Record>> {
        let mut select = self.matching(view, filter, None);
        select.columns = self.info.all();
        let (statement, layout) = select.page()?;
        Ok(self.ctx.engine().write(statement, &layout).await?)
    }

    /// Rows as the principal sees them: what is hidden is NULL.
    pub(super) async fn masked(&self, mut rows: Vec<Record>) -> Vec<Record> {
        if self.info.guarded.is_empty() || self.ctx.principal().is_system() {
            return rows;
        }
        let mut hidden = Vec::new();
        for (column, shown) in self.info.hidden_cells(self.ctx) {
            let told: Vec<_> = rows.iter().map(|row| shown.holds(&|index| Some(row.get(index)))).collect();
            let untold = rows.iter().zip(&told).filter(|(_, told)| told.is_none());
            let shown = self.keys_among(untold.map(|(row, _)| row.key().clone()).collect(), &shown).await;
            let shown = |row: &Record| Key::of(row.key()).is_some_and(|key| shown.contains(&key));
            for (place, (row, told)) in rows.iter().zip(told).enumerate() {
                if !told.unwrap_or_else(|| shown(row)) {
                    hidden.push((place, column));
                }
            }
        }
        for (place, column) in hidden {
            rows[place].take(column);
        }
        rows
    }

    /// Those of the rows, by key, that match. None where that cannot be found out: what was written stays written.
    async fn keys_among(&self, keys: Vec<Value>, condition: &Condition) -> HashSet<Key> {
        let mut found = HashSet::new();
        for keys in keys.chunks(AT_ONCE) {
            let among = Condition::column(0, Op::In(keys.to_vec()));
            let view = RowScope { rows: condition.clone(), ..RowScope::whole(self.info, Deleted::Included) };
            let rows = match self.matching(view, &among, None).page() {
                Ok((statement, layout)) => self.ctx.engine().write(statement, &layout).await,
                Err(_) => continue,
            };
            found.extend(rows.iter().flatten().filter_map(|row| Key::of(row.key())));
        }
        found
    }
}

/// The refusal of a value that a row has which is not there for the principal: it tells no more than any other.
pub(crate) fn unseen(info: &EntityInfo, ctx: &Ctx) -> Error {
    refused(ctx, format_args!("values of a hidden row of {}", info.def.name))
}
