//! A transaction of PostgreSQL on a leased connection.

use crate::db::postgres_lease::LeaseInUse;
use crate::db::retry::Deadline;
use crate::db::{DbError, Isolation};

/// A transaction that has begun. One that is dropped before its end is rolled back, and what runs in it is cancelled.
#[derive(Debug)]
pub(crate) struct PostgresTransaction {
    lease: LeaseInUse,
}

impl PostgresTransaction {
    /// Begins. Where much of the time is up already, each of its statements has what is left of it.
    pub(super) async fn begin(
        lease: LeaseInUse,
        isolation: Isolation,
        deadline: &Deadline,
    ) -> Result<Self, DbError> {
        let begin = match isolation {
            Isolation::ReadCommitted => "BEGIN",
            Isolation::RepeatableRead => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            Isolation::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        };
        let mut transaction = Self { lease };
        transaction.lease.begin(begin, deadline.shortened()).await?;
        Ok(transaction)
    }

    /// The connection, for a statement.
    pub(super) fn lease(&mut self) -> &mut LeaseInUse {
        &mut self.lease
    }

    pub(super) async fn commit(mut self) -> Result<(), DbError> {
        self.lease.end("COMMIT").await
    }

    pub(super) async fn rollback(mut self) -> Result<(), DbError> {
        self.lease.end("ROLLBACK").await
    }
}
