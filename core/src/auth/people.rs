//! Accounts, sessions and tokens in the hands of those who may manage them, and of each account for itself.
//!
//! What is here is the one gate: a surface gets a [`People`] for a principal that holds one of the roles of the settings, and none otherwise.
//! Rows are read and written by the system, as everywhere in this room; the log's target `entify::people` names who has changed whom.

use chrono::{DateTime, Utc};

use crate::auth::api_tokens::MAX_OWN_TOKENS;
use crate::auth::{
    Account, AccountChange, AccountModel, Accounts, ApiToken, ApiTokenModel, Session, SessionModel,
    change_account, create_account_for, create_token_for, create_token_of, revoke_token,
};
use crate::ctx::Ctx;
use crate::entity::Id;
use crate::error::{Error, FieldError, Result};
use crate::principal::Principal;
use crate::query::{Page, Query};
use crate::service::Service;

/// Rows of a page.
const ROWS: u32 = 50;

/// Accounts, sessions and tokens in the hands of a principal that may manage them.
#[derive(Debug)]
pub struct People<'c> {
    ctx: &'c Ctx,
    system: Ctx,
}

/// An account to be made.
#[derive(Debug, Default)]
pub struct NewAccount {
    /// The address used to sign in.
    pub email: String,
    /// The password.
    pub password: String,
    /// The roles.
    pub roles: Vec<String>,
    /// The subject that `owner(…)` compares columns with.
    pub subject: Option<String>,
}

/// An API token to be made.
#[derive(Debug, Default)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// The roles.
    pub roles: Vec<String>,
    /// The subject that `owner(…)` compares columns with.
    pub subject: Option<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

impl<'c> People<'c> {
    /// For the principal of the context.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` unless it holds one of these roles, or is the system.
    pub fn of(ctx: &'c Ctx, roles: &[String]) -> Result<Self> {
        let principal = ctx.principal();
        match Self::may(principal, roles) {
            true => Ok(Self { ctx, system: ctx.with_principal(Principal::System) }),
            false if principal.is_authenticated() => Err(Error::Forbidden),
            false => Err(Error::Unauthenticated),
        }
    }

    /// Whether a principal holds one of these roles, or is the system.
    #[must_use]
    pub fn may(principal: &Principal, roles: &[String]) -> bool {
        principal.is_system() || roles.iter().any(|role| principal.has_role(role))
    }

    /// The accounts whose address contains a text, by address.
    ///
    /// # Errors
    /// Of the cursor or the database.
    pub async fn accounts(&self, search: &str, after: Option<&str>) -> Result<Page<AccountModel>> {
        let query = match search.trim() {
            "" => Query::default(),
            text => Query::filter(Account::email().contains(text.to_lowercase())),
        };
        let query = Self::page(query.order(Account::email().asc()), after);
        Service::<Account>::new(&self.system).list(query).await
    }

