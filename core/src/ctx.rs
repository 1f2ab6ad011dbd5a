//! The context of an operation: the principal, the database or open transaction, the clock.

mod acting_as;
mod clock;
mod cursor_key;
mod data;
mod open_transaction;

use std::any::Any;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::config::NestedLimits;
use crate::db::{Db, Deferred, Executor, Isolation, StatementCount, Transaction};
use crate::error::{ApplicationError, Error, Result};
use crate::principal::Principal;
use crate::types::PasswordCost;

pub use clock::{Clock, ManualClock};

pub(crate) use crate::db::StatementLog;
pub(crate) use acting_as::ActingAs;
pub(crate) use cursor_key::{CursorKey, MAC as CURSOR_MAC};
pub(crate) use data::Data;
#[cfg(feature = "graphql")]
pub(crate) use open_transaction::OpenTransaction;

/// The principal, the database or open transaction and the request id of an operation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ctx {
    executor: Executor,
    principal: Principal,
    request_id: Arc<str>,
    /// How many hooks this context was passed through: writes within writes.
    depth: u8,
    /// Whether what is done is rolled back at its end.
    dry_run: bool,
    /// Whether every write is refused.
    read_only: bool,
    /// The action that runs in it.
    action: Option<RunningAction>,
    shared: Arc<Shared>,
}

/// An action that runs.
#[derive(Debug, Clone, Copy)]
struct RunningAction {
    entity: &'static str,
    name: &'static str,
    /// Whether it is declared to read only.
    reads: bool,
}

/// Why a context that only reads refuses a write.
const READ_ONLY: &str = "you look at this as another account, which only reads; stop that to change anything";

/// Writes of hooks within each other at most. A hook that writes its own entity without end would else end in a stack overflow, and
/// a thread's two megabytes do not hold many of the frames of a build for debugging.
const MAX_DEPTH: u8 = 8;

/// What every context of one application shares.
#[derive(Debug, Clone)]
struct Shared {
    db: Db,
    cursor_key: CursorKey,
    clock: Clock,
    data: Data,
    password_cost: PasswordCost,
    suggests_names: bool,
    nested: NestedLimits,
}

impl Ctx {
    /// A context of the system itself: every rule allows it.
    ///
    /// `secret` signs the cursors; all nodes of an application share it.
    #[must_use]
    pub fn system(db: Db, secret: &[u8]) -> Self {
        Self {
            executor: Executor::Pool(db.clone()),
            principal: Principal::System,
            request_id: Arc::from(""),
            depth: 0,
            dry_run: false,
            read_only: false,
            action: None,
            shared: Arc::new(Shared {
                db,
                cursor_key: CursorKey::new(secret),
                clock: Clock::System,
                data: Data::default(),
                password_cost: PasswordCost::default(),
                suggests_names: true,
                nested: NestedLimits::default(),
            }),
        }
    }

    /// The same context for another principal.
    #[must_use]
    pub fn with_principal(&self, principal: Principal) -> Self {
        Self { principal, ..self.clone() }
    }

    /// The same context under a request id, which logs carry.
    #[must_use]
    pub fn with_request_id(&self, request_id: impl Into<Arc<str>>) -> Self {
        Self { request_id: request_id.into(), ..self.clone() }
    }

    /// The same context for one request: a share of the connections, and one time for all of its statements.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    #[must_use]
    pub(crate) fn for_request(&self, request_id: impl Into<Arc<str>>) -> Self {
        let executor = Executor::Pool(self.db().for_request());
        Self { executor, request_id: request_id.into(), ..self.clone() }
    }

