//! An open transaction.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

#[cfg(feature = "postgres")]
use crate::db::postgres_transaction::PostgresTransaction;
use crate::db::retry::{Caller, Deadline, Idempotence, RetryError, while_waiting, with_retry};
use crate::db::share::over;
#[cfg(feature = "sqlite")]
use crate::db::sqlite::SqliteTransaction;
use crate::db::{Db, DbError, Deferred, Dialect, Layout, Permit, Pools, RlsSession, Statement, Use};
use crate::error::{Error, Result};
use crate::spans;
use crate::value::Record;

/// How strictly a transaction is isolated from others that run at the same time.
///
/// SQLite has one writer at a time: there every transaction is serializable. PostgreSQL may end a stricter one with a
/// conflict, which [`Ctx::transaction_with_retry`](crate::Ctx::transaction_with_retry) answers by running it again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    #[default]
    ReadCommitted,
    /// All statements see what was committed before the first.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

/// An open transaction, shared by the contexts inside it.
#[derive(Debug, Clone)]
pub struct Transaction {
    db: Db,
    isolation: Isolation,
    /// Whoever waits for it. A statement that nobody waits for is dropped, and the transaction rolled back.
    caller: Option<Caller>,
    state: Arc<Mutex<TxState>>,
}

#[derive(Debug)]
struct TxState {
    connection: TxConnection,
    /// Savepoints begun and not ended. More than zero at the end means that a future was dropped inside one.
    savepoints: u32,
    /// A statement is running. True when the next one begins means that its future was dropped.
    running: bool,
    /// A statement failed or its future was dropped, and no savepoint was rolled back since. PostgreSQL answers COMMIT
    /// by a rollback then, and calls that a success.
    aborted: bool,
    /// A conflict with other transactions.
    conflict: Option<DbError>,
    /// What is run after the commit, in the order in which it was deferred.
    deferred: Vec<Deferred>,
    /// The settings of row-level security that are bound, if any are.
    rls_session: Option<Arc<RlsSession>>,
    /// Of the share of its request, until it has ended.
    permit: Permit,
    /// How long PostgreSQL lets a statement run.
    limit: Duration,
}

#[derive(Debug)]
enum TxConnection {
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteTransaction),
    #[cfg(feature = "postgres")]
    Postgres(PostgresTransaction),
    Ended,
}

/// Why a transaction was rolled back.
#[derive(Debug)]
pub(crate) struct RolledBack {
    pub(crate) error: Error,
    /// The conflict with other transactions, when that is why: it can be run again.
    pub(crate) conflict: Option<DbError>,
}

impl From<RolledBack> for Error {
    fn from(failed: RolledBack) -> Self {
        failed.error
    }
}

impl From<DbError> for RolledBack {
    /// A transaction that did not begin: that was tried again already.
    fn from(error: DbError) -> Self {
        Self { error: error.into(), conflict: None }
    }
}

impl RetryError for RolledBack {
    fn db_error(&self) -> Option<&DbError> {
        self.conflict.as_ref()
    }
}

