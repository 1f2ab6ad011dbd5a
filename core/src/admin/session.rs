//! The session of a request: who is signed in, and from where.

use poem::Request;

use crate::admin::AdminSettings;
use crate::auth::{SignedIn, resume_session};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::client;

pub(super) use crate::http::browser::{
    CookieName, CookieScope, api_token, check_origin, check_token, form_token, notice_seal, sign_in_token,
};

/// The field of a form that holds its token.
pub(super) const CSRF: &str = "_csrf";

/// How the cookies of this request are bound.
pub(super) fn cookie_scope<'r>(request: &'r Request, settings: &AdminSettings) -> CookieScope<'r> {
    CookieScope::of(request, settings.secure_cookies || client::is_https(request, &settings.proxies))
}

/// Who is signed in.
pub(super) async fn signed_in(
    ctx: &Ctx,
    request: &Request,
    settings: &AdminSettings,
) -> Result<Option<SignedIn>> {
    match CookieName::Session.read(request, &cookie_scope(request, settings)) {
        Some(id) => resume_session(ctx, &id, settings.idle).await,
        None => Ok(None),
    }
}

/// Where the request comes from.
pub(super) fn address(request: &Request, settings: &AdminSettings) -> String {
    client::address(request, &settings.proxies)
}
