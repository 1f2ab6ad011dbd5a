//! Running statements, on the pool or in a transaction.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tracing::Instrument as _;

use crate::db::retry::{Caller, Deadline, Idempotence, with_retry};
use crate::db::transaction::RolledBack;
use crate::db::{Db, DbError, Isolation, Layout, Permit, Pools, Statement, Transaction, Use};
use crate::error::{Error, Result};
use crate::spans;
use crate::value::Record;

/// How long a statement of a transaction may run on when nobody waits for it any more.
const GRACE: Duration = Duration::from_secs(1);

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
                fetch_in_tx(db, db.deadline(), Idempotence::Idempotent, statement, layout).await
            }
            Self::Pool(db) => {
                fetch_with_retry(db, Access::Read, Idempotence::Idempotent, statement, layout).await
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
                fetch_in_tx(db, db.deadline(), Idempotence::NotIdempotent, statement, layout).await
            }
            Self::Pool(db) => {
                fetch_with_retry(db, Access::Write, Idempotence::NotIdempotent, statement, layout).await
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
                execute_in_tx(db, db.deadline(), statement).await
            }
            Self::Pool(db) => {
                let deadline = db.deadline();
                let run = || async {
                    match deadline.shortened() {
                        Some(_) if db.limits_statements() => {
                            execute_in_tx(db, deadline.clone(), statement.clone()).await
                        }
                        _ => execute(db, statement.clone(), &deadline).await,
                    }
                };
                with_retry(&deadline, Idempotence::NotIdempotent, run).await
            }
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
                spawn_detached(db.deadline(), async move |deadline| {
                    let transaction = Transaction::begin(&db, Isolation::default(), &deadline).await?;
                    let result = work(transaction.clone()).await;
                    Ok(transaction.end(result).await?)
                })
                .await
            }
        }
    }

    /// As [`Executor::transaction`], and runs `work` again in a new transaction when a conflict with others has
    /// rolled it back, up to a bound and within the time of a statement. Inside a transaction it is a savepoint and runs once: only the whole can be run
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
    spawn_detached(db.deadline(), async move |deadline| {
        let run = async || -> Result<T, RolledBack> {
            let transaction = Transaction::begin(&db, isolation, &deadline).await?;
            let result = work(transaction.clone()).await;
            transaction.end(result).await
        };
        Ok(with_retry(&deadline, Idempotence::NotIdempotent, run).await?)
    })
    .await
}

/// Runs a query on the pool, and again as [`with_retry`] decides.
async fn fetch_with_retry(
    db: &Db,
    access: Access,
    idempotence: Idempotence,
    statement: Statement,
    layout: &Layout,
) -> Result<Vec<Record>, DbError> {
    let deadline = db.deadline();
    let run = || async {
        match deadline.shortened() {
            Some(_) if db.limits_statements() => {
                fetch_in_tx(db, deadline.clone(), idempotence, statement.clone(), layout).await
            }
            _ => fetch(db, access, statement.clone(), layout, &deadline).await,
        }
    };
    with_retry(&deadline, idempotence, run).await
}

/// Runs a query in a transaction of its own, in which the settings of row-level security are bound, or a shorter time.
fn fetch_in_tx(
    db: &Db,
    deadline: Deadline,
    idempotence: Idempotence,
    statement: Statement,
    layout: &Layout,
) -> BoxFuture<'static, Result<Vec<Record>, DbError>> {
    let query = Arc::new((statement, layout.clone()));
    run_in_tx(db, deadline, idempotence, move |transaction| {
        let query = Arc::clone(&query);
        async move { transaction.fetch(query.0.clone(), &query.1).await }
    })
}

/// As [`fetch_in_tx`], for a statement's effect.
fn execute_in_tx(
    db: &Db,
    deadline: Deadline,
    statement: Statement,
) -> BoxFuture<'static, Result<u64, DbError>> {
    run_in_tx(db, deadline, Idempotence::NotIdempotent, move |transaction| {
        let statement = statement.clone();
        async move { transaction.execute(statement).await }
    })
}

