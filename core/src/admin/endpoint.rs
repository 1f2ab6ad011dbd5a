//! From a request to a page.

use std::sync::Arc;

use futures_util::StreamExt as _;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, EndpointExt as _, Request, Response};

use crate::admin::looks::Looks;
use crate::admin::me::{self, NewSession};
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::reader::Reader;
use crate::admin::request::AdminRequest;
use crate::admin::route::AdminRoute;
use crate::admin::session::CookieName;
use crate::admin::texts::{Language, t};
use crate::admin::typed::Typed;
use crate::admin::{
    AdminSettings, action, delete, detail, edit, edit_form, index, list, lookup, own_page, people, session,
    sign_in, viewing, why,
};
use crate::auth::{AccountModel, Accounts, People, SignedIn, viewed_account};
use crate::ctx::Ctx;
use crate::entity::{AdminFormat, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::http::access::RequestNotes;
use crate::http::problem::{self, Problem};
use crate::http::site;
use crate::policy::Action;
use crate::principal::Principal;
use crate::state::AppState;

/// Bytes of the largest form.
const MAX_FORM: usize = 4 * 1024 * 1024;
/// Bytes that are read of a form that is too large.
const MAX_READ: usize = 8 * MAX_FORM;

/// Pages load nothing from elsewhere, run no inline script and are framed by nobody.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The same for pages of entities with pictures, which are wherever their addresses say.
const CONTENT_POLICY_WITH_PICTURES: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: https: http:; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The admin of an application as its settings say, to be mounted at `/admin`.
#[must_use]
pub fn endpoint(state: &AppState) -> BoxEndpoint<'static> {
    endpoint_with(state, AdminSettings::of(state.settings()))
}

/// The admin of an application, to be mounted at `/admin`.
#[must_use]
pub fn endpoint_with(state: &AppState, settings: AdminSettings) -> BoxEndpoint<'static> {
    AdminEndpoint::with(state, settings, Looks::default()).map_to_response().boxed()
}

/// The admin of an application with what the application adds to it.
pub(crate) fn endpoint_of(state: &AppState, looks: Looks) -> BoxEndpoint<'static> {
    AdminEndpoint::with(state, AdminSettings::of(state.settings()), looks).map_to_response().boxed()
}

/// The admin.
#[derive(Debug)]
pub(super) struct AdminEndpoint {
    pub(super) state: AppState,
    pub(super) settings: Arc<AdminSettings>,
    pub(super) accounts: Arc<Accounts>,
    pub(super) looks: Arc<Looks>,
}

/// The part of a request's time in which a page of the admin is made.
const SHARE_OF_TIME: f32 = 0.9;

/// A form as it was sent.
#[derive(Debug)]
struct SentForm {
    params: Params,
    /// Whether its end was not read.
    cut: bool,
}

impl SentForm {
    fn whole(params: Params) -> Self {
        Self { params, cut: false }
    }

    /// Whether it is one that the session with this token was given.
    fn has_token(&self, token: &str) -> bool {
        session::check_token(self.params.get(session::CSRF), token).is_ok()
    }
}

/// A form that is not accepted.
#[derive(Debug)]
enum RefusedForm {
    /// Nothing of it is looked at.
    Unread(Error),
    /// It is too large; this is its beginning.
    TooLarge(Params),
}

impl From<Error> for RefusedForm {
    fn from(error: Error) -> Self {
        Self::Unread(error)
    }
}

/// The bytes of a form, and whether there were more. Of one that is too large the rest is read too, up to a point: a
/// browser that is cut off while it sends shows no response.
async fn read_form(body: Body) -> Result<(Vec<u8>, bool)> {
    let (mut form, mut length) = (Vec::new(), 0);
    let mut chunks = std::pin::pin!(body.into_bytes_stream());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Error::bad_request("the form ended before it was complete"))?;
        length += chunk.len();
        let room = MAX_FORM - form.len();
        form.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if length > MAX_READ {
            break;
        }
    }
    Ok((form, length > MAX_FORM))
}

