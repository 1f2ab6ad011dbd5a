//! Writes of entities with `hooks` or `history`: what becomes of every single row is known, recorded and told.
//!
//! The stages of one command, all inside one transaction (a savepoint inside one):
//!
//! 1. rows that are there already are read and locked, so that what they were is known and stays so;
//! 2. `before_…` hooks see and change the values, or refuse;
//! 3. the ordinary write: prepare, run, explain. Rows that the hooks left alike go in one statement;
//! 4. history, in batches;
//! 5. `after_…` hooks; and `after_commit_…` hooks are put off to the commit.
//!
//! Other entities never come here.

use std::collections::HashMap;

use crate::ctx::Ctx;
use crate::entity::{DynHooks, RowChange};
use crate::error::{Error, Result};
use crate::query::Deleted;
use crate::service::key::Key;
use crate::service::write::living::condition;
use crate::service::write::{Command, Existing, Grant, Insert, Prepared, Update, Written, keys_of};
use crate::service::{Records, history, validate};
use crate::sql::dml::{Target, unversioned};
use crate::sql::{RowScope, seen_by_column};
use crate::value::ColumnSet;
use crate::value::{Assignments, Record, Value};

/// Groups of rows with the same changes that a row is compared with, newest first.
const COMPARED: usize = 16;

/// Rows whose hooks left the same changes.
struct Alike {
    columns: ColumnSet,
    values: Vec<Value>,
    changes: Assignments,
    keys: Vec<Value>,
}

