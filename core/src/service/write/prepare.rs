//! Third stage: a command whose values are complete and checked. No row has been touched yet.

use crate::error::Result;
use crate::service::Records;
use crate::service::write::Command;
use crate::service::write::authorize::Grant;
use crate::service::write::insert::Insert;
use crate::service::write::update::Update;
use crate::service::write::update_each::UpdateEach;
use crate::sql::dml::WriteTarget;
use crate::types::PasswordCost;
use crate::value::Value;

/// A command that has passed every check that needs no database.
#[derive(Debug)]
pub(super) enum Prepared {
    Insert(Insert),
    Update(Update),
    UpdateEach(UpdateEach),
    Delete(WriteTarget),
    Restore(Value),
    Purge(Value),
}

impl Prepared {
    /// Completes and checks the values of a command.
    pub(super) async fn of(records: &Records<'_>, command: Command, grant: &Grant) -> Result<Self> {
        Ok(match command {
            Command::Create { rows, on_existing, indexed_errors } => {
                let insert = Insert::prepare(records, rows, &on_existing, indexed_errors).await?;
                insert.check(records, grant)?;
                Self::Insert(insert)
            }
            Command::Update { target, values } => {
                Self::Update(Update::prepare(records, target, values).await?)
            }
            Command::UpdateEach { rows } => Self::UpdateEach(UpdateEach::prepare(records, rows).await?),
            Command::Delete { target } => Self::Delete(target),
            Command::Restore { key } => Self::Restore(key),
            Command::Purge { key } => Self::Purge(key),
        })
    }

    /// Whether several statements, or a statement and its check, must be atomic. A single statement is atomic by itself.
    pub(super) fn needs_transaction(&self, records: &Records<'_>, grant: &Grant) -> Result<bool> {
        if records.info.def.is_tracked() || self.needs_rows(records, grant) {
            return Ok(true);
        }
        Ok(match self {
            Self::Insert(insert) => insert.statements() > 1 || insert.needs_lookup(records, grant),
            Self::Update(update) => update.needs_lookup(records, grant),
            Self::Delete(WriteTarget::Keys(_)) | Self::UpdateEach(_) => true,
            Self::Delete(_) if records.info.def.soft_delete => !records.referring()?.is_empty(),
            Self::Delete(_) | Self::Restore(_) | Self::Purge(_) => false,
        })
    }

    /// Whether the rows that it is about must be known, and locked, before it runs: because the change of each is
    /// tracked, because others depend on them, because what they may become depends on what they are, or because one
    /// statement cannot check the policy.
    pub(super) fn needs_rows(&self, records: &Records<'_>, grant: &Grant) -> bool {
        let tracked = records.info.def.is_tracked();
        let has_dependents = !records.dependents().is_empty();
        match self {
            Self::Insert(_) => false,
            Self::Update(update) => {
                tracked
                    || update.has_transitions(records.info)
                    || update.needs_sums(records)
                    || (!grant.is_unrestricted() && !update.is_of_one_row())
            }
            Self::Delete(target) => {
                let several = matches!(target, WriteTarget::Keys(_) | WriteTarget::Where(_));
                let soft = records.info.def.soft_delete;
                tracked || (has_dependents && !soft) || (!grant.is_unrestricted() && (several || soft))
            }
            Self::Restore(_) | Self::UpdateEach(_) => true,
            Self::Purge(_) => tracked || has_dependents || !grant.is_unrestricted(),
        }
    }
}

/// Replaces a plain password by its hash.
pub(super) async fn hash(values: impl Iterator<Item = &mut Value>, cost: PasswordCost) -> Result<()> {
    for value in values {
        if let Value::Password(password) = value {
            *password = std::mem::take(password).hashed(cost).await?;
        }
    }
    Ok(())
}
