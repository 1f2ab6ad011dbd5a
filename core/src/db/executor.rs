//! Running statements, on the pool or in a transaction.

use std::sync::Arc;

use tracing::Instrument as _;

use crate::db::retry::{Idempotence, with_retry};
use crate::db::transaction::RolledBack;
use crate::db::{Db, DbError, Isolation, Layout, Pools, Statement, Transaction};
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
    /// The database.
    pub(crate) fn db(&self) -> &Db {
        match self {
            Self::Pool(db) => db,
            Self::Transaction(transaction) => transaction.db(),
        }
    }

    /// Runs a query that changes nothing and reads its rows. On the pool it is run again after a conflict, or when its
    /// connection turns out to be broken.
    ///
    /// # Errors
    /// The [`DbError`] of the database.
    pub async fn read(&self, statement: Statement, layout: &Layout) -> Result<Vec<Record>, DbError> {
        match self {
            // On the heap, so that a statement on its own is no larger than it must be.
            Self::Transaction(transaction) => Box::pin(transaction.fetch(statement, layout)).await,
            Self::Pool(db) if statement.rls_session.is_some() => {
                fetch_in_tx(db, Idempotence::Idempotent, statement, layout).await
            }
            Self::Pool(db) => {
                with_retry(Idempotence::Idempotent, || fetch(db, Access::Read, statement.clone(), layout))
                    .await
            }
        }
    }

    /// Runs a statement that writes and reads the rows it returns. On the pool it is run again when the database
    /// reports that a conflict has rolled it back. What it returns is read before the commit, unless the statement has
    /// written all of it: a row that cannot be read is not changed.
    ///
    /// # Errors
    /// The [`DbError`] of the database.
    pub async fn write(&self, statement: Statement, layout: &Layout) -> Result<Vec<Record>, DbError> {
        match self {
            // On the heap, so that a statement on its own is no larger than it must be.
            Self::Transaction(transaction) => Box::pin(transaction.fetch(statement, layout)).await,
            Self::Pool(db) if statement.rls_session.is_some() || statement.returns_stored => {
                fetch_in_tx(db, Idempotence::NotIdempotent, statement, layout).await
            }
            Self::Pool(db) => {
                with_retry(Idempotence::NotIdempotent, || fetch(db, Access::Write, statement.clone(), layout))
                    .await
            }
        }
    }

    /// As [`Executor::write`]; a transaction can continue when the statement is refused.
    ///
    /// # Errors
    /// The [`DbError`] of the database.
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

    /// Runs a statement for its effect and returns how many rows it affected. Retried as [`Executor::write`].
    ///
    /// # Errors
    /// The [`DbError`] of the database.
    pub async fn execute(&self, statement: Statement) -> Result<u64, DbError> {
        match self {
            Self::Transaction(transaction) => transaction.execute(statement).await,
            Self::Pool(db) if statement.rls_session.is_some() => {
                run_in_tx(db, Idempotence::NotIdempotent, move |transaction| {
                    let statement = statement.clone();
                    async move { transaction.execute(statement).await }
                })
                .await
            }
            Self::Pool(db) => with_retry(Idempotence::NotIdempotent, || execute(db, statement.clone())).await,
        }
    }

    /// Runs `work` in a transaction, or in a savepoint when already inside one.
    ///
    /// A transaction runs in a spawned task, so that it ends even when the caller is dropped: a future dropped
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
                spawn_detached(async move {
                    let transaction = Transaction::begin(&db, Isolation::default()).await?;
                    let result = work(transaction.clone()).await;
                    Ok(transaction.end(result).await?)
                })
                .await
            }
        }
    }

    /// As [`Executor::transaction`], and runs `work` again in a new transaction when a conflict with others has
    /// rolled it back, up to a bound. Inside a transaction it is a savepoint and runs once: only the whole can be run
    /// again.
    ///
    /// What a lost connection may have committed is not run again.
    ///
    /// # Errors
    /// The error of `work`, or of the database; `Unavailable` when it conflicted each time.
    pub async fn transaction_with_retry<T, F, Fut>(&self, isolation: Isolation, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(Transaction) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        match self {
            Self::Transaction(transaction) => {
                transaction.check_isolation(isolation)?;
                transaction.savepoint(work).await
            }
            Self::Pool(db) => retry_tx(db.clone(), isolation, work).await,
        }
    }
}