impl Endpoint for AdminEndpoint {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let ctx = request.data::<Ctx>().cloned();
        let ctx = ctx.unwrap_or_else(|| self.state.system().with_principal(Principal::Anonymous));
        let path = site::local_uri(&request).path().to_owned();
        let reader = Reader::speaking(Language::of_request(&request), &self.looks);
        let mut response = match AdminRoute::parse(&path) {
            Some(AdminRoute::Asset(asset)) => asset.serve(&request, &self.looks),
            Some(route) if !route.allows(request.method()) => method_not_allowed(route, &ctx, &request),
            Some(route) => reader.read(self.respond(route, &ctx, &mut request)).await,
            None => reader.read(self.not_found(&ctx, &request)).await,
        };
        set_security_headers(&mut response);
        if AdminRoute::parse(&path).is_some_and(|route| self.shows_pictures(route)) {
            let policy = HeaderValue::from_static(CONTENT_POLICY_WITH_PICTURES);
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        Ok(response)
    }
}

impl AdminEndpoint {
    /// Whether the pages of a route show pictures of the web: those of entities with `admin(format = image)`, and of rows that
    /// list theirs.
    fn shows_pictures(&self, route: AdminRoute<'_>) -> bool {
        let named = |path: &str| self.state.registry().iter().find(|info| info.def.rest_path == path);
        let pictured = |info: &EntityInfo| {
            info.def.fields.iter().any(|field| field.admin.format == Some(AdminFormat::Image))
        };
        route.entity().and_then(named).is_some_and(|info| {
            pictured(info) || info.on(Surface::Admin).to_many().iter().any(|many| pictured(many.target()))
        })
    }

    pub(super) fn new(state: &AppState) -> Self {
        Self::with(state, AdminSettings::of(state.settings()), Looks::default())
    }

    fn with(state: &AppState, settings: AdminSettings, looks: Looks) -> Self {
        let accounts = Arc::new(Accounts::new(state.secret()));
        let looks = Arc::new(Looks { banner: state.settings().admin_banner.clone(), ..looks });
        Self { state: state.clone(), settings: Arc::new(settings), accounts, looks }
    }

    async fn respond(&self, route: AdminRoute<'_>, ctx: &Ctx, request: &mut Request) -> Response {
        let base = site::base(request).to_owned();
        let form = match self.form(request).await {
            Ok(form) => form.map(SentForm::whole),
            Err(RefusedForm::TooLarge(params)) => Some(SentForm { params, cut: true }),
            Err(RefusedForm::Unread(error)) => {
                let unread = t().form_unread(page::sentence(&error.to_string()));
                let (frame, kept) = (Frame::bare(&base, ""), (unread, Typed::Nothing));
                return page::failure_of_form(frame, &error, ctx.request_id(), None, kept);
            }
        };
        let whole = form.as_ref().filter(|form| !form.cut).map(|form| &form.params);
        let outcome = match route {
            AdminRoute::SignIn | AdminRoute::SignOut if form.as_ref().is_some_and(|form| form.cut) => {
                Err(Error::PayloadTooLarge { limit: MAX_FORM })
            }
            AdminRoute::SignIn => sign_in::handle(self, ctx, request, whole).await,
            AdminRoute::SignOut => sign_in::sign_out(self, ctx, request, whole).await,
            AdminRoute::Session => sign_in::current_session(self, ctx, request).await,
            _ => return self.page(route, ctx, request, form).await,
        };
        outcome.unwrap_or_else(|error| {
            page::failure(Frame::bare(&base, ""), &error, ctx.request_id(), Some("/admin/sign-in"))
        })
    }

