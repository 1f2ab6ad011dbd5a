//! Rows before the rules of a write: which of them may be reached, whether all of them pass, what is shown of them.

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
use crate::value::{Record, Value};

impl Records<'_> {
    /// What is seen by the engine of the rows that the grant is about.
    fn granted(&self, rows: Condition) -> RowScope<'_> {
        RowScope { rows, ..RowScope::unrestricted(self.info, self.deleted) }
    }

    /// The rows of a target as they are, locked, all of which may be reached. Of rows chosen by a condition those are
    /// taken; of rows chosen by key none may be missing.
    ///
    /// # Errors
    /// `NotFound` for a row that is not there for the principal, `Forbidden` for one that may not be written.
    pub(super) async fn authorized_rows(&self, target: &WriteTarget, grant: &Grant) -> Result<Vec<Record>> {
        if let WriteTarget::Where(_) = target {
            let scope = RowScope { reader: Some(self.ctx), ..self.granted(grant.rows()) };
            return self.locked_rows(scope, target).await;
        }
        let rows = self.locked_rows(self.granted(grant.read.clone()), target).await?;
        let rows = match target {
            WriteTarget::Keys(keys) => self.in_order(keys, rows)?,
            WriteTarget::Key(_) | WriteTarget::AtVersion(..) if rows.is_empty() => {
                return Err(self.not_found());
            }
            WriteTarget::Key(_) | WriteTarget::AtVersion(..) | WriteTarget::Where(_) => rows,
        };
        self.check_rows(&rows, &grant.act, grant.action).await?;
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

    /// Lets new rows pass, as they are in this transaction.
    pub(super) async fn check_made(&self, rows: &[Record], grant: &Grant) -> Result<()> {
        self.check_rows(rows, &grant.create, Action::Create).await
    }

    /// Lets changed rows pass, as they are in this transaction.
    pub(super) async fn check_changed(&self, rows: &[Record], grant: &Grant) -> Result<()> {
        self.check_rows(rows, &grant.act, Action::Update).await
    }

    /// Lets rows that exist already pass, before they are answered or changed. To one that is not there for the
    /// principal the values that lead there are refused like any that may not be written.
    pub(super) async fn check_existing(&self, rows: &[Record], grant: &Grant) -> Result<()> {
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
            let scope =
                RowScope { rows: condition.clone(), ..RowScope::unrestricted(self.info, Deleted::Included) };
            let (statement, layout) = self.matching(scope, &among, None).count()?;
            let found = self.ctx.engine().write(statement, &layout).await?;
            if found.first().is_none_or(|row| unsigned(row.get(0)) != keys.len() as u64) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Why a write of one row that checked the grant too reached none.
    pub(super) async fn unreached(&self, target: &WriteTarget, grant: &Grant) -> Error {
        let key = match target {
            WriteTarget::Key(key) | WriteTarget::AtVersion(key, _) => key,
            WriteTarget::Keys(_) | WriteTarget::Where(_) => return self.not_found(),
        };
        let this = Condition::column(0, Op::Eq(key.clone()));
        let rows = self.matching_granted(self.granted(grant.read.clone()), &this).await;
        match rows {
            Err(error) => error,
            Ok(rows) if rows.is_empty() => self.not_found(),
            Ok(rows) => match self.check_rows(&rows, &grant.act, grant.action).await {
                Err(error) => error,
                // It may be reached, so another version was expected, or the row came in between.
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

    /// Rows as the principal sees them: what is hidden is NULL.
    pub(super) async fn masked(&self, mut rows: Vec<Record>) -> Vec<Record> {
        if self.info.guarded.is_empty() || self.ctx.principal().is_system() {
            return rows;
        }
        let mut hidden = Vec::new();
        for (column, shown) in self.info.hidden_cells(self.ctx) {
            let known: Vec<_> = rows.iter().map(|row| shown.holds(&|index| Some(row.get(index)))).collect();
            let unknown = rows.iter().zip(&known).filter(|(_, known)| known.is_none());
            let shown = self.keys_among(unknown.map(|(row, _)| row.key().clone()).collect(), &shown).await;
            let shown = |row: &Record| LookupKey::of(row.key()).is_some_and(|key| shown.contains(&key));
            for (place, (row, known)) in rows.iter().zip(known).enumerate() {
                if !known.unwrap_or_else(|| shown(row)) {
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
    async fn keys_among(&self, keys: Vec<Value>, condition: &Condition) -> HashSet<LookupKey> {
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

/// The refusal of a value that a row has which is not there for the principal: it reveals no more than any other.
pub(in crate::service) fn hidden_row(info: &EntityInfo, ctx: &Ctx) -> Error {
    refused(ctx, format_args!("values of a hidden row of {}", info.def.name))
}
