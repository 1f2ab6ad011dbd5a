//! Accounts, tokens, sessions and the request's context, on both databases.

mod attempts;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod custom_authenticators;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod forged_tokens;
pub(crate) mod issuer;
mod jwt;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod sessions;

use std::time::Duration;

use chrono::TimeDelta;
use entify::auth::{
    Accounts, ApiToken, Authentication, Authenticators, Refusal, create_account, create_token, end_session,
    resume_session, revoke_token, start_session,
};
use entify::config::Settings;
use entify::ctx::Clock;
use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::each_database;
use poem::{Request, handler};

use crate::support::browser::{Browser, PASSWORD, Page, Site, state, tables};

/// Responds with the principal of the context.
#[handler]
fn who(request: &Request) -> String {
    match request.data::<Ctx>() {
        Some(ctx) => format!("{} {}", ctx.principal().id(), ctx.request_id()),
        None => "no context".to_owned(),
    }
}

fn bearers() -> Authentication {
    Authentication::new(&Settings::default(), Authenticators::default()).expect("settings")
}

/// As a server that has not cached the token.
async fn authenticate(ctx: &Ctx, token: &str) -> Result<Principal, Refusal> {
    Ok(bearers().authenticate(ctx, token).await?.principal)
}

async fn ask(browser: &Browser, token: Option<&str>) -> Page {
    let mut request = browser.request(reqwest::Method::GET, "/who");
    if let Some(token) = token {
        request = request.header("authorization", token);
    }
    Page::of(request.send().await.expect("an answer")).await
}

#[each_database(tables())]
async fn a_token_is_shown_once_and_stored_as_a_digest(ctx: Ctx) {
    let (token, plain) = create_token(&ctx, "deploy", vec!["staff".into()], None).await.expect("a token");
    assert!(plain.starts_with("ent_") && plain.len() == 47, "{plain}");
    assert!(plain.ends_with(&token.hint));
    assert!(!token.hash.contains(&plain) && token.hash.len() == 64);
    let principal = authenticate(&ctx, &plain).await.expect("a principal");
    assert_eq!(principal.id(), format!("token:{}", token.id));
    assert!(principal.has_role("staff") && !principal.has_role("admin"));
}

#[each_database(tables())]
async fn bad_tokens_are_refused(ctx: Ctx) {
    let anonymous = ctx.with_principal(Principal::Anonymous);
    let (token, plain) = create_token(&ctx, "gone", vec![], None).await.expect("a token");
    let soon = ctx.now() + TimeDelta::seconds(30);
    let (_, brief) = create_token(&ctx, "brief", vec![], Some(soon)).await.expect("a token");
    let unknown = format!("{}{}", &plain[..46], if plain.ends_with('A') { 'E' } else { 'A' });
    for bad in [
        "",
        "ent_",
        "nonsense",
        "ent_short",
        plain.trim_start_matches("ent_"),
        &unknown,
        &format!("{plain}A"),
    ] {
        assert_eq!(authenticate(&anonymous, bad).await, Err(Refusal::Invalid), "{bad}");
    }
    let later = anonymous.with_clock(Clock::Fixed(soon));
    assert!(authenticate(&anonymous, &brief).await.is_ok());
    assert_eq!(authenticate(&later, &brief).await, Err(Refusal::Expired), "expired");
    revoke_token(&ctx, token.id).await.expect("revoked");
    assert_eq!(authenticate(&anonymous, &plain).await, Err(Refusal::Invalid), "revoked");
    let past = create_token(&ctx, "past", vec![], Some(ctx.now() - TimeDelta::seconds(1))).await;
    assert_eq!(past.expect_err("refused").fields()[0].field, "expires_at");
    assert!(create_token(&ctx, "", vec![], None).await.is_err(), "a token needs a name");
}

#[each_database(tables())]
async fn a_known_token_costs_no_statement_until_it_is_revoked(ctx: Ctx) {
    let (token, plain) = create_token(&ctx, "busy", vec![], None).await.expect("a token");
    let tokens = bearers();
    tokens.authenticate(&ctx, &plain).await.expect("a principal");
    let before = ctx.db().statements();
    for _ in 0..10 {
        tokens.authenticate(&ctx, &plain).await.expect("a principal");
    }
    // Another test of this process may revoke a token meanwhile, which costs one statement more.
    assert!(ctx.db().statements() - before <= 3);
    revoke_token(&ctx, token.id).await.expect("revoked");
    assert_eq!(tokens.authenticate(&ctx, &plain).await, Err(Refusal::Invalid), "at once");
}

#[each_database(tables())]
async fn tokens_are_nobodys_business(ctx: Ctx) {
    let (token, _) = create_token(&ctx, "mine", vec!["admin".into()], None).await.expect("a token");
    let admin = ctx.with_principal(Principal::known("account:1", "Ada", vec!["admin".into()]));
    let found = Service::<ApiToken>::new(&admin).find(token.id).await;
    assert_eq!(found.expect_err("refused"), Error::Forbidden);
}