/// Runs work in a transaction, and again in another one when a conflict rolled it back.
async fn retry_tx<T, F, Fut>(db: Db, isolation: Isolation, work: F) -> Result<T>
where
    T: Send + 'static,
    F: Fn(Transaction) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    spawn_detached(async move {
        let run = async || -> Result<T, RolledBack> {
            let transaction = Transaction::begin(&db, isolation).await?;
            let result = work(transaction.clone()).await;
            transaction.end(result).await
        };
        Ok(with_retry(Idempotence::NotIdempotent, run).await?)
    })
    .await
}

/// Runs a query in a transaction of its own, in which the settings of row-level security are bound.
async fn fetch_in_tx(
    db: &Db,
    idempotence: Idempotence,
    statement: Statement,
    layout: &Layout,
) -> Result<Vec<Record>, DbError> {
    let query = Arc::new((statement, layout.clone()));
    run_in_tx(db, idempotence, move |transaction| {
        let query = Arc::clone(&query);
        async move { transaction.fetch(query.0.clone(), &query.1).await }
    })
    .await
}

/// Runs one statement in a transaction of its own, and again in another one as [`with_retry`] decides.
async fn run_in_tx<T, F, Fut>(db: &Db, idempotence: Idempotence, work: F) -> Result<T, DbError>
where
    T: Send + 'static,
    F: Fn(Transaction) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, DbError>> + Send + 'static,
{
    let db = db.clone();
    let run = async move {
        let run = async || {
            let transaction = Transaction::begin(&db, Isolation::default()).await?;
            let result = work(transaction.clone()).await;
            transaction.end_statement(result).await
        };
        with_retry(idempotence, run).await
    };
    let task = tokio::spawn(run.in_current_span());
    task.await.unwrap_or_else(|panicked| Err(DbError::Other(panicked.to_string())))
}

/// Runs work in a spawned task, which runs to its end even when the caller is dropped.
async fn spawn_detached<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let task = tokio::spawn(work.in_current_span());
    task.await.unwrap_or_else(|panicked| Err(Error::internal(panicked)))
}

/// Which of the pools a statement goes to, where there are two.
#[derive(Debug, Clone, Copy)]
enum Access {
    Read,
    Write,
}

async fn fetch(
    db: &Db,
    access: Access,
    statement: Statement,
    layout: &Layout,
) -> Result<Vec<Record>, DbError> {
    db.count_statement();
    let rows = match (db.pools(), access) {
        #[cfg(feature = "sqlite")]
        (Pools::Sqlite(pools), Access::Read) => {
            super::sqlite::fetch(pools.readers(), statement, layout).await
        }
        #[cfg(feature = "sqlite")]
        (Pools::Sqlite(pools), Access::Write) => {
            super::sqlite::fetch(pools.writer(), statement, layout).await
        }
        #[cfg(feature = "postgres")]
        (Pools::Postgres(pool), _) => pool.fetch(statement, layout, db.persistent()).await,
    };
    rows.inspect_err(|error| db.note(error))
}

async fn execute(db: &Db, statement: Statement) -> Result<u64, DbError> {
    db.count_statement();
    let affected = match db.pools() {
        #[cfg(feature = "sqlite")]
        Pools::Sqlite(pools) => super::sqlite::execute(pools.writer(), statement).await,
        #[cfg(feature = "postgres")]
        Pools::Postgres(pool) => pool.execute(statement, db.persistent()).await,
    };
    affected.inspect_err(|error| db.note(error))
}
