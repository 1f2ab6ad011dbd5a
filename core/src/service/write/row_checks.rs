//! Checks of rows against the rules of a write: which may be reached, whether all match, which cells are visible.

use std::collections::HashSet;

use crate::ctx::Ctx;
use crate::entity::{Action, Condition, EntityInfo, Op};
use crate::error::{Error, Result};
use crate::policy::refused;
use crate::query::Deleted;
use crate::service::Records;
use crate::service::lookup_key::{LookupKey, unsigned};
use crate::service::write::AT_ONCE;
use crate::service::write::authorize::Grant;
use crate::sql::RowScope;
use crate::sql::dml::WriteTarget;
use crate::value::{ColumnSet, Record, Value};

impl Records<'_> {
    /// These rows of the table, for the engine itself.
    pub(super) fn granted(&self, rows: Condition) -> RowScope<'_> {
        RowScope { rows, ..RowScope::unrestricted(self.info, self.deleted) }
    }

    /// The rows of a target as they are, locked, all of which may be reached. Of rows selected by a condition those are
    /// taken; of rows selected by key none may be missing.
    ///
    /// # Errors
    /// `NotFound` for a row that the principal may not read, `Forbidden` for one that may not be written.
    pub(super) async fn authorized_rows(&self, target: &WriteTarget, grant: &Grant) -> Result<Vec<Record>> {
        if let WriteTarget::Where(_) = target {
            let scope = RowScope { reader: Some(self.ctx), ..self.granted(grant.rows()) };
            return self.locked_rows(scope, target).await;
        }
        let rows = self.locked_rows(self.granted(grant.read.clone()), target).await?;
        let rows = match target {
            WriteTarget::Keys(keys) => self.in_key_order(keys, rows)?,
            WriteTarget::Key(_) | WriteTarget::AtVersion(..) if rows.is_empty() => {
                return Err(self.not_found());
            }
            WriteTarget::Key(_) | WriteTarget::AtVersion(..) | WriteTarget::Where(_) => rows,
        };
        self.check_rows(&rows, &grant.modify, grant.action).await?;
        Ok(rows)
    }

    /// As [`Records::authorized_rows`], the row of one key, which may be deleted.
    pub(super) async fn authorized_row(
        &self,
        key: &Value,
        among: Deleted,
        grant: &Grant,
    ) -> Result<Vec<Record>> {
        self.among(among).authorized_rows(&WriteTarget::Key(key.clone()), grant).await
    }

    /// Checks new rows, as they are in this transaction. They are not among the related rows that a rule looks at: who adds a
    /// membership is no member by it.
    pub(super) async fn check_created(&self, rows: &[Record], grant: &Grant) -> Result<()> {
        self.check_written(rows, true, &grant.create, Action::Create).await
    }

    /// Checks rows in which these columns changed, as they are in this transaction. Where a rule finds them by such a column among
    /// related rows, they are not there, as when they are new.
    pub(super) async fn check_changed(
        &self,
        rows: &[Record],
        columns: ColumnSet,
        grant: &Grant,
    ) -> Result<()> {
        let related = grant.modify.columns_of_related(self.info, self.info);
        let moved = related.into_iter().any(|column| columns.contains(column));
        self.check_written(rows, moved, &grant.modify, Action::Update).await
    }

    async fn check_written(
        &self,
        rows: &[Record],
        moved: bool,
        condition: &Condition,
        action: Action,
    ) -> Result<()> {
        let keys: Vec<Value> =
            if moved { rows.iter().map(|row| row.key().clone()).collect() } else { Vec::new() };
        match self.all_match(rows, condition, &keys).await? {
            true => Ok(()),
            false => Err(self.info.refused(action, self.ctx)),
        }
    }

    /// Checks rows that exist already, before they are returned or changed. For one that the principal may not read,
    /// the values that match it are rejected like any that may not be written.
    pub(super) async fn check_existing(&self, rows: &[Record], grant: &Grant) -> Result<()> {
        self.check_rows(rows, &grant.rows(), Action::Update).await
    }

    /// Checks that rows, which may be read, may be changed.
    pub(super) async fn check_modifiable(&self, rows: &[Record], grant: &Grant) -> Result<()> {
        self.check_rows(rows, &grant.modify, grant.action).await
    }

    async fn check_rows(&self, rows: &[Record], condition: &Condition, action: Action) -> Result<()> {
        match self.all_match(rows, condition, &[]).await? {
            true => Ok(()),
            false => Err(self.info.refused(action, self.ctx)),
        }
    }

    /// Whether all of the rows match, as they are in this transaction, without some among the related ones.
    async fn all_match(&self, rows: &[Record], condition: &Condition, unrelated: &[Value]) -> Result<bool> {
        if condition.is_always() {
            return Ok(true);
        }
        let mut undecided = Vec::new();
        for row in rows {
            match condition.holds(&|column| self.info.known(row, column)) {
                Some(true) => {}
                Some(false) => return Ok(false),
                None => undecided.push(row.key().clone()),
            }
        }
        for keys in undecided.chunks(AT_ONCE) {
            let among = Condition::column(0, Op::In(keys.to_vec()));
            let scope = RowScope {
                rows: condition.clone(),
                unrelated,
                ..RowScope::unrestricted(self.info, Deleted::Included)
            };
            let (statement, layout) = self.matching(scope, &among, None).count()?;
            let found = self.ctx.engine().write(statement, &layout).await?;
            if found.first().is_none_or(|row| unsigned(row.get(0)) != keys.len() as u64) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The error for a write of one row that checked the grant itself and reached none.
    pub(super) async fn unreached_error(&self, target: &WriteTarget, grant: &Grant) -> Error {
        let key = match target {
            WriteTarget::Key(key) | WriteTarget::AtVersion(key, _) => key,
            WriteTarget::Keys(_) | WriteTarget::Where(_) => return self.not_found(),
        };
        let this = Condition::column(0, Op::Eq(key.clone()));
        let rows = self.matching_granted(self.granted(grant.read.clone()), &this).await;
        match rows {
            Err(error) => error,
            Ok(rows) if rows.is_empty() => self.not_found(),
            Ok(rows) => match self.check_rows(&rows, &grant.modify, grant.action).await {
                Err(error) => error,
                // It may be reached, so another version was expected, or the row was inserted meanwhile.
                Ok(()) if matches!(target, WriteTarget::AtVersion(..)) => Error::VersionMismatch,
                Ok(()) => self.not_found(),
            },
        }
    }

    async fn matching_granted(&self, scope: RowScope<'_>, filter: &Condition) -> Result<Vec<Record>> {
        let mut select = self.matching(scope, filter, None);
        select.columns = self.info.all();
        let (statement, layout) = select.page()?;
        Ok(self.ctx.engine().write(statement, &layout).await?)
    }

    /// Rows as the principal may read them: hidden cells are NULL.
    pub(in crate::service) async fn masked(&self, mut rows: Vec<Record>) -> Vec<Record> {
        if self.info.guarded.is_empty() || self.ctx.principal().is_system() {
            return rows;
        }
        let mut hidden = Vec::new();
        for (column, visible) in self.info.hidden_cells(self.ctx) {
            let decided: Vec<_> =
                rows.iter().map(|row| visible.holds(&|index| self.info.known(row, index))).collect();
            let undecided = rows.iter().zip(&decided).filter(|(_, decided)| decided.is_none());
            let visible_keys =
                self.matching_keys(undecided.map(|(row, _)| row.key().clone()).collect(), &visible).await;
            let is_visible =
                |row: &Record| LookupKey::of(row.key()).is_some_and(|key| visible_keys.contains(&key));
            for (position, (row, decided)) in rows.iter().zip(decided).enumerate() {
                if !decided.unwrap_or_else(|| is_visible(row)) {
                    hidden.push((position, column));
                }
            }
        }
        for (position, column) in hidden {
            rows[position].take(column);
        }
        rows
    }

    /// The keys of the rows that match. A query that fails matches none: the rows are written, which a failure here must
    /// not undo.
    async fn matching_keys(&self, keys: Vec<Value>, condition: &Condition) -> HashSet<LookupKey> {
        let mut found = HashSet::new();
        for keys in keys.chunks(AT_ONCE) {
            let among = Condition::column(0, Op::In(keys.to_vec()));
            let scope =
                RowScope { rows: condition.clone(), ..RowScope::unrestricted(self.info, Deleted::Included) };
            let rows = match self.matching(scope, &among, None).page() {
                Ok((statement, layout)) => self.ctx.engine().write(statement, &layout).await,
                Err(_) => continue,
            };
            found.extend(rows.iter().flatten().filter_map(|row| LookupKey::of(row.key())));
        }
        found
    }
}

/// The error for a value of a row that the principal may not read: it reveals no more than any other.
pub(in crate::service) fn hidden_row(info: &EntityInfo, ctx: &Ctx) -> Error {
    refused(ctx, format_args!("values of a hidden row of {}", info.def.name))
}
