//! What was just done, said once by the page that follows: t().saved
//!
//! It travels in a cookie that holds a seal of the session, of what is said and of the page that says it, and that this
//! page removes. So it is neither said again on reload, nor is anything said because an address asks for it.

use std::fmt;

use poem::{Request, Response};
use uuid::Uuid;

use crate::admin::session::{self, CookieName, CookieScope};
use crate::admin::texts::t;
use crate::value::Value;

/// What stands before the key of a row that can be restored.
const UNDOABLE: &str = "undoable-";

/// The key of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowKey {
    /// Counted.
    Number(i64),
    /// Unique.
    Uuid(Uuid),
}

impl RowKey {
    /// The key of a row, of the kinds that keys are of.
    pub(super) fn of(key: &Value) -> Option<Self> {
        match key {
            Value::Int(number) => Some(Self::Number(*number)),
            Value::Uuid(uuid) => Some(Self::Uuid(*uuid)),
            _ => None,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let number = text.parse().map(Self::Number).ok();
        number.or_else(|| text.parse().map(Self::Uuid).ok())
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Uuid(uuid) => uuid.fmt(f),
        }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    /// A row was created.
    Created,
    /// A row was changed.
    Saved,
    /// A form was sent in which nothing was changed.
    Unchanged,
    /// A row was deleted.
    Deleted,
    /// A row was deleted softly: it can be restored.
    Undoable(RowKey),
    /// A row was restored.
    Restored,
    /// A row was deleted for good.
    Purged,
    /// An action was done.
    Done,
}

impl Notice {
    const PLAIN: [Self; 7] = [
        Self::Created,
        Self::Saved,
        Self::Unchanged,
        Self::Deleted,
        Self::Restored,
        Self::Purged,
        Self::Done,
    ];

    fn name(self) -> String {
        match self {
            Self::Created => "created".to_owned(),
            Self::Saved => "saved".to_owned(),
            Self::Unchanged => "unchanged".to_owned(),
            Self::Deleted => "deleted".to_owned(),
            Self::Undoable(key) => format!("{UNDOABLE}{key}"),
            Self::Restored => "restored".to_owned(),
            Self::Purged => "purged".to_owned(),
            Self::Done => "done".to_owned(),
        }
    }

    fn named(name: &str) -> Option<Self> {
        match name.strip_prefix(UNDOABLE) {
            Some(key) => RowKey::read(key).map(Self::Undoable),
            None => Self::PLAIN.into_iter().find(|notice| notice.name() == name),
        }
    }

    /// The key of the row that can be restored.
    pub(super) fn undo(self) -> Option<RowKey> {
        if let Self::Undoable(key) = self { Some(key) } else { None }
    }

    /// What the page says.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Created => t().created,
            Self::Saved => t().saved,
            Self::Unchanged => t().unchanged,
            Self::Deleted | Self::Undoable(_) => t().deleted,
            Self::Restored => t().restored,
            Self::Purged => t().purged,
            Self::Done => t().done,
        }
    }

    /// Has the page of this address say it.
    pub(super) fn send(
        self,
        response: &mut Response,
        (secret, form_token): (&[u8], &str),
        address: &str,
        scope: &CookieScope<'_>,
    ) {
        let path = address.split('?').next().unwrap_or_default();
        let seal = session::notice_seal(secret, form_token, &self.name(), path);
        CookieName::Notice.write(response, Some(&format!("{}.{seal}", self.name())), scope);
    }

    /// What the page of this address is to say.
    pub(super) fn receive(
        request: &Request,
        (secret, form_token): (&[u8], &str),
        path: &str,
        scope: &CookieScope<'_>,
    ) -> Option<Self> {
        let cookie = CookieName::Notice.read(request, scope)?;
        let (name, seal) = cookie.split_once('.')?;
        let notice = Self::named(name)?;
        let expected = session::notice_seal(secret, form_token, &notice.name(), path);
        session::check_token(Some(seal), &expected).ok().map(|()| notice)
    }
}
