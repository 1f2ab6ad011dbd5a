//! Guessing passwords, what it costs, and who is slowed down.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use entify::auth::{
    Account, AccountPatch, Accounts, Attempt, create_account, create_token_for, verify_password,
};
use entify::config::Settings;
use entify::ctx::Clock;
use entify::prelude::*;
use entify::testing::each_database;
use entify::types::PasswordCost;
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::span::{self, Attributes};
use tracing::{Event, Metadata, Subscriber};

use super::issuer::{bear, shop};
use crate::support::browser::{PASSWORD, tables};

const SECRET: &[u8] = b"a secret for tests";
const EMAIL: &str = "ada@example.org";

async fn attempts(ctx: &Ctx) -> u64 {
    Service::<Attempt>::new(ctx).count(Filter::all()).await.expect("a count")
}

async fn guess(accounts: &Accounts, ctx: &Ctx, email: &str, address: &str) -> &'static str {
    match accounts.sign_in(ctx, email, "a guess", address).await {
        Ok(_) => "in",
        Err(error) => error.code(),
    }
}

#[each_database(tables())]
async fn every_node_counts_every_failure(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec![]).await.expect("an account");
    let nodes = [Accounts::new(SECRET), Accounts::new(SECRET), Accounts::new(SECRET)];
    for turn in 0..6 {
        assert_eq!(guess(&nodes[turn % 3], &ctx, EMAIL, "10.0.0.1").await, "UNAUTHENTICATED", "{turn}");
    }
    for node in &nodes {
        let right = node.sign_in(&ctx, EMAIL, PASSWORD, "10.0.0.1").await;
        let Err(Error::RateLimited { retry_after }) = right else { panic!("{right:?}") };
        assert!(
            retry_after <= Duration::from_secs(2) && retry_after > Duration::from_millis(500),
            "{retry_after:?}"
        );
    }
    // A throttled attempt is no failure; after the wait the right password signs in, and the failures are deleted.
    assert_eq!(attempts(&ctx).await, 18);
    let later = ctx.with_clock(Clock::Fixed(ctx.now() + TimeDelta::seconds(3)));
    nodes[1].sign_in(&later, EMAIL, PASSWORD, "10.0.0.1").await.expect("signed in");
    assert_eq!(attempts(&ctx).await, 6, "those of the address stay");
    let later = ctx.with_clock(Clock::Fixed(ctx.now() + TimeDelta::hours(2)));
    assert_eq!(guess(&nodes[0], &later, EMAIL, "10.0.0.1").await, "UNAUTHENTICATED");
    assert_eq!(attempts(&ctx).await, 3, "old attempts are deleted");
}

#[each_database(tables())]
async fn one_address_cannot_try_many_accounts(ctx: Ctx) {
    let accounts = Accounts::new(SECRET);
    let ctx = ctx.with_clock(Clock::Fixed(ctx.now()));
    for number in 0..51 {
        let address = format!("2001:db8::{number:x}");
        assert_eq!(
            guess(&accounts, &ctx, &format!("a{number}@example.org"), &address).await,
            "UNAUTHENTICATED",
            "{number}"
        );
    }
    assert_eq!(guess(&accounts, &ctx, "last@example.org", "2001:db8::99").await, "RATE_LIMITED");
    assert_eq!(guess(&accounts, &ctx, "last@example.org", "2001:db8:1::1").await, "UNAUTHENTICATED");
}

#[each_database(tables())]
async fn many_addresses_cannot_try_one_account(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec![]).await.expect("an account");
    let accounts = Accounts::new(SECRET);
    let ctx = ctx.with_clock(Clock::Fixed(ctx.now()));
    for number in 0..31 {
        assert_eq!(
            guess(&accounts, &ctx, EMAIL, &format!("10.0.0.{number}")).await,
            "UNAUTHENTICATED",
            "{number}"
        );
    }
    assert_eq!(guess(&accounts, &ctx, EMAIL, "10.0.0.99").await, "RATE_LIMITED");
    // Nobody is locked out for long by others.
    let soon = ctx.with_clock(Clock::Fixed(ctx.now() + TimeDelta::seconds(61)));
    accounts.sign_in(&soon, EMAIL, PASSWORD, "10.0.0.99").await.expect("signed in");
}

#[each_database(tables())]
async fn tries_at_the_same_time_count(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec![]).await.expect("an account");
    let accounts = std::sync::Arc::new(Accounts::new(SECRET));
    let tries = (0..40).map(|_| {
        let (accounts, ctx) = (accounts.clone(), ctx.clone());
        tokio::spawn(async move { guess(&accounts, &ctx, EMAIL, "10.0.0.1").await })
    });
    let mut looked_at = 0;
    for one in tries.collect::<Vec<_>>() {
        looked_at += u32::from(one.await.expect("an answer") == "UNAUTHENTICATED");
    }
    assert!(looked_at <= 12, "{looked_at} passwords were looked at");
}

#[each_database(tables())]
async fn no_address_is_kept(ctx: Ctx) {
    let accounts = Accounts::new(SECRET);
    guess(&accounts, &ctx, EMAIL, "10.0.0.1").await;
    let rows = Service::<Attempt>::new(&ctx).list(Query::default()).await.expect("rows").items;
    assert_eq!(rows.len(), 3);
    assert!(
        rows.iter().all(|row| row.key.len() == 64 && !row.key.contains("ada") && !row.key.contains("10.0"))
    );
}

