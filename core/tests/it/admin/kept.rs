//! Whatever a form is answered with, what was typed into it is there, or the page says why it is not.

use std::time::Duration;

use entify::auth::{AccountChange, Session, change_account, create_account};
use entify::config::Settings;
use entify::entity::Registry;
use entify::error::Result;
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::each_database;

use crate::options::with_accounts;
use crate::support::browser::{Browser, Form, PASSWORD, Page, Site};

#[derive(Entity)]
#[entity(
    policy(read = public, create = role("author"), update = role("author") | role("editor"), delete = role("author")),
    hooks,
)]
pub struct Essay {
    title: String,
    #[entity(multiline, min_len = 0)]
    text: String,
    #[entity(write_only, min_len = 8)]
    key: Option<Password>,
}

impl Hooks for Essay {
    async fn before_update(_ctx: &Ctx, _before: &EssayModel, patch: &mut EssayPatch) -> Result<()> {
        match &patch.title {
            Change::Set(title) if title.contains("panic") => panic!("a fault of the application's"),
            Change::Set(title) if title.contains("slow") => {
                tokio::time::sleep(Duration::from_secs(3)).await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// What is typed; HTML must not change it.
const TYPED: &str = "long <thoughts>";
const SHOWN: &str = "long &#60;thoughts&#62;";

/// What happens to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Invalid,
    ChangedByBoth,
    RowGone,
    RowGoneAndMayNotCreate,
    MayNotCreateAnyMore,
    MayNotUpdateAnyMore,
    MayNotEnterAnyMore,
    SessionEnded,
    SessionEndedAndRowGone,
    SessionEndedAndOtherAccount,
    SessionEndedAndNoAdmin,
    SignInThrottled,
    SignedInAgain,
    SignedInAgainAndRowGone,
    Unreadable,
    TooLarge,
    TooLargeAndSessionEnded,
    FromAnotherSite,
    HookPanics,
    TakesTooLong,
    DatabaseAway,
    DatabaseAwayAtSignIn,
}

/// Where what was typed is.
#[derive(Debug, Clone, Copy)]
enum Kept {
    /// In the form, which can be sent again.
    InForm,
    /// On the page, to be copied.
    OnPage,
    /// In the sign-in form, which hands it on.
    InSignIn,
    /// Nowhere, and the page says why.
    No(&'static str),
}

const EVENTS: &[(Event, u16, Kept)] = &[
    (Event::Invalid, 422, Kept::InForm),
    (Event::ChangedByBoth, 409, Kept::InForm),
    (Event::RowGone, 404, Kept::InForm),
    (Event::RowGoneAndMayNotCreate, 404, Kept::OnPage),
    (Event::MayNotCreateAnyMore, 403, Kept::OnPage),
    (Event::MayNotUpdateAnyMore, 403, Kept::OnPage),
    (Event::MayNotEnterAnyMore, 403, Kept::OnPage),
    (Event::SessionEnded, 403, Kept::InSignIn),
    (Event::SessionEndedAndRowGone, 404, Kept::OnPage),
    (Event::SessionEndedAndOtherAccount, 403, Kept::No("it may be someone else")),
    (Event::SessionEndedAndNoAdmin, 403, Kept::No("it may be someone else")),
    (Event::SignInThrottled, 429, Kept::InSignIn),
    (Event::SignedInAgain, 403, Kept::InForm),
    (Event::SignedInAgainAndRowGone, 404, Kept::OnPage),
    (Event::Unreadable, 400, Kept::OnPage),
    (Event::TooLarge, 413, Kept::OnPage),
    (Event::TooLargeAndSessionEnded, 413, Kept::No("larger than")),
    (Event::FromAnotherSite, 403, Kept::No("Nothing was read of the form")),
    (Event::HookPanics, 500, Kept::InForm),
    (Event::TakesTooLong, 503, Kept::OnPage),
    (Event::DatabaseAway, 503, Kept::OnPage),
    (Event::DatabaseAwayAtSignIn, 503, Kept::InSignIn),
];

struct Desk {
    ctx: Ctx,
    site: Site,
}

impl Desk {
    fn new(ctx: &Ctx) -> impl Future<Output = Self> {
        let registry = Registry::new(&entities![Essay]).expect("a registry");
        let settings = Settings { request_timeout: Duration::from_secs(2), ..Settings::default() };
        let state = AppState::with_settings(registry, ctx.db().clone(), b"a secret for tests", settings);
        let ctx = ctx.clone();
        async move {
            let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;
            Self { ctx, site }
        }
    }

    /// Someone new, signed in.
    async fn writer(&self, event: Event, roles: &[&str]) -> Browser {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        create_account(&self.ctx, &self.email(event), PASSWORD, roles).await.expect("an account");
        self.signed_in(event).await
    }

    fn email(&self, event: Event) -> String {
        format!("{event:?}@example.org").to_lowercase()
    }

    async fn signed_in(&self, event: Event) -> Browser {
        let mut browser = Browser::new(&self.site);
        browser.sign_in(&self.email(event), PASSWORD).await.is(303);
        browser
    }

    async fn essay(&self) -> EssayModel {
        EssayService::new(&self.ctx).create(EssayInput::new("old", "")).await.expect("an essay")
    }

    async fn end_sessions(&self) {
        let sessions = Service::<Session>::new(&self.ctx);
        for session in sessions.list(Query::default().first(100)).await.expect("sessions").items {
            sessions.delete(session.id).await.expect("ended");
        }
    }

    async fn take_roles(&self, event: Event, left: &[&str]) {
        let roles = left.iter().map(|role| (*role).to_owned()).collect();
        let change = AccountChange { roles: Some(roles), ..AccountChange::default() };
        change_account(&self.ctx, &self.email(event), change).await.expect("other roles");
    }

    async fn sign_in_with(&self, browser: &Browser, page: &Page, email: &str, password: &str) -> Page {
        let asked = Form::of(page).with("email", email).with("password", password);
        browser.submit("/admin/sign-in", &asked).await
    }

    /// The answer to a form after the event.
    async fn answer(&self, event: Event) -> Page {
        let essays = EssayService::new(&self.ctx);
        let essay = self.essay().await;
        let roles: &[&str] = match event {
            Event::RowGoneAndMayNotCreate => &["admin", "editor"],
            _ => &["admin", "author"],
        };
        let mut browser = self.writer(event, roles).await;
        let path = match event {
            Event::MayNotCreateAnyMore => "/admin/essays/new".to_owned(),
            _ => format!("/admin/essays/{}/edit", essay.id),
        };
        let opened = browser.open(&path).await;
        let typed = opened.with("title", TYPED).with("key", "s3cret s3cret");
        let gone = async || drop(essays.delete(essay.id).await.expect("deleted"));
        match event {
            Event::Invalid => browser.submit(&path, &typed.with("key", "s3cret")).await,
            Event::ChangedByBoth => {
                let patch = EssayPatch { title: "theirs".to_owned().into(), ..EssayPatch::default() };
                essays.update(essay.id, patch).await.expect("a change");
                browser.submit(&path, &typed).await
            }
            Event::RowGone | Event::RowGoneAndMayNotCreate => {
                gone().await;
                browser.submit(&path, &typed).await
            }
            Event::MayNotCreateAnyMore | Event::MayNotUpdateAnyMore => {
                self.take_roles(event, &["admin"]).await;
                browser.submit(&path, &typed).await
            }
            Event::MayNotEnterAnyMore => {
                self.take_roles(event, &["author"]).await;
                browser.submit(&path, &typed).await
            }
            Event::SessionEnded
            | Event::SessionEndedAndRowGone
            | Event::SessionEndedAndOtherAccount
            | Event::SessionEndedAndNoAdmin => {
                self.end_sessions().await;
                let page = browser.submit(&path, &typed).await;
                match event {
                    Event::SessionEndedAndRowGone => {
                        gone().await;
                        self.sign_in_with(&browser, &page, &self.email(event), PASSWORD).await
                    }
                    Event::SessionEndedAndOtherAccount | Event::SessionEndedAndNoAdmin => {
                        let reader = event == Event::SessionEndedAndOtherAccount;
                        let (other, role) = if reader {
                            ("reader@example.org", "admin")
                        } else {
                            ("guest@example.org", "guest")
                        };
                        let roles = vec![role.to_owned()];
                        create_account(&self.ctx, other, PASSWORD, roles).await.expect("an account");
                        self.sign_in_with(&browser, &page, other, PASSWORD).await
                    }
                    _ => page,
                }
            }
            Event::SignInThrottled => {
                self.end_sessions().await;
                let mut page = browser.submit(&path, &typed).await;
                for _ in 0..40 {
                    page = self.sign_in_with(&browser, &page, &self.email(event), "wrong password").await;
                    if page.status == 429 {
                        break;
                    }
                }
                page
            }
            Event::SignedInAgain | Event::SignedInAgainAndRowGone => {
                browser.sign_in(&self.email(event), PASSWORD).await.is(303);
                if event == Event::SignedInAgainAndRowGone {
                    gone().await;
                }
                browser.submit(&path, &typed).await
            }
            Event::Unreadable => browser.submit(&path, &typed.with("_shown", "x")).await,
            Event::TooLarge | Event::TooLargeAndSessionEnded => {
                if event == Event::TooLargeAndSessionEnded {
                    self.end_sessions().await;
                }
                browser.submit(&path, &typed.with("text", &"x".repeat(5 * 1024 * 1024))).await
            }
            Event::FromAnotherSite => {
                let fields = typed.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let request = browser.request(reqwest::Method::POST, &path);
                let request = request.header("origin", "https://elsewhere.example");
                Page::of(request.form(&fields.collect::<Vec<_>>()).send().await.expect("an answer")).await
            }
            Event::HookPanics => browser.submit(&path, &typed.with("title", &format!("{TYPED} panic"))).await,
            Event::TakesTooLong => {
                browser.submit(&path, &typed.with("title", &format!("{TYPED} slow"))).await
            }
            Event::DatabaseAway => {
                self.ctx.db().close().await;
                browser.submit(&path, &typed).await
            }
            Event::DatabaseAwayAtSignIn => {
                self.end_sessions().await;
                let page = browser.submit(&path, &typed).await;
                self.ctx.db().close().await;
                self.sign_in_with(&browser, &page, &self.email(event), PASSWORD).await
            }
        }
    }
}

/// The page is the one that is expected, and what was typed is where it should be.
fn check(event: Event, page: &Page, status: u16, kept: Kept) {
    println!("{event:?}");
    page.is(status).lacks("s3cret");
    match kept {
        Kept::InForm => {
            page.has(&format!("name=\"title\" type=\"text\" value=\"{SHOWN}"));
        }
        Kept::OnPage => {
            page.has("What you entered").has(SHOWN).has("readonly").lacks("<form class=\"panel");
            // The sign-in page does not even hand it on.
            if event != Event::SessionEndedAndRowGone {
                page.has("A secret is not sent back");
            }
            if status == 503 && event == Event::TakesTooLong {
                page.has("It is not known whether this was saved");
            }
        }
        Kept::InSignIn => {
            page.has(&format!("name=\"kept.title\" value=\"{SHOWN}\""));
        }
        Kept::No(reason) => {
            page.has(reason).lacks("thoughts");
        }
    }
}

#[each_database(with_accounts(&entities![Essay]))]
async fn what_was_typed_is_kept_or_it_is_said_why_not(ctx: Ctx) {
    let desk = Desk::new(&ctx).await;
    let stays = |event: &Event| !matches!(event, Event::DatabaseAway | Event::DatabaseAwayAtSignIn);
    for (event, status, kept) in EVENTS.iter().filter(|(event, ..)| stays(event)) {
        check(*event, &desk.answer(*event).await, *status, *kept);
    }
    let essays = EssayService::new(&ctx).list(Query::default().first(100)).await.expect("essays").items;
    // Of a change that took too long nobody knows, and the page says so.
    let known =
        |essay: &&EssayModel| !["old", "theirs"].contains(&&*essay.title) && !essay.title.ends_with("slow");
    let written = essays.iter().filter(known);
    let written = written.map(|essay| essay.title.as_str()).collect::<Vec<_>>();
    assert_eq!(written, Vec::<&str>::new(), "nothing was saved");
}

async fn without_the_database(ctx: &Ctx, wanted: Event) {
    let (event, status, kept) = EVENTS.iter().find(|(event, ..)| *event == wanted).expect("in the table");
    check(*event, &Desk::new(ctx).await.answer(*event).await, *status, *kept);
}

#[each_database(with_accounts(&entities![Essay]))]
async fn so_it_is_while_the_database_is_away(ctx: Ctx) {
    without_the_database(&ctx, Event::DatabaseAway).await;
}

#[each_database(with_accounts(&entities![Essay]))]
async fn and_at_a_sign_in_without_the_database(ctx: Ctx) {
    without_the_database(&ctx, Event::DatabaseAwayAtSignIn).await;
}
