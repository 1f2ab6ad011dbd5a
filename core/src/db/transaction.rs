//! An open transaction.

use std::sync::Arc;

use sea_query_sqlx::SqlxValues;
use sqlx::AssertSqlSafe;
use tokio::sync::Mutex;

use crate::db::{Db, DbError, Dialect, Layout, Pools, Statement};
use crate::error::{Error, Result};
use crate::value::Record;

/// An open transaction, shared by the contexts inside it.
#[derive(Debug, Clone)]
pub struct Transaction {
    db: Db,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    connection: Connection,
    /// Savepoints begun and not ended. More than zero at the end means that work was abandoned midway.
    savepoints: u32,
}

#[derive(Debug)]
enum Connection {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    Ended,
}

impl Transaction {
    pub(crate) async fn begin(db: &Db) -> Result<Self, DbError> {
        let connection = match db.pools() {
            // A deferred transaction that reads, then writes, fails under concurrency whatever the timeout.
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => Connection::Sqlite(pools.writer().begin_with("BEGIN IMMEDIATE").await?),
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => Connection::Postgres(pool.begin().await?),
        };
        Ok(Self { db: db.clone(), state: Arc::new(Mutex::new(State { connection, savepoints: 0 })) })
    }

    /// The dialect of the database.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    pub(crate) async fn fetch(&self, statement: Statement, layout: &Layout) -> Result<Vec<Record>, DbError> {
        self.db.count_statement();
        match &mut self.state.lock().await.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => {
                super::sqlite::fetch(&mut **transaction, statement, layout).await
            }
            #[cfg(feature = "postgres")]
            Connection::Postgres(transaction) => {
                super::postgres::fetch(&mut **transaction, statement, layout, self.db.persistent()).await
            }
            Connection::Ended => Err(ended()),
        }
    }

    pub(crate) async fn execute(&self, statement: Statement) -> Result<u64, DbError> {
        self.db.count_statement();
        self.state.lock().await.connection.execute(statement, self.db.persistent()).await
    }

    /// Runs a statement in a savepoint of its own where a refusal would end the whole transaction.
    pub(crate) async fn attempt(
        &self,
        statement: Statement,
        layout: &Layout,
    ) -> Result<Vec<Record>, DbError> {
        if self.dialect() == Dialect::Sqlite {
            return self.fetch(statement, layout).await;
        }
        let name = self.begin_savepoint().await?;
        let result = self.fetch(statement, layout).await;
        self.end_savepoint(&name, result.is_ok()).await?;
        result
    }

    pub(crate) async fn commit(&self) -> Result<(), DbError> {
        let mut state = self.state.lock().await;
        let abandoned = state.savepoints > 0;
        let connection = std::mem::replace(&mut state.connection, Connection::Ended);
        if abandoned {
            connection.rollback().await?;
            return Err(DbError::Other(
                "a savepoint was abandoned; the transaction is rolled back".to_owned(),
            ));
        }
        match connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => transaction.commit().await?,
            #[cfg(feature = "postgres")]
            Connection::Postgres(transaction) => transaction.commit().await?,
            Connection::Ended => return Err(ended()),
        }
        Ok(())
    }

    pub(crate) async fn rollback(&self) {
        let mut state = self.state.lock().await;
        let connection = std::mem::replace(&mut state.connection, Connection::Ended);
        if let Err(error) = connection.rollback().await {
            tracing::warn!(%error, "rollback failed; the connection is closed");
        }
    }

    pub(crate) async fn savepoint<T, F, Fut>(&self, work: F) -> Result<T>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let name = self.begin_savepoint().await?;
        let result = work(self.clone()).await;
        self.end_savepoint(&name, result.is_ok()).await?;
        result
    }

    async fn begin_savepoint(&self) -> Result<String, DbError> {
        let mut state = self.state.lock().await;
        state.savepoints += 1;
        let name = format!("entify_{}", state.savepoints);
        state.connection.command(format!("SAVEPOINT {name}")).await?;
        Ok(name)
    }

    async fn end_savepoint(&self, name: &str, keep: bool) -> Result<(), DbError> {
        let mut state = self.state.lock().await;
        if !keep {
            state.connection.command(format!("ROLLBACK TO SAVEPOINT {name}")).await?;
        }
        state.connection.command(format!("RELEASE SAVEPOINT {name}")).await?;
        state.savepoints -= 1;
        Ok(())
    }
}

impl Connection {
    async fn execute(&mut self, statement: Statement, persistent: bool) -> Result<u64, DbError> {
        let (sql, values) = (AssertSqlSafe(statement.sql), SqlxValues(statement.values));
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(transaction) => {
                let query = sqlx::query_with(sql, values).persistent(persistent);
                Ok(query.execute(&mut **transaction).await?.rows_affected())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction) => {
                let query = sqlx::query_with(sql, values).persistent(persistent);
                Ok(query.execute(&mut **transaction).await?.rows_affected())
            }
            Self::Ended => Err(ended()),
        }
    }

    async fn command(&mut self, sql: String) -> Result<(), DbError> {
        self.execute(Statement::new(sql, sea_query::Values(Vec::new())), false).await.map(drop)
    }

    async fn rollback(self) -> Result<(), DbError> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(transaction) => transaction.rollback().await?,
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction) => transaction.rollback().await?,
            Self::Ended => {}
        }
        Ok(())
    }
}

fn ended() -> DbError {
    DbError::Other("the transaction has ended".to_owned())
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(_) | DbError::Retry(_) => {
                tracing::warn!(%error, "database not available");
                Error::Unavailable
            }
            DbError::OutOfRange => Error::bad_request("a number is out of range"),
            DbError::Unique(_) => Error::Conflict(vec![crate::error::FieldError::new(
                "",
                "unique",
                "a row with these values exists already",
            )]),
            DbError::ForeignKey(_) => Error::Conflict(vec![crate::error::FieldError::new(
                "",
                "reference",
                "a related row is missing or still points here",
            )]),
            DbError::Check(_) | DbError::NotNull(_) | DbError::Config(_) | DbError::Other(_) => {
                Error::internal(error)
            }
        }
    }
}
