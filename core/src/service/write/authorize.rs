//! First stage: what the principal may write, which rows and which fields of them.
//!
//! A row that may not be read is absent: writes do not find it. One that may be read but not written is refused, and so
//! is a change after which the row would be one that the principal may not write. All of it is checked in the
//! transaction of the write, or by its one statement.

use crate::ctx::{ActingAs, Ctx};
use crate::entity::{Action, Condition, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::service::Records;
use crate::service::write::{Command, Existing};
use crate::value::{Assignments, ColumnSet, Value};

/// The rows that a command may reach.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// Rows that are there for the principal.
    pub(super) read: Condition,
    /// Rows that may be changed or removed; and what a changed row must be.
    pub(super) act: Condition,
    /// What a new row must be.
    pub(super) create: Condition,
    /// What is done to rows that are there.
    pub(super) action: Action,
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
    pub(super) fn authorize(records: &Records<'_>, command: &Command) -> Result<Self> {
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
                let set = rows.iter().map(Assignments::columns).fold(ColumnSet::EMPTY, ColumnSet::union);
                let chosen = rows.iter().flat_map(Assignments::iter).filter(|(index, value)| {
                    // NULL is what the column would be if it were left out.
                    let default = info.columns[*index].field.and_then(|field| field.default);
                    !value.is_null() || default.is_some()
                });
                let chosen = chosen.map(|(index, _)| index).collect();
                let settable = |action, columns| settable(info, ctx, action, columns);
                grant.create = info.authorize(Action::Create, ctx)?.both(settable(Action::Create, chosen)?);
                if let Existing::Change(_) = existing {
                    grant.act = info.authorize(Action::Update, ctx)?.both(settable(Action::Update, set)?);
                }
                if let Existing::Keep(by) | Existing::Change(by) = existing {
                    grant.read = info.authorize(Action::Read, ctx)?.both(info.columns_visibility(by, ctx));
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
    pub(super) fn depends_on(&self, info: &EntityInfo, columns: ColumnSet) -> bool {
        self.act.depends_on(info, columns)
    }

    /// Whether a new row may be made, if its values decide that.
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
        let shown = info.column_visibility(column.index, ctx).unwrap_or(Condition::TRUE);
        if shown.is_never() {
            return Err(column.hidden_from_model());
        }
        rows = rows.both(shown);
    }
    Ok(rows)
}
