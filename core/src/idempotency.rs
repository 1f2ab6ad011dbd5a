//! Requests that a client may send again: with the same key, what has been done is not done again, and the answer is that of the
//! first time (the header `Idempotency-Key`).
//!
//! A request first claims its key, in a statement that is committed. Its writes and its answer are then committed together, so
//! that whatever breaks between the commit and the client, the answer is there. A claim whose run has died is taken over after a
//! while; should that run live after all, it finds its claim gone when it wants to commit, and is rolled back.

mod entities;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;

use crate::config::Settings;
use crate::ctx::Ctx;
use crate::entity::Id;
use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::query::Filter;
use crate::service::{Cleaning, Service};
use crate::types::{Bytes, Change, Uuid};

unstable! { pub use entities::{entities, KeptRequest, KeptRequestInput, KeptRequestModel, KeptRequestPatch}; }

/// Characters of the longest key.
pub(crate) const MAX_KEY_LENGTH: usize = 255;

/// How much longer than its time limits a run is believed to live.
const MARGIN: Duration = Duration::from_secs(5);

/// How often a key may change hands while it is claimed.
const ATTEMPTS: u32 = 4;

/// When this node has last deleted what has expired.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expired(Cleaning);

/// A request with a key.
#[derive(Debug)]
pub(crate) struct KeyedRequest {
    pub(crate) key: String,
    /// The digest of all that decides what the request does.
    pub(crate) digest: Bytes,
}

/// What is kept of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// What became of a request with a key.
#[derive(Debug)]
pub(crate) enum Once<T> {
    /// It ran.
    Ran(T),
    /// It had run before.
    Answered(Answer),
    /// Another request with this key still runs.
    Running,
    /// The key was used for another request.
    OtherRequest,
}

/// Does `work` once for each principal and key, in a transaction. `Ok` is committed with its answer; `Err` rolls all of it back,
/// after which the key is free again.
///
/// # Errors
/// Those of the database: of claiming the key, and of the commit.
pub(crate) async fn once<T, F, Fut>(ctx: &Ctx, request: KeyedRequest, work: F) -> Result<Once<T>>
where
    F: FnOnce(Ctx) -> Fut,
    Fut: Future<Output = Result<(T, Answer), T>>,
{
    let run = match claim(ctx, request).await? {
        Once::Ran(run) => run,
        Once::Answered(answer) => return Ok(Once::Answered(answer)),
        Once::Running => return Ok(Once::Running),
        Once::OtherRequest => return Ok(Once::OtherRequest),
    };
    let done = AssertUnwindSafe(run.execute(ctx, work)).catch_unwind().await;
    if !matches!(&done, Ok(Ok((_, true)))) {
        run.release(ctx).await;
    }
    match done {
        Ok(outcome) => outcome.map(|(result, _)| Once::Ran(result)),
        Err(panic) => resume_unwind(panic),
    }
}

/// A run that has claimed its key.
#[derive(Debug)]
struct Run {
    row: Id<KeptRequest>,
    id: Uuid,
    lifetime: Duration,
}

/// Claims the key, unless a request has it.
async fn claim(ctx: &Ctx, request: KeyedRequest) -> Result<Once<Run>> {
    let (lifetime, time_limit) = match ctx.data_opt::<Settings>() {
        Some(settings) => times(settings),
        None => times(&Settings::default()),
    };
    let system = ctx.with_principal(Principal::System);
    delete_expired(&system);
    let kept = Service::<KeptRequest>::new(&system);
    let id = Uuid::now_v7();
    for _ in 0..ATTEMPTS {
        let now = ctx.now();
        let until = later(now, time_limit);
        let input =
            KeptRequestInput::new(ctx.principal().id(), &*request.key, request.digest.clone(), id, until);
        let by = (KeptRequest::principal(), KeptRequest::key());
        let (found, claimed) = kept.get_or_create(by, input).await?;
        if claimed {
            return Ok(Once::Ran(Run { row: found.id, id, lifetime }));
        }
        if found.expires_at > now {
            return Ok(match (found.digest == request.digest, found.status) {
                (false, _) => Once::OtherRequest,
                (true, None) => Once::Running,
                (true, Some(status)) => Once::Answered(Answer::of(found, status)?),
            });
        }
        // What has expired is as if it were not there: one of those who want the key gets it.
        let taken = KeptRequestPatch {
            digest: request.digest.clone().into(),
            run: id.into(),
            expires_at: until.into(),
            status: Change::Set(None),
            headers: Change::Set(None),
            body: Change::Set(None),
            ..KeptRequestPatch::default()
        };
        let as_found = KeptRequest::id().eq(found.id) & KeptRequest::run().eq(found.run);
        if kept.update_many(as_found, taken).await? == 1 {
            return Ok(Once::Ran(Run { row: found.id, id, lifetime }));
        }
    }
    Ok(Once::Running)
}

