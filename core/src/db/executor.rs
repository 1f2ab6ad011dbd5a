//! Running statements, on the pool or in a transaction.

use sea_query_sqlx::SqlxValues;
use sqlx::AssertSqlSafe;

use crate::db::{Db, DbError, Layout, Pools, Statement, Transaction};
use crate::error::{Error, Result};
use crate::value::Record;

/// Where statements run: on the pool, each on its own, or together in a transaction.
#[derive(Debug, Clone)]
pub enum Executor {
    /// Each statement on its own.
    Pool(Db),
    /// All in one transaction.
    Transaction(Transaction),
}

impl Executor {
    /// Runs a query that changes nothing and reads its rows.
    ///
    /// # Errors
    /// [`DbError`] as the database says.
    pub async fn read(&self, statement: Statement, layout: &Layout) -> Result<Vec<Record>, DbError> {
        match self {
            Self::Transaction(transaction) => transaction.fetch(statement, layout).await,
            Self::Pool(db) => {
                db.count_statement();
                match db.pools() {
                    #[cfg(feature = "sqlite")]
                    Pools::Sqlite(pools) => super::sqlite::fetch(pools.readers(), statement, layout).await,
                    #[cfg(feature = "postgres")]
                    Pools::Postgres(pool) => {
                        super::postgres::fetch(pool, statement, layout, db.persistent()).await
                    }
                }
            }
        }
    }

    /// Runs a statement that writes and reads the rows it returns.
    ///
    /// # Errors
    /// [`DbError`] as the database says.
    pub async fn write(&self, statement: Statement, layout: &Layout) -> Result<Vec<Record>, DbError> {
        match self {
            Self::Transaction(transaction) => transaction.fetch(statement, layout).await,
            Self::Pool(db) => match db.pools() {
                #[cfg(feature = "sqlite")]
                Pools::Sqlite(pools) => {
                    db.count_statement();
                    super::sqlite::fetch(pools.writer(), statement, layout).await
                }
                #[cfg(feature = "postgres")]
                Pools::Postgres(_) => self.read(statement, layout).await,
            },
        }
    }

    /// As [`Executor::write`]; a transaction can be gone on with when the statement is refused.
    ///
    /// # Errors
    /// [`DbError`] as the database says.
    pub(crate) async fn attempt(
        &self,
        statement: Statement,
        layout: &Layout,
    ) -> Result<Vec<Record>, DbError> {
        match self {
            Self::Transaction(transaction) => transaction.attempt(statement, layout).await,
            Self::Pool(_) => self.write(statement, layout).await,
        }
    }

    /// Runs a statement for its effect and answers how many rows it touched.
    ///
    /// # Errors
    /// [`DbError`] as the database says.
    pub async fn execute(&self, statement: Statement) -> Result<u64, DbError> {
        match self {
            Self::Transaction(transaction) => transaction.execute(statement).await,
            Self::Pool(db) => {
                db.count_statement();
                let Statement { sql, values } = statement;
                let query = (AssertSqlSafe(sql), SqlxValues(values));
                match db.pools() {
                    #[cfg(feature = "sqlite")]
                    Pools::Sqlite(pools) => {
                        let done = sqlx::query_with(query.0, query.1).execute(pools.writer()).await?;
                        Ok(done.rows_affected())
                    }
                    #[cfg(feature = "postgres")]
                    Pools::Postgres(pool) => {
                        let run = sqlx::query_with(query.0, query.1).persistent(db.persistent());
                        Ok(run.execute(pool).await?.rows_affected())
                    }
                }
            }
        }
    }

    /// Runs `work` in a transaction, or in a savepoint when already inside one.
    ///
    /// A transaction runs in a task of its own, so that it ends whatever becomes of the caller: a future dropped
    /// while `BEGIN` is under way would leave a pooled connection inside a transaction.
    ///
    /// # Errors
    /// The error of `work`, or of the database.
    pub async fn transaction<T, F, Fut>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Transaction) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        match self {
            Self::Transaction(transaction) => transaction.savepoint(work).await,
            Self::Pool(db) => {
                let db = db.clone();
                let task = tokio::spawn(async move {
                    let transaction = Transaction::begin(&db).await?;
                    match work(transaction.clone()).await {
                        Ok(value) => {
                            transaction.commit().await?;
                            Ok(value)
                        }
                        Err(error) => {
                            transaction.rollback().await;
                            Err(error)
                        }
                    }
                });
                task.await.unwrap_or_else(|panicked| Err(Error::internal(panicked)))
            }
        }
    }
}