impl Transaction {
    /// Begins. Nothing has been done yet, so this is repeated after a conflict or on a broken connection.
    pub(crate) async fn begin(db: &Db, isolation: Isolation, deadline: &Deadline) -> Result<Self, DbError> {
        let permit = db.permit(Use::Transaction, deadline).await?;
        let connect = || connect(db, isolation, deadline);
        let connection = with_retry(deadline, Idempotence::Idempotent, connect).await?;
        let state = TxState {
            connection,
            savepoints: 0,
            running: false,
            aborted: false,
            conflict: None,
            deferred: Vec::new(),
            rls_session: None,
            permit,
            limit: deadline.shortened().unwrap_or(db.statement_timeout()),
        };
        let caller = deadline.caller().cloned();
        Ok(Self { db: db.clone(), isolation, caller, state: Arc::new(Mutex::new(state)) })
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// The dialect of the database.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    /// Refuses a stricter isolation than its own: the isolation of a transaction cannot change once it runs.
    pub(crate) fn check_isolation(&self, isolation: Isolation) -> Result<()> {
        if self.dialect() == Dialect::Sqlite || isolation <= self.isolation {
            return Ok(());
        }
        Err(Error::internal(format!(
            "a {isolation:?} transaction was requested inside a {:?} one; request it for the outermost",
            self.isolation
        )))
    }

    pub(crate) async fn fetch(&self, statement: Statement, layout: &Layout) -> Result<Vec<Record>, DbError> {
        let _noted = self.db.count_statement(&statement.sql);
        let mut state = self.state.lock().await;
        state.begin_statement();
        if let Err(error) = state.prepare(&self.db, &statement).await {
            return state.finish_statement(&self.db, Err(error));
        }
        let rows = {
            let span = spans::statement(self.dialect().name(), &statement.sql);
            let fetch = pin!(state.connection.fetch(statement, layout, self.db.persistent()));
            span.over(while_waiting(self.caller.as_ref(), fetch)).await
        };
        state.finish_statement(&self.db, rows)
    }

    pub(crate) async fn execute(&self, statement: Statement) -> Result<u64, DbError> {
        let _noted = self.db.count_statement(&statement.sql);
        let mut state = self.state.lock().await;
        state.begin_statement();
        if let Err(error) = state.prepare(&self.db, &statement).await {
            return state.finish_statement(&self.db, Err(error));
        }
        let affected = {
            let span = spans::statement(self.dialect().name(), &statement.sql);
            let execute = pin!(state.connection.execute(statement, self.db.persistent()));
            span.over(while_waiting(self.caller.as_ref(), execute)).await
        };
        state.finish_statement(&self.db, affected)
    }

    /// Commits for `Ok`, and then runs what was deferred; rolls back for `Err`.
    pub(crate) async fn end<T>(&self, result: Result<T>) -> Result<T, RolledBack> {
        match result {
            Ok(value) => match self.commit().await {
                Ok(deferred) => {
                    for work in deferred {
                        work.run().await;
                    }
                    Ok(value)
                }
                Err(error) => {
                    let conflict = error.is_conflict().then(|| error.clone());
                    Err(RolledBack { error: error.into(), conflict })
                }
            },
            Err(error) => {
                self.rollback().await;
                Err(RolledBack { error, conflict: self.state.lock().await.conflict.take() })
            }
        }
    }

    /// As [`Transaction::end`], for a transaction of one statement, in which nothing is deferred.
    pub(crate) async fn end_statement<T>(&self, result: Result<T, DbError>) -> Result<T, DbError> {
        match result {
            Ok(value) => self.commit().await.map(|_| value),
            Err(error) => {
                self.rollback().await;
                Err(error)
            }
        }
    }

    /// Commits, and returns what was deferred until then.
    ///
    /// # Errors
    /// The error of the database: a commit that fails is never ignored. [`DbError::Lost`] means that it is not
    /// known whether it took effect.
    async fn commit(&self) -> Result<Vec<Deferred>, DbError> {
        let mut state = self.state.lock().await;
        let abandoned = state.savepoints > 0 || state.running;
        let _permit = state.permit.take();
        let connection = std::mem::replace(&mut state.connection, TxConnection::Ended);
        if abandoned || state.aborted {
            connection.rollback().await?;
            return Err(state.conflict.take().unwrap_or_else(|| {
                let what = if abandoned { "work was abandoned midway" } else { "a failed statement was ignored" };
                DbError::Other(format!(
                    "{what} in a transaction, which is rolled back; put what may fail in a transaction of its own \
                     inside it"
                ))
            }));
        }
        let committed = match connection {
            #[cfg(feature = "sqlite")]
            TxConnection::Sqlite(transaction) => transaction.commit().await,
            #[cfg(feature = "postgres")]
            TxConnection::Postgres(transaction) => transaction.commit().await,
            TxConnection::Ended => return Err(ended()),
        };
        committed.inspect_err(|error| self.db.note(error))?;
        Ok(std::mem::take(&mut state.deferred))
    }

    async fn rollback(&self) {
        let mut state = self.state.lock().await;
        state.deferred.clear();
        let _permit = state.permit.take();
        let connection = std::mem::replace(&mut state.connection, TxConnection::Ended);
        if let Err(error) = connection.rollback().await {
            self.db.note(&error);
            tracing::warn!(%error, "rollback failed; the connection is closed");
        }
    }

    /// Runs a statement after whose failure the transaction can continue: in a savepoint of its own where a failure
    /// would abort the whole.
    pub(crate) async fn attempt(
        &self,
        statement: Statement,
        layout: &Layout,
    ) -> Result<Vec<Record>, DbError> {
        if self.dialect() == Dialect::Sqlite {
            let aborted = self.state.lock().await.aborted;
            let result = self.fetch(statement, layout).await;
            self.state.lock().await.aborted = aborted;
            return result;
        }
        let savepoint = self.begin_savepoint().await?;
        let result = self.fetch(statement, layout).await;
        self.end_savepoint(savepoint, result.is_ok()).await?;
        result
    }

    /// Defers work until after the commit; without one it is dropped.
    pub(crate) async fn defer(&self, deferred: Deferred) {
        self.state.lock().await.deferred.push(deferred);
    }

    pub(crate) async fn savepoint<T, F, Fut>(&self, work: F) -> Result<T>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let savepoint = self.begin_savepoint().await?;
        let result = work(self.clone()).await;
        self.end_savepoint(savepoint, result.is_ok()).await?;
        result
    }

    async fn begin_savepoint(&self) -> Result<Savepoint, DbError> {
        let mut state = self.state.lock().await;
        state.begin_statement();
        state.savepoints += 1;
        let name = format!("entify_{}", state.savepoints);
        let begun = state.connection.command(format!("SAVEPOINT {name}")).await;
        state.finish_statement(&self.db, begun)?;
        let rls_session = state.rls_session.clone();
        let (aborted, deferred, limit) = (state.aborted, state.deferred.len(), state.limit);
        Ok(Savepoint { name, aborted, deferred, rls_session, limit })
    }

