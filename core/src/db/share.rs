//! What one request may take of the database: a share of the connections at a time, and one time for all of its statements.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::DbError;
use crate::db::retry::Deadline;

/// The share of one request.
///
/// Its transactions are counted by themselves: a statement never waits for a transaction that is waiting for it.
#[derive(Debug)]
pub(crate) struct RequestShare {
    statements: Arc<Semaphore>,
    transactions: Arc<Semaphore>,
    /// When its first statement began, and how long all of them may take.
    deadline: OnceLock<Deadline>,
    count: StatementCount,
}

/// How many statements a request has run so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct StatementCount(Arc<AtomicU64>);

impl StatementCount {
    pub(super) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection that a request may hold, until dropped; of no request, any number may be held.
pub(crate) type Permit = Option<OwnedSemaphorePermit>;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// A statement on its own.
    Statement,
    /// A transaction.
    Transaction,
}

impl RequestShare {
    /// A share of so many connections.
    pub(super) fn of(connections: u32) -> Self {
        let count = |connections: u32| Arc::new(Semaphore::new(connections as usize));
        Self {
            statements: count(Self::statements_at_once(connections)),
            transactions: count(Self::transactions_at_once(connections)),
            deadline: OnceLock::new(),
            count: StatementCount::default(),
        }
    }

    /// The same share of the connections, with a time of its own.
    pub(super) fn renewed(&self) -> Self {
        Self {
            statements: Arc::clone(&self.statements),
            transactions: Arc::clone(&self.transactions),
            deadline: OnceLock::new(),
            count: self.count.clone(),
        }
    }

    /// The same share for an operation whose statements are counted by themselves.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(super) fn counted_anew(&self) -> Self {
        Self { count: StatementCount::default(), ..self.renewed() }
    }

    pub(super) fn count(&self) -> &StatementCount {
        &self.count
    }

    /// A quarter of the connections.
    fn statements_at_once(connections: u32) -> u32 {
        connections.div_ceil(4).max(1)
    }

    /// As many, and two where there are two: a transaction within which another one begins, besides it, must not wait for
    /// itself.
    fn transactions_at_once(connections: u32) -> u32 {
        Self::statements_at_once(connections).max(2).min(connections.max(1))
    }

    /// The time of all statements, which begins now unless it has begun.
    pub(super) fn deadline(&self, begin: impl FnOnce() -> Deadline) -> Deadline {
        self.deadline.get_or_init(begin).clone()
    }

    /// What is left of the time, once it has begun.
    pub(super) fn remaining(&self) -> Option<Duration> {
        self.deadline.get().map(Deadline::remaining)
    }

    /// Waits until the request may hold one more connection.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when its time is over before that.
    pub(super) async fn permit(&self, purpose: Use, deadline: &Deadline) -> Result<Permit, DbError> {
        if self.remaining().is_some_and(|left| left.is_zero()) {
            return Err(over());
        }
        let counted = match purpose {
            Use::Statement => &self.statements,
            Use::Transaction => &self.transactions,
        };
        if let Ok(permit) = Arc::clone(counted).try_acquire_owned() {
            return Ok(Some(permit));
        }
        // On the heap: every statement's future would hold this one, and most need not wait.
        let waiting =
            Box::pin(tokio::time::timeout(deadline.remaining(), Arc::clone(counted).acquire_owned()));
        match waiting.await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            Ok(Err(closed)) => Err(DbError::Other(closed.to_string())),
            Err(_) => Err(over()),
        }
    }
}

/// Why a statement does not begin.
pub(super) fn over() -> DbError {
    DbError::Unavailable(
        "the request has used up its time in the database (`DB_STATEMENT_TIMEOUT`)".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_holds_a_quarter_of_the_connections_at_a_time() {
        for (connections, statements, transactions) in
            [(1, 1, 1), (2, 1, 2), (4, 1, 2), (10, 3, 3), (16, 4, 4)]
        {
            let share = RequestShare::of(connections);
            let deadline = Deadline::after(Duration::from_millis(10));
            assert_eq!(share.remaining(), None);
            for (purpose, most) in [(Use::Statement, statements), (Use::Transaction, transactions)] {
                let mut held = Vec::new();
                for _ in 0..most {
                    held.push(share.permit(purpose, &deadline).await.expect("a permit"));
                }
                assert!(share.permit(purpose, &deadline).await.is_err(), "{purpose:?} of {connections}");
                held.pop();
                assert!(share.permit(purpose, &deadline).await.is_ok());
            }
        }
    }

    #[test]
    fn the_time_begins_once() {
        let share = RequestShare::of(10);
        assert_eq!(share.remaining(), None);
        share.deadline(|| Deadline::after(Duration::ZERO));
        assert!(share.deadline(|| Deadline::after(Duration::from_secs(9))).remaining().is_zero());
        assert_eq!(share.remaining(), Some(Duration::ZERO));
        assert_eq!(share.renewed().remaining(), None);
    }
}
