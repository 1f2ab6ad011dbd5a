//! Accounts, sessions and API tokens: for accounts with a role that `ADMIN_PEOPLE_ROLES` names, and for nobody else.

mod accounts;
mod sessions;
mod tokens;

pub(super) use sessions::table as sessions_table;
pub(super) use tokens::{
    expiry as token_expiry, new_form as new_token_form, once, own_fields as token_fields,
    table as tokens_table,
};

use poem::Response;

use crate::admin::params::Params;
use crate::admin::request::AdminRequest;
use crate::admin::texts::t;
use crate::auth::People;
use crate::error::{Error, Result};

/// A page about people.
#[derive(Debug, Clone, Copy)]
pub(super) enum PeoplePage<'p> {
    Accounts,
    NewAccount,
    Account(&'p str),
    Sessions,
    Tokens,
}

impl<'p> PeoplePage<'p> {
    /// The page with these segments below `/admin/auth`.
    pub(super) fn parse(segments: &[&'p str]) -> Option<Self> {
        Some(match segments {
            [] | ["accounts"] => Self::Accounts,
            ["accounts", "new"] => Self::NewAccount,
            ["accounts", id] => Self::Account(id),
            ["sessions"] => Self::Sessions,
            ["tokens"] => Self::Tokens,
            _ => return None,
        })
    }

    /// The pattern of its path.
    pub(super) fn pattern(self) -> &'static str {
        match self {
            Self::Accounts => "/admin/auth/accounts",
            Self::NewAccount => "/admin/auth/accounts/new",
            Self::Account(_) => "/admin/auth/accounts/:id",
            Self::Sessions => "/admin/auth/sessions",
            Self::Tokens => "/admin/auth/tokens",
        }
    }

    /// The pages of the navigation, with what they are called.
    pub(super) fn listed() -> [(PeoplePage<'static>, &'static str); 3] {
        [
            (PeoplePage::Accounts, t().accounts),
            (PeoplePage::Sessions, t().sessions),
            (PeoplePage::Tokens, t().api_tokens),
        ]
    }
}

/// The page, and what its forms send.
pub(super) async fn handle(
    request: &AdminRequest,
    page: PeoplePage<'_>,
    form: Option<&Params>,
) -> Result<Response> {
    let people = request.people()?;
    match page {
        PeoplePage::Accounts => accounts::list(request, &people).await,
        PeoplePage::NewAccount => accounts::create(request, &people, form).await,
        PeoplePage::Account(id) => accounts::show(request, &people, number(id)?, form).await,
        PeoplePage::Sessions => sessions::list(request, &people, form).await,
        PeoplePage::Tokens => tokens::list(request, &people, form).await,
    }
}

impl AdminRequest {
    /// Accounts, sessions and tokens in the hands of who sends the request.
    pub(super) fn people(&self) -> Result<People<'_>> {
        // A database of others has none of them, and who looks at the admin as another account manages nothing.
        if self.signed_in.is_none() || self.viewing.is_some() {
            return Err(Error::Forbidden);
        }
        People::of(&self.ctx, &self.state.settings().admin_people_roles)
    }

    /// The address of a page about people.
    pub(super) fn people_path(&self, page: &str) -> String {
        format!("{}/admin/auth/{page}", self.base)
    }
}

/// The number of a row, as a path or a form has it.
pub(super) fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::NotFound("this page".into()))
}

/// The id that a row's button sends.
pub(super) fn sent_id(form: &Params) -> Result<i64> {
    number(form.get("id").unwrap_or_default())
}

/// What stands between commas, without blanks and what stands there twice.
pub(super) fn listed(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        if !items.iter().any(|other| other == item) {
            items.push(item.to_owned());
        }
    }
    items
}

/// A text that may be left empty.
pub(super) fn optional(form: &Params, name: &str) -> Option<String> {
    form.filled(name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn roles_stand_between_commas() {
        assert_eq!(listed(" staff, admin,,staff "), ["staff", "admin"]);
        assert!(listed(" , ").is_empty());
    }
}
