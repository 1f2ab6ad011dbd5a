//! The way in: cookies, sessions, and whether a write comes from a page of ours.

use poem::http::uri::Scheme;
use poem::http::{HeaderValue, header};
use poem::{Addr, Request, Response};
use subtle::ConstantTimeEq as _;

use crate::admin::AdminSettings;
use crate::auth::{SignedIn, keyed_digest, resume_session};
use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// The field of a form that holds its token.
pub(super) const CSRF: &str = "_csrf";

/// A cookie of the admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CookieName {
    /// The session's id.
    Session,
    /// What the sign-in form's token is bound to, before there is a session.
    SignIn,
}

/// Whether cookies of this request are for TLS only.
pub(super) fn is_secure(request: &Request, settings: &AdminSettings) -> bool {
    settings.secure_cookies || *request.scheme() == Scheme::HTTPS
}

impl CookieName {
    /// `__Secure-` makes browsers refuse the cookie over plain HTTP, whoever sets it. (`__Host-` would need the path
    /// `/`, and the cookie is nobody's business outside the admin.)
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Secure-entify-session",
            (Self::Session, false) => "entify-session",
            (Self::SignIn, true) => "__Secure-entify-sign-in",
            (Self::SignIn, false) => "entify-sign-in",
        }
    }

    /// The cookie's value in a request.
    pub(super) fn read(self, request: &Request, secure: bool) -> Option<String> {
        let name = self.name(secure);
        request
            .headers()
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }

    /// Sets the cookie in a response; `None` removes it.
    pub(super) fn write(self, response: &mut Response, value: Option<&str>, secure: bool) {
        let name = self.name(secure);
        let secure = if secure { "; Secure" } else { "" };
        let text = match value {
            Some(value) => format!("{name}={value}; Path=/admin; HttpOnly; SameSite=Lax{secure}"),
            None => format!("{name}=; Path=/admin; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
        };
        // Values are base64url or hexadecimal, so this is always a header's value.
        if let Ok(cookie) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
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

/// The token of a session's write forms.
pub(super) fn form_token(secret: &[u8], signed_in: &SignedIn) -> String {
    let session = &signed_in.session;
    keyed_digest(secret, "admin form", &[&session.csrf, &session.hash])
}

/// The token of the sign-in form, bound to a cookie.
pub(super) fn sign_in_token(secret: &[u8], nonce: &str) -> String {
    keyed_digest(secret, "admin sign-in", &[nonce])
}

/// Refuses a form that does not carry the token of its session. Compares in constant time.
pub(super) fn check_token(sent: Option<&str>, expected: &str) -> Result<()> {
    let sent = sent.unwrap_or_default();
    if bool::from(sent.as_bytes().ct_eq(expected.as_bytes())) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Refuses a write that another site started. Browsers say so themselves; other clients say nothing and are left to
/// the token.
pub(super) fn check_origin(request: &Request) -> Result<()> {
    let same = match (request.header("sec-fetch-site"), request.header(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => {
            let host = request.header(header::HOST).or_else(|| request.original_uri().host());
            let named = origin.split_once("://").map(|(_, authority)| authority);
            named.is_some() && named == host
        }
        (None, None) => true,
    };
    if same { Ok(()) } else { Err(Error::Forbidden) }
}

/// Where the request comes from, as far as the socket knows.
pub(super) fn address(request: &Request) -> String {
    match &request.remote_addr().0 {
        Addr::SocketAddr(address) => address.ip().to_string(),
        other => other.to_string(),
    }
}