    /// The form of a write; `None` for a request that only reads.
    async fn form(&self, request: &mut Request) -> std::result::Result<Option<Params>, RefusedForm> {
        if request.method() != Method::POST {
            return Ok(None);
        }
        session::check_origin(request)?;
        let kind = request.content_type().unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::bad_request("a form must be `application/x-www-form-urlencoded`").into());
        }
        match read_form(request.take_body()).await? {
            (body, false) => Ok(Some(Params::parse(&body)?)),
            (body, true) => Err(RefusedForm::TooLarge(Params::parse_beginning(&body))),
        }
    }

    /// A page for signed-in accounts.
    async fn page(
        &self,
        route: AdminRoute<'_>,
        ctx: &Ctx,
        request: &Request,
        form: Option<SentForm>,
    ) -> Response {
        let scope = session::cookie_scope(request, &self.settings);
        let form = form.as_ref();
        let admin_request = match self.admin_request(ctx, request).await {
            Ok(Some(request)) => request,
            Ok(None) => {
                let frame = || Frame::bare(site::base(request), "");
                let asked = self.sign_in_first(route, request, form);
                return asked.unwrap_or_else(|error| page::failure(frame(), &error, ctx.request_id(), None));
            }
            Err((frame, error)) => {
                // The database is away, or the account may not use the admin any more: then the form must be its own.
                let own = frame.csrf.is_empty() || form.is_some_and(|form| form.has_token(&frame.csrf));
                let message = page::sentence(&error.to_string());
                let typed = self.typed(route, form, own);
                return page::failure_of_form(*frame, &error, ctx.request_id(), None, (message, typed));
            }
        };
        let answered = async {
            match self.outcome(&admin_request, route, form).await {
                Ok(response) => response,
                Err(error) => {
                    let own = form.is_some_and(|form| form.has_token(&admin_request.csrf));
                    self.failed(&admin_request, route, &error, form.map(|form| (form, own)))
                }
            }
        };
        let mut response = admin_request.reader.clone().read(answered).await;
        if admin_request.notice.is_some() {
            CookieName::Notice.write(&mut response, None, &scope);
        }
        if let Some(NewSession(id)) = response.data::<NewSession>().cloned() {
            CookieName::Session.write(&mut response, Some(&id), &scope);
        }
        if let Some(notice) = response.data::<Notice>().copied() {
            let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            let (to, key) = (to.unwrap_or_default().to_owned(), (self.state.secret(), &*admin_request.csrf));
            notice.send(&mut response, key, &to, &scope);
        }
        response
    }

    /// The answer to who is not signed in: what was typed into a form must not be lost because a session ended meanwhile.
    fn sign_in_first(
        &self,
        route: AdminRoute<'_>,
        request: &Request,
        form: Option<&SentForm>,
    ) -> Result<Response> {
        let kept = match form {
            Some(SentForm { cut: true, .. }) => return Err(Error::PayloadTooLarge { limit: MAX_FORM }),
            Some(form) => sign_in::interrupted(self, route, request, &form.params)?,
            None => None,
        };
        Ok(kept.unwrap_or_else(|| redirect_to_sign_in(route, request)))
    }

    /// The form that an ended session has interrupted, for the account that has signed in.
    pub(super) async fn resume(
        &self,
        ctx: &Ctx,
        request: &Request,
        signed_in: SignedIn,
        next: &str,
        form: &Params,
    ) -> Response {
        let base = site::base(request);
        let (path, query) = next.split_once('?').unwrap_or((next, ""));
        let request = match self.request_of(ctx, base, query, (signed_in, None)) {
            Ok(request) => request,
            Err((frame, error)) => {
                let kept = (page::sentence(&error.to_string()), Typed::Withheld);
                return page::failure_of_form(*frame, &error, ctx.request_id(), None, kept);
            }
        };
        let path = path.strip_prefix(base).unwrap_or(path);
        let Some(route) = AdminRoute::parse(path) else { return page::redirect(next) };
        let reopened = async {
            let say = (StatusCode::OK, t().signed_in_again);
            match edit::reopen(&request, route, form, say).await {
                Ok(response) => response.unwrap_or_else(|| page::redirect(next)),
                Err(error) => {
                    let form = SentForm::whole(form.clone());
                    self.failed(&request, route, &error, Some((&form, false)))
                }
            }
        };
        request.reader.clone().read(reopened).await
    }

    /// The answer of a page, within the time that a request has: what was typed into a form is lost with an answer that
    /// is not ours.
    async fn outcome(
        &self,
        request: &AdminRequest,
        route: AdminRoute<'_>,
        form: Option<&SentForm>,
    ) -> Result<Response> {
        if form.is_some_and(|form| form.cut) {
            return Err(Error::PayloadTooLarge { limit: MAX_FORM });
        }
        let answer = answer(request, route, form.map(|form| &form.params));
        let limit = self.state.settings().request_timeout.mul_f32(SHARE_OF_TIME);
        tokio::time::timeout(limit, answer).await.unwrap_or(Err(Error::Unavailable))
    }

    /// The page of a request that failed, with what was typed into its form. That is shown to the account whose form it
    /// is (`own`), and to one that may send the like.
    fn failed(
        &self,
        request: &AdminRequest,
        route: AdminRoute<'_>,
        error: &Error,
        form: Option<(&SentForm, bool)>,
    ) -> Response {
        let own = form.is_some_and(|(_, own)| own)
            || route.form_entity(self.state.registry()).is_some_and(|info| match route {
                AdminRoute::New(_) => request.allows(info, Action::Create),
                _ => request.allows(info, Action::Update),
            });
        let typed = self.typed(route, form.map(|(form, _)| form), own);
        let message = match (error, form) {
            (Error::Unavailable, Some(_)) => edit_form::unknown().to_owned(),
            _ => page::sentence(&error.to_string()),
        };
        let frame = Frame::new(request, "", None);
        let frame = match error {
            Error::Forbidden => Frame { why: self.why(request, route), ..frame },
            _ => frame,
        };
        page::failure_of_form(frame, error, request.ctx.request_id(), Some("/admin"), (message, typed))
    }

    /// Where it says why a page of an entity is not allowed.
    fn why(&self, request: &AdminRequest, route: AdminRoute<'_>) -> Option<String> {
        let info = request.entity(route.entity()?).ok()?;
        why::path(request, info, None)
    }

    /// What a page that is not the form says of what was typed into it.
    fn typed(&self, route: AdminRoute<'_>, form: Option<&SentForm>, own: bool) -> Typed {
        let Some((info, form)) = route.form_entity(self.state.registry()).zip(form) else {
            return Typed::Nothing;
        };
        if own { Typed::of(info, &form.params, form.cut) } else { Typed::Withheld }
    }

    /// The request of the account; `None` when nobody is signed in, an error for accounts without access.
    pub(super) async fn admin_request(
        &self,
        ctx: &Ctx,
        request: &Request,
    ) -> std::result::Result<Option<AdminRequest>, (Box<Frame>, Error)> {
        let base = site::base(request);
        let plain = |error| (Box::new(Frame::bare(base, "")), error);
        let signed_in = session::signed_in(ctx, request, &self.settings).await.map_err(plain)?;
        let query = request.uri().query().unwrap_or_default();
        let Some(signed_in) = signed_in else {
            return self.without_session(ctx, request, query).map_err(plain);
        };
        RequestNotes::of(request).principal(&signed_in.principal());
        let viewed = self.viewed(ctx, &signed_in).await.map_err(plain)?;
        let mut admin_request = self.request_of(ctx, base, query, (signed_in, viewed))?;
        admin_request.address = session::address(request, &self.settings);
        if *request.method() == Method::GET {
            let path = format!("{base}{}", site::local_uri(request).path());
            let (key, scope) =
                ((self.state.secret(), &*admin_request.csrf), session::cookie_scope(request, &self.settings));
            admin_request.notice = Notice::receive(request, key, &path, &scope);
        }
        Ok(Some(admin_request))
    }

    /// On a database of others there are no sessions: who is authenticated otherwise, by a JWT or by the application, reads. There is
    /// no token for forms, so nothing is written.
    fn without_session(&self, ctx: &Ctx, request: &Request, query: &str) -> Result<Option<AdminRequest>> {
        let Principal::Subject(subject) = ctx.principal() else { return Ok(None) };
        if !self.state.is_adopted() || !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(None);
        }
        if !self.settings.roles.iter().any(|role| subject.has_role(role)) {
            return Err(Error::Forbidden);
        }
        Ok(Some(AdminRequest {
            state: self.state.clone(),
            ctx: ctx.clone(),
            email: subject.name.clone(),
            csrf: String::new(),
            query: Params::parse(query.as_bytes())?,
            base: site::base(request).to_owned(),
            notice: None,
            only_reads: true,
            reader: Reader::current(),
            signed_in: None,
            viewing: None,
            accounts: Arc::clone(&self.accounts),
            session_lifetime: self.settings.lifetime,
            address: String::new(),
        }))
    }

    /// The account as which a session looks at the admin, while its own account may do that.
    async fn viewed(&self, ctx: &Ctx, signed_in: &SignedIn) -> Result<Option<AccountModel>> {
        match People::may(&signed_in.principal(), &self.state.settings().admin_people_roles) {
            true => viewed_account(ctx, &signed_in.session).await,
            false => Ok(None),
        }
    }

    /// A request of a signed-in account, if it may use the admin.
    fn request_of(
        &self,
        ctx: &Ctx,
        base: &str,
        query: &str,
        (signed_in, viewed): (SignedIn, Option<AccountModel>),
    ) -> std::result::Result<AdminRequest, (Box<Frame>, Error)> {
        let csrf = session::form_token(self.state.secret(), &signed_in);
        let principal = signed_in.principal();
        if !self.settings.roles.iter().any(|role| principal.has_role(role)) {
            // The way out is offered all the same.
            let frame = Frame { account: Some(signed_in.account.email), csrf, ..Frame::bare(base, "") };
            return Err((Box::new(frame), Error::Forbidden));
        }
        let plain = |error| (Box::new(Frame::bare(base, "")), error);
        Ok(AdminRequest {
            reader: Reader::current().with_account(&signed_in.account),
            state: self.state.clone(),
            ctx: match &viewed {
                Some(account) => ctx.with_principal(account.principal()).reading_only(),
                None => ctx.with_principal(principal),
            },
            viewing: viewed.map(|account| account.email),
            accounts: Arc::clone(&self.accounts),
            session_lifetime: self.settings.lifetime,
            address: String::new(),
            email: signed_in.account.email.clone(),
            signed_in: Some(signed_in),
            csrf,
            query: Params::parse(query.as_bytes()).map_err(plain)?,
            base: base.to_owned(),
            notice: None,
            only_reads: false,
        })
    }

    /// The response to an unknown path: 404 to signed-in accounts only.
    async fn not_found(&self, ctx: &Ctx, request: &Request) -> Response {
        match self.admin_request(ctx, request).await {
            Ok(Some(request)) => request.reader.clone().read_now(|| {
                let error = Error::NotFound("this page".into());
                page::failure(Frame::new(&request, "", None), &error, ctx.request_id(), Some("/admin"))
            }),
            Ok(None) => redirect_to_sign_in(AdminRoute::Index, request),
            Err((frame, error)) => page::failure(*frame, &error, ctx.request_id(), None),
        }
    }
}

