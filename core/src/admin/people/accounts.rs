//! The accounts: who can sign in, with which roles, as whom.

use poem::Response;
use poem::http::StatusCode;

use super::{listed, optional, sent_id, sessions};
use crate::admin::blocks::{
    self, Block, BlocksPage, FORM, FormBlock, FormField, RefusedForm, RowButton, TableBlock, TableRow,
};
use crate::admin::cell::Cell;
use crate::admin::kinds;
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::request::{AdminRequest, search_text};
use crate::admin::texts::t;
use crate::auth::{AccountChange, AccountModel, MIN_PASSWORD, NewAccount, People};
use crate::error::{Error, FieldError, Result};

/// The list of accounts.
pub(super) async fn list(request: &AdminRequest, people: &People<'_>) -> Result<Response> {
    let search = search_text(request.query.filled("q").unwrap_or_default())?;
    let found = people.accounts(&search, request.query.filled("after")).await?;
    let path = request.people_path("accounts");
    let more = found.end_cursor.as_deref().filter(|_| found.has_next);
    let row = |account: &AccountModel| TableRow {
        cells: vec![
            Cell::RowLink { href: format!("{path}/{}", account.id), text: account.email.clone() },
            Cell::Text(account.roles.join(", ")),
            account.subject.clone().map_or(Cell::Empty, Cell::Text),
            Cell::Flag(account.active),
            kinds::moment(account.created_at),
        ],
        button: None,
    };
    let table = TableBlock {
        heading: String::new(),
        columns: [t().email_address, t().roles, t().subject, t().may_sign_in, t().created_at]
            .map(str::to_owned)
            .into(),
        rows: found.items.iter().map(row).collect(),
        empty: t().nothing_matches.to_owned(),
        more: more.map(|cursor| params::link(&path, [("q", search.as_str()), ("after", cursor)])),
    };
    let page = BlocksPage {
        frame: Frame::new(request, t().accounts, None).at(&path),
        heading: t().accounts.to_owned(),
        about: t().accounts_about.to_owned(),
        crumbs: Vec::new(),
        next: Some((format!("{path}/new"), t().new_account.to_owned())),
        search: Some((path, search)),
        blocks: vec![Block::Table(table)],
    };
    page.render(StatusCode::OK)
}

/// The form of a new account.
pub(super) async fn create(
    request: &AdminRequest,
    people: &People<'_>,
    form: Option<&Params>,
) -> Result<Response> {
    let mut refused = None;
    if let Some(form) = form {
        let new = NewAccount {
            email: form.get("email").unwrap_or_default().to_owned(),
            password: form.get("password").unwrap_or_default().to_owned(),
            roles: listed(form.get("roles").unwrap_or_default()),
            subject: optional(form, "subject"),
        };
        match people.create(new).await {
            Ok(account) => {
                let to = format!("{}/{}", request.people_path("accounts"), account.id);
                return Ok(page::redirect_saying(&to, Notice::Created));
            }
            Err(error) => refused = Some(RefusedForm::of(form, error)?),
        }
    }
    let fields = vec![
        FormField::line("email", t().email_address, "").typed("email").needed(),
        FormField::password("password", t().password, "new-password")
            .hinted(&t().length_least(MIN_PASSWORD, t().characters)),
        FormField::line("roles", t().roles, "").hinted(t().roles_hint),
        FormField::line("subject", t().subject, "").hinted(t().subject_hint),
    ];
    let form = FormBlock { name: "account", fields, submit: t().create.to_owned(), ..FormBlock::default() };
    let mut blocks = vec![Block::Form(form)];
    let status = blocks::shown_again(&mut blocks, refused.as_ref());
    let path = request.people_path("accounts");
    let page = BlocksPage {
        frame: Frame::new(request, t().new_account, None).at(&path),
        heading: t().new_account.to_owned(),
        about: String::new(),
        crumbs: vec![(path, t().accounts.to_owned())],
        next: None,
        search: None,
        blocks,
    };
    page.render(status)
}