#[each_database(tables())]
async fn the_request_carries_who_asks(ctx: Ctx) {
    let state = state(&ctx);
    let site = Site::start(&state, "/who", who).await;
    let browser = Browser::new(&site);
    let (token, plain) = create_token(&ctx, "api", vec!["staff".into()], None).await.expect("a token");

    let before = ctx.db().statements();
    let page = ask(&browser, None).await;
    page.is(200).has("anonymous ");
    assert_eq!(state.system().db().statements(), before, "no token, no statement");
    assert_eq!(page.header("x-request-id").len(), 32);

    let page = ask(&browser, Some(&format!("Bearer {plain}"))).await;
    page.is(200).has(&format!("token:{} ", token.id));
    for bad in ["Bearer nonsense", "Bearer ", "Bearer", "Basic YTpi", &format!("Token {plain}"), &plain] {
        let page = ask(&browser, Some(bad)).await;
        page.is(401).has("UNAUTHENTICATED").lacks("anonymous");
        assert!(page.header("www-authenticate").starts_with("Bearer"), "{bad}");
        assert_eq!(page.header("content-type"), "application/problem+json");
        assert_eq!(page.header("x-request-id").len(), 32);
    }
    revoke_token(&ctx, token.id).await.expect("revoked");
    ask(&browser, Some(&format!("Bearer {plain}"))).await.is(401);
}

#[each_database(tables())]
async fn a_sane_request_id_is_kept(ctx: Ctx) {
    let state = state(&ctx);
    let site = Site::start(&state, "/who", who).await;
    let browser = Browser::new(&site);
    let send = async |id: &str| {
        let request = browser.request(reqwest::Method::GET, "/who").header("x-request-id", id);
        Page::of(request.send().await.expect("an answer")).await
    };
    let page = send("trace-42").await;
    page.is(200).has("anonymous trace-42");
    assert_eq!(page.header("x-request-id"), "trace-42");
    let page = send("a b\tc").await;
    assert_eq!(page.header("x-request-id").len(), 32);
}

#[each_database(tables())]
async fn accounts_are_checked(ctx: Ctx) {
    let account =
        create_account(&ctx, " Ada@Example.org ", PASSWORD, vec!["admin".into()]).await.expect("an account");
    assert_eq!(account.email, "ada@example.org");
    let taken = create_account(&ctx, "ADA@example.org", PASSWORD, vec![]).await.expect_err("taken");
    assert_eq!((taken.code(), taken.fields()[0].field.as_ref()), ("CONFLICT", "email"));
    let poor = create_account(&ctx, "nonsense", "short", vec![]).await.expect_err("poor");
    let fields: Vec<_> = poor.fields().iter().map(|error| error.field.to_string()).collect();
    assert_eq!(fields, ["email", "password"]);

    let accounts = Accounts::new(b"a secret for tests");
    let known = accounts.sign_in(&ctx, "ADA@example.org", PASSWORD, "::1").await.expect("signed in");
    assert_eq!(known.id, account.id);
    for (email, password) in
        [("ada@example.org", "wrong"), ("bob@example.org", PASSWORD), ("", ""), ("a\0", "b\0")]
    {
        let refused = accounts.sign_in(&ctx, email, password, "::1").await;
        assert_eq!(refused.expect_err("refused"), Error::Unauthenticated, "{email:?}");
    }
}

#[each_database(tables())]
async fn guessing_is_slowed_down(ctx: Ctx) {
    create_account(&ctx, "ada@example.org", PASSWORD, vec![]).await.expect("an account");
    let accounts = Accounts::new(b"a secret for tests");
    let mut last = None;
    for _ in 0..8 {
        last = accounts.sign_in(&ctx, "ada@example.org", "a guess", "10.0.0.1").await.err();
    }
    assert!(matches!(last, Some(Error::RateLimited { .. })), "{last:?}");
    let right = accounts.sign_in(&ctx, "ada@example.org", PASSWORD, "10.0.0.1").await;
    assert!(matches!(right, Err(Error::RateLimited { .. })), "also with the right one");
    assert!(accounts.sign_in(&ctx, "ada@example.org", PASSWORD, "10.0.0.2").await.is_ok());
}

#[each_database(tables())]
async fn sessions_end(ctx: Ctx) {
    let account = create_account(&ctx, "ada@example.org", PASSWORD, vec![]).await.expect("an account");
    let (idle, lifetime) = (Duration::from_secs(600), Duration::from_secs(3600));
    let (session, id) = start_session(&ctx, &account, lifetime).await.expect("a session");
    assert!(!session.hash.contains(&id));
    let signed_in = resume_session(&ctx, &id, idle).await.expect("read").expect("signed in");
    assert_eq!(signed_in.principal().id(), format!("account:{}", account.id));
    for bad in ["", "nonsense", "\0", &"A".repeat(43)] {
        assert!(resume_session(&ctx, bad, idle).await.expect("read").is_none(), "{bad:?}");
    }
    let at = |seconds| ctx.with_clock(Clock::Fixed(session.created_at + TimeDelta::seconds(seconds)));
    // Used every nine minutes, a session lives until its absolute end.
    for minute in (9..60).step_by(9) {
        assert!(resume_session(&at(minute * 60), &id, idle).await.expect("read").is_some(), "{minute}");
    }
    assert!(resume_session(&at(3600), &id, idle).await.expect("read").is_none(), "absolute end");

    let (_, id) = start_session(&ctx, &account, lifetime).await.expect("a session");
    let late = ctx.with_clock(Clock::Fixed(ctx.now() + TimeDelta::seconds(601)));
    assert!(resume_session(&late, &id, idle).await.expect("read").is_none(), "idle");
    assert!(resume_session(&ctx, &id, idle).await.expect("read").is_none(), "it is deleted");

    let (_, id) = start_session(&ctx, &account, lifetime).await.expect("a session");
    end_session(&ctx, &id).await.expect("ended");
    end_session(&ctx, &id).await.expect("ended twice");
    assert!(resume_session(&ctx, &id, idle).await.expect("read").is_none());
}
