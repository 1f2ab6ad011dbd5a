//! The API tokens: by which programs sign in.

use chrono::{DateTime, TimeDelta, Utc};
use poem::Response;

use super::{listed, optional, sent_id};
use crate::admin::blocks::{
    self, Block, BlocksPage, FORM, FormBlock, FormField, RefusedForm, RowButton, TableBlock, TableRow,
};
use crate::admin::cell::Cell;
use crate::admin::control;
use crate::admin::kinds;
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::request::AdminRequest;
use crate::admin::texts::t;
use crate::auth::{ApiTokenModel, NewToken, People};
use crate::error::{Error, FieldError, Result};

/// The tokens of all, and what the page's forms send.
pub(super) async fn list(
    request: &AdminRequest,
    people: &People<'_>,
    form: Option<&Params>,
) -> Result<Response> {
    let path = request.people_path("tokens");
    let (mut refused, mut made) = (None, None);
    if let Some(form) = form {
        match sent(people, form).await {
            Ok(None) => return Ok(page::redirect_saying(&path, Notice::Done)),
            Ok(Some(token)) => made = Some(token),
            Err(error) => refused = Some(RefusedForm::of(form, error)?),
        }
    }
    let found = people.tokens(request.query.filled("after")).await?;
    let more = found.end_cursor.as_deref().filter(|_| found.has_next);
    let more = more.map(|cursor| params::link(&path, [("after", cursor)]));
    let mut fields = own_fields();
    fields.insert(1, FormField::line("roles", t().roles, "").hinted(t().roles_hint));
    fields.insert(2, FormField::line("subject", t().subject, "").hinted(t().subject_hint));
    let mut blocks = made.map(once).into_iter().collect::<Vec<_>>();
    blocks.push(Block::Table(TableBlock { more, ..table(&found.items, request.ctx.now()) }));
    blocks.push(Block::Form(new_form(fields)));
    let status = blocks::shown_again(&mut blocks, refused.as_ref());
    let page = BlocksPage {
        frame: Frame::new(request, t().api_tokens, None).at(&path),
        heading: t().api_tokens.to_owned(),
        about: t().tokens_about.to_owned(),
        crumbs: Vec::new(),
        next: None,
        search: None,
        blocks,
    };
    page.render(status)
}

/// Does what a form asks for; the token that was made.
async fn sent(people: &People<'_>, form: &Params) -> Result<Option<String>> {
    match form.get(FORM) {
        Some("revoke") => people.revoke_token(sent_id(form)?).await.map(|()| None),
        Some("token") => {
            let new = NewToken {
                name: form.get("name").unwrap_or_default().to_owned(),
                roles: listed(form.get("roles").unwrap_or_default()),
                subject: optional(form, "subject"),
                expires_at: expiry(form, people.now())?,
            };
            people.create_token(new).await.map(|(_, token)| Some(token))
        }
        _ => Err(Error::bad_request("the form is none of this page")),
    }
}

/// How long a token may be valid: days and what they are called.
fn lifetimes() -> [(&'static str, String); 4] {
    [
        ("30", t().days(30_usize)),
        ("90", t().days(90_usize)),
        ("365", t().days(365_usize)),
        ("never", t().no_end.to_owned()),
    ]
}

/// When a token ends that a form asks for.
pub(in crate::admin) fn expiry(form: &Params, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    match form.get("lifetime") {
        Some("never") => Ok(None),
        Some(days @ ("30" | "90" | "365")) => {
            Ok(days.parse().ok().and_then(|days| now.checked_add_signed(TimeDelta::days(days))))
        }
        _ => Err(Error::Validation(vec![FieldError::new(
            "lifetime",
            "choice",
            "must be one of 30, 90, 365, never",
        )])),
    }
}

/// The fields of a token that every form of one has.
pub(in crate::admin) fn own_fields() -> Vec<FormField> {
    vec![
        FormField::line("name", t().name, "").hinted(t().token_name_hint).needed(),
        FormField::select("lifetime", t().valid_for, control::choices("90", None, lifetimes())),
    ]
}

/// The form of a new token.
pub(in crate::admin) fn new_form(fields: Vec<FormField>) -> FormBlock {
    FormBlock {
        name: "token",
        heading: t().new_token.to_owned(),
        fields,
        submit: t().make_token.to_owned(),
        ..FormBlock::default()
    }
}

/// The token itself, this once.
pub(in crate::admin) fn once(text: String) -> Block {
    Block::Once { label: t().token_made.to_owned(), text, hint: t().token_once.to_owned() }
}

/// Tokens, with a button that revokes each that is valid.
pub(in crate::admin) fn table(tokens: &[ApiTokenModel], now: DateTime<Utc>) -> TableBlock {
    let columns =
        [t().name, t().token_word, t().roles, t().subject, t().last_used, t().ends_at, t().status_word];
    let row = |token: &ApiTokenModel| {
        let expired = token.expires_at.is_some_and(|end| end <= now);
        let status = match token.revoked_at {
            Some(_) => t().revoked,
            None if expired => t().expired,
            None => t().valid,
        };
        let at = |time: Option<DateTime<Utc>>| time.map_or(Cell::Empty, kinds::moment);
        let cells = vec![
            Cell::Text(token.name.clone()),
            Cell::Code(format!("…{}", token.hint)),
            Cell::Text(token.roles.join(", ")),
            token.subject.clone().map_or(Cell::Empty, Cell::Text),
            at(token.last_used_at),
            at(token.expires_at),
            Cell::Badge(status.to_owned()),
        ];
        let button = RowButton { form: "revoke", id: token.id.to_string(), label: t().revoke.to_owned() };
        TableRow { cells, button: (token.revoked_at.is_none() && !expired).then_some(button) }
    };
    TableBlock {
        heading: String::new(),
        columns: columns.map(str::to_owned).into(),
        rows: tokens.iter().map(row).collect(),
        empty: t().no_tokens.to_owned(),
        more: None,
    }
}
