//! One entity over HTTP: list, create, get, update, delete. Not generic, so compiled once for all entities.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{Request, Response};
use serde_json::Value as Json;

use crate::ctx::Ctx;
use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::http::accept::accepts;
use crate::http::json::{has_media_type, parse_object, read_body};
use crate::http::percent::{decode_path, decode_query};
use crate::http::problem::{http_problem, method_not_allowed, problem};
use crate::http::site;
use crate::http::{deprecation, idempotency};
use crate::policy::Action;
use crate::rest::actions::Actions;
use crate::rest::aggregate;
use crate::rest::batch::{self, BatchEntities};
use crate::rest::etag::{ETag, Preconditions};
use crate::rest::history::HISTORY;
use crate::rest::json::RowWriter;
use crate::rest::many;
use crate::rest::params::{self, Takes};
use crate::rest::prefer;
use crate::rest::related;
use crate::rest::tagger::Tagger;
use crate::rest::write_mode::WriteMode;
use crate::service::{Expected, InputForm, Operation, Records, Written};
use crate::value::{Assignments, DeprecatedDef, Record, Value};

/// The segment of a path that is no key but the address of batches.
pub(super) const BATCH: &str = "batch";
/// The segment of a path that is no key but the address of measures of rows.
pub(super) const AGGREGATE: &str = "aggregate";
/// That at which rows are read as a file, and that at which a file is sent.
pub(super) const EXPORT: &str = "export";
pub(super) const IMPORT: &str = "import";
pub(super) const JSON: &str = "application/json";
pub(super) const MERGE_PATCH: &str = "application/merge-patch+json";
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// The path of a request, below the prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResourceRoute<'p> {
    /// `/users`
    Collection,
    /// `/users/7`: the segment, still percent-encoded.
    Item(&'p str),
    /// `/users/batch`
    Batch,
    /// `/users/aggregate`
    Aggregate,
    /// `/users/export`
    Export,
    /// `/users/import`
    Import,
    /// `/users/7/block`: the key, and an action, a relation or the history.
    ItemAction(&'p str, &'p str),
    /// `/playlists/7/tracks/5`: the key, a relation, and the key of a related row.
    RelatedItem(&'p str, &'p str, &'p str),
}

impl<'p> ResourceRoute<'p> {
    /// What stands after the collection: a key, or what the collection as a whole has.
    pub(super) fn of_segment(segment: &'p str) -> Self {
        match segment {
            BATCH => Self::Batch,
            AGGREGATE => Self::Aggregate,
            EXPORT => Self::Export,
            IMPORT => Self::Import,
            id => Self::Item(id),
        }
    }
}

/// The greatest bodies, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyLimits {
    pub(super) body: usize,
    /// Of an import.
    pub(super) import: usize,
}

/// The REST resource of one entity.
#[derive(Debug)]
pub(super) struct Resource {
    info: &'static EntityInfo,
    writer: Arc<RowWriter>,
    tagger: Arc<Tagger>,
    actions: Actions,
    limits: BodyLimits,
}

impl Resource {
    pub(super) fn new(info: &'static EntityInfo, limits: BodyLimits) -> Self {
        let writer = Arc::new(RowWriter::new(info));
        let tagger = Arc::new(Tagger::new(info, &writer));
        Self { info, writer, tagger, actions: Actions::new(info), limits }
    }

    /// Writes its rows.
    pub(super) fn writer(&self) -> &RowWriter {
        &self.writer
    }