    /// The time of the context's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.ctx.now()
    }

    /// An account.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn account(&self, id: i64) -> Result<AccountModel> {
        let found = Service::<Account>::new(&self.system).find(Id::new(id)).await?;
        found.ok_or(Error::NotFound("this account".into()))
    }

    /// Makes an account.
    ///
    /// # Errors
    /// `Validation` and `Conflict` as of [`create_account`](crate::auth::create_account).
    pub async fn create(&self, new: NewAccount) -> Result<AccountModel> {
        let NewAccount { email, password, roles, subject } = new;
        let account = create_account_for(&self.system, &email, &password, roles, subject).await?;
        self.record("created", &account.id.to_string());
        Ok(account)
    }

    /// Changes an account. Nobody disables itself, which would leave no one to take it back.
    ///
    /// # Errors
    /// `NotFound`, `Validation`.
    pub async fn change(&self, id: i64, change: AccountChange) -> Result<AccountModel> {
        let account = self.account(id).await?;
        if change.active == Some(false) && self.ctx.principal().id() == format!("account:{id}") {
            let message = "is your own account; ask someone else to disable it";
            return Err(Error::Validation(vec![FieldError::new("active", "own", message)]));
        }
        let account = change_account(&self.system, &account.email, change).await?;
        self.record("changed", &account.id.to_string());
        Ok(account)
    }

    /// The sessions of an account or of all, the last used first.
    ///
    /// # Errors
    /// Of the cursor or the database.
    pub async fn sessions(&self, account: Option<i64>, after: Option<&str>) -> Result<Page<SessionModel>> {
        let open = Session::expires_at().gt(self.system.now());
        let filter = match account {
            Some(id) => open & Session::account().is(Account::id().eq(Id::new(id))),
            None => open,
        };
        let query = Query::filter(filter).order(Session::id().desc());
        Service::<Session>::new(&self.system).list(Self::page(query, after)).await
    }

    /// Ends a session; one that has ended meanwhile is no error.
    ///
    /// # Errors
    /// Of the database.
    pub async fn end_session(&self, id: i64) -> Result<()> {
        end(&self.system, id).await?;
        self.record("ended a session of", &format!("session {id}"));
        Ok(())
    }

    /// The API tokens, the newest first.
    ///
    /// # Errors
    /// Of the cursor or the database.
    pub async fn tokens(&self, after: Option<&str>) -> Result<Page<ApiTokenModel>> {
        let query = Self::page(Query::default().order(ApiToken::id().desc()), after);
        Service::<ApiToken>::new(&self.system).list(query).await
    }

    /// Makes an API token. The text is shown this once.
    ///
    /// # Errors
    /// `Validation` as of [`create_token`](crate::auth::create_token).
    pub async fn create_token(&self, new: NewToken) -> Result<(ApiTokenModel, String)> {
        let NewToken { name, roles, subject, expires_at } = new;
        let made = create_token_for(&self.system, &name, roles, expires_at, subject).await?;
        self.record("made", &format!("token {}", made.0.id));
        Ok(made)
    }

    /// Revokes an API token.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn revoke_token(&self, id: i64) -> Result<()> {
        revoke_token(&self.system, Id::new(id)).await?;
        self.record("revoked", &format!("token {id}"));
        Ok(())
    }

    /// Looks at the application as another account from now on, within this session: reads only.
    ///
    /// # Errors
    /// `NotFound` when there is no such account, or it may not sign in.
    pub async fn view_as(&self, session: &SessionModel, id: i64) -> Result<AccountModel> {
        let account = self.account(id).await?;
        if !account.active {
            return Err(Error::NotFound("this account".into()));
        }
        set_viewing(&self.system, session, Some(id)).await?;
        self.record("looks at the admin as", &account.id.to_string());
        Ok(account)
    }

    fn page<E: crate::entity::Entity>(query: Query<E>, after: Option<&str>) -> Query<E> {
        let query = query.first(ROWS);
        match after {
            Some(cursor) => query.after(cursor),
            None => query,
        }
    }

    fn record(&self, done: &str, what: &str) {
        record(self.ctx, self.ctx.principal().id(), done, what);
    }
}

/// The log's line of a change.
fn record(ctx: &Ctx, who: &str, done: &str, what: &str) {
    tracing::info!(target: "entify::people", principal = who, request_id = ctx.request_id(), "{done} {what}");
}

/// Ends the view as another account.
///
/// # Errors
/// Of the database.
pub async fn stop_viewing(ctx: &Ctx, session: &SessionModel) -> Result<()> {
    let system = ctx.with_principal(Principal::System);
    set_viewing(&system, session, None).await?;
    record(ctx, &format!("account:{}", session.account_id), "looks at the admin as itself again", "");
    Ok(())
}

async fn set_viewing(system: &Ctx, session: &SessionModel, viewing: Option<i64>) -> Result<()> {
    use crate::auth::SessionPatch;
    use crate::types::Change;
    let patch = SessionPatch { viewing: Change::Set(viewing), ..SessionPatch::default() };
    Service::<Session>::new(system).update(session.id, patch).await.map(drop)
}

/// The account as which this session looks at the application; none when it is gone or disabled.
pub(crate) async fn viewed_account(ctx: &Ctx, session: &SessionModel) -> Result<Option<AccountModel>> {
    let Some(id) = session.viewing else { return Ok(None) };
    let system = ctx.with_principal(Principal::System);
    let account = Service::<Account>::new(&system).find(Id::new(id)).await?;
    Ok(account.filter(|account| account.active))
}

