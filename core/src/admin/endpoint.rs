//! From a request to a page.

use std::sync::Arc;

use futures_util::StreamExt as _;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, EndpointExt as _, Request, Response};

use crate::admin::assets::Asset;
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::visit::Visit;
use crate::admin::{AdminSettings, delete, detail, gate, index, list, lookup, sign_in, write};
use crate::auth::Accounts;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::principal::Principal;
use crate::state::AppState;

/// Bytes of the largest form.
const LARGEST_FORM: usize = 4 * 1024 * 1024;
/// Bytes that are read of a form that is too large.
const MOST_READ: usize = 8 * LARGEST_FORM;

/// Pages load nothing from elsewhere, run no inline script and are framed by nobody.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The admin of an application as its settings say, to be mounted at `/admin`.
#[must_use]
pub fn endpoint(state: &AppState) -> BoxEndpoint<'static> {
    endpoint_with(state, AdminSettings::of(state.settings()))
}

/// The admin of an application, to be mounted at `/admin`.
#[must_use]
pub fn endpoint_with(state: &AppState, settings: AdminSettings) -> BoxEndpoint<'static> {
    let accounts = Arc::new(Accounts::new(state.secret()));
    let admin = Admin { state: state.clone(), settings: Arc::new(settings), accounts };
    admin.map_to_response().boxed()
}

/// The admin.
#[derive(Debug)]
pub(super) struct Admin {
    pub(super) state: AppState,
    pub(super) settings: Arc<AdminSettings>,
    pub(super) accounts: Arc<Accounts>,
}

/// The bytes of a form. Of one that is too large the rest is read too, up to a point: a browser that is cut off while
/// it sends shows no answer.
async fn read(body: Body) -> Result<Vec<u8>> {
    let (mut form, mut length) = (Vec::new(), 0);
    let mut chunks = std::pin::pin!(body.into_bytes_stream());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Error::bad_request("the form ended before it was complete"))?;
        length += chunk.len();
        if length <= LARGEST_FORM {
            form.extend_from_slice(&chunk);
        } else if length > MOST_READ {
            break;
        }
    }
    if length > LARGEST_FORM {
        return Err(Error::PayloadTooLarge { limit: LARGEST_FORM });
    }
    Ok(form)
}

/// A place of the admin; segments are as the path has them.
#[derive(Debug, Clone, Copy)]
enum Place<'p> {
    Asset(Asset),
    SignIn,
    SignOut,
    Session,
    Index,
    List(&'p str),
    New(&'p str),
    Lookup(&'p str),
    Detail(&'p str, &'p str),
    Edit(&'p str, &'p str),
    Delete(&'p str, &'p str),
}

impl<'p> Place<'p> {
    fn of(path: &'p str) -> Option<Self> {
        let path = path.strip_prefix("/admin").unwrap_or(path);
        let path = path.strip_prefix('/').unwrap_or(path);
        let segments = path.strip_suffix('/').unwrap_or(path).split('/').collect::<Vec<_>>();
        Some(match segments[..] {
            [""] => Self::Index,
            ["assets", name] if Asset::named(name).is_some() => Self::Asset(Asset::named(name)?),
            ["sign-in"] => Self::SignIn,
            ["sign-out"] => Self::SignOut,
            ["session"] => Self::Session,
            [entity] => Self::List(entity),
            [entity, "new"] => Self::New(entity),
            [entity, "lookup"] => Self::Lookup(entity),
            [entity, id] => Self::Detail(entity, id),
            [entity, id, "edit"] => Self::Edit(entity, id),
            [entity, id, "delete"] => Self::Delete(entity, id),
            _ => return None,
        })
    }

    fn methods(self) -> &'static str {
        match self {
            Self::SignOut => "POST",
            Self::SignIn | Self::New(_) | Self::Edit(..) | Self::Delete(..) => "GET, HEAD, POST",
            _ => "GET, HEAD",
        }
    }
}

impl Endpoint for Admin {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let ctx = request.data::<Ctx>().cloned();
        let ctx = ctx.unwrap_or_else(|| self.state.system().with_principal(Principal::Anonymous));
        let path = request.original_uri().path().to_owned();
        let mut response = match Place::of(&path) {
            Some(Place::Asset(asset)) => asset.serve(&request),
            Some(place) if !allowed(place, request.method()) => not_allowed(place),
            Some(place) => self.respond(place, &ctx, &mut request).await,
            None => self.lost(&ctx, &request).await,
        };
        secure(&mut response);
        Ok(response)
    }
}

fn allowed(place: Place<'_>, method: &Method) -> bool {
    place.methods().split(", ").any(|allowed| allowed == method.as_str())
}

impl Admin {
    async fn respond(&self, place: Place<'_>, ctx: &Ctx, request: &mut Request) -> Response {
        let form = match self.form(request).await {
            Ok(form) => form,
            Err(error) => return page::failure(Frame::bare(""), &error, ctx.request_id(), None),
        };
        let outcome = match place {
            Place::SignIn => sign_in::handle(self, ctx, request, form.as_ref()).await,
            Place::SignOut => sign_in::leave(self, ctx, request, form.as_ref()).await,
            Place::Session => sign_in::who(self, ctx, request).await,
            _ => return self.page(place, ctx, request, form).await,
        };
        outcome.unwrap_or_else(|error| {
            page::failure(Frame::bare(""), &error, ctx.request_id(), Some("/admin/sign-in"))
        })
    }