/// What is hashed within a future: the blocks of memory that each hash has filled.
#[derive(Clone, Default)]
struct Hashes(Arc<Mutex<Vec<u64>>>);

impl Visit for Hashes {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "filled" {
            self.0.lock().expect("hashes").push(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Subscriber for Hashes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "entify::password"
    }

    fn new_span(&self, _: &Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[each_database(tables())]
async fn nobody_costs_as_much_as_somebody(ctx: Ctx) {
    let ctx = ctx.with_password_cost(PasswordCost::default());
    create_account(&ctx, EMAIL, PASSWORD, vec![]).await.expect("an account");
    let off = create_account(&ctx, "off@example.org", PASSWORD, vec![]).await.expect("an account");
    let patch = AccountPatch { active: false.into(), ..AccountPatch::default() };
    Service::<Account>::new(&ctx).update(off.id, patch).await.expect("updated");
    let accounts = Accounts::new(SECRET);
    // Makes the event known: one that other tests made known without a subscriber would be off until there is a new one.
    let warm = guess(&accounts, &ctx, "warm@example.org", "10.9.9.9");
    warm.with_subscriber(Hashes::default()).await;
    let mut costs = Vec::new();
    for (address, email) in [EMAIL, "nobody@example.org", "off@example.org"].into_iter().enumerate() {
        let (hashes, before) = (Hashes::default(), ctx.db().statements());
        let address = format!("10.0.{address}.1");
        let guessed = guess(&accounts, &ctx, email, &address).with_subscriber(hashes.clone()).await;
        assert_eq!(guessed, "UNAUTHENTICATED");
        let hashes = hashes.0.lock().expect("hashes").clone();
        costs.push((email, hashes, ctx.db().statements() - before));
    }
    // The hash dwarfs all else, and takes as long for each: so much memory is filled so often.
    let (_, hashed, asked) = costs[0].clone();
    assert!(hashed.len() == 1 && hashed[0] > 10_000 && asked > 0, "{costs:?}");
    for (email, hashes, statements) in &costs {
        assert_eq!((hashes, *statements), (&hashed, asked), "{email}: {costs:?}");
    }
}

/// The same of a login of the application's own.
#[each_database(tables())]
async fn a_password_of_nobody_takes_as_long_to_check(ctx: Ctx) {
    let account = create_account(&ctx, EMAIL, PASSWORD, vec![]).await.expect("an account");
    let stored = Some(&account.password);
    // Makes the event known, as above.
    verify_password(&ctx, stored, PASSWORD).with_subscriber(Hashes::default()).await.expect("checked");
    let check = async |stored, plain: &str| {
        let hashes = Hashes::default();
        let right = verify_password(&ctx, stored, plain).with_subscriber(hashes.clone()).await;
        let hashes = hashes.0.lock().expect("hashes").clone();
        (right.expect("checked"), hashes)
    };
    let (right, hashes) = check(stored, PASSWORD).await;
    assert!(right && hashes.len() == 1, "{hashes:?}");
    assert_eq!(check(stored, "a guess").await, (false, hashes.clone()));
    assert_eq!(check(None, PASSWORD).await, (false, hashes));
    assert_eq!(check(stored, &"x".repeat(5000)).await, (false, vec![]), "it is none of those that are kept");
}

#[each_database(tables())]
async fn a_hash_follows_the_settings(ctx: Ctx) {
    create_account(&ctx, EMAIL, PASSWORD, vec![]).await.expect("an account");
    let settings = Settings { password_memory: 12 << 20, password_iterations: 3, ..Settings::default() };
    let dearer = ctx.with_password_cost(settings.password_cost().expect("a cost"));
    let accounts = Accounts::new(SECRET);
    let account = accounts.sign_in(&dearer, EMAIL, PASSWORD, "::1").await.expect("signed in");
    assert!(!account.password.is_outdated(dearer.password_cost()), "renewed");
    let again = accounts.sign_in(&dearer, EMAIL, PASSWORD, "::1").await.expect("signed in");
    assert_eq!(again.updated_at, account.updated_at, "once");
}

#[each_database(tables())]
async fn a_token_has_a_subject_and_a_last_use(ctx: Ctx) {
    let (_site, browser) = shop(&ctx, |app| app, Settings::default()).await;
    let subject = Some("42".to_owned());
    let (token, plain) =
        create_token_for(&ctx, "api", vec!["staff".into()], None, subject).await.expect("a token");
    assert_eq!(token.last_used_at, None);
    bear(&browser, &plain).await.is(200).has(&format!("token:{} 42 [staff]", token.id));
    let tokens = Service::<entify::auth::ApiToken>::new(&ctx);
    let used = tokens.get(token.id).await.expect("a token").last_used_at.expect("used");
    assert!((ctx.now() - used) < TimeDelta::minutes(1));
    let (_, empty) = create_token_for(&ctx, "api", vec![], None, None).await.expect("a token");
    bear(&browser, &empty).await.is(200).has(" - []");
    let refused =
        create_token_for(&ctx, "api", vec![], None, Some(String::new())).await.expect_err("refused");
    assert_eq!(refused.fields()[0].field, "subject");
}
