//! Sessions: a row per sign-in, found by the digest of a random id that only the browser has.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::auth::random_secret as secret;
use crate::auth::record_use::soon;
use crate::auth::{Account, AccountModel, Session, SessionInput, SessionModel, SessionPatch};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::{Principal, Subject};
use crate::query::Query;
use crate::service::Service;
use crate::types::Change;

/// The precision of `last_seen_at`: writing it at every request would cost a write per page.
const LAST_SEEN_PRECISION: TimeDelta = TimeDelta::minutes(1);
/// The greatest number of expired sessions that one sign-in removes.
const MAX_REMOVED: u32 = 20;

/// A session and its account.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: SessionModel,
    /// The account.
    pub account: AccountModel,
}

impl SignedIn {
    /// When the session ends unless it is used before.
    pub(crate) fn ends_at(&self, idle: Duration) -> DateTime<Utc> {
        let SessionModel { last_seen_at, expires_at, .. } = self.session;
        let idle = TimeDelta::from_std(idle).ok().and_then(|idle| last_seen_at.checked_add_signed(idle));
        idle.map_or(expires_at, |idle| idle.min(expires_at))
    }

    /// The account as a principal: `account:<id>` with its roles and its subject.
    #[must_use]
    pub fn principal(&self) -> Principal {
        self.account.principal()
    }
}

impl AccountModel {
    /// The account as a principal: `account:<id>` with its roles and its subject.
    #[must_use]
    pub fn principal(&self) -> Principal {
        let Self { id, email, roles, subject, .. } = self;
        let holder = Subject::new(format!("account:{id}"), email.clone(), roles.clone());
        Subject { subject: subject.clone(), ..holder }.into()
    }
}

/// Starts a session with a new id, and returns it with the id, which only the browser keeps.
///
/// # Errors
/// As of the database.
pub async fn start_session(
    ctx: &Ctx,
    account: &AccountModel,
    lifetime: Duration,
) -> Result<(SessionModel, String)> {
    let system = ctx.with_principal(Principal::System);
    remove_expired(&system).await?;
    let id = secret::random()?;
    let expires_at = TimeDelta::from_std(lifetime)
        .ok()
        .and_then(|lifetime| ctx.now().checked_add_signed(lifetime))
        .ok_or_else(|| Error::internal("the lifetime of sessions is out of range"))?;
    let hash = secret::hex(&secret::digest(&id));
    let input = SessionInput::new(hash, account.id, secret::random()?, ctx.now(), expires_at);
    let session = Service::<Session>::new(&system).create(input).await?;
    Ok((session, id))
}

/// The session with this id and its account, unless it has ended or the account is inactive. This counts as a use of the
/// session, from which its idle time begins again.
///
/// # Errors
/// As of the database; a malformed id is `None`, not an error.
pub async fn resume_session(ctx: &Ctx, id: &str, idle: Duration) -> Result<Option<SignedIn>> {
    let Some(mut signed_in) = peek_session(ctx, id, idle).await? else {
        return Ok(None);
    };
    let now = ctx.now();
    if now.signed_duration_since(signed_in.session.last_seen_at) >= LAST_SEEN_PRECISION {
        let system = ctx.with_principal(Principal::System);
        let patch = SessionPatch { last_seen_at: Change::Set(now), ..SessionPatch::default() };
        match soon(Service::<Session>::new(&system).update(signed_in.session.id, patch)).await {
            // Signed out at the same time.
            Err(Error::NotFound(_)) => return Ok(None),
            // A locked database is no reason to refuse a page that only reads.
            Err(Error::Unavailable) => {
                tracing::warn!("the use of a session could not be recorded");
            }
            updated => signed_in.session = updated?,
        }
    }
    Ok(Some(signed_in))
}

/// As [`resume_session`], but does not count as a use.
pub(crate) async fn peek_session(ctx: &Ctx, id: &str, idle: Duration) -> Result<Option<SignedIn>> {
    let system = ctx.with_principal(Principal::System);
    let Some(session) = find(&system, id).await? else {
        return Ok(None);
    };
    let now = ctx.now();
    let idle = TimeDelta::from_std(idle).unwrap_or(TimeDelta::MAX);
    let idle_time = now.signed_duration_since(session.last_seen_at);
    if now >= session.expires_at || idle_time >= idle {
        remove(&system, &session).await?;
        return Ok(None);
    }
    let account = Service::<Account>::new(&system).find(session.account_id).await?;
    let account = account.filter(|account| account.active);
    Ok(account.map(|account| SignedIn { session, account }))
}

/// Ends the session with this id, if there is one.
///
/// # Errors
/// As of the database.
pub async fn end_session(ctx: &Ctx, id: &str) -> Result<()> {
    let system = ctx.with_principal(Principal::System);
    match find(&system, id).await? {
        Some(session) => remove(&system, &session).await,
        None => Ok(()),
    }
}

async fn find(system: &Ctx, id: &str) -> Result<Option<SessionModel>> {
    if !secret::well_formed(id) {
        return Ok(None);
    }
    let hash = secret::hex(&secret::digest(id));
    let query = Query::filter(Session::hash().eq(hash)).first(1);
    match Service::<Session>::new(system).list(query).await {
        Ok(page) => Ok(page.items.into_iter().next()),
        // A database that others made has no sessions: the cookie is that of another application.
        Err(Error::NoTable(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a session; one that another request has removed meanwhile is no error.
async fn remove(system: &Ctx, session: &SessionModel) -> Result<()> {
    match Service::<Session>::new(system).delete(session.id).await {
        Ok(_) | Err(Error::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Removes some expired sessions, so that the table does not grow without bound.
async fn remove_expired(system: &Ctx) -> Result<()> {
    let expired = Query::filter(Session::expires_at().lt(system.now())).first(MAX_REMOVED);
    let sessions = Service::<Session>::new(system);
    for session in sessions.list(expired).await?.items {
        remove(system, &session).await?;
    }
    Ok(())
}
