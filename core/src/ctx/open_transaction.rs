//! A transaction that whoever has opened it ends.

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::ctx::Ctx;
use crate::db::Executor;
use crate::error::{Error, Result};

/// An open transaction, or a savepoint inside one. Dropped, it is rolled back.
///
/// It lives in a task of its own, as every transaction: whoever holds this may go away at any moment.
pub(crate) struct OpenTransaction {
    ctx: Ctx,
    /// Sent, it is committed; dropped, it is rolled back.
    commit: oneshot::Sender<()>,
    transaction: BoxFuture<'static, Result<()>>,
}

impl Ctx {
    /// Opens a transaction. Work in it runs once: a conflict with another transaction is `Unavailable`.
    ///
    /// # Errors
    /// As [`Ctx::transaction`].
    pub(crate) async fn begin(&self) -> Result<OpenTransaction> {
        let (opened, open) = oneshot::channel();
        let (commit, committed) = oneshot::channel();
        let executor = self.executor.clone();
        let mut transaction: BoxFuture<'static, Result<()>> = Box::pin(async move {
            let work = move |transaction| async move {
                // Whoever waits for it holds the future that runs this.
                let _ = opened.send(transaction);
                committed.await.map_err(|_| Error::Unavailable)
            };
            executor.transaction(work).await
        });
        let inside = tokio::select! {
            Ok(inside) = open => inside,
            ended = &mut transaction => {
                ended?;
                return Err(Error::internal("a transaction has ended before it was begun"));
            }
        };
        let ctx = Self { executor: Executor::Transaction(inside), ..self.clone() };
        Ok(OpenTransaction { ctx, commit, transaction })
    }
}

impl OpenTransaction {
    /// The context inside it.
    pub(crate) fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// The same, of which nothing will be kept.
    pub(crate) fn dry(self) -> Self {
        Self { ctx: Ctx { dry_run: true, ..self.ctx }, ..self }
    }

    /// Commits it, and then runs what was deferred until now.
    ///
    /// # Errors
    /// The error of the database.
    pub(crate) async fn commit(self) -> Result<()> {
        let _ = self.commit.send(());
        self.transaction.await
    }

    /// Rolls it back.
    pub(crate) async fn roll_back(self) {
        drop(self.commit);
        // The error by which it is rolled back.
        let _ = self.transaction.await;
    }

    /// Commits what went well, and rolls back what did not.
    ///
    /// # Errors
    /// That of the result, or of the commit.
    pub(crate) async fn end<T>(self, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) => self.commit().await.map(|()| value),
            Err(error) => {
                self.roll_back().await;
                Err(error)
            }
        }
    }
}