    /// The same context with another clock.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Self {
        let shared = Shared { clock, ..Shared::clone(&self.shared) };
        Self { shared: Arc::new(shared), ..self.clone() }
    }

    /// The same context, in which errors about unknown names suggest near ones or do not.
    #[must_use]
    pub(crate) fn with_suggestions(&self, suggests_names: bool) -> Self {
        let shared = Shared { suggests_names, ..Shared::clone(&self.shared) };
        Self { shared: Arc::new(shared), ..self.clone() }
    }

    /// Whether errors about unknown names suggest near ones.
    #[must_use]
    pub(crate) fn suggests_names(&self) -> bool {
        self.shared.suggests_names
    }

    /// The same context with other limits of nested writes.
    #[must_use]
    pub(crate) fn with_nested_limits(&self, nested: NestedLimits) -> Self {
        let shared = Shared { nested, ..Shared::clone(&self.shared) };
        Self { shared: Arc::new(shared), ..self.clone() }
    }

    /// The limits of nested writes.
    #[must_use]
    pub(crate) fn nested_limits(&self) -> NestedLimits {
        self.shared.nested
    }

    /// The same context with a value of the application's, found by its type.
    #[must_use]
    pub(crate) fn with_data<T: Any + Send + Sync>(&self, value: T) -> Self {
        let shared = Shared { data: self.shared.data.with(value), ..Shared::clone(&self.shared) };
        Self { shared: Arc::new(shared), ..self.clone() }
    }

    /// The same context with all of these values.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    #[must_use]
    pub(crate) fn with_all_data(&self, data: &Data) -> Self {
        let shared = Shared { data: self.shared.data.and(data), ..Shared::clone(&self.shared) };
        Self { shared: Arc::new(shared), ..self.clone() }
    }

    /// The application's value of this type: one that `App::data` was given, or its settings (`App::settings`).
    ///
    /// ```
    /// # use entify::prelude::*;
    /// #[derive(Clone)]
    /// struct Mailer;
    ///
    /// fn mailer(ctx: &Ctx) -> entify::Result<&Mailer> {
    ///     ctx.data::<Mailer>()
    /// }
    /// ```
    ///
    /// # Errors
    /// `Internal` when it has none; the log names the type.
    pub fn data<T: Any + Send + Sync>(&self) -> Result<&T> {
        self.data_opt().ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Error::internal(format!("the application has no data of type `{name}`: give it to `App::data`"))
        })
    }

    /// As [`Ctx::data`]; nothing when the application has no such value.
    #[must_use]
    pub fn data_opt<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.shared.data.get()
    }

    /// The same context, which hashes new passwords at this cost.
    #[must_use]
    pub fn with_password_cost(&self, password_cost: PasswordCost) -> Self {
        let shared = Shared { password_cost, ..Shared::clone(&self.shared) };
        Self { shared: Arc::new(shared), ..self.clone() }
    }

    /// The principal.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The request's id; empty outside a request.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The time of a write, to the microsecond.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.clock.now()
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.shared.db
    }

    /// What hashing a new password costs.
    #[must_use]
    pub fn password_cost(&self) -> PasswordCost {
        self.shared.password_cost
    }

    /// Runs what is read or written for the principal.
    pub(crate) fn executor(&self) -> ActingAs<'_> {
        ActingAs::of(&self.executor, &self.principal)
    }

    /// Runs what the engine does for itself: it sees every row.
    pub(crate) fn engine(&self) -> ActingAs<'_> {
        ActingAs::engine(&self.executor)
    }

    /// Runs a statement that was built for a reader; without one, for the engine itself.
    pub(crate) fn acting_for<'c>(&'c self, reader: Option<&'c Self>) -> ActingAs<'c> {
        reader.map_or(self.engine(), Self::executor)
    }

    pub(crate) fn cursor_key(&self) -> &CursorKey {
        &self.shared.cursor_key
    }

    /// Whether this context is inside a transaction.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        matches!(self.executor, Executor::Transaction(_))
    }

    /// The context that the hooks of an entity get.
    ///
    /// # Errors
    /// `Internal` when hooks have called each other too deeply.
    pub(crate) fn for_hooks(&self, entity: &str) -> Result<Self> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::internal(format!(
                "the hooks of {entity} run inside {MAX_DEPTH} other writes: a hook writes its own entity, or one \
                 whose hooks write it again, without end"
            )));
        }
        Ok(Self { depth: self.depth + 1, ..self.clone() })
    }

    /// The context that an action of an entity gets.
    ///
    /// # Errors
    /// `Internal` when actions or hooks have called each other too deeply.
    pub(crate) fn for_action(&self, entity: &'static str, name: &'static str, reads: bool) -> Result<Self> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::internal(format!(
                "the action `{name}` of {entity} runs inside {MAX_DEPTH} other writes or actions: it calls itself without end"
            )));
        }
        let reads = reads || self.action.is_some_and(|outer| outer.reads);
        let action = Some(RunningAction { entity, name, reads });
        Ok(Self { depth: self.depth + 1, action, ..self.clone() })
    }

    /// The action that runs in this context, which history names.
    pub(crate) fn running_action(&self) -> Option<&'static str> {
        self.action.map(|action| action.name)
    }

    /// The same context, in which every write and every action that is not declared to read only is refused, whoever the
    /// principal is.
    #[must_use]
    pub fn reading_only(&self) -> Self {
        Self { read_only: true, ..self.clone() }
    }

    /// Refuses what is not reading in a context that only reads.
    ///
    /// # Errors
    /// An error with the status 403 that says why.
    pub(crate) fn check_not_read_only(&self) -> Result<()> {
        match self.read_only {
            false => Ok(()),
            true => Err(ApplicationError::new(403, "FORBIDDEN", READ_ONLY).into()),
        }
    }

    /// Refuses a write in an action that is declared to read only.
    ///
    /// # Errors
    /// `Internal`: it is the application's mistake.
    pub(crate) fn check_may_write(&self) -> Result<()> {
        self.check_not_read_only()?;
        match self.action {
            Some(RunningAction { entity, name, reads: true }) => Err(Error::internal(format!(
                "the action `{name}` of {entity} is declared `#[action(read)]`, but it writes"
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// The same context outside of any transaction, with a new time for its statements.
    pub(crate) fn outside(&self) -> Self {
        Self { executor: Executor::Pool(self.executor.db().renewed()), ..self.clone() }
    }

    /// As [`Ctx::outside`], for an operation whose statements are counted by themselves.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) fn counted_anew(&self) -> Self {
        Self { executor: Executor::Pool(self.executor.db().counted_anew()), ..self.clone() }
    }

    /// The same context, whose statements are noted; none within a transaction, whose statements are its own.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) fn logged(&self) -> Option<(Self, StatementLog)> {
        let Executor::Pool(db) = &self.executor else { return None };
        let (db, log) = db.logged();
        Some((Self { executor: Executor::Pool(db), ..self.clone() }, log))
    }

    /// How many statements the request has run; it goes on counting.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) fn statement_count(&self) -> StatementCount {
        self.executor.db().statement_count()
    }

    /// Runs `work` once the outermost transaction of this context has been committed, or at once outside of one; it gets
    /// a context outside of any. It does not run when the transaction, or the savepoint in which it was requested, is
    /// rolled back.
    ///
    /// The transaction's caller waits for it. It runs also when the caller has gone away; its error or panic is logged.
    pub async fn after_commit<F, Fut>(&self, work: F)
    where
        F: FnOnce(Ctx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.after_commit_of("the application", work).await;
    }

    /// As [`Ctx::after_commit`]; the log names whose work failed.
    pub(crate) async fn after_commit_of<F, Fut>(&self, whose: &'static str, work: F)
    where
        F: FnOnce(Ctx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let outside = self.outside();
        let deferred = Deferred::new(whose, self.request_id.clone(), move || work(outside));
        match &self.executor {
            Executor::Transaction(transaction) => transaction.defer(deferred).await,
            Executor::Pool(_) => deferred.run().await,
        }
    }

    /// Does `work` and keeps nothing of it: what it answers is what it would have answered. It runs in a transaction (a savepoint
    /// inside one) that is rolled back at its end; what it defers until after the commit is dropped.
    ///
    /// It runs once: a conflict with another transaction is `Unavailable`. Hooks that reach outside of the database ask
    /// [`Ctx::is_dry_run`].
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct Stock {
    /// #     left: i32,
    /// # }
    /// # async fn example(ctx: &Ctx, id: Id<Stock>) -> entify::Result<()> {
    /// let would_be = ctx
    ///     .dry_run(move |ctx| async move {
    ///         StockService::new(&ctx).update(id, StockPatch { left: 0.into(), ..StockPatch::default() }).await
    ///     })
    ///     .await?;
    /// assert_eq!(would_be.left, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The error of `work`, or of the database.
    pub async fn dry_run<T, F, Fut>(&self, work: F) -> Result<T>
    where
        F: FnOnce(Ctx) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let transaction = self.begin().await?.dry();
        let result = work(transaction.ctx().clone()).await;
        transaction.roll_back().await;
        result
    }

    /// Whether nothing of what is done here will be kept.
    #[must_use]
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Runs `work` in a transaction: all of its writes are committed, or none.
    ///
    /// The transaction lives in a task of its own and is always ended, also when the caller goes away. Inside a
    /// transaction this is a savepoint.
    ///
    /// `work` runs once. When it conflicts with another transaction (a deadlock, say), this returns `Unavailable`;
    /// [`Ctx::transaction_with_retry`] runs it again instead.
    ///
    /// The error of a statement must be passed on: a transaction that continues after one is rolled
    /// back at its end, and that is an error. Put what may fail in a transaction of its own inside it.
    ///
    /// # Errors
    /// The error of `work`, after which nothing is committed; or of the database, a failed commit's included.
    pub async fn transaction<T, F, Fut>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Ctx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let outer = self.clone();
        let inside = move |transaction: Transaction| {
            work(Ctx { executor: Executor::Transaction(transaction), ..outer })
        };
        // Boxed: else the future of every caller would be as large as all that runs in the transaction.
        Box::pin(self.executor.transaction(inside)).await
    }

    /// Runs `work` in a transaction, and again in another one when a conflict with others rolled it back: a serialization
    /// failure, a deadlock, a locked SQLite file. Pauses between the runs grow and are random; after a dozen runs, or
    /// `DB_STATEMENT_TIMEOUT`, it gives up.
    ///
    /// `work` may run several times: what it does besides the database (a mail, a counter of its own) belongs after
    /// it. A stricter [`Isolation`] is requested here, because it makes conflicts more likely. Inside a transaction
    /// this is a savepoint and runs once, since only the outermost transaction can be run again.
    ///
    /// ```
    /// # use entify::db::Isolation;
    /// # use entify::prelude::*;
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct Stock {
    /// #     left: i32,
    /// # }
    /// # async fn example(ctx: &Ctx, id: Id<Stock>) -> entify::Result<()> {
    /// let left = ctx
    ///     .transaction_with_retry(Isolation::Serializable, move |ctx| async move {
    ///         let stock = StockService::new(&ctx);
    ///         let item = stock.get(id).await?;
    ///         stock.update(id, StockPatch { left: (item.left - 1).into(), ..StockPatch::default() }).await
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The error of `work`, after which nothing is committed; or of the database: `Unavailable` when each run met a
    /// conflict, or when the connection broke, after which it is not known whether the transaction was committed.
    pub async fn transaction_with_retry<T, F, Fut>(&self, isolation: Isolation, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let outer = self.clone();
        let inside = move |transaction: Transaction| {
            work(Ctx { executor: Executor::Transaction(transaction), ..outer.clone() })
        };
        Box::pin(self.executor.transaction_with_retry(isolation, inside)).await
    }
}
