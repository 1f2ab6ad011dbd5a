//! An open transaction.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::db::retry::{Failure, Repeat, repeated};
use crate::db::{Db, DbError, Deferred, Dialect, Layout, Pools, RlsSession, Statement};
use crate::error::{Error, Result};
use crate::value::Record;

/// How strictly a transaction is kept apart from others that run at the same time.
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
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    connection: Connection,
    /// Savepoints begun and not ended. More than zero at the end means that work was abandoned midway.
    savepoints: u32,
    /// A statement is under way. True when the next one begins means that its future was dropped midway.
    running: bool,
    /// A statement failed or was dropped midway, and no savepoint has undone it. PostgreSQL answers COMMIT by a
    /// rollback then, and calls that a success.
    unsound: bool,
    /// A conflict with other transactions.
    conflict: Option<DbError>,
    /// What waits for the commit, in the order asked for.
    deferred: Vec<Deferred>,
    /// Who the database was told asks, if it was.
    rls_session: Option<Arc<RlsSession>>,
}

#[derive(Debug)]
enum Connection {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    Ended,
}

/// A transaction of which nothing is kept.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) error: Error,
    /// The conflict that undid it, when that is why: it can be run again.
    pub(crate) undone: Option<DbError>,
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

impl From<DbError> for Failed {
    /// A transaction that did not begin: that was tried again already.
    fn from(fault: DbError) -> Self {
        Self { error: fault.into(), undone: None }
    }
}

impl Failure for Failed {
    fn fault(&self) -> Option<&DbError> {
        self.undone.as_ref()
    }
}

impl Transaction {
    /// Begins. Nothing has been done yet, so this is repeated after a conflict or on a broken connection.
    pub(crate) async fn begin(db: &Db, isolation: Isolation) -> Result<Self, DbError> {
        let connection = repeated(Repeat::Always, || connect(db, isolation)).await?;
        let state = State {
            connection,
            savepoints: 0,
            running: false,
            unsound: false,
            conflict: None,
            deferred: Vec::new(),
            rls_session: None,
        };
        Ok(Self { db: db.clone(), isolation, state: Arc::new(Mutex::new(state)) })
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// The dialect of the database.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    /// Refuses to be less strict than asked: the isolation of a transaction cannot change once it runs.
    pub(crate) fn allows(&self, isolation: Isolation) -> Result<()> {
        if self.dialect() == Dialect::Sqlite || isolation <= self.isolation {
            return Ok(());
        }
        Err(Error::internal(format!(
            "a {isolation:?} transaction was asked for inside a {:?} one; ask for it in the outermost",
            self.isolation
        )))
    }

    pub(crate) async fn fetch(&self, statement: Statement, layout: &Layout) -> Result<Vec<Record>, DbError> {
        self.db.count_statement();
        let mut state = self.state.lock().await;
        state.enter();
        if let Err(fault) = state.bind(&statement, self.db.persistent()).await {
            return state.leave(&self.db, Err(fault));
        }
        let rows = match &mut state.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(transaction) => {
                super::sqlite::fetch(&mut **transaction, statement, layout).await
            }
            #[cfg(feature = "postgres")]
            Connection::Postgres(transaction) => {
                super::postgres::fetch(&mut *transaction, statement, layout, self.db.persistent()).await
            }
            Connection::Ended => Err(ended()),
        };
        state.leave(&self.db, rows)
    }

    pub(crate) async fn execute(&self, statement: Statement) -> Result<u64, DbError> {
        self.db.count_statement();
        let mut state = self.state.lock().await;
        state.enter();
        if let Err(fault) = state.bind(&statement, self.db.persistent()).await {
            return state.leave(&self.db, Err(fault));
        }
        let touched = state.connection.execute(statement, self.db.persistent()).await;
        state.leave(&self.db, touched)
    }

    /// Ends it as its work ended: keeps all for `Ok`, and does what waited for that; keeps nothing for `Err`.
    pub(crate) async fn end<T>(&self, result: Result<T>) -> Result<T, Failed> {
        match result {
            Ok(value) => match self.commit().await {
                Ok(deferred) => {
                    for work in deferred {
                        work.run().await;
                    }
                    Ok(value)
                }
                Err(fault) => {
                    let undone = matches!(fault, DbError::Retry(_)).then(|| fault.clone());
                    Err(Failed { error: fault.into(), undone })
                }
            },
            Err(error) => {
                self.rollback().await;
                Err(Failed { error, undone: self.state.lock().await.conflict.take() })
            }
        }
    }

    /// Ends a transaction of one statement, in which nothing waits for the commit.
    pub(crate) async fn end_statement<T>(&self, result: Result<T, DbError>) -> Result<T, DbError> {
        match result {
            Ok(value) => self.commit().await.map(|_| value),
            Err(fault) => {
                self.rollback().await;
                Err(fault)
            }
        }
    }