async fn end(system: &Ctx, id: i64) -> Result<()> {
    match Service::<Session>::new(system).delete(Id::new(id)).await {
        Ok(_) | Err(Error::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What an account does for itself.
#[derive(Debug)]
pub struct OwnAccount<'a> {
    ctx: &'a Ctx,
    system: Ctx,
    account: &'a AccountModel,
}

impl<'a> OwnAccount<'a> {
    /// For the account that has signed in.
    #[must_use]
    pub fn new(ctx: &'a Ctx, account: &'a AccountModel) -> Self {
        Self { ctx, system: ctx.with_principal(Principal::System), account }
    }

    /// Sets a new password, which ends all sessions. Wrong guesses of the present one count as failed sign-ins.
    ///
    /// # Errors
    /// `Validation` when the present password is not right or the new one too short, `RateLimited` after too many failures.
    pub async fn change_password(
        &self,
        accounts: &Accounts,
        (present, new): (&str, &str),
        address: &str,
    ) -> Result<AccountModel> {
        match accounts.sign_in(self.ctx, &self.account.email, present, address).await {
            Err(Error::Unauthenticated) => {
                Err(Error::Validation(vec![FieldError::new("present", "wrong", "is not right")]))
            }
            Err(error) => Err(error),
            Ok(_) => {
                let change = AccountChange { password: Some(new.to_owned()), ..AccountChange::default() };
                let account = change_account(&self.system, &self.account.email, change).await?;
                self.record("changed its password", "");
                Ok(account)
            }
        }
    }

    /// Sets how the account reads the admin; other parts of the change are ignored.
    ///
    /// # Errors
    /// `Validation` for a time zone that there is not.
    pub async fn prefer(&self, change: AccountChange) -> Result<AccountModel> {
        let AccountChange { language, time_zone, dense, .. } = change;
        let change = AccountChange { language, time_zone, dense, ..AccountChange::default() };
        change_account(&self.system, &self.account.email, change).await
    }

    /// Its sessions, the newest first.
    ///
    /// # Errors
    /// Of the database.
    pub async fn sessions(&self) -> Result<Vec<SessionModel>> {
        let own = Session::account().is(Account::id().eq(self.account.id));
        let open = own & Session::expires_at().gt(self.system.now());
        let query = Query::filter(open).order(Session::id().desc()).first(ROWS);
        Ok(Service::<Session>::new(&self.system).list(query).await?.items)
    }

    /// Ends a session of its own.
    ///
    /// # Errors
    /// `NotFound` for one of another account.
    pub async fn end_session(&self, id: i64) -> Result<()> {
        let found = Service::<Session>::new(&self.system).find(Id::new(id)).await?;
        let own = found.is_some_and(|session| session.account_id == self.account.id);
        if !own {
            return Err(Error::NotFound("this session".into()));
        }
        end(&self.system, id).await
    }

    /// Its API tokens, the newest first.
    ///
    /// # Errors
    /// Of the database.
    pub async fn tokens(&self) -> Result<Vec<ApiTokenModel>> {
        let own = ApiToken::account().is(Account::id().eq(self.account.id));
        let query = Query::filter(own).order(ApiToken::id().desc()).first(MAX_OWN_TOKENS);
        Ok(Service::<ApiToken>::new(&self.system).list(query).await?.items)
    }

    /// Makes a token for itself, with its own subject and roles. It loses the roles that the account loses.
    ///
    /// # Errors
    /// `Validation` as of [`create_token`](crate::auth::create_token), and where there are too many.
    pub async fn create_token(
        &self,
        name: &str,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<(ApiTokenModel, String)> {
        let valid = self.tokens().await?.iter().filter(|token| token.revoked_at.is_none()).count();
        if valid >= MAX_OWN_TOKENS as usize {
            let message = format!("an account has at most {MAX_OWN_TOKENS} tokens; revoke one first");
            return Err(Error::Validation(vec![FieldError::new("name", "too_many", message)]));
        }
        let AccountModel { id, roles, subject, .. } = self.account;
        let holder = (Some(*id), roles.clone(), subject.clone());
        let made = create_token_of(&self.system, holder, name, expires_at).await?;
        self.record("made", &format!("token {}", made.0.id));
        Ok(made)
    }

    /// Revokes a token of its own.
    ///
    /// # Errors
    /// `NotFound` for one of another account.
    pub async fn revoke_token(&self, id: i64) -> Result<()> {
        let found = Service::<ApiToken>::new(&self.system).find(Id::new(id)).await?;
        if found.is_none_or(|token| token.account_id != Some(self.account.id)) {
            return Err(Error::NotFound("this token".into()));
        }
        revoke_token(&self.system, Id::new(id)).await?;
        self.record("revoked", &format!("token {id}"));
        Ok(())
    }

    fn record(&self, done: &str, what: &str) {
        record(self.ctx, &format!("account:{}", self.account.id), done, what);
    }
}
