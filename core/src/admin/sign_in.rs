//! Signing in and out.

use askama::Template;
use poem::http::{Method, StatusCode, header};
use poem::{Request, Response};

use crate::admin::endpoint::AdminEndpoint;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::route::AdminRoute;
use crate::admin::session::{self, CookieName};
use crate::admin::texts::t;
use crate::auth::{SignedIn, end_session, random_nonce, start_session};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::http::site;

#[derive(Template)]
#[template(path = "admin/sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    email: &'a str,
    next: &'a str,
    /// What was typed into a form when the session ended.
    kept: Vec<(String, &'a str)>,
    error: Option<String>,
}

/// What stands before the names of what was typed into a form when the session ended.
const KEPT: &str = "kept.";

/// What the sign-in form shows.
#[derive(Clone, Copy)]
struct Asked<'a> {
    email: &'a str,
    next: &'a str,
    kept: &'a Params,
}

/// The sign-in form in place of a page whose form came after the end of the session. It carries what was typed, but for
/// secrets, and signing in shows the form again. None for requests of other pages.
pub(super) fn interrupted(
    admin: &AdminEndpoint,
    route: AdminRoute<'_>,
    request: &Request,
    form: &Params,
) -> Result<Option<Response>> {
    let Some(info) = route.form_entity(admin.state.registry()) else { return Ok(None) };
    let secret = |name: &str| info.columns.iter().any(|column| column.wire == name && !column.readable);
    let kept = form.iter().filter(|(name, _)| *name != session::CSRF && !secret(name));
    let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Params>();
    let next = site::local_uri(request).path_and_query().map(|path| format!("{}{path}", site::base(request)));
    let asked = Asked { email: "", next: next.as_deref().unwrap_or_default(), kept: &kept };
    let ended = SignInError {
        status: StatusCode::FORBIDDEN,
        message: t().session_ended.to_owned(),
        retry_after: None,
    };
    show(admin, request, asked, Some(ended)).map(Some)
}

/// The sign-in page, and what it sends.
pub(super) async fn handle(
    admin: &AdminEndpoint,
    ctx: &Ctx,
    request: &Request,
    form: Option<&Params>,
) -> Result<Response> {
    match form {
        Some(form) => sign_in(admin, ctx, request, form).await,
        None => {
            let query = Params::parse(request.uri().query().unwrap_or_default().as_bytes())?;
            let next = query.get("next").unwrap_or_default();
            let nobody = admin.state.is_adopted().then(SignInError::of_adopted);
            show(admin, request, Asked { email: "", next, kept: &Params::default() }, nobody)
        }
    }
}

async fn sign_in(admin: &AdminEndpoint, ctx: &Ctx, request: &Request, form: &Params) -> Result<Response> {
    let scope = session::cookie_scope(request, &admin.settings);
    let email = form.get("email").unwrap_or_default();
    let kept = form.under(KEPT);
    let asked = Asked { email, next: form.get("next").unwrap_or_default(), kept: &kept };
    let nonce = CookieName::SignIn.read(request, &scope).unwrap_or_default();
    let token = session::sign_in_token(admin.state.secret(), &nonce);
    if nonce.is_empty() || session::check_token(form.get(session::CSRF), &token).is_err() {
        let stale = SignInError {
            status: StatusCode::FORBIDDEN,
            message: t().form_too_old.to_owned(),
            retry_after: None,
        };
        return show(admin, request, asked, Some(stale));
    }
    match admit(admin, ctx, request, (email, form.get("password").unwrap_or_default())).await {
        Ok((signed_in, id)) => {
            let next = safe_next(site::base(request), asked.next);
            let mut response = match kept.is_empty() {
                true => page::redirect(&next),
                false => admin.resume(ctx, request, signed_in, &next, &kept).await,
            };
            CookieName::Session.write(&mut response, Some(&id), &scope);
            CookieName::SignIn.write(&mut response, None, &scope);
            Ok(response)
        }
        // Whatever went wrong, what the form carries is not lost.
        Err(error) => show(admin, request, asked, Some(SignInError::of(&error))),
    }
}

/// A new session of the account with this address and password, and its id.
async fn admit(
    admin: &AdminEndpoint,
    ctx: &Ctx,
    request: &Request,
    (email, password): (&str, &str),
) -> Result<(SignedIn, String)> {
    let scope = session::cookie_scope(request, &admin.settings);
    let address = session::address(request, &admin.settings);
    let account = admin.accounts.sign_in(ctx, email, password, &address).await?;
    // A session that was open in this browser ends: its id must not live on under another account.
    if let Some(old) = CookieName::Session.read(request, &scope) {
        end_session(ctx, &old).await?;
    }
    let (session, id) = start_session(ctx, &account, admin.settings.lifetime).await?;
    Ok((SignedIn { session, account }, id))
}