/// The answer to a request whose form, if it sends one, is one that this session was given. One that is not is
/// shown again, as it may have been opened before another sign-in.
async fn answer(request: &AdminRequest, route: AdminRoute<'_>, form: Option<&Params>) -> Result<Response> {
    let Some(sent) = form else { return dispatch(request, route, None).await };
    let Err(error) = session::check_token(sent.get(session::CSRF), &request.csrf) else {
        return dispatch(request, route, form).await;
    };
    let say = (StatusCode::FORBIDDEN, t().form_before_sign_in);
    edit::reopen(request, route, sent, say).await?.ok_or(error)
}

/// The page of a route.
async fn dispatch(request: &AdminRequest, route: AdminRoute<'_>, form: Option<&Params>) -> Result<Response> {
    match route {
        AdminRoute::List(entity) => list::show(request, request.entity(entity)?).await,
        AdminRoute::New(entity) => edit::create(request, request.entity(entity)?, form).await,
        AdminRoute::Lookup(entity) => lookup::respond(request, request.entity(entity)?).await,
        AdminRoute::Detail(entity, id) => detail::show(request, request.entity(entity)?, id).await,
        AdminRoute::Edit(entity, id) => edit::edit(request, request.entity(entity)?, id, form).await,
        AdminRoute::Delete(entity, id) => delete::handle(request, request.entity(entity)?, id, form).await,
        AdminRoute::Act(entity, name) => action::on_all(request, request.entity(entity)?, name, form).await,
        AdminRoute::ActOn(entity, id, name) => {
            action::on_row(request, request.entity(entity)?, (id, name), form).await
        }
        AdminRoute::People(page) => people::handle(request, page, form).await,
        AdminRoute::Me => me::handle(request, form).await,
        AdminRoute::StopViewing => viewing::stop(request).await,
        AdminRoute::Own(name) => own_page::show(request, name).await,
        AdminRoute::Why(entity, id) => why::show(request, request.entity(entity)?, id).await,
        AdminRoute::Index
        | AdminRoute::Asset(_)
        | AdminRoute::SignIn
        | AdminRoute::SignOut
        | AdminRoute::Session => index::show(request).await,
    }
}