    /// Commits and answers what waited for it.
    ///
    /// # Errors
    /// Whatever the database says: a commit that fails is never passed over. [`DbError::Lost`] means that it is not
    /// known whether it was kept.
    async fn commit(&self) -> Result<Vec<Deferred>, DbError> {
        let mut state = self.state.lock().await;
        let abandoned = state.savepoints > 0 || state.running;
        let connection = std::mem::replace(&mut state.connection, Connection::Ended);
        if abandoned || state.unsound {
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
            Connection::Sqlite(transaction) => transaction.commit().await,
            #[cfg(feature = "postgres")]
            Connection::Postgres(transaction) => transaction.commit().await,
            Connection::Ended => return Err(ended()),
        };
        committed.map_err(DbError::from).inspect_err(|fault| self.db.note(fault))?;
        Ok(std::mem::take(&mut state.deferred))
    }

    async fn rollback(&self) {
        let mut state = self.state.lock().await;
        state.deferred.clear();
        let connection = std::mem::replace(&mut state.connection, Connection::Ended);
        if let Err(error) = connection.rollback().await {
            self.db.note(&error);
            tracing::warn!(%error, "rollback failed; the connection is closed");
        }
    }

    /// Runs a statement after whose refusal the transaction can go on: in a savepoint of its own where a refusal
    /// would end the whole.
    pub(crate) async fn attempt(
        &self,
        statement: Statement,
        layout: &Layout,
    ) -> Result<Vec<Record>, DbError> {
        if self.dialect() == Dialect::Sqlite {
            let unsound = self.state.lock().await.unsound;
            let result = self.fetch(statement, layout).await;
            self.state.lock().await.unsound = unsound;
            return result;
        }
        let savepoint = self.begin_savepoint().await?;
        let result = self.fetch(statement, layout).await;
        self.end_savepoint(savepoint, result.is_ok()).await?;
        result
    }

    /// Has something done after the commit; never when it does not come to one.
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
        state.enter();
        state.savepoints += 1;
        let name = format!("entify_{}", state.savepoints);
        let begun = state.connection.command(format!("SAVEPOINT {name}")).await;
        state.leave(&self.db, begun)?;
        let rls_session = state.rls_session.clone();
        Ok(Savepoint { name, unsound: state.unsound, deferred: state.deferred.len(), rls_session })
    }

    async fn end_savepoint(&self, savepoint: Savepoint, keep: bool) -> Result<(), DbError> {
        let Savepoint { name, unsound, deferred, rls_session } = savepoint;
        let mut state = self.state.lock().await;
        state.enter();
        let undone = match keep {
            true => Ok(()),
            false => state.connection.command(format!("ROLLBACK TO SAVEPOINT {name}")).await,
        };
        if !keep {
            // What failed inside is undone.
            state.unsound = unsound;
            state.deferred.truncate(deferred);
            state.rls_session = rls_session;
        }
        let ended = match undone {
            Ok(()) => state.connection.command(format!("RELEASE SAVEPOINT {name}")).await,
            failed => failed,
        };
        state.leave(&self.db, ended)?;
        state.savepoints -= 1;
        Ok(())
    }
}

/// A savepoint that has begun.
#[derive(Debug)]
struct Savepoint {
    name: String,
    /// Whether the transaction was unsound before it.
    unsound: bool,
    /// How much waited for the commit before it.
    deferred: usize,
    /// Who asked before it: what the database was told since is undone with the rest.
    rls_session: Option<Arc<RlsSession>>,
}

/// A connection on which the transaction has begun.
#[cfg_attr(not(feature = "postgres"), expect(unused_variables))]
async fn connect(db: &Db, isolation: Isolation) -> Result<Connection, DbError> {
    let begun = match db.pools() {
        // A deferred transaction that reads, then writes, fails under concurrency whatever the timeout.
        #[cfg(feature = "sqlite")]
        Pools::Sqlite(pools) => {
            pools.writer().begin_with("BEGIN IMMEDIATE").await.map(Connection::Sqlite).map_err(DbError::from)
        }
        #[cfg(feature = "postgres")]
        Pools::Postgres(connections) => connections.begin(isolation).await.map(Connection::Postgres),
    };
    begun.inspect_err(|fault| db.note(fault))
}

impl State {
    /// A statement begins.
    fn enter(&mut self) {
        self.unsound |= self.running;
        self.running = true;
    }

    /// Tells the database who asks, unless it knows.
    async fn bind(&mut self, statement: &Statement, persistent: bool) -> Result<(), DbError> {
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

    /// It ended.
    fn leave<T>(&mut self, db: &Db, result: Result<T, DbError>) -> Result<T, DbError> {
        self.running = false;
        if let Err(fault) = &result {
            self.unsound = true;
            db.note(fault);
            if matches!(fault, DbError::Retry(_)) {
                self.conflict = Some(fault.clone());
            }
        }
        result
    }
}

impl Connection {
    #[cfg_attr(not(feature = "postgres"), expect(unused_variables))]
    async fn execute(&mut self, statement: Statement, persistent: bool) -> Result<u64, DbError> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(transaction) => super::sqlite::execute(&mut **transaction, statement).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction) => {
                super::postgres::execute(&mut *transaction, statement, persistent).await
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