    pub(super) fn info(&self) -> &'static EntityInfo {
        self.info
    }

    pub(super) fn actions(&self) -> &Actions {
        &self.actions
    }

    pub(super) fn body_limit(&self) -> usize {
        self.limits.body
    }

    pub(super) fn import_limit(&self) -> usize {
        self.limits.import
    }

    /// Serves a request; errors become problem details.
    pub(super) async fn respond(self: &Arc<Self>, request: Request, route: ResourceRoute<'_>) -> Response {
        let mut response = self.answer(request, route).await;
        if let Some(deprecated) = self.deprecated(route) {
            deprecation::tell(&deprecated, &mut response);
        }
        response
    }

    /// Since when and why what is at an address should not be used any more: the action, or the whole resource. Of fields no
    /// response tells, since all rows have them.
    fn deprecated(&self, route: ResourceRoute<'_>) -> Option<DeprecatedDef> {
        self.actions.deprecated(route).or(self.info.def.deprecated)
    }

    async fn answer(self: &Arc<Self>, request: Request, route: ResourceRoute<'_>) -> Response {
        let Some(ctx) = request.data::<Ctx>().cloned() else {
            return problem(&Error::internal("the request has no context"), "");
        };
        // What an export is of is said by its format.
        if route != ResourceRoute::Export && !is_acceptable(&request) {
            return not_acceptable(&ctx);
        }
        // On the heap: the layers outside would else move a future about that is as large as the largest of them.
        if let Some(asked) = self.actions.at(route) {
            let answer = Box::pin(self.act(&ctx, request, asked)).await;
            return answer.unwrap_or_else(|error| error.response(&ctx));
        }
        if let Some((place, methods)) = self.related_at(route) {
            if !methods.contains(&request.method().as_str()) {
                return self.method_not_allowed(route, &ctx);
            }
            let answer = Box::pin(self.serve_related(&ctx, request, place)).await;
            return answer.unwrap_or_else(|error| error.response(&ctx));
        }
        let result = match (route, request.method().as_str()) {
            (
                ResourceRoute::Collection
                | ResourceRoute::Item(_)
                | ResourceRoute::Aggregate
                | ResourceRoute::Export,
                "GET" | "HEAD",
            ) => self.read(&ctx, &request, route).await,
            (ResourceRoute::ItemAction(_, HISTORY), "GET" | "HEAD") if self.has_history() => {
                self.read(&ctx, &request, route).await
            }
            (ResourceRoute::Import, "POST") => Box::pin(self.import(&ctx, request)).await,
            (ResourceRoute::Batch, "POST") => {
                let entities = BatchEntities::One(Arc::clone(self));
                Box::pin(batch::respond(&ctx, request, entities, self.limits.body)).await
            }
            (ResourceRoute::Collection, "POST" | "PATCH" | "DELETE") => {
                Box::pin(self.write(&ctx, request, None)).await
            }
            (ResourceRoute::ItemAction(id, verb), "POST") if self.is_verb_of_deleted(verb) => {
                Box::pin(self.write_deleted(&ctx, request, id, verb)).await
            }
            (ResourceRoute::Item(id), "PATCH" | "DELETE") => {
                Box::pin(self.write(&ctx, request, Some(id))).await
            }
            _ => return self.method_not_allowed(route, &ctx),
        };
        result.unwrap_or_else(|error| error.response(&ctx))
    }

    /// Answers a read. The service authorizes what it reads; who may not read is not told what else is wrong.
    async fn read(
        &self,
        ctx: &Ctx,
        request: &Request,
        route: ResourceRoute<'_>,
    ) -> Result<Response, RequestError> {
        let answer = match route {
            ResourceRoute::Item(id) => Box::pin(self.get(ctx, request, id)).await,
            ResourceRoute::ItemAction(id, _) => Box::pin(self.history(ctx, request, id)).await,
            ResourceRoute::Aggregate => {
                let query = request.uri().query().unwrap_or_default();
                Box::pin(aggregate::respond(ctx, self.info, query)).await.map_err(RequestError::from)
            }
            ResourceRoute::Export => Box::pin(self.export(ctx, request)).await,
            _ => Box::pin(self.list(ctx, request)).await,
        };
        params::told_to_readers(ctx, self.info, answer)
    }

    fn method_not_allowed(&self, route: ResourceRoute<'_>, ctx: &Ctx) -> Response {
        let mut response = method_not_allowed(&self.allow(route), ctx.request_id());
        if let ResourceRoute::Item(_) | ResourceRoute::Collection = route {
            let accepted = HeaderValue::from_static("application/merge-patch+json, application/json");
            response.headers_mut().insert(ACCEPT_PATCH, accepted);
        }
        response
    }

    fn allow(&self, route: ResourceRoute<'_>) -> HeaderValue {
        if let Some((_, methods)) = self.related_at(route) {
            return HeaderValue::try_from(methods.join(", ")).unwrap_or(HeaderValue::from_static(""));
        }
        HeaderValue::from_static(match route {
            ResourceRoute::Collection => "GET, HEAD, POST, PATCH, DELETE",
            ResourceRoute::Aggregate | ResourceRoute::Export => "GET, HEAD",
            ResourceRoute::ItemAction(_, HISTORY) if self.has_history() => "GET, HEAD",
            ResourceRoute::Batch
            | ResourceRoute::Import
            | ResourceRoute::ItemAction(..)
            | ResourceRoute::RelatedItem(..) => "POST",
            ResourceRoute::Item(_) => "GET, HEAD, PATCH, DELETE",
        })
    }

    /// Reads a write, and then runs it: nothing of it is done while the client still sends.
    async fn write(
        self: &Arc<Self>,
        ctx: &Ctx,
        mut request: Request,
        id: Option<&str>,
    ) -> Result<Response, RequestError> {
        let action = match (request.method().as_str(), id) {
            ("DELETE", _) => Action::Delete,
            ("POST", None) => Action::Create,
            (_, _) => Action::Update,
        };
        // Authorization comes first: of a request that is refused nothing is read. The deletion of one row has nothing to read.
        if action != Action::Delete || id.is_none() {
            self.info.authorize(action, ctx)?;
        }
        if self.info.def.version_required && id.is_none() && action != Action::Create {
            // A filter names no versions.
            return Err(Error::VersionRequired.into());
        }
        let takes = match (action, id) {
            (_, Some(_)) => Takes::Nothing,
            (Action::Create, None) => Takes::Upsert(self.info),
            (_, None) => Takes::Filter(self.info),
        };
        let (mode, params) = WriteMode::read_with(ctx, &mut request, self.limits.body, takes).await?;
        let operation = match (id, action) {
            (None, Action::Create) => self.read_create(ctx, &mut request, params.upsert).await?,
            (None, _) => self.read_many(ctx, &mut request, action, params).await?,
            (Some(id), Action::Delete) => self.read_delete(ctx, &request, id)?,
            (Some(id), _) => self.read_update(ctx, &mut request, id).await?,
        };
        self.run_as(ctx, mode, operation, request).await
    }

    /// Runs an operation in a mode.
    pub(super) async fn run_as(
        self: &Arc<Self>,
        ctx: &Ctx,
        mode: WriteMode,
        operation: Operation,
        request: Request,
    ) -> Result<Response, RequestError> {
        if mode.is_plain() {
            return Ok(self.run(ctx, operation, &request).await?);
        }
        let resource = Arc::clone(self);
        mode.run(ctx, |ctx| async move { resource.run(&ctx, operation, &request).await }).await
    }

    async fn run(&self, ctx: &Ctx, operation: Operation, request: &Request) -> Result<Response> {
        let mut created = matches!(operation, Operation::Create(_));
        let gone = matches!(operation, Operation::Delete { .. } | Operation::Purge(_));
        let rows = match operation.run(Records::new(ctx, self.info)).await? {
            Written::Count(count) => {
                let mut response = many::counted(count);
                prefer::apply(request.headers(), &mut response);
                return Ok(response);
            }
            Written::Done => return Ok(related::linked()),
            Written::Upserted(row, is_new) => {
                created = is_new;
                vec![row]
            }
            Written::Rows(rows) | Written::Acted(rows) => rows,
        };
        let record = rows.first().ok_or_else(|| Error::internal("a write answered no row"))?;
        if gone {
            return Ok(StatusCode::NO_CONTENT.into());
        }
        let status = if created { StatusCode::CREATED } else { StatusCode::OK };
        let mut response = self.row_response(status, record);
        if created {
            let path = site::local_uri(request).path().trim_end_matches('/');
            let location = Bytes::from(format!("{}{path}/{}", site::base(request), record.key()));
            if let Ok(location) = HeaderValue::from_maybe_shared(location) {
                response.headers_mut().insert(header::LOCATION, location);
            }
        }
        prefer::apply(request.headers(), &mut response);
        Ok(response)
    }

    async fn read_create(
        &self,
        ctx: &Ctx,
        request: &mut Request,
        upsert: Option<Vec<usize>>,
    ) -> Result<Operation, RequestError> {
        let form = InputForm::create(self.info, Surface::Rest).asked_by(ctx);
        Ok(match upsert {
            None => Operation::Create(self.read_values(request, form.with_related(), &[JSON]).await?),
            // Related rows of a row that may be there already would have two meanings.
            Some(by) => {
                Operation::CreateOrUpdate { by, values: self.read_values(request, form, &[JSON]).await? }
            }
        })
    }

    async fn read_update(
        &self,
        ctx: &Ctx,
        request: &mut Request,
        id: &str,
    ) -> Result<Operation, RequestError> {
        let key = self.key(id)?;
        self.require_version(request)?;
        let form = InputForm::update(self.info, Surface::Rest).asked_by(ctx).with_related();
        let values = self.read_values(request, form, &[JSON, MERGE_PATCH]).await?;
        Ok(Operation::Update { key, expected: self.expected(request), values })
    }

    fn read_delete(&self, ctx: &Ctx, request: &Request, id: &str) -> Result<Operation> {
        let key = self.key(id)?;
        if self.info.def.version_required {
            self.info.authorize(Action::Delete, ctx)?;
            self.require_version(request)?;
        }
        Ok(Operation::Delete { key, expected: self.expected(request) })
    }

    /// The key in a path.
    pub(super) fn key(&self, id: &str) -> Result<Value> {
        key_in_path(self.info, id)
    }

    /// Makes the tags of a representation.
    pub(super) fn tagger(&self, writer: &RowWriter) -> Cow<'_, Tagger> {
        match std::ptr::eq(writer, &*self.writer) {
            true => Cow::Borrowed(&self.tagger),
            false => Cow::Owned(Tagger::new(self.info, writer)),
        }
    }

    pub(super) fn not_found(&self) -> Error {
        Error::NotFound(self.info.def.name.into())
    }

    pub(super) async fn read_values(
        &self,
        request: &mut Request,
        form: InputForm<'_>,
        accepted: &'static [&'static str],
    ) -> Result<Assignments, RequestError> {
        Ok(form.read_json(read_members(request, accepted, self.limits.body).await?))
    }

    /// Refuses a write that names no state of the row, where the entity asks for one: any state (`*`) is none.
    fn require_version(&self, request: &Request) -> Result<()> {
        let mut named = request.headers().get_all(header::IF_MATCH).iter();
        let is_named = |tag: &HeaderValue| {
            !tag.as_bytes().trim_ascii().is_empty() && tag.as_bytes().trim_ascii() != b"*"
        };
        match self.info.def.version_required && !named.any(is_named) {
            true => Err(Error::VersionRequired),
            false => Ok(()),
        }
    }

    /// What a write's preconditions say of the row.
    pub(super) fn expected(&self, request: &Request) -> Expected {
        let Some(conditions) = Preconditions::of(request.headers()) else { return Expected::Any };
        let (writer, tagger) = (Arc::clone(&self.writer), Arc::clone(&self.tagger));
        Expected::Check(Box::new(move |row| match conditions.failed(tagger.of_row(row, &writer)) {
            Some(_) => Err(Error::VersionMismatch),
            None => Ok(()),
        }))
    }

    fn row_response(&self, status: StatusCode, record: &Record) -> Response {
        let body = self.writer.row(record);
        let tag = self.tagger.of(record, &body);
        let mut response = json(status, body);
        set_tag(&mut response, tag);
        response
    }
}

