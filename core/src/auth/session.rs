//! Sessions: a row per sign-in, found by the digest of a random id that only the browser holds.

use std::time::Duration;

use chrono::TimeDelta;

use crate::auth::secret;
use crate::auth::{Account, AccountModel, Session, SessionInput, SessionModel, SessionPatch};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::{Principal, Subject};
use crate::query::Query;
use crate::service::Service;
use crate::types::Change;

/// How exactly the last use is noted: writing it at every request would cost a write per page.
const NOTED: TimeDelta = TimeDelta::minutes(1);
/// Sessions past their end that are removed at a sign-in.
const SWEPT: u32 = 20;

/// Who is signed in, and by which session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: SessionModel,
    /// The account.
    pub account: AccountModel,
}

impl SignedIn {
    /// The account as a principal: `account:<id>` with its roles and its subject.
    #[must_use]
    pub fn principal(&self) -> Principal {
        let AccountModel { id, email, roles, subject, .. } = &self.account;
        let who = Subject::new(format!("account:{id}"), email.clone(), roles.clone());
        Subject { subject: subject.clone(), ..who }.into()
    }
}

/// Starts a session with a new id and answers it with the id, which only the browser keeps.
///
/// # Errors
/// As of the database.
pub async fn start_session(
    ctx: &Ctx,
    account: &AccountModel,
    lifetime: Duration,
) -> Result<(SessionModel, String)> {
    let system = ctx.with_principal(Principal::System);
    sweep(&system).await?;
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

/// The session with this id and its account, unless it has ended or the account is not active any more.
///
/// # Errors
/// As of the database; an id that is not one is nobody's, not an error.
pub async fn resume_session(ctx: &Ctx, id: &str, idle: Duration) -> Result<Option<SignedIn>> {
    let system = ctx.with_principal(Principal::System);
    let Some(session) = find(&system, id).await? else {
        return Ok(None);
    };
    let now = ctx.now();
    let idle = TimeDelta::from_std(idle).unwrap_or(TimeDelta::MAX);
    let unused = now.signed_duration_since(session.last_seen_at);
    if now >= session.expires_at || unused >= idle {
        remove(&system, &session).await?;
        return Ok(None);
    }
    let account = Service::<Account>::new(&system).find(session.account_id).await?;
    let Some(account) = account.filter(|account| account.active) else {
        return Ok(None);
    };
    if unused >= NOTED {
        let patch = SessionPatch { last_seen_at: Change::Set(now), ..SessionPatch::default() };
        match Service::<Session>::new(&system).update(session.id, patch).await {
            // Signed out at the same time.
            Err(Error::NotFound(_)) => return Ok(None),
            updated => drop(updated?),
        }
    }
    Ok(Some(SignedIn { session, account }))
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
    let found = Service::<Session>::new(system).list(query).await?;
    Ok(found.items.into_iter().next())
}

/// Removes a session; one that went at the same time is gone as well.
async fn remove(system: &Ctx, session: &SessionModel) -> Result<()> {
    match Service::<Session>::new(system).delete(session.id).await {
        Ok(_) | Err(Error::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Removes some sessions that have ended, so that the table does not grow for ever.
async fn sweep(system: &Ctx) -> Result<()> {
    let ended = Query::filter(Session::expires_at().lt(system.now())).first(SWEPT);
    let sessions = Service::<Session>::new(system);
    for session in sessions.list(ended).await?.items {
        remove(system, &session).await?;
    }
    Ok(())
}