impl Records<'_> {
    /// Runs prepared statements and records what they did. For entities with history and without hooks.
    pub(super) async fn apply_recorded(&self, prepared: &Prepared, grant: &Grant) -> Result<Written> {
        let changes = match prepared {
            Prepared::Insert(insert) => {
                let rows = insert.run(self).await?.rows;
                self.check_made(&rows, grant).await?;
                created(rows)
            }
            Prepared::Update(update) => {
                let before = self.reached(update.target(), grant).await?;
                let after = match before.is_empty() {
                    true => Vec::new(),
                    false => {
                        update.of(Target::Keys(keys_of(&before))).run_freely(self, grant, None).await?.rows
                    }
                };
                self.check_changed(&after, grant).await?;
                updated(before, after)
            }
            Prepared::Delete(target) => self.delete_tracked(target, Deleted::Hidden, grant).await?,
            Prepared::Restore(key) => self.restore_tracked(key, grant).await?,
            Prepared::Purge(key) => {
                self.delete_tracked(&Target::Key(key.clone()), Deleted::Included, grant).await?
            }
        };
        self.tell(changes).await
    }

    /// Writes in the transaction of this context.
    pub(super) async fn write_tracked(&self, command: Command, grant: &Grant) -> Result<Written> {
        let changes = match command {
            Command::Create { rows, existing: Existing::Refuse, positions } => {
                created(self.create_tracked(rows, positions, grant).await?)
            }
            Command::Create { rows, existing, positions } => {
                return self.upsert_tracked(rows, existing, positions, grant).await;
            }
            Command::Update { target, values } => {
                let before = self.reached(&target, grant).await?;
                self.update_tracked(before, values, grant).await?
            }
            Command::Delete { target } => self.delete_tracked(&target, Deleted::Hidden, grant).await?,
            Command::Restore { key } => self.restore_tracked(&key, grant).await?,
            Command::Purge { key } => {
                self.delete_tracked(&Target::Key(key), Deleted::Included, grant).await?
            }
        };
        self.tell(changes).await
    }

    /// The entity's hooks, if it has any, and the context they get.
    pub(super) fn hooks(&self) -> Result<Option<(&'static dyn DynHooks, Ctx)>> {
        let def = self.info.def;
        def.hooks.map(|hooks| Ok((hooks, self.ctx.for_hooks(def.name)?))).transpose()
    }

    /// The rows of a view as they are, which no one else changes before the transaction ends.
    pub(super) async fn locked_rows(&self, view: RowScope<'_>, target: &Target) -> Result<Vec<Record>> {
        let rows = match target {
            Target::Key(key) | Target::At(key, _) => {
                let key = std::slice::from_ref(key);
                let (statement, layout) = seen_by_column(&view, self.dialect(), self.info.all(), 0, key)?;
                self.ctx.engine().write(statement.for_update(self.dialect()), &layout).await?
            }
            Target::Keys(keys) if keys.is_empty() => return Ok(Vec::new()),
            Target::Keys(_) | Target::Where(_) => {
                self.locked(view, self.info.all(), &condition(target)).await?
            }
        };
        self.check_version(target, &rows)?;
        Ok(rows)
    }

    /// A stale change is refused before any hook hears of it.
    fn check_version(&self, target: &Target, rows: &[Record]) -> Result<()> {
        let Target::At(_, expected) = target else { return Ok(()) };
        let Some(column) = self.info.version() else { return Err(unversioned(self.info)) };
        match rows {
            [] => Err(self.not_found()),
            rows if rows.iter().all(|row| *row.get(column) == Value::Int(*expected)) => Ok(()),
            _ => Err(Error::VersionMismatch),
        }
    }

    pub(super) async fn create_tracked(
        &self,
        rows: Vec<Assignments>,
        positions: bool,
        grant: &Grant,
    ) -> Result<Vec<Record>> {
        let rows = self.before_create(rows, positions).await?;
        let insert = Insert::prepare(self, rows, &Existing::Refuse, positions).await?;
        insert.check(self, grant)?;
        let rows = insert.run(self).await?.rows;
        self.check_made(&rows, grant).await?;
        Ok(rows)
    }

    /// Lets the hooks see every row; what they and the values' reading refuse is answered at once.
    async fn before_create(&self, rows: Vec<Assignments>, positions: bool) -> Result<Vec<Assignments>> {
        let Some((hooks, ctx)) = self.hooks()? else {
            return Ok(rows);
        };
        let mut ready = Vec::with_capacity(rows.len());
        let mut errors = Vec::new();
        for (position, row) in rows.into_iter().enumerate() {
            let seen = match validate::readable_row(self.info, row) {
                Ok(row) => hooks.before_create(&ctx, row).await,
                Err(error) => Err(error),
            };
            match seen {
                Ok(row) => ready.push(row),
                Err(Error::Validation(broken)) if positions => {
                    errors.extend(broken.into_iter().map(|error| error.at(position)));
                }
                Err(error) => return Err(error),
            }
        }
        if errors.is_empty() { Ok(ready) } else { Err(Error::Validation(errors)) }
    }

    /// Changes locked rows, in as few statements as there are different changes.
    pub(super) async fn update_tracked(
        &self,
        before: Vec<Record>,
        values: Assignments,
        grant: &Grant,
    ) -> Result<Vec<RowChange>> {
        if before.is_empty() {
            return Ok(Vec::new());
        }
        let mut after = Vec::with_capacity(before.len());
        for alike in self.before_update(&before, values).await? {
            let update = Update::prepare(self, Target::Keys(alike.keys), alike.changes).await?;
            after.extend(update.run_freely(self, grant, None).await?.rows);
        }
        self.check_changed(&after, grant).await?;
        Ok(updated(before, after))
    }

    async fn before_update(&self, rows: &[Record], values: Assignments) -> Result<Vec<Alike>> {
        let Some((hooks, ctx)) = self.hooks()? else {
            let (columns, cells) = values.clone().into_row();
            return Ok(vec![Alike { columns, values: cells, changes: values, keys: keys_of(rows) }]);
        };
        let values = validate::readable_changes(self.info, values)?;
        let mut groups: Vec<Alike> = Vec::new();
        for row in rows {
            let changes = hooks.before_update(&ctx, row, values.clone()).await?;
            let (columns, values) = changes.clone().into_row();
            let same = |alike: &&mut Alike| alike.columns == columns && alike.values == values;
            match groups.iter_mut().rev().take(COMPARED).find(same) {
                Some(alike) => alike.keys.push(row.key().clone()),
                None => groups.push(Alike { columns, values, changes, keys: vec![row.key().clone()] }),
            }
        }
        Ok(groups)
    }

    /// Removes rows, or hides them where rows are deleted softly; with [`Deleted::Included`] they go for good.
    async fn delete_tracked(&self, target: &Target, among: Deleted, grant: &Grant) -> Result<Vec<RowChange>> {
        let before = Records { deleted: among, ..*self }.reached(target, grant).await?;
        if before.is_empty() {
            return Ok(Vec::new());
        }
        self.before_delete(&before).await?;
        let keys = keys_of(&before);
        let gone = Target::Keys(keys.clone());
        let gone = match self.info.def.soft_delete && among == Deleted::Hidden {
            true => self.in_order(&keys, self.hide(&gone).await?.rows)?,
            false => self.remove_following(keys, among).await?.rows,
        };
        Ok(gone.into_iter().map(RowChange::Deleted).collect())
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

    async fn restore_tracked(&self, key: &Value, grant: &Grant) -> Result<Vec<RowChange>> {
        let hidden = Records { deleted: Deleted::Only, ..*self };
        let before = hidden.reached(&Target::Key(key.clone()), grant).await?;
        let after = self.bring_back(key).await?.rows;
        Ok(restored(before, after))
    }

    /// Records what was written and tells the hooks; answers the rows.
    pub(super) async fn tell(&self, changes: Vec<RowChange>) -> Result<Written> {
        if self.info.def.history {
            history::record(self.ctx, self.info, &changes).await?;
        }
        let rows = changes.iter().map(|change| change.row().clone()).collect();
        self.notify(changes).await?;
        Ok(Written::of(rows))
    }

    /// Tells the hooks what was written.
    pub(super) async fn notify(&self, changes: Vec<RowChange>) -> Result<()> {
        if let Some((hooks, ctx)) = self.hooks()? {
            for change in &changes {
                hooks.after(&ctx, change).await?;
            }
            for change in changes {
                let after = move |ctx: Ctx| async move { hooks.after_commit(&ctx, &change).await };
                ctx.after_commit_of(self.info.def.name, after).await;
            }
        }
        Ok(())
    }
}

pub(super) fn created(rows: Vec<Record>) -> Vec<RowChange> {
    rows.into_iter().map(RowChange::Created).collect()
}

/// Each row with what it has become, in the order of `before`.
fn updated(before: Vec<Record>, after: Vec<Record>) -> Vec<RowChange> {
    paired(before, after).map(|(before, after)| RowChange::Updated { before, after }).collect()
}

/// Each row that came back with what it was, in the order of `before`.
pub(super) fn restored(before: Vec<Record>, after: Vec<Record>) -> Vec<RowChange> {
    paired(before, after).map(|(before, after)| RowChange::Restored { before, after }).collect()
}

fn paired(before: Vec<Record>, after: Vec<Record>) -> impl Iterator<Item = (Record, Record)> {
    let mut after: HashMap<_, _> =
        after.into_iter().filter_map(|row| Some((Key::of(row.key())?, row))).collect();
    before.into_iter().filter_map(move |before| {
        let after = after.remove(&Key::of(before.key())?)?;
        Some((before, after))
    })
}