/// The page of an account, and what its forms send.
pub(super) async fn show(
    request: &AdminRequest,
    people: &People<'_>,
    id: i64,
    form: Option<&Params>,
) -> Result<Response> {
    let path = request.people_path("accounts");
    let own = format!("{path}/{id}");
    let mut refused = None;
    if let Some(form) = form {
        match sent(request, people, id, form).await {
            Ok(Some(to)) => return Ok(page::redirect(&to)),
            Ok(None) => return Ok(page::redirect_saying(&own, Notice::Saved)),
            Err(error) => refused = Some(RefusedForm::of(form, error)?),
        }
    }
    let account = people.account(id).await?;
    let open = people.sessions(Some(id), None).await?;
    let mut blocks = forms(request, &account);
    blocks.push(Block::Table(TableBlock {
        heading: t().sessions.to_owned(),
        ..sessions::table(request, &open.items, &[])
    }));
    let status = blocks::shown_again(&mut blocks, refused.as_ref());
    let page = BlocksPage {
        frame: Frame::new(request, account.email.clone(), None).at(&path),
        heading: account.email,
        about: String::new(),
        crumbs: vec![(path, t().accounts.to_owned())],
        next: None,
        search: None,
        blocks,
    };
    page.render(status)
}

/// Does what a form of the page asks for. Answers where the browser goes when it is not the page itself.
async fn sent(request: &AdminRequest, people: &People<'_>, id: i64, form: &Params) -> Result<Option<String>> {
    let change = match form.get(FORM) {
        Some("account") => AccountChange {
            roles: Some(listed(form.get("roles").unwrap_or_default())),
            subject: Some(optional(form, "subject")),
            active: Some(form.get("active") == Some("true")),
            ..AccountChange::default()
        },
        Some("password") => {
            let password = form.get("password").unwrap_or_default();
            if password.chars().count() < MIN_PASSWORD {
                let message =
                    format!("must have at least {MIN_PASSWORD} characters; has {}", password.chars().count());
                return Err(Error::Validation(vec![FieldError::new("password", "too_short", message)]));
            }
            AccountChange { password: Some(password.to_owned()), ..AccountChange::default() }
        }
        Some("session") => {
            people.end_session(sent_id(form)?).await?;
            return Ok(None);
        }
        Some("view") => {
            let session = &request.signed_in()?.session;
            people.view_as(session, id).await?;
            return Ok(Some(format!("{}/admin", request.base)));
        }
        _ => return Err(Error::bad_request("the form is none of this page")),
    };
    people.change(id, change).await.map(|_| None)
}

fn forms(request: &AdminRequest, account: &AccountModel) -> Vec<Block> {
    let fields = vec![
        FormField::line("roles", t().roles, account.roles.join(", ")).hinted(t().roles_hint),
        FormField::line("subject", t().subject, account.subject.clone().unwrap_or_default())
            .hinted(t().subject_hint),
        FormField::check("active", t().may_sign_in, account.active).hinted(t().may_sign_in_hint),
    ];
    let rights = FormBlock { name: "account", fields, submit: t().save.to_owned(), ..FormBlock::default() };
    let password = FormBlock {
        name: "password",
        heading: t().set_password.to_owned(),
        about: t().set_password_about.to_owned(),
        fields: vec![
            FormField::password("password", t().new_password, "new-password")
                .hinted(&t().length_least(MIN_PASSWORD, t().characters)),
        ],
        submit: t().set_password.to_owned(),
        ..FormBlock::default()
    };
    let mut blocks = vec![Block::Form(rights), Block::Form(password)];
    if account.active && request.signed_in().is_ok_and(|own| own.account.id != account.id) {
        blocks.push(Block::Form(FormBlock {
            name: "view",
            heading: t().view_as.to_owned(),
            about: t().view_as_about.to_owned(),
            submit: t().view_as.to_owned(),
            ..FormBlock::default()
        }));
    }
    blocks
}

/// A button that ends a session.
pub(super) fn end_button(id: &impl ToString) -> RowButton {
    RowButton { form: "session", id: id.to_string(), label: t().end_session.to_owned() }
}