    /// The form of a write; `None` for a request that only reads.
    async fn form(&self, request: &mut Request) -> Result<Option<Params>> {
        if request.method() != Method::POST {
            return Ok(None);
        }
        gate::check_origin(request)?;
        let kind = request.content_type().unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::bad_request("a form must be `application/x-www-form-urlencoded`"));
        }
        let body = read(request.take_body()).await?;
        Params::parse(&body).map(Some)
    }

    /// A page for signed-in accounts.
    async fn page(&self, place: Place<'_>, ctx: &Ctx, request: &Request, form: Option<Params>) -> Response {
        let visit = match self.visit(ctx, request).await {
            Ok(Some(visit)) => visit,
            Ok(None) => return to_sign_in(place, request),
            Err((frame, error)) => return page::failure(*frame, &error, ctx.request_id(), None),
        };
        let checked = match &form {
            Some(form) => gate::check_token(form.get(gate::CSRF), &visit.csrf),
            None => Ok(()),
        };
        let outcome = match checked {
            Ok(()) => show(&visit, place, form.as_ref()).await,
            Err(error) => Err(error),
        };
        outcome.unwrap_or_else(|error| {
            page::failure(Frame::new(&visit, "", None), &error, ctx.request_id(), Some("/admin"))
        })
    }

    /// Who visits; `None` when nobody is signed in, an error for accounts without access.
    async fn visit(
        &self,
        ctx: &Ctx,
        request: &Request,
    ) -> std::result::Result<Option<Visit>, (Box<Frame>, Error)> {
        let plain = |error| (Box::new(Frame::bare("")), error);
        let signed_in = gate::signed_in(ctx, request, &self.settings).await.map_err(plain)?;
        let Some(signed_in) = signed_in else {
            return Ok(None);
        };
        let csrf = gate::form_token(self.state.secret(), &signed_in);
        let principal = signed_in.principal();
        if !self.settings.roles.iter().any(|role| principal.has_role(role)) {
            // The way out is offered all the same.
            let frame = Frame { account: Some(signed_in.account.email), csrf, ..Frame::bare("") };
            return Err((Box::new(frame), Error::Forbidden));
        }
        let query = request.uri().query().unwrap_or_default();
        Ok(Some(Visit {
            state: self.state.clone(),
            ctx: ctx.with_principal(principal),
            name: signed_in.account.email,
            csrf,
            query: Params::parse(query.as_bytes()).map_err(plain)?,
        }))
    }

    /// A path that leads nowhere: only those inside are told so.
    async fn lost(&self, ctx: &Ctx, request: &Request) -> Response {
        match self.visit(ctx, request).await {
            Ok(Some(visit)) => {
                let error = Error::NotFound("this page".into());
                page::failure(Frame::new(&visit, "", None), &error, ctx.request_id(), Some("/admin"))
            }
            Ok(None) => to_sign_in(Place::Index, request),
            Err((frame, error)) => page::failure(*frame, &error, ctx.request_id(), None),
        }
    }
}

async fn show(visit: &Visit, place: Place<'_>, form: Option<&Params>) -> Result<Response> {
    match place {
        Place::List(entity) => list::show(visit, visit.entity(entity)?).await,
        Place::New(entity) => write::create(visit, visit.entity(entity)?, form).await,
        Place::Lookup(entity) => lookup::answer(visit, visit.entity(entity)?).await,
        Place::Detail(entity, id) => detail::show(visit, visit.entity(entity)?, id).await,
        Place::Edit(entity, id) => write::edit(visit, visit.entity(entity)?, id, form).await,
        Place::Delete(entity, id) => delete::handle(visit, visit.entity(entity)?, id, form.is_some()).await,
        Place::Index | Place::Asset(_) | Place::SignIn | Place::SignOut | Place::Session => {
            index::show(visit)
        }
    }
}

/// Sends a visitor to the sign-in page, and back afterwards where that makes sense.
fn to_sign_in(place: Place<'_>, request: &Request) -> Response {
    let uri = request.original_uri();
    let next = match (request.method(), place) {
        (&Method::GET, Place::Index | Place::Lookup(_)) => "",
        (&Method::GET, _) => uri.path_and_query().map_or("", |path| path.as_str()),
        _ => "",
    };
    page::redirect(&params::link("/admin/sign-in", [("next", next)]))
}

fn not_allowed(place: Place<'_>) -> Response {
    Response::builder()
        .status(StatusCode::METHOD_NOT_ALLOWED)
        .header(header::ALLOW, place.methods())
        .content_type("text/plain; charset=utf-8")
        .body("This method is not allowed here.")
}

/// The headers of every answer.
fn secure(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // `no-referrer` would make browsers send `Origin: null` with forms.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