/// The key of a row in a path. What is no key at all names no row: 404, as for a row that is not there.
pub(super) fn key_in_path(info: &EntityInfo, id: &str) -> Result<Value> {
    let id =
        decode_path(id).ok_or_else(|| Error::bad_request("the path is not valid percent-encoded UTF-8"))?;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let key = plain.then(|| info.key().kind.decode_text(&id).ok()).flatten();
    key.ok_or_else(|| Error::NotFound(info.def.name.into()))
}

/// Whether the client takes what the request is answered with. The deletion of a row is answered with nothing.
pub(super) fn is_acceptable(request: &Request) -> bool {
    !matches!(request.method().as_str(), "GET" | "HEAD" | "POST" | "PATCH")
        || accepts(request.headers(), JSON)
}

pub(super) fn not_acceptable(ctx: &Ctx) -> Response {
    let detail = "the answer is `application/json`, which `Accept` rules out";
    http_problem(StatusCode::NOT_ACCEPTABLE, detail, ctx.request_id())
}

/// The members of the JSON object in a request's body, which is of one of these media types.
pub(super) async fn read_members(
    request: &mut Request,
    accepted: &'static [&'static str],
    body_limit: usize,
) -> Result<Vec<(String, Json)>, RequestError> {
    if !has_media_type(request, accepted) {
        return Err(RequestError::MediaType(accepted[0]));
    }
    let body = read_body(request, body_limit).await?;
    Ok(parse_object(&body)?)
}

