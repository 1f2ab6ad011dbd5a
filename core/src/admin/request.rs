//! One request of a signed-in account: what all pages need of it.

use std::sync::Arc;
use std::time::Duration;

use crate::admin::entities;
use crate::admin::notice::Notice;
use crate::admin::params::Params;
use crate::admin::reader::Reader;
use crate::auth::{Accounts, People, SignedIn};
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::Records;
use crate::state::AppState;
use crate::value::{Record, Value};

/// Characters of the longest search.
const MAX_SEARCH: usize = 200;

/// A request of a signed-in account.
#[derive(Debug)]
pub(super) struct AdminRequest {
    /// The application.
    pub state: AppState,
    /// The context, with the account as the principal.
    pub ctx: Ctx,
    /// The account's address.
    pub email: String,
    /// The token of write forms.
    pub csrf: String,
    /// The query string.
    pub query: Params,
    /// What stands before the paths of the application.
    pub base: String,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Who reads the page.
    pub reader: Reader,
    /// The session and its account; none on a database of others.
    pub signed_in: Option<SignedIn>,
    /// The address of the account as which this is looked at.
    pub viewing: Option<String>,
    /// What checks passwords.
    pub accounts: Arc<Accounts>,
    /// How long a session lasts.
    pub session_lifetime: Duration,
    /// Where the request comes from.
    pub address: String,
    /// Whether there is no session, and with it no form that could be sent.
    pub only_reads: bool,
}

impl AdminRequest {
    /// The session and its account.
    pub(super) fn signed_in(&self) -> Result<&SignedIn> {
        self.signed_in.as_ref().ok_or(Error::Forbidden)
    }

    /// Whether who has signed in may know which rule allows what, also while it looks at the admin as another account.
    pub(super) fn may_know_rules(&self) -> bool {
        let roles = &self.state.settings().admin_people_roles;
        self.signed_in.as_ref().is_some_and(|own| People::may(&own.principal(), roles))
    }

    /// Whether the account may do this with rows of the entity.
    pub(super) fn allows(&self, info: &EntityInfo, action: Action) -> bool {
        self.may(action) && info.permits(action, &self.ctx)
    }

    fn may(&self, action: Action) -> bool {
        !self.only_reads || action == Action::Read
    }

    /// Refuses what the account may not do, before a form for it is shown.
    pub(super) fn authorize(&self, info: &EntityInfo, action: Action) -> Result<()> {
        if !self.may(action) {
            return Err(Error::Forbidden);
        }
        info.authorize(action, &self.ctx).map(|_| ())
    }

    /// As [`AdminRequest::authorize`], for a row that is shown.
    pub(super) async fn authorize_row(
        &self,
        info: &'static EntityInfo,
        action: Action,
        row: &Record,
    ) -> Result<()> {
        match self.may(action) && self.records(info).permits(action, row.key()).await? {
            true => Ok(()),
            false => Err(info.refused(action, &self.ctx)),
        }
    }

    /// Whether the account may set a field in some rows of the entity, and sees what it sets.
    pub(super) fn may_set(&self, info: &EntityInfo, column: &ColumnInfo, action: Action) -> bool {
        info.permits_setting(column, action, &self.ctx)
    }

    /// Whether rows may be filtered or sorted by a column: it is `declared` so, and shown to the account in every row.
    pub(super) fn may_query_by(&self, info: &EntityInfo, declared: bool, column: &ColumnInfo) -> bool {
        declared && info.column_visibility(column.index, &self.ctx).is_none()
    }

    /// The path of an entity's list page.
    pub(super) fn path(&self, info: &EntityInfo) -> String {
        format!("{}{}", self.base, entities::path(info))
    }

    /// The path of a row's page.
    pub(super) fn row_path(&self, info: &EntityInfo, key: &Value) -> String {
        format!("{}/{key}", self.path(info))
    }

    /// The entity with this path.
    pub(super) fn entity(&self, path: &str) -> Result<&'static EntityInfo> {
        self.state
            .registry()
            .iter()
            .find(|info| info.def.rest_path == path && info.is_on(Surface::Admin))
            .ok_or(Error::NotFound("this page".into()))
    }

    /// The service of an entity.
    pub(super) fn records(&self, info: &'static EntityInfo) -> Records<'_> {
        Records::new(&self.ctx, info)
    }

    /// Whether a relation's target has pages this account may open.
    pub(super) fn may_open(&self, info: &EntityInfo) -> bool {
        info.is_on(Surface::Admin) && self.allows(info, Action::Read)
    }
}

/// The key of a row, as a path names it. What cannot be a key names no row.
pub(super) fn parse_key(info: &EntityInfo, text: &str) -> Result<Value> {
    parse_value(info.key(), text).ok_or_else(|| Error::NotFound("this row".into()))
}

/// A column's value of its text form.
pub(super) fn parse_value(column: &ColumnInfo, text: &str) -> Option<Value> {
    column.kind.decode_text(text).ok()
}

/// The text of a search, unless it is too long.
pub(super) fn search_text(text: &str) -> Result<String> {
    if text.chars().count() > MAX_SEARCH || text.contains('\0') {
        let message = "a search takes at most 200 characters and no NUL";
        return Err(Error::bad_request(message));
    }
    Ok(text.to_owned())
}