/// Signs out: ends the session.
pub(super) async fn sign_out(
    admin: &AdminEndpoint,
    ctx: &Ctx,
    request: &Request,
    form: Option<&Params>,
) -> Result<Response> {
    let scope = session::cookie_scope(request, &admin.settings);
    if let Some(signed_in) = session::signed_in(ctx, request, &admin.settings).await? {
        let token = session::form_token(admin.state.secret(), &signed_in);
        session::check_token(form.and_then(|form| form.get(session::CSRF)), &token)?;
    }
    if let Some(id) = CookieName::Session.read(request, &scope) {
        end_session(ctx, &id).await?;
    }
    let mut response = page::redirect(&format!("{}/admin/sign-in", site::base(request)));
    CookieName::Session.write(&mut response, None, &scope);
    Ok(response)
}

/// Who is signed in, for scripts of our own pages: the account, and the token that its API requests must carry. Empty
/// when nobody is.
pub(super) async fn current_session(admin: &AdminEndpoint, ctx: &Ctx, request: &Request) -> Result<Response> {
    session::check_origin(request)?;
    let Some(signed_in) = session::signed_in(ctx, request, &admin.settings).await? else {
        return Ok(StatusCode::NO_CONTENT.into());
    };
    let csrf = session::api_token(admin.state.secret(), &signed_in);
    let body = serde_json::json!({ "account": signed_in.account.email, "csrf": csrf });
    Ok(Response::builder().content_type("application/json").body(body.to_string()))
}

struct SignInError {
    status: StatusCode,
    message: String,
    retry_after: Option<u64>,
}

impl SignInError {
    /// A database that others made has no accounts.
    fn of_adopted() -> Self {
        Self { status: StatusCode::OK, message: t().no_accounts_here.to_owned(), retry_after: None }
    }

    /// What the form says about an error.
    fn of(error: &Error) -> Self {
        match error {
            Error::Unauthenticated => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                message: t().wrong_credentials.to_owned(),
                retry_after: None,
            },
            Error::RateLimited { retry_after } => {
                let seconds = retry_after.as_secs() + 1;
                Self {
                    status: StatusCode::TOO_MANY_REQUESTS,
                    message: t().too_many_wait(seconds),
                    retry_after: Some(seconds),
                }
            }
            other => Self {
                status: StatusCode::from_u16(other.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                message: t().not_signed_in_because(page::sentence(&other.to_string())),
                retry_after: None,
            },
        }
    }
}

fn show(
    admin: &AdminEndpoint,
    request: &Request,
    asked: Asked<'_>,
    failure: Option<SignInError>,
) -> Result<Response> {
    let Asked { email, next, kept } = asked;
    let scope = session::cookie_scope(request, &admin.settings);
    let existing = CookieName::SignIn.read(request, &scope).filter(|nonce| !nonce.is_empty());
    let nonce = match &existing {
        Some(nonce) => nonce.clone(),
        None => random_nonce()?,
    };
    let status = failure.as_ref().map_or(StatusCode::OK, |failure| failure.status);
    let retry_after = failure.as_ref().and_then(|failure| failure.retry_after);
    let page = SignInPage {
        frame: Frame {
            csrf: session::sign_in_token(admin.state.secret(), &nonce),
            ..Frame::bare(site::base(request), t().sign_in)
        },
        email,
        next,
        kept: kept.iter().map(|(name, value)| (format!("{KEPT}{name}"), value)).collect(),
        error: failure.map(|failure| failure.message),
    };
    let mut response = page::render(status, &page)?;
    if existing.is_none() && matches!(*request.method(), Method::GET | Method::POST) {
        CookieName::SignIn.write(&mut response, Some(&nonce), &scope);
    }
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

/// Only pages of the admin are returned to: an address of another site would make this a trap.
fn safe_next(base: &str, next: &str) -> String {
    let home = format!("{base}/admin");
    let inside = next.strip_prefix(&home).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if inside && plain && !next.contains("//") { next.to_owned() } else { home }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_pages_of_the_admin_are_returned_to() {
        assert_eq!(safe_next("", "/admin/users?q=a"), "/admin/users?q=a");
        assert_eq!(safe_next("/shop", "/shop/admin/users"), "/shop/admin/users");
        assert_eq!(safe_next("/shop", "/admin/users"), "/shop/admin");
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/admin/..//evil",
            "/admin\\x",
            "/administrator",
            "/admin/\r\nx",
        ] {
            assert_eq!(safe_next("", bad), "/admin", "{bad}");
        }
    }
}
