//! The session of a request: who is signed in, and from where.

use poem::Request;

use crate::admin::AdminSettings;
use crate::auth::{SignedIn, resume_session};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::client;

pub(super) use crate::http::browser::{
    CookieName, api_token, check_origin, check_token, form_token, sign_in_token,
};

/// The field of a form that holds its token.
pub(super) const CSRF: &str = "_csrf";

/// Whether cookies of this request are for TLS only.
pub(super) fn is_secure(request: &Request, settings: &AdminSettings) -> bool {
    settings.secure_cookies || client::is_https(request, &settings.proxies)
}

/// Who is signed in.
pub(super) async fn signed_in(
    ctx: &Ctx,
    request: &Request,
    settings: &AdminSettings,
) -> Result<Option<SignedIn>> {
    match CookieName::Session.read(request, is_secure(request, settings)) {
        Some(id) => resume_session(ctx, &id, settings.idle).await,
        None => Ok(None),
    }
}

/// Where the request comes from.
pub(super) fn address(request: &Request, settings: &AdminSettings) -> String {
    client::address(request, &settings.proxies)
}