/// Runs one statement in a transaction of its own, and again in another one as [`with_retry`] decides.
///
/// On the heap and without its type: the future of a statement would be larger and deeper for it, and hardly any takes
/// this path.
fn run_in_tx<T, F, Fut>(
    db: &Db,
    deadline: Deadline,
    idempotence: Idempotence,
    work: F,
) -> BoxFuture<'static, Result<T, DbError>>
where
    T: Send + 'static,
    F: Fn(Transaction) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, DbError>> + Send + 'static,
{
    let db = db.clone();
    // As a statement on the pool, which is dropped with its caller.
    let (caller, waiting) = Caller::new(Duration::ZERO);
    let deadline = deadline.for_caller(caller);
    let run = async move {
        let run = async || {
            let transaction = Transaction::begin(&db, Isolation::default(), &deadline).await?;
            let result = work(transaction.clone()).await;
            transaction.end_statement(result).await
        };
        with_retry(&deadline, idempotence, run).await
    };
    let run = run.in_current_span();
    Box::pin(async move {
        let _waiting = waiting;
        let task = tokio::spawn(run);
        task.await.unwrap_or_else(|panicked| Err(DbError::Other(panicked.to_string())))
    })
}

/// Runs work in a spawned task, which runs to its end even when the caller is dropped: what has begun, that is. Nothing
/// is waited for and run again then, and a statement that takes long is given up.
async fn spawn_detached<T, F, Fut>(deadline: Deadline, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(Deadline) -> Fut,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    let (caller, _waiting) = Caller::new(GRACE);
    let task = tokio::spawn(work(deadline.for_caller(caller)).in_current_span());
    task.await.unwrap_or_else(|panicked| Err(Error::internal(panicked)))
}

/// Which of the pools a statement goes to, where there are two.
#[derive(Debug, Clone, Copy)]
enum Access {
    Read,
    Write,
}

/// Waits until the statement may have a connection of its request's share.
async fn permit(db: &Db, deadline: &Deadline) -> Result<Permit, DbError> {
    let punctual = deadline.shortened().is_none();
    let permit = db.permit(Use::Statement, deadline).await?;
    if punctual && db.limits_statements() && deadline.shortened().is_some() {
        // Run again, it has what is left of the time.
        return Err(DbError::Busy("the request uses all connections that it may".to_owned()));
    }
    Ok(permit)
}

async fn fetch(
    db: &Db,
    access: Access,
    statement: Statement,
    layout: &Layout,
    deadline: &Deadline,
) -> Result<Vec<Record>, DbError> {
    let _permit = permit(db, deadline).await?;
    let _noted = db.count_statement(&statement.sql);
    let span = spans::statement(db.dialect().name(), &statement.sql);
    let run = async {
        match db.pools() {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => {
                let connection = match access {
                    Access::Read => pools.reader(deadline).await,
                    Access::Write => pools.writer(deadline).await,
                };
                match connection {
                    Ok(mut connection) => connection.fetch(statement, layout, deadline.end()).await,
                    Err(error) => Err(error),
                }
            }
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => pool.fetch(statement, layout, db.persistent(), deadline).await,
        }
    };
    let rows = span.over(run).await;
    rows.inspect_err(|error| db.note(error))
}

async fn execute(db: &Db, statement: Statement, deadline: &Deadline) -> Result<u64, DbError> {
    let _permit = permit(db, deadline).await?;
    let _noted = db.count_statement(&statement.sql);
    let span = spans::statement(db.dialect().name(), &statement.sql);
    let run = async {
        match db.pools() {
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => match pools.writer(deadline).await {
                Ok(mut connection) => connection.execute(statement, deadline.end()).await,
                Err(error) => Err(error),
            },
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => pool.execute(statement, db.persistent(), deadline).await,
        }
    };
    let affected = span.over(run).await;
    affected.inspect_err(|error| db.note(error))
}
