//! One's own page: how the admin is read, the password, the sessions and the tokens.

use chrono_tz::Tz;
use poem::Response;

use crate::admin::blocks::{self, Block, BlocksPage, FORM, FormBlock, FormField, RefusedForm, TableBlock};
use crate::admin::control;
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::people::{self, sent_id};
use crate::admin::request::AdminRequest;
use crate::admin::texts::{Language, t};
use crate::auth::{AccountChange, AccountModel, MIN_PASSWORD, OwnAccount, start_session};
use crate::error::{Error, FieldError, Result};

/// The id of a session that takes the place of the one that has ended.
#[derive(Debug, Clone)]
pub(super) struct NewSession(pub(super) String);

/// What a form of the page has done.
enum Done {
    Saved,
    Token(String),
    /// The password is new, and so is the session.
    Password(String),
}

/// The page, and what its forms send.
pub(super) async fn handle(request: &AdminRequest, form: Option<&Params>) -> Result<Response> {
    if request.viewing.is_some() {
        return Err(Error::Forbidden);
    }
    let account = &request.signed_in()?.account;
    let own = OwnAccount::new(&request.ctx, account);
    let path = format!("{}/admin/me", request.base);
    let (mut refused, mut made) = (None, None);
    if let Some(form) = form {
        match sent(request, &own, form).await {
            Ok(Done::Saved) => return Ok(page::redirect_saying(&path, Notice::Saved)),
            Ok(Done::Password(session)) => {
                let mut response = page::redirect(&path);
                response.set_data(NewSession(session));
                return Ok(response);
            }
            Ok(Done::Token(token)) => made = Some(token),
            Err(error) => refused = Some(RefusedForm::of(form, error)?),
        }
    }
    let sessions = own.sessions().await?;
    let tokens = own.tokens().await?;
    let mut blocks = made.map(people::once).into_iter().collect::<Vec<_>>();
    blocks.extend([
        Block::Form(preferences(account)),
        Block::Form(password()),
        Block::Table(TableBlock {
            heading: t().sessions.to_owned(),
            ..people::sessions_table(request, &sessions, &[])
        }),
        Block::Table(TableBlock {
            heading: t().api_tokens.to_owned(),
            ..people::tokens_table(&tokens, request.ctx.now())
        }),
        Block::Form(FormBlock {
            about: t().own_token_about.to_owned(),
            ..people::new_token_form(people::token_fields())
        }),
    ]);
    let status = blocks::shown_again(&mut blocks, refused.as_ref());
    let page = BlocksPage {
        frame: Frame::new(request, t().your_account, None).at(&path),
        heading: t().your_account.to_owned(),
        about: account.email.clone(),
        crumbs: Vec::new(),
        next: None,
        search: None,
        blocks,
    };
    page.render(status)
}

async fn sent(request: &AdminRequest, own: &OwnAccount<'_>, form: &Params) -> Result<Done> {
    let text = |name: &str| form.get(name).unwrap_or_default();
    match form.get(FORM) {
        Some("preferences") => {
            let language = form.filled("language").map(str::to_owned);
            if language.as_deref().is_some_and(|tag| Language::tagged(tag).is_none()) {
                let message = "must be one of the choices";
                return Err(Error::Validation(vec![FieldError::new("language", "choice", message)]));
            }
            let change = AccountChange {
                language: Some(language),
                time_zone: Some(form.filled("time_zone").map(str::to_owned)),
                dense: Some(text("dense") == "true"),
                ..AccountChange::default()
            };
            own.prefer(change).await.map(|_| Done::Saved)
        }
        Some("password") => {
            let passwords = (text("present"), text("new"));
            let length = passwords.1.chars().count();
            if length < MIN_PASSWORD {
                let message = format!("must have at least {MIN_PASSWORD} characters; has {length}");
                return Err(Error::Validation(vec![FieldError::new("new", "too_short", message)]));
            }
            let account = own.change_password(&request.accounts, passwords, &request.address).await?;
            // All sessions have ended, this one too.
            let (_, id) = start_session(&request.ctx, &account, request.session_lifetime).await?;
            Ok(Done::Password(id))
        }
        Some("session") => own.end_session(sent_id(form)?).await.map(|()| Done::Saved),
        Some("revoke") => own.revoke_token(sent_id(form)?).await.map(|()| Done::Saved),
        Some("token") => {
            let expires_at = people::token_expiry(form, request.ctx.now())?;
            own.create_token(text("name"), expires_at).await.map(|(_, token)| Done::Token(token))
        }
        _ => Err(Error::bad_request("the form is none of this page")),
    }
}

fn preferences(account: &AccountModel) -> FormBlock {
    let language = account.language.as_deref().unwrap_or_default();
    let languages = Language::ALL.map(|language| (language.tag(), language.name().to_owned()));
    let zone = account.time_zone.as_deref().unwrap_or_default();
    let zones = chrono_tz::TZ_VARIANTS.iter().filter(|zone| **zone != Tz::UTC);
    let zones = zones.map(|zone| (zone.name(), zone.name().replace('_', " ")));
    FormBlock {
        name: "preferences",
        heading: t().how_you_read.to_owned(),
        fields: vec![
            FormField::select(
                "language",
                t().language,
                control::choices(language, Some(t().as_browser), languages),
            ),
            FormField::select("time_zone", t().time_zone, control::choices(zone, Some("UTC"), zones)),
            FormField::check("dense", t().dense_lists, account.dense.unwrap_or_default()),
        ],
        submit: t().save.to_owned(),
        ..FormBlock::default()
    }
}

fn password() -> FormBlock {
    FormBlock {
        name: "password",
        heading: t().password.to_owned(),
        about: t().password_about.to_owned(),
        fields: vec![
            FormField::password("present", t().present_password, "current-password"),
            FormField::password("new", t().new_password, "new-password")
                .hinted(&t().length_least(MIN_PASSWORD, t().characters)),
        ],
        submit: t().set_password.to_owned(),
        ..FormBlock::default()
    }
}