impl Run {
    /// Runs work in a transaction; also answers whether it was committed.
    async fn execute<T, F, Fut>(&self, ctx: &Ctx, work: F) -> Result<(T, bool)>
    where
        F: FnOnce(Ctx) -> Fut,
        Fut: Future<Output = Result<(T, Answer), T>>,
    {
        let transaction = ctx.begin().await?;
        match work(transaction.ctx().clone()).await {
            Ok((result, answer)) => {
                let kept = self.keep(transaction.ctx(), answer).await;
                transaction.end(kept).await?;
                Ok((result, true))
            }
            Err(result) => {
                transaction.roll_back().await;
                Ok((result, false))
            }
        }
    }

    /// Its row, as long as no other run has taken the key over.
    fn row(&self) -> Filter<KeptRequest> {
        KeptRequest::id().eq(self.row) & KeptRequest::run().eq(self.id)
    }

    /// Keeps the answer, in the transaction of what is answered.
    async fn keep(&self, ctx: &Ctx, answer: Answer) -> Result<()> {
        let patch = KeptRequestPatch {
            status: Change::Set(Some(i32::from(answer.status))),
            headers: Change::Set(Some(
                answer.headers.into_iter().flat_map(|(name, value)| [name, value]).collect(),
            )),
            body: Change::Set(Some(answer.body)),
            expires_at: later(ctx.now(), self.lifetime).into(),
            ..KeptRequestPatch::default()
        };
        let system = ctx.with_principal(Principal::System);
        match Service::<KeptRequest>::new(&system).update_many(self.row(), patch).await? {
            1 => Ok(()),
            // It took longer than it was believed to live, and another one has its key.
            _ => Err(Error::Unavailable),
        }
    }

    /// Gives the key back: nothing was done. One that was committed after all keeps it.
    async fn release(&self, ctx: &Ctx) {
        let system = ctx.outside().with_principal(Principal::System);
        let own = self.row() & KeptRequest::status().is_null();
        if let Err(error) = Service::<KeptRequest>::new(&system).delete_where(own).await {
            tracing::warn!(%error, "an idempotency key stays claimed until its run is believed dead");
        }
    }
}

impl Answer {
    fn of(kept: KeptRequestModel, status: i32) -> Result<Self> {
        let status =
            u16::try_from(status).map_err(|_| Error::internal("a kept answer has no valid status"))?;
        let headers = kept.headers.unwrap_or_default();
        let headers = headers.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
        Ok(Self { status, headers, body: kept.body.unwrap_or_default() })
    }
}

/// How long an answer is kept, and how long a run is believed to live.
fn times(settings: &Settings) -> (Duration, Duration) {
    let time_limit = settings.request_timeout + settings.db_statement_timeout + MARGIN;
    (settings.idempotency_lifetime, time_limit)
}

fn later(now: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(by).ok().and_then(|by| now.checked_add_signed(by)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Deletes what has expired. Nobody waits for it.
fn delete_expired(ctx: &Ctx) {
    let Some(Expired(cleaning)) = ctx.data_opt::<Expired>() else { return };
    cleaning.now_and_then("old idempotency keys", ctx, async |ctx, now| {
        Service::<KeptRequest>::new(&ctx).delete_where(KeptRequest::expires_at().lt(now)).await.map(drop)
    });
}
