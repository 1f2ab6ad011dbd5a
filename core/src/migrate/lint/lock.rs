//! The table locks of PostgreSQL.

use serde::{Serialize, Serializer};

/// A table lock of PostgreSQL, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lock {
    /// Taken by `SELECT`.
    AccessShare,
    /// Taken by `SELECT … FOR UPDATE` and by the checks of foreign keys.
    RowShare,
    /// Taken by `INSERT`, `UPDATE`, `DELETE`.
    RowExclusive,
    /// Keeps other changes of the schema and `VACUUM` waiting.
    ShareUpdateExclusive,
    /// Keeps writes waiting.
    Share,
    /// Keeps writes waiting, and others that take this lock.
    ShareRowExclusive,
    /// Keeps all but plain reads waiting.
    Exclusive,
    /// Keeps everybody waiting, also who reads.
    AccessExclusive,
}

impl Lock {
    const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

    /// As PostgreSQL's manual writes it: `ACCESS EXCLUSIVE`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// The lock of a row of `pg_locks`: `AccessExclusiveLock`.
    #[must_use]
    pub fn of_mode(mode: &str) -> Option<Self> {
        let mode = mode.strip_suffix("Lock")?;
        Self::ALL.into_iter().find(|lock| {
            lock.name()
                .split(' ')
                .map(|word| word[..1].to_owned() + &word[1..].to_lowercase())
                .collect::<String>()
                == mode
        })
    }

    /// Who waits while it is held: `reads and writes`; nothing when reads and writes go on.
    #[must_use]
    pub fn blocks(self) -> Option<&'static str> {
        match self {
            Self::AccessExclusive => Some("reads and writes"),
            Self::Exclusive | Self::ShareRowExclusive | Self::Share => Some("writes"),
            Self::ShareUpdateExclusive | Self::RowExclusive | Self::RowShare | Self::AccessShare => None,
        }
    }
}

impl Serialize for Lock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_known_by_its_mode() {
        assert_eq!(Lock::of_mode("AccessExclusiveLock"), Some(Lock::AccessExclusive));
        assert_eq!(Lock::of_mode("ShareUpdateExclusiveLock"), Some(Lock::ShareUpdateExclusive));
        assert_eq!(Lock::of_mode("SIReadLock"), None);
    }
}
