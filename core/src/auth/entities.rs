//! The framework's own entities. Only the system principal reads and writes them; no surface serves them.

use entify_macros::Entity;

use crate::auth::api_tokens::{MAX_OWN_TOKENS, forget_verified};
use crate::ctx::Ctx;
use crate::entity::{Entity as _, EntityDef, One};
use crate::hooks::Hooks;
use crate::query::Query;
use crate::service::Service;
use crate::types::{Change, DateTime, Password, Utc};

/// All of them, for migrations.
#[must_use]
pub fn entities() -> [&'static EntityDef; 4] {
    [Account::def(), ApiToken::def(), Session::def(), Attempt::def()]
}

/// A new account may sign in. No literal: that would be a default of the column, which the released table does not have.
const ACTIVE: bool = true;

/// Someone who can sign in to the admin.
#[derive(Debug, Entity)]
#[entity(table = "entify_account", policy = nobody, hooks, skip(graphql, rest, admin))]
pub struct Account {
    /// The address used to sign in, in lower case.
    #[entity(unique, max_len = 254, format = email)]
    email: String,
    /// The password's hash.
    #[entity(write_only, min_len = 8, max_len = 1024)]
    password: Password,
    /// The roles.
    roles: Vec<String>,
    /// Whether the account may sign in.
    #[entity(default = ACTIVE)]
    active: bool,
    /// The subject that `owner(…)` compares columns with; without one it owns no rows.
    #[entity(min_len = 1, max_len = 255)]
    subject: Option<String>,
    /// The language of the admin, as its tag; that of the browser when absent.
    #[entity(max_len = 35)]
    language: Option<String>,
    /// The zone in which the admin shows times, by its IANA name; UTC when absent.
    #[entity(max_len = 64)]
    time_zone: Option<String>,
    /// Whether the lists of the admin are dense.
    dense: Option<bool>,
}

/// A changed password and a disabled account end all sessions, for every way of changing them. The account's own tokens lose the roles
/// that it loses, and end with it.
impl Hooks for Account {
    async fn after_update(ctx: &Ctx, before: &AccountModel, after: &AccountModel) -> crate::Result<()> {
        if before.password != after.password || !after.active {
            Service::<Session>::new(ctx)
                .delete_where(Session::account().is(Account::id().eq(after.id)))
                .await?;
        }
        let lost_roles = before.roles.iter().any(|role| !after.roles.contains(role));
        if lost_roles || before.subject != after.subject || !after.active {
            keep_within(ctx, after).await?;
        }
        Ok(())
    }
}

/// The tokens that an account has made for itself, after it has changed.
async fn keep_within(ctx: &Ctx, account: &AccountModel) -> crate::Result<()> {
    let tokens = Service::<ApiToken>::new(ctx);
    let own = ApiToken::account().is(Account::id().eq(account.id)) & ApiToken::revoked_at().is_null();
    for token in tokens.list(Query::filter(own).first(MAX_OWN_TOKENS)).await?.items {
        let roles: Vec<String> =
            token.roles.iter().filter(|role| account.roles.contains(role)).cloned().collect();
        let patch = ApiTokenPatch {
            revoked_at: if account.active { Change::Keep } else { Change::Set(Some(ctx.now())) },
            roles: Change::Set(roles),
            subject: Change::Set(account.subject.clone()),
            ..ApiTokenPatch::default()
        };
        tokens.update(token.id, patch).await?;
    }
    ctx.after_commit(|_| async {
        forget_verified();
        Ok(())
    })
    .await;
    Ok(())
}

/// A token that programs send as `Authorization: Bearer …`.
#[derive(Debug, Entity)]
#[entity(table = "entify_token", policy = nobody, skip(graphql, rest, admin))]
pub struct ApiToken {
    /// What the token is for.
    #[entity(min_len = 1, max_len = 200)]
    name: String,
    /// SHA-256 of the token, in hexadecimal.
    #[entity(unique, write_only, max_len = 64)]
    hash: String,
    /// The token's last characters, by which people recognise it in lists.
    #[entity(max_len = 16)]
    hint: String,
    /// The roles.
    roles: Vec<String>,
    /// When the token ends.
    expires_at: Option<DateTime<Utc>>,
    /// When the token was revoked.
    revoked_at: Option<DateTime<Utc>>,
    /// The subject that `owner(…)` compares columns with; without one it owns no rows.
    #[entity(min_len = 1, max_len = 255)]
    subject: Option<String>,
    /// When the token was last used, within some minutes.
    last_used_at: Option<DateTime<Utc>>,
    /// The account that made it for itself: it never holds a role that the account has lost, and ends with it.
    #[entity(on_delete = cascade)]
    account: Option<One<Account>>,
}

/// A session of an account that is signed in.
#[derive(Debug, Entity)]
#[entity(table = "entify_session", policy = nobody, skip(graphql, rest, admin))]
pub struct Session {
    /// SHA-256 of the session's id, in hexadecimal.
    #[entity(unique, write_only, max_len = 64)]
    hash: String,
    /// The account.
    #[entity(on_delete = cascade)]
    account: One<Account>,
    /// What the tokens of write forms are bound to.
    #[entity(write_only, max_len = 64)]
    csrf: String,
    /// When the session was last used, within a minute.
    last_seen_at: DateTime<Utc>,
    /// When the session ends, used or not.
    #[entity(index)]
    expires_at: DateTime<Utc>,
    /// The number of the account as which its holder looks at the admin, without writing.
    viewing: Option<i64>,
}

/// A sign-in attempt that failed, or whose outcome is not known yet. Every node of the application counts them here.
#[derive(Debug, Entity)]
#[entity(table = "entify_attempt", policy = nobody, skip(graphql, rest, admin), index(key, created_at), index(created_at))]
pub struct Attempt {
    /// The account, the address or both, as a keyed digest: no address is stored.
    #[entity(write_only, max_len = 64)]
    key: String,
}