    async fn end_savepoint(&self, savepoint: Savepoint, keep: bool) -> Result<(), DbError> {
        let Savepoint { name, aborted, deferred, rls_session, limit } = savepoint;
        let mut state = self.state.lock().await;
        state.begin_statement();
        let rolled_back = match keep {
            true => Ok(()),
            false => state.connection.command(format!("ROLLBACK TO SAVEPOINT {name}")).await,
        };
        if !keep {
            // What failed inside is rolled back.
            state.aborted = aborted;
            state.deferred.truncate(deferred);
            state.rls_session = rls_session;
            state.limit = limit;
        }
        let ended = match rolled_back {
            Ok(()) => state.connection.command(format!("RELEASE SAVEPOINT {name}")).await,
            failed => failed,
        };
        state.finish_statement(&self.db, ended)?;
        state.savepoints -= 1;
        Ok(())
    }
}

/// A savepoint that has begun.
#[derive(Debug)]
struct Savepoint {
    name: String,
    /// Whether the transaction was aborted before it.
    aborted: bool,
    /// How much was deferred before it.
    deferred: usize,
    /// The settings that were bound before it: those bound since are rolled back with the rest.
    rls_session: Option<Arc<RlsSession>>,
    /// The limit of statements before it: one that was set since is rolled back too.
    limit: Duration,
}

/// A connection on which the transaction has begun.
#[cfg_attr(not(feature = "postgres"), expect(unused_variables))]
async fn connect(db: &Db, isolation: Isolation, deadline: &Deadline) -> Result<TxConnection, DbError> {
    let begun = match db.pools() {
        #[cfg(feature = "sqlite")]
        Pools::Sqlite(pools) => pools.begin(deadline).await.map(TxConnection::Sqlite),
        #[cfg(feature = "postgres")]
        Pools::Postgres(pool) => pool.begin(isolation, deadline).await.map(TxConnection::Postgres),
    };
    begun.inspect_err(|error| db.note(error))
}

impl TxState {
    /// Records that a statement begins.
    fn begin_statement(&mut self) {
        self.aborted |= self.running;
        self.running = true;
    }

    /// What must be before a statement: time for it, and its settings.
    async fn prepare(&mut self, db: &Db, statement: &Statement) -> Result<(), DbError> {
        if let Some(left) = db.request_time() {
            self.shorten(db, left).await?;
        }
        self.bind_rls_session(statement, db.persistent()).await
    }

    /// Ends statements when the time of the request is over, of which this is left.
    async fn shorten(&mut self, db: &Db, left: Duration) -> Result<(), DbError> {
        if left.is_zero() {
            return Err(over());
        }
        #[cfg(feature = "sqlite")]
        if let TxConnection::Sqlite(transaction) = &mut self.connection {
            transaction.shorten(left);
        }
        if db.limits_statements() && left < self.limit / 4 * 3 {
            self.limit = left;
            // Zero would be no limit.
            let limit = format!("SET LOCAL statement_timeout = {}", left.as_millis().max(1));
            Box::pin(self.connection.command(limit)).await?;
        }
        Ok(())
    }

    /// Binds the settings of row-level security, unless they are.
    async fn bind_rls_session(&mut self, statement: &Statement, persistent: bool) -> Result<(), DbError> {
        let Some(session) =
            statement.rls_session.as_ref().filter(|session| self.rls_session.as_ref() != Some(*session))
        else {
            return Ok(());
        };
        // On the heap: without row-level security no statement's future is larger for it.
        Box::pin(self.connection.execute(session.binding(), persistent)).await?;
        self.rls_session = Some(Arc::clone(session));
        Ok(())
    }

    /// Records how it ended.
    fn finish_statement<T>(&mut self, db: &Db, result: Result<T, DbError>) -> Result<T, DbError> {
        self.running = false;
        if let Err(error) = &result {
            self.aborted = true;
            db.note(error);
            if error.is_conflict() {
                self.conflict = Some(error.clone());
            }
        }
        result
    }
}

impl TxConnection {
    #[cfg_attr(not(feature = "postgres"), expect(unused_variables))]
    async fn fetch(
        &mut self,
        statement: Statement,
        layout: &Layout,
        persistent: bool,
    ) -> Result<Vec<Record>, DbError> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(transaction) => transaction.fetch(statement, layout).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction) => {
                let lease = transaction.lease();
                let connection = lease.begin_statement().await?;
                let rows = super::postgres::fetch(connection, statement, layout, persistent).await;
                lease.end_statement(rows)
            }
            Self::Ended => Err(ended()),
        }
    }

    #[cfg_attr(not(feature = "postgres"), expect(unused_variables))]
    async fn execute(&mut self, statement: Statement, persistent: bool) -> Result<u64, DbError> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(transaction) => transaction.execute(statement).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction) => {
                let lease = transaction.lease();
                let connection = lease.begin_statement().await?;
                let affected = super::postgres::execute(connection, statement, persistent).await;
                lease.end_statement(affected)
            }
            Self::Ended => Err(ended()),
        }
    }

    async fn command(&mut self, sql: String) -> Result<(), DbError> {
        self.execute(Statement::plain(sql).once(), false).await.map(drop)
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
