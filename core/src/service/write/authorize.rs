//! First stage: what the principal may write, which rows and which fields of them.
//!
//! A row that may not be read is absent: writes do not find it. One that may be read but not written is rejected, and so
//! is a change after which the row would be one that the principal may not write. All of it is checked in the
//! transaction of the write, or by its one statement.

use crate::ctx::{ActingAs, Ctx};
use crate::entity::{Action, Condition, EntityInfo};
use crate::error::{Error, FieldError, Result};
use crate::service::Records;
use crate::service::write::{Command, OnExisting};
use crate::value::{Assignments, ColumnSet, Value};

/// The rows that a command may reach.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// Rows that the principal may read.
    pub(super) read: Condition,
    /// Rows that may be changed or deleted; a changed row must match it too.
    pub(super) modify: Condition,
    /// The condition on a new row.
    pub(super) create: Condition,
    /// The action on existing rows.
    pub(super) action: Action,
    /// The engine acts for itself.
    engine: bool,
}

impl Grant {
    /// Every row: for what the engine does itself.
    pub(super) const fn unrestricted(action: Action) -> Self {
        Self { read: Condition::TRUE, modify: Condition::TRUE, create: Condition::TRUE, action, engine: true }
    }

    /// What the principal of the context may do with the command.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` when it may do none of it.
    pub(super) fn authorize(records: &Records<'_>, command: &Command) -> Result<Self> {
        let Records { ctx, info, .. } = *records;
        ctx.check_may_write()?;
        // A key that is computed identifies no row to write to.
        if info.def.key_sql.is_some() {
            return Err(Error::Forbidden);
        }
        let action = match command {
            Command::Create { .. } | Command::Update { .. } | Command::UpdateEach { .. } => Action::Update,
            Command::Delete { .. } | Command::Restore { .. } | Command::Purge { .. } => Action::Delete,
        };
        let mut grant = Self { engine: false, ..Self::unrestricted(action) };
        if ctx.principal().is_system() {
            return Ok(grant);
        }
        match command {
            Command::Create { rows, on_existing, .. } => {
                let set = rows.iter().map(Assignments::columns).fold(ColumnSet::EMPTY, ColumnSet::union);
                let set_columns = rows.iter().flat_map(Assignments::iter).filter(|(index, value)| {
                    // An explicit NULL equals an omitted column without a default.
                    let default = info.columns[*index].field.and_then(|field| field.default);
                    !value.is_null() || default.is_some()
                });
                let set_columns = set_columns.map(|(index, _)| index).collect();
                let writable_rows = |action, columns| writable_rows(info, ctx, action, columns);
                grant.create =
                    info.authorize(Action::Create, ctx)?.both(writable_rows(Action::Create, set_columns)?);
                if let OnExisting::Update(_) = on_existing {
                    grant.modify =
                        info.authorize(Action::Update, ctx)?.both(writable_rows(Action::Update, set)?);
                }
                if let OnExisting::Ignore(by) | OnExisting::Update(by) = on_existing {
                    grant.read = info.authorize(Action::Read, ctx)?.both(info.columns_visibility(by, ctx));
                }
            }
            Command::Update { values, .. } => {
                let act = info.authorize(Action::Update, ctx)?;
                grant.read = info.authorize(Action::Read, ctx)?;
                grant.modify = act.both(writable_rows(info, ctx, Action::Update, values.columns())?);
            }
            Command::UpdateEach { rows } => {
                let columns =
                    rows.iter().map(|row| row.values.columns()).fold(ColumnSet::EMPTY, ColumnSet::union);
                let act = info.authorize(Action::Update, ctx)?;
                grant.read = info.authorize(Action::Read, ctx)?;
                grant.modify = act.both(writable_rows(info, ctx, Action::Update, columns)?);
            }
            Command::Delete { .. } | Command::Restore { .. } | Command::Purge { .. } => {
                grant.modify = info.authorize(Action::Delete, ctx)?;
                grant.read = info.authorize(Action::Read, ctx)?;
            }
        }
        if records.typed && command.returns_rows() {
            let complete_rows = complete_rows(info, ctx)?;
            grant.modify = grant.modify.both(complete_rows.clone());
            grant.create = grant.create.both(complete_rows);
        }
        Ok(grant)
    }

    /// On whose behalf rows are changed.
    pub(super) fn acting<'c>(&self, ctx: &'c Ctx) -> ActingAs<'c> {
        if self.engine { ctx.engine() } else { ctx.executor() }
    }

    /// Rows that the principal may read; where rows are found by values, those whose values it may see.
    pub(super) const fn readable(&self) -> &Condition {
        &self.read
    }

    /// Whether every row may be reached.
    pub(super) fn is_unrestricted(&self) -> bool {
        [&self.read, &self.modify, &self.create].into_iter().all(Condition::is_always)
    }

    /// The rows that may be reached.
    pub(super) fn rows(&self) -> Condition {
        self.read.clone().both(self.modify.clone())
    }

    /// Whether a change of these columns may make a row one that the principal may not write.
    pub(super) fn depends_on(&self, info: &EntityInfo, columns: ColumnSet) -> bool {
        self.modify.depends_on(info, columns)
    }

    /// Whether a new row may be created, if its values decide that.
    pub(super) fn allows_new<'v>(&self, value: &impl Fn(usize) -> Option<&'v Value>) -> Option<bool> {
        self.create.holds(value)
    }

    /// Whether a row with these new values may be written, if they decide that.
    pub(super) fn allows_changed<'v>(&self, value: &impl Fn(usize) -> Option<&'v Value>) -> Option<bool> {
        self.modify.holds(value)
    }
}

/// The rows in which the principal may set these columns.
fn writable_rows(info: &EntityInfo, ctx: &Ctx, action: Action, columns: ColumnSet) -> Result<Condition> {
    let mut rows = Condition::TRUE;
    let mut refusals = Vec::new();
    for column in columns.iter().map(|index| &info.columns[index]) {
        let Some(rule) = column.write_rule() else { continue };
        let writable = rule.rows(info, action, ctx);
        if writable.is_never() {
            tracing::debug!(
                target: "entify::policy", principal = ctx.principal().id(),
                "denied: writing {}.{}: only {rule}", info.def.name, column.wire
            );
            refusals.push(FieldError::new(column.wire, "forbidden", "may not be set by you; leave it out"));
        }
        rows = rows.both(writable);
    }
    match refusals.is_empty() {
        true => Ok(rows),
        false if ctx.principal().is_authenticated() => Err(Error::ForbiddenFields(refusals)),
        false => Err(Error::Unauthenticated),
    }
}

/// The rows that can be returned as models: no required field is hidden from the principal.
fn complete_rows(info: &EntityInfo, ctx: &Ctx) -> Result<Condition> {
    let mut rows = Condition::TRUE;
    for column in info.guarded.iter().map(|index| &info.columns[*index]).filter(|column| !column.nullable) {
        let visible = info.column_visibility(column.index, ctx).unwrap_or(Condition::TRUE);
        if visible.is_never() {
            return Err(column.hidden_from_model());
        }
        rows = rows.both(visible);
    }
    Ok(rows)
}