/// Sends the browser to the sign-in page, and back afterwards where that makes sense.
fn redirect_to_sign_in(route: AdminRoute<'_>, request: &Request) -> Response {
    let comes_back = match (request.method(), route) {
        (_, AdminRoute::Index | AdminRoute::Lookup(_)) => false,
        (&Method::GET | &Method::HEAD, _) | (_, AdminRoute::Delete(..)) => true,
        _ => false,
    };
    sign_in_first(request, comes_back)
}

/// Sends the browser to the sign-in page, which leads back where it `comes_back`.
pub(super) fn sign_in_first(request: &Request, comes_back: bool) -> Response {
    let base = site::base(request);
    let next = comes_back.then(|| site::local_uri(request).path_and_query()).flatten();
    let next = next.map(|next| format!("{base}{next}")).unwrap_or_default();
    page::redirect(&params::link(&format!("{base}/admin/sign-in"), [("next", next.as_str())]))
}

fn method_not_allowed(route: AdminRoute<'_>, ctx: &Ctx, request: &Request) -> Response {
    let allow = HeaderValue::from_static(route.methods());
    let problem = problem::method_not_allowed(&allow, ctx.request_id());
    as_page(problem, site::base(request))
}

/// A problem's response as a page.
fn as_page(mut response: Response, base: &str) -> Response {
    if let Some(problem) = response.data::<Problem>().cloned() {
        write_problem(&problem, base, &mut response);
    }
    response
}

