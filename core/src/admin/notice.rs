//! What was just done, said once by the page that follows: t().saved
//!
//! It travels in a cookie that holds a seal of the session, of what is said and of the page that says it, and that this
//! page removes. So it is neither said again on reload, nor is anything said because an address asks for it.

use poem::{Request, Response};

use crate::admin::session::{self, CookieName, CookieScope};
use crate::admin::texts::t;

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
    /// An action was done.
    Done,
}

impl Notice {
    const ALL: [Self; 5] = [Self::Created, Self::Saved, Self::Unchanged, Self::Deleted, Self::Done];

    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Saved => "saved",
            Self::Unchanged => "unchanged",
            Self::Deleted => "deleted",
            Self::Done => "done",
        }
    }

    /// What the page says.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Created => t().created,
            Self::Saved => t().saved,
            Self::Unchanged => t().unchanged,
            Self::Deleted => t().deleted,
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
        let seal = session::notice_seal(secret, form_token, self.name(), path);
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
        let notice = Self::ALL.into_iter().find(|notice| notice.name() == name)?;
        let expected = session::notice_seal(secret, form_token, notice.name(), path);
        session::check_token(Some(seal), &expected).ok().map(|()| notice)
    }
}
