//! A connection for a statement, and a transaction, whose statements end in time.

use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _, Sqlite, SqliteConnection};

use crate::db::sqlite::interrupt::TimeLimit;
use crate::db::sqlite::readers::ReaderLease;
use crate::db::sqlite::{execute, fetch};
use crate::db::{DbError, Layout, Statement};
use crate::value::Record;

/// A connection for one statement.
#[derive(Debug)]
pub(crate) enum SqliteLease {
    Reader(ReaderLease),
    Writer(PoolConnection<Sqlite>, TimeLimit),
}

impl SqliteLease {
    fn parts(&mut self) -> Result<(&mut SqliteConnection, &TimeLimit), DbError> {
        match self {
            Self::Reader(lease) => {
                lease.parts().ok_or_else(|| DbError::Other("the connection was given back".to_owned()))
            }
            Self::Writer(connection, limit) => Ok((&mut *connection, limit)),
        }
    }

    /// Runs a query, which is interrupted at `end`.
    pub(crate) async fn fetch(
        &mut self,
        statement: Statement,
        layout: &Layout,
        end: Instant,
    ) -> Result<Vec<Record>, DbError> {
        let (connection, limit) = self.parts()?;
        let running = limit.until(end);
        let rows = fetch(connection, statement, layout).await;
        running.ended();
        rows
    }

    /// Runs a statement for its effect, which is interrupted at `end`.
    pub(crate) async fn execute(&mut self, statement: Statement, end: Instant) -> Result<u64, DbError> {
        let (connection, limit) = self.parts()?;
        let running = limit.until(end);
        let affected = execute(connection, statement).await;
        running.ended();
        affected
    }
}

/// A transaction that has begun. One that is dropped before its end is rolled back.
#[derive(Debug)]
pub(crate) struct SqliteTransaction {
    transaction: sqlx::Transaction<'static, Sqlite>,
    limit: TimeLimit,
    /// The time of each statement.
    time: Duration,
    state: State,
}

/// What is known of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// A statement runs, or was abandoned.
    Running,
    /// SQLite has rolled back by itself, as it does when a statement that writes is interrupted.
    RolledBack,
}

impl SqliteTransaction {
    /// Begins. A deferred transaction that reads, then writes, fails under concurrency whatever the timeout.
    pub(super) async fn begin(
        connection: PoolConnection<Sqlite>,
        limit: TimeLimit,
        time: Duration,
    ) -> Result<Self, DbError> {
        let begin = AssertSqlSafe("BEGIN IMMEDIATE").into_sql_str();
        let transaction = sqlx::Transaction::begin(connection, Some(begin)).await?;
        Ok(Self { transaction, limit, time, state: State::Open })
    }

    /// Gives its statements no more than this each.
    pub(crate) fn shorten(&mut self, time: Duration) {
        self.time = self.time.min(time);
    }

    pub(crate) async fn fetch(
        &mut self,
        statement: Statement,
        layout: &Layout,
    ) -> Result<Vec<Record>, DbError> {
        self.before_statement().await?;
        let running = self.limit.until(Instant::now() + self.time);
        let rows = fetch(&mut *self.transaction, statement, layout).await;
        running.ended();
        self.after_statement(rows).await
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<u64, DbError> {
        self.before_statement().await?;
        let running = self.limit.until(Instant::now() + self.time);
        let affected = execute(&mut *self.transaction, statement).await;
        running.ended();
        self.after_statement(affected).await
    }

    pub(crate) async fn commit(self) -> Result<(), DbError> {
        self.limit.lift();
        Ok(self.transaction.commit().await?)
    }

    pub(crate) async fn rollback(mut self) -> Result<(), DbError> {
        if self.state == State::Running {
            self.look().await;
        }
        self.limit.lift();
        Ok(self.transaction.rollback().await?)
    }

    /// Refuses what would be committed on its own.
    async fn before_statement(&mut self) -> Result<(), DbError> {
        if self.state == State::Running {
            self.look().await;
        }
        if self.state == State::RolledBack {
            return Err(DbError::Other("a failure has rolled the transaction back".to_owned()));
        }
        self.state = State::Running;
        Ok(())
    }

    async fn after_statement<T>(&mut self, result: Result<T, DbError>) -> Result<T, DbError> {
        match &result {
            Err(DbError::Unavailable(_) | DbError::Full(_) | DbError::Lost(_) | DbError::Other(_)) => {
                self.look().await;
            }
            _ => self.state = State::Open,
        }
        result
    }

    /// Finds out whether SQLite has rolled back: where it has not, nothing can begin. What begins here is what sqlx, which
    /// does not know, ends.
    async fn look(&mut self) {
        let begun = self.transaction.execute("BEGIN").await;
        // After it: a statement that was abandoned has been interrupted by then, and would run on without a limit.
        self.limit.lift();
        self.state = if begun.is_ok() { State::RolledBack } else { State::Open };
    }
}