/// What a page about a problem is made from besides the problem.
#[derive(Debug, Clone)]
pub(crate) struct ProblemForm {
    /// What stands before the application's paths.
    base: Arc<str>,
    language: Language,
}

impl ProblemForm {
    /// For who sends this request.
    pub(crate) fn of(request: &Request) -> Self {
        Self { base: Arc::from(site::base(request)), language: Language::of_request(request) }
    }

    /// Makes a problem's response a page, with the same status and headers.
    pub(crate) fn write(&self, problem: &Problem, response: &mut Response) {
        Reader::speaking(self.language, &Arc::default())
            .read_now(|| write_problem(problem, &self.base, response));
    }
}

fn write_problem(problem: &Problem, base: &str, response: &mut Response) {
    let Problem { status, detail, request_id, .. } = problem;
    let page = page::failure_with(Frame::bare(base, ""), *status, detail, request_id, Some("/admin"));
    let kind = page.headers().get(header::CONTENT_TYPE).cloned();
    response.set_body(page.into_body());
    if let Some(kind) = kind {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    // Of the problem, not of a page.
    response.headers_mut().remove(header::CACHE_CONTROL);
    set_security_headers(response);
}

/// The headers of every response.
fn set_security_headers(response: &mut Response) {
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
    // Not even transformed: a page that a proxy compresses would tell the tokens in it by its length.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store, no-transform"));
}
