//! One entity over HTTP: list, create, get, update, delete. Not generic, so compiled once for all entities.

use std::sync::Arc;

use bytes::Bytes;
use poem::http::{HeaderMap, HeaderValue, StatusCode, header};
use poem::{Request, Response};

use crate::ctx::Ctx;
use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::http::json::{has_media_type, parse_object, read_body};
use crate::http::problem::{http_problem, method_not_allowed, problem};
use crate::policy::Action;
use crate::query::Page;
use crate::rest::etag::ETag;
use crate::rest::json::{RowWriter, next_cursor};
use crate::rest::params;
use crate::service::{InputForm, Records};
use crate::value::{Assignments, Record, Value};

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// The path of a request, below the prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResourceRoute<'p> {
    /// `/users`
    Collection,
    /// `/users/7`: the segment, still percent-encoded.
    Item(&'p str),
}

/// The REST resource of one entity.
#[derive(Debug)]
pub(super) struct Resource {
    info: &'static EntityInfo,
    writer: Arc<RowWriter>,
    body_limit: usize,
}

impl Resource {
    pub(super) fn new(info: &'static EntityInfo, body_limit: usize) -> Self {
        Self { info, writer: Arc::new(RowWriter::new(info)), body_limit }
    }

    pub(super) fn info(&self) -> &'static EntityInfo {
        self.info
    }

    /// Serves a request; errors become problem details.
    pub(super) async fn respond(&self, request: Request, route: ResourceRoute<'_>) -> Response {
        let Some(ctx) = request.data::<Ctx>().cloned() else {
            return problem(&Error::internal("the request has no context"), "");
        };
        // On the heap: the layers outside would else move a future about that is as large as the largest of them.
        let result = match (route, request.method().as_str()) {
            (ResourceRoute::Collection, "GET" | "HEAD") => Box::pin(self.list(&ctx, &request)).await,
            (ResourceRoute::Collection, "POST") => Box::pin(self.create(&ctx, request)).await,
            (ResourceRoute::Item(id), "GET" | "HEAD") => self.get(&ctx, &request, id).await,
            (ResourceRoute::Item(id), "PATCH") => Box::pin(self.update(&ctx, request, id)).await,
            (ResourceRoute::Item(id), "DELETE") => Box::pin(self.delete(&ctx, &request, id)).await,
            _ => return method_not_allowed(&allow(route), ctx.request_id()),
        };
        match result {
            Ok(response) => response,
            Err(RequestError::Error(error)) => problem(&error, ctx.request_id()),
            Err(RequestError::MediaType(accepted)) => {
                let detail = format!("send the body as {accepted}, and say so in `Content-Type`");
                http_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail, ctx.request_id())
            }
        }
    }

    async fn list(&self, ctx: &Ctx, request: &Request) -> Result<Response, RequestError> {
        let text = request.uri().query().unwrap_or_default();
        let query = params::list_query(self.info, self.writer.shown, text)?;
        let page = Records::new(ctx, self.info).list(&query).await?;
        let mut response = json(StatusCode::OK, self.writer.page(&page));
        if let Some(link) = next_link(request, &page) {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }

    async fn create(&self, ctx: &Ctx, mut request: Request) -> Result<Response, RequestError> {
        // Authorization comes first: of a request that is refused nothing is read.
        self.info.authorize(Action::Create, ctx)?;
        params::none(request.uri().query())?;
        let form = InputForm::create(self.info, Surface::Rest);
        let values = self.read_values(&mut request, form, &[JSON]).await?;
        let record = Records::new(ctx, self.info).create(values).await?;
        let mut response = self.row_response(StatusCode::CREATED, &record);
        let path = request.original_uri().path().trim_end_matches('/');
        let location = Bytes::from(format!("{path}/{}", record.key()));
        if let Ok(location) = HeaderValue::from_maybe_shared(location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        Ok(response)
    }

    async fn get(&self, ctx: &Ctx, request: &Request, id: &str) -> Result<Response, RequestError> {
        params::none(request.uri().query())?;
        let key = self.key(id)?;
        let found = Records::new(ctx, self.info).find(&key, self.writer.shown).await?;
        let record = found.ok_or_else(|| self.not_found())?;
        let body = self.writer.row(&record);
        let tag = ETag::of(&body);
        if tag.is_in(request.headers(), &header::IF_NONE_MATCH, true) {
            let mut response = Response::default();
            response.set_status(StatusCode::NOT_MODIFIED);
            set_tag(&mut response, tag);
            return Ok(response);
        }
        let mut response = json(StatusCode::OK, body);
        set_tag(&mut response, tag);
        Ok(response)
    }

    async fn update(&self, ctx: &Ctx, mut request: Request, id: &str) -> Result<Response, RequestError> {
        self.info.authorize(Action::Update, ctx)?;
        params::none(request.uri().query())?;
        let key = self.key(id)?;
        let form = InputForm::update(self.info, Surface::Rest);
        let values = self.read_values(&mut request, form, &[JSON, MERGE_PATCH]).await?;
        let record = match self.if_match(&request) {
            None => Records::new(ctx, self.info).update(&key, values).await?,
            Some(if_match) => {
                let check = move |row: &Record| if_match.check(row);
                Records::new(ctx, self.info).update_checked(&key, values, check).await?
            }
        };
        Ok(self.row_response(StatusCode::OK, &record))
    }

    async fn delete(&self, ctx: &Ctx, request: &Request, id: &str) -> Result<Response, RequestError> {
        params::none(request.uri().query())?;
        let key = self.key(id)?;
        match self.if_match(request) {
            None => Records::new(ctx, self.info).delete(&key).await?,
            Some(if_match) => {
                let check = move |row: &Record| if_match.check(row);
                Records::new(ctx, self.info).delete_checked(&key, check).await?
            }
        };
        let mut response = Response::default();
        response.set_status(StatusCode::NO_CONTENT);
        Ok(response)
    }

    /// The key in a path. What is no key at all names no row: 404, as for a row that is not there.
    fn key(&self, id: &str) -> Result<Value> {
        // A `+` in a path is a plus sign; `decode` would read a space, which is no key either.
        let id = params::decode(id)
            .ok_or_else(|| Error::bad_request("the path is not valid percent-encoded UTF-8"))?;
        let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let key = plain.then(|| self.info.key().kind.decode_text(&id).ok()).flatten();
        key.ok_or_else(|| self.not_found())
    }

    fn not_found(&self) -> Error {
        Error::NotFound(self.info.def.name.into())
    }

    async fn read_values(
        &self,
        request: &mut Request,
        form: InputForm,
        accepted: &'static [&'static str],
    ) -> Result<Assignments, RequestError> {
        if !has_media_type(request, accepted) {
            return Err(RequestError::MediaType(accepted[0]));
        }
        let body = read_body(request, self.body_limit).await?;
        Ok(form.read_json(parse_object(&body)?))
    }

    fn if_match(&self, request: &Request) -> Option<IfMatch> {
        let headers = request.headers();
        headers
            .contains_key(header::IF_MATCH)
            .then(|| IfMatch { writer: Arc::clone(&self.writer), headers: headers.clone() })
    }

    fn row_response(&self, status: StatusCode, record: &Record) -> Response {
        let body = self.writer.row(record);
        let tag = ETag::of(&body);
        let mut response = json(status, body);
        set_tag(&mut response, tag);
        response
    }
}

