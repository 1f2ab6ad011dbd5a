//! A transaction of PostgreSQL on a leased connection.

use std::sync::Arc;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::db::postgres_pool::{IdleConnections, PooledLease};
use crate::db::retry::Deadline;
use crate::db::{DbError, Isolation};

/// A transaction that has begun. One that is dropped before its end ends with its connection.
#[derive(Debug)]
pub(crate) struct PostgresTransaction {
    /// Absent once it has ended.
    lease: Option<PooledLease>,
    idle: Arc<IdleConnections>,
}

impl PostgresTransaction {
    /// Begins. Where much of the time is up already, each of its statements has what is left of it.
    pub(super) async fn begin(
        lease: PooledLease,
        idle: Arc<IdleConnections>,
        isolation: Isolation,
        deadline: &Deadline,
    ) -> Result<Self, DbError> {
        let begin = match isolation {
            Isolation::ReadCommitted => "BEGIN",
            Isolation::RepeatableRead => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            Isolation::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        };
        // Made first: dropped before the response, the connection may be inside a transaction already.
        let mut transaction = Self { lease: Some(lease), idle };
        let connection = transaction.connection()?;
        match deadline.shortened() {
            None => connection.execute(begin).await?,
            Some(rest) => {
                // Zero would be no limit.
                let rest = rest.as_millis().max(1);
                let begin = format!("{begin}; SET LOCAL statement_timeout = {rest}");
                connection.execute(AssertSqlSafe(begin)).await?
            }
        };
        Ok(transaction)
    }

    pub(super) fn connection(&mut self) -> Result<&mut PgConnection, DbError> {
        self.lease
            .as_mut()
            .map(PooledLease::connection)
            .ok_or_else(|| DbError::Other("the transaction has ended".to_owned()))
    }

    pub(super) async fn commit(self) -> Result<(), DbError> {
        self.end("COMMIT").await
    }

    pub(super) async fn rollback(self) -> Result<(), DbError> {
        self.end("ROLLBACK").await
    }

    async fn end(mut self, statement: &'static str) -> Result<(), DbError> {
        self.connection()?.execute(statement).await?;
        if let Some(lease) = self.lease.take() {
            self.idle.check_in(lease);
        }
        Ok(())
    }
}

impl Drop for PostgresTransaction {
    /// The server rolls back what is open on a connection that ends.
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.close();
        }
    }
}