/// Why a request is not served.
pub(super) enum RequestError {
    Error(Error),
    /// The body is of another media type than this.
    MediaType(&'static str),
}

impl RequestError {
    /// The problem.
    pub(super) fn response(self, ctx: &Ctx) -> Response {
        match self {
            Self::Error(error) => {
                let mut response = problem(&error, ctx.request_id());
                idempotency::say_when(&error, &mut response);
                response
            }
            Self::MediaType(accepted) => {
                let detail = format!("send the body as {accepted}, and say so in `Content-Type`");
                http_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail, ctx.request_id())
            }
        }
    }
}

impl From<Error> for RequestError {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

pub(super) fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::default();
    response.set_status(status);
    response.set_body(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

pub(super) fn set_tag(response: &mut Response, tag: ETag) {
    if let Some(value) = tag.header() {
        response.headers_mut().insert(header::ETAG, value);
    }
}

/// `<…>; rel="next"`: the same address with the next cursor.
pub(super) fn next_link(request: &Request, cursor: Option<&str>) -> Option<HeaderValue> {
    let cursor = cursor?;
    let uri = site::local_uri(request);
    let mut link = format!("<{}", site::base(request));
    push_encoded(&mut link, uri.path());
    link.push('?');
    for part in uri.query().unwrap_or_default().split('&') {
        let name = decode_query(part.split('=').next().unwrap_or_default());
        if !part.is_empty() && name.as_deref() != Some("cursor") {
            push_encoded(&mut link, part);
            link.push('&');
        }
    }
    link.push_str("cursor=");
    link.push_str(cursor);
    link.push_str(">; rel=\"next\"");
    HeaderValue::from_maybe_shared(Bytes::from(link)).ok()
}

/// Appends a part of a URI. What no URI may hold (RFC 3986) is encoded, also where the client has sent it as it is.
fn push_encoded(uri: &mut String, part: &str) {
    for byte in part.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' | b'%' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
            | b',' | b';' | b'=' | b':' | b'@' | b'/' | b'?' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => {
                // Writing to a string does not fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
}