/// `If-Match`: the row must still be the one that the client has seen.
struct IfMatch {
    writer: Arc<RowWriter>,
    headers: HeaderMap,
}

impl IfMatch {
    fn check(&self, current: &Record) -> Result<()> {
        let tag = ETag::of(&self.writer.row(current));
        if tag.is_in(&self.headers, &header::IF_MATCH, false) { Ok(()) } else { Err(Error::VersionMismatch) }
    }
}

/// Why a request is not served.
enum RequestError {
    Error(Error),
    /// The body is of another media type than this.
    MediaType(&'static str),
}

impl From<Error> for RequestError {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

fn allow(route: ResourceRoute<'_>) -> HeaderValue {
    HeaderValue::from_static(match route {
        ResourceRoute::Collection => "GET, HEAD, POST",
        ResourceRoute::Item(_) => "GET, HEAD, PATCH, DELETE",
    })
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::default();
    response.set_status(status);
    response.set_body(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

fn set_tag(response: &mut Response, tag: ETag) {
    if let Some(value) = tag.header() {
        response.headers_mut().insert(header::ETAG, value);
    }
}

/// `<…>; rel="next"`: the same address with the next cursor.
fn next_link(request: &Request, page: &Page) -> Option<HeaderValue> {
    let cursor = next_cursor(page)?;
    let uri = request.original_uri();
    let mut link = format!("<{}?", uri.path());
    for part in uri.query().unwrap_or_default().split('&') {
        let name = params::decode(part.split('=').next().unwrap_or_default());
        if !part.is_empty() && name.as_deref() != Some("cursor") {
            link.push_str(part);
            link.push('&');
        }
    }
    link.push_str("cursor=");
    link.push_str(cursor);
    link.push_str(">; rel=\"next\"");
    HeaderValue::from_maybe_shared(Bytes::from(link)).ok()
}
