//! Browsers: their cookies, and whether a request comes from a page of ours.
//!
//! Browsers send the session's cookie with every request, also with those that a foreign page starts. So by itself it gives access to the pages
//! of the admin, whose forms carry a token, and nothing else: an API request is authenticated by it only together with
//! the header [`CSRF_HEADER`], which a foreign page can neither know nor send.

use poem::http::{HeaderName, HeaderValue, header};
use poem::{Request, Response};
use subtle::ConstantTimeEq as _;

use crate::auth::{SignedIn, keyed_digest};
use crate::error::{Error, Result};
use crate::http::site;

/// The header with the session's token, for the APIs.
pub(crate) const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// A cookie of the framework's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CookieName {
    /// The session's id.
    Session,
    /// What the sign-in form's token is bound to, before there is a session.
    SignIn,
    /// What was just done, to be said once by the page that follows.
    Notice,
}

/// How the cookies of one request are bound.
#[derive(Debug, Clone)]
pub(crate) struct CookieScope<'r> {
    /// Whether they are for TLS only.
    secure: bool,
    /// The path of the application.
    base: &'r str,
}

impl<'r> CookieScope<'r> {
    pub(crate) fn of(request: &'r Request, secure: bool) -> Self {
        Self { secure, base: site::base(request) }
    }

    /// `__Host-` makes browsers refuse the cookie over plain HTTP and from any other host, whoever sets it; with a path of
    /// its own a cookie cannot have it, and `__Secure-` refuses plain HTTP.
    fn prefix(&self) -> &'static str {
        match (self.secure, self.base) {
            (true, "") => "__Host-",
            (true, _) => "__Secure-",
            (false, _) => "",
        }
    }
}

impl CookieName {
    fn name(self, scope: &CookieScope<'_>) -> String {
        let name = match self {
            Self::Session => "entify-session",
            Self::SignIn => "entify-sign-in",
            Self::Notice => "entify-notice",
        };
        format!("{}{name}", scope.prefix())
    }

    /// The cookie's value in a request.
    pub(crate) fn read(self, request: &Request, scope: &CookieScope<'_>) -> Option<String> {
        let name = self.name(scope);
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
    pub(crate) fn write(self, response: &mut Response, value: Option<&str>, scope: &CookieScope<'_>) {
        let name = self.name(scope);
        let secure = if scope.secure { "; Secure" } else { "" };
        let path = if scope.base.is_empty() { "/" } else { scope.base };
        // What was just done is old after a minute.
        let age = if self == Self::Notice { "; Max-Age=60" } else { "" };
        let text = match value {
            Some(value) => format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{age}{secure}"),
            None => format!("{name}=; Path={path}; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
        };
        // Values are base64url or hexadecimal, so this is always a header's value.
        if let Ok(cookie) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

/// The token of a session's write forms.
pub(crate) fn form_token(secret: &[u8], signed_in: &SignedIn) -> String {
    let session = &signed_in.session;
    keyed_digest(secret, "admin form", &[&session.csrf, &session.hash])
}

/// The token of a session's API requests. It differs from that of its forms, since scripts get it.
pub(crate) fn api_token(secret: &[u8], signed_in: &SignedIn) -> String {
    let session = &signed_in.session;
    keyed_digest(secret, "api request", &[&session.csrf, &session.hash])
}

/// The seal of a notice, bound to the session by the token of its forms, to what it says and to the page that says it.
pub(crate) fn notice_seal(secret: &[u8], form_token: &str, what: &str, path: &str) -> String {
    keyed_digest(secret, "admin notice", &[form_token, what, path])
}

/// The token of the sign-in form, bound to a cookie.
pub(crate) fn sign_in_token(secret: &[u8], nonce: &str) -> String {
    keyed_digest(secret, "admin sign-in", &[nonce])
}

/// Refuses a request that does not carry the token of its session. Compares in constant time.
pub(crate) fn check_token(sent: Option<&str>, expected: &str) -> Result<()> {
    let sent = sent.unwrap_or_default();
    if bool::from(sent.as_bytes().ct_eq(expected.as_bytes())) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Refuses a request that another site started. Browsers report it in headers; other clients send none, and only
/// the token protects.
pub(crate) fn check_origin(request: &Request) -> Result<()> {
    let is_same_origin = match (request.header("sec-fetch-site"), request.header(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == site::host(request)
        }
        (None, None) => true,
    };
    if is_same_origin { Ok(()) } else { Err(Error::Forbidden) }
}

/// Whether the origin is one of those that a setting lists; `*` stands for all.
pub(crate) fn is_listed(origin: &HeaderValue, listed: &[String]) -> bool {
    listed.iter().any(|allowed| allowed == "*" || allowed.as_bytes() == origin.as_bytes())
}
