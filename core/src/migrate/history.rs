//! The migrations of a program beside those that a database has applied: what is pending, and what does not fit.

use crate::migrate::migrations::MigrationEntry;
use crate::migrate::runner::Record;
use crate::migrate::{MigrateError, MigrationOrigin, MigrationState, MigrationStatus, UpOptions};

/// A program's migrations and a database's records of them.
pub(super) struct History<'m, 'r> {
    entries: &'m [MigrationEntry],
    records: &'r [Record],
}

/// What `up` does.
#[derive(Debug, Default)]
pub(super) struct UpPlan<'m> {
    /// What is done already and only recorded: that of which all it replaces is applied, and what is adopted.
    pub(super) to_record: Vec<&'m MigrationEntry>,
    /// What is applied, in this order.
    pub(super) to_apply: Vec<&'m MigrationEntry>,
}

/// How a migration stands to the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Applied,
    Pending,
    Changed,
    /// All that it replaces is applied.
    Replaces,
    /// Some of what it replaces is applied.
    ReplacesHalf,
}

impl<'m, 'r> History<'m, 'r> {
    pub(super) fn new(entries: &'m [MigrationEntry], records: &'r [Record]) -> Self {
        Self { entries, records }
    }

    fn record(&self, version: i64) -> Option<&'r Record> {
        self.records.iter().find(|record| record.version == version)
    }

    fn standing(&self, entry: &MigrationEntry) -> Standing {
        let replaced = entry.replaces();
        let applied = replaced.iter().filter(|version| self.record(**version).is_some()).count();
        match self.record(entry.version) {
            Some(record) if record.checksum == entry.checksum => Standing::Applied,
            _ if !replaced.is_empty() && applied == replaced.len() => Standing::Replaces,
            _ if applied > 0 => Standing::ReplacesHalf,
            Some(_) => Standing::Changed,
            None => Standing::Pending,
        }
    }

    /// Whether no migration of the application is applied.
    fn is_fresh(&self) -> bool {
        let of_app = |entry: &&MigrationEntry| entry.origin == MigrationOrigin::App;
        self.entries.iter().filter(of_app).all(|entry| self.standing(entry) == Standing::Pending)
    }

    /// The records that no migration here knows.
    fn missing(&self) -> impl Iterator<Item = &'r Record> {
        self.records.iter().filter(|record| {
            self.entries
                .iter()
                .all(|entry| entry.version != record.version && !entry.replaces().contains(&record.version))
        })
    }

    /// Fails when the database has another history than this one.
    fn check_known(&self) -> Result<(), MigrateError> {
        let Some(first) = self.missing().next() else { return Ok(()) };
        let Some(newest) = self.entries.iter().rfind(|entry| entry.origin == MigrationOrigin::App) else {
            return Err(MigrateError::Missing { version: first.version });
        };
        let shown = format!("{}_{}", first.version, first.name);
        if self.is_fresh() {
            return Err(MigrateError::OtherHistory { applied: shown });
        }
        if self.missing().all(|record| record.version > newest.version) {
            return Err(MigrateError::NewerDatabase { applied: shown, newest: newest.full_name() });
        }
        Err(MigrateError::Missing { version: first.version })
    }

    /// What is to be applied. Nothing is wrong with the history then.
    pub(super) fn up(&self, options: &UpOptions) -> Result<UpPlan<'m>, MigrateError> {
        self.check_known()?;
        if let Some(to) = options.to
            && !self.entries.iter().any(|entry| entry.version == to)
        {
            return Err(MigrateError::UnknownVersion { version: to });
        }
        let mut plan = UpPlan::default();
        for entry in self.entries {
            match self.standing(entry) {
                Standing::Applied => {}
                Standing::Changed => return Err(entry.changed()),
                Standing::Replaces => plan.to_record.push(entry),
                Standing::ReplacesHalf => return Err(self.half_replaced(entry)),
                Standing::Pending => plan.to_apply.push(entry),
            }
        }
        plan.to_apply.retain(|entry| options.to.is_none_or(|to| entry.version <= to));
        if options.hold_contract && options.to.is_none() && !self.is_fresh() {
            let first = plan.to_apply.iter().position(|entry| entry.is_contract());
            plan.to_apply.truncate(first.unwrap_or(plan.to_apply.len()));
        }
        if options.adopt {
            if let Some(applied) = self.newest_applied() {
                return Err(MigrateError::Adopted { applied: applied.full_name() });
            }
            let of_app = |entry: &&MigrationEntry| entry.origin == MigrationOrigin::App;
            (plan.to_record, plan.to_apply) = plan.to_apply.into_iter().partition(of_app);
        }
        if !options.out_of_order
            && let Some((pending, applied)) = self.out_of_order(&plan.to_apply)
        {
            return Err(MigrateError::OutOfOrder { pending, applied });
        }
        Ok(plan)
    }

    /// The first of these that comes before one which is applied, and that one. The framework's come before all others whenever
    /// they are added.
    fn out_of_order(&self, pending: &[&MigrationEntry]) -> Option<(String, String)> {
        let newest = self.newest_applied()?;
        let first = pending.iter().find(|entry| entry.is_before(newest))?;
        Some((first.full_name(), newest.full_name()))
    }

    fn newest_applied(&self) -> Option<&'m MigrationEntry> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.origin == MigrationOrigin::App && self.standing(entry) != Standing::Pending)
    }

    fn half_replaced(&self, entry: &MigrationEntry) -> MigrateError {
        let missing = entry.replaces().iter().find(|version| self.record(**version).is_none());
        MigrateError::HalfReplaced {
            name: entry.full_name(),
            missing: missing.copied().unwrap_or(entry.version),
        }
    }

    /// What is to be reverted, newest first: the last `steps`, or all after a version. A changed file is accepted: to change
    /// a migration one reverts it.
    pub(super) fn down(
        &self,
        steps: usize,
        to: Option<i64>,
    ) -> Result<Vec<&'m MigrationEntry>, MigrateError> {
        if let Some(to) = to
            && to != 0
            && self.record(to).is_none()
        {
            return Err(MigrateError::NotApplied { version: to });
        }
        let newest_first = self.records.iter().rev();
        let records = newest_first.take_while(|record| to.is_none_or(|to| record.version > to)).take(steps);
        records
            .map(|record| {
                let known = self.entries.iter().find(|entry| entry.version == record.version);
                known.ok_or(MigrateError::Missing { version: record.version })
            })
            .collect()
    }

    /// Each migration and its state, oldest first.
    pub(super) fn status(&self) -> Vec<MigrationStatus> {
        let (fresh, newest) = (self.is_fresh(), self.newest_applied());
        let mut blocked = fresh;
        let mut all: Vec<MigrationStatus> = Vec::new();
        for entry in self.entries {
            let state = match self.standing(entry) {
                Standing::Applied | Standing::Replaces => MigrationState::Applied,
                Standing::Changed | Standing::ReplacesHalf => MigrationState::Changed,
                Standing::Pending if newest.is_some_and(|newest| entry.is_before(newest)) => {
                    MigrationState::OutOfOrder
                }
                Standing::Pending if entry.is_contract() && !blocked => MigrationState::Waiting,
                Standing::Pending => MigrationState::Pending,
            };
            blocked |= matches!(state, MigrationState::Pending | MigrationState::OutOfOrder);
            all.push(MigrationStatus {
                version: entry.version,
                name: entry.name.clone(),
                origin: Some(entry.origin),
                contract: entry.is_contract(),
                state,
            });
        }
        all.extend(self.missing().map(|record| MigrationStatus {
            version: record.version,
            name: record.name.clone(),
            origin: None,
            contract: false,
            state: MigrationState::Missing,
        }));
        all.sort_by_key(|status| status.version);
        all
    }
}
