//! `/graphql` over HTTP, after the GraphQL-over-HTTP specification.
//!
//! A request body must be `application/json`: a browser sends that across origins only after asking, so a foreign
//! page cannot make its visitor's browser write here. GET runs queries only, for the same reason.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::Variables;
use futures_util::FutureExt as _;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, EndpointExt as _, Request, Response};
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::error::{Error, MAX_LISTED, Result};
use crate::graphql::definitions::SchemaError;
use crate::graphql::execute::{Batch, GraphqlRequest};
use crate::graphql::explorer::{self, Explorer};
use crate::graphql::persisted::{self, DocumentSource};
use crate::graphql::response::GraphqlResponse;
use crate::graphql::schema::Schema;
use crate::graphql::{constant, error};
use crate::http::accept::quality;
use crate::http::access::RequestNotes;
use crate::http::idempotency;
use crate::http::json::{has_media_type, read_body};
use crate::http::rate_limit::ClientLimits;
use crate::http::site;
use crate::idempotency::KeyedRequest;
use crate::state::AppState;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const GRAPHQL: HeaderValue = HeaderValue::from_static("application/graphql-response+json");

/// The endpoint of an application without root types of its own.
///
/// # Errors
/// [`SchemaError`] when two types or root fields have the same name.
pub fn endpoint(state: &AppState) -> Result<BoxEndpoint<'static>, SchemaError> {
    let schema = Schema::builder(state.registry()).settings(state.settings()).build()?;
    Ok(schema.endpoint(state))
}

impl Schema {
    /// The schema served over HTTP: POST and GET, and the console for browsers.
    ///
    /// The request's [`Ctx`] is taken from its data; without one, nobody is asking.
    #[must_use]
    pub fn endpoint(&self, state: &AppState) -> BoxEndpoint<'static> {
        self.endpoint_with(state, Explorer::default())
    }

    /// As [`Schema::endpoint`], with this page for browsers.
    #[must_use]
    pub fn endpoint_with(&self, state: &AppState, explorer: Explorer) -> BoxEndpoint<'static> {
        GraphqlEndpoint {
            schema: self.clone(),
            explorer: state.settings().serves_explorer().then_some(explorer),
            sample: explorer::sample(state.registry()),
            anonymous: state.system().with_principal(crate::principal::Principal::Anonymous),
            body_limit: state.settings().body_limit,
        }
        .boxed()
    }
}

struct GraphqlEndpoint {
    schema: Schema,
    /// The page for browsers, where one is served.
    explorer: Option<Explorer>,
    /// The query that it begins with.
    sample: String,
    anonymous: Ctx,
    body_limit: usize,
}

/// A request that does not get as far as an operation.
struct Refused {
    status: StatusCode,
    error: Error,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { status: StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST), error }
    }
}

fn bad_request(message: impl Into<std::borrow::Cow<'static, str>>) -> Refused {
    Error::bad_request(message).into()
}

/// The body of a POST request.
#[derive(Deserialize)]
struct Body {
    query: Option<String>,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    #[serde(default, deserialize_with = "constant::variables")]
    variables: Variables,
    #[serde(rename = "documentId")]
    document_id: Option<String>,
    extensions: Option<Extensions>,
}

/// What a request has besides.
type Extensions = serde_json::Map<String, serde_json::Value>;

/// What came: one operation, or several.
enum Requests {
    One(GraphqlRequest),
    Batch(Vec<GraphqlRequest>),
}

impl Endpoint for GraphqlEndpoint {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let ctx = request.data::<Ctx>().unwrap_or(&self.anonymous).clone();
        let notes = RequestNotes::of(&request);
        let limits = request.data::<ClientLimits>().cloned();
        let media_type = media_type(&request);
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if reads
            && let Some(explorer) = &self.explorer
            && explorer::is_page_request(&request)
        {
            return Ok(explorer.page(site::base(&request), &self.sample));
        }
        let requests = match *request.method() {
            Method::GET | Method::HEAD => request_from_query_string(&request).map(Requests::One),
            Method::POST => {
                requests_from_body(&mut request, self.body_limit, self.schema.limits().batch).await
            }
            _ => Err(Refused {
                status: StatusCode::METHOD_NOT_ALLOWED,
                error: Error::bad_request("send a query by POST or GET"),
            }),
        };
        let response = async {
            match requests {
                Ok(Requests::One(one)) => self.respond_one(&ctx, &notes, one, media_type.clone()).await,
                Ok(Requests::Batch(batch)) => {
                    self.respond_batch(&ctx, (&notes, limits.as_ref()), batch, media_type.clone()).await
                }
                Err(refused) => refusal(&refused, &ctx, media_type.clone()),
            }
        };
        // The server would answer a panic as REST does.
        Ok(AssertUnwindSafe(response)
            .catch_unwind()
            .await
            .unwrap_or_else(|_| refusal(&Error::internal("a resolver panicked").into(), &ctx, media_type)))
    }
}

impl GraphqlEndpoint {
    async fn respond_one(
        &self,
        ctx: &Ctx,
        notes: &RequestNotes,
        mut request: GraphqlRequest,
        media_type: HeaderValue,
    ) -> Response {
        match request.key.take() {
            Some(key) if self.schema.is_mutation(ctx, &request) => {
                self.respond_once(ctx, notes, (key, request), media_type).await
            }
            _ => execute(&self.schema, ctx, notes, request, media_type).await.unwrap_or_else(|failed| failed),
        }
    }

    /// The fields of a mutation with a key are kept together, and their answer with them.
    async fn respond_once(
        &self,
        ctx: &Ctx,
        notes: &RequestNotes,
        (key, request): (KeyedRequest, GraphqlRequest),
        media_type: HeaderValue,
    ) -> Response {
        let (schema, notes, accepted) = (self.schema.clone(), notes.clone(), media_type.clone());
        let work = |ctx: Ctx| async move { execute(&schema, &ctx, &notes, request, accepted).await };
        match Box::pin(idempotency::respond_once(ctx, key, work)).await {
            Ok(response) => response,
            Err(error) => {
                let refused = Refused::from(error);
                let mut response = refusal(&refused, ctx, media_type);
                idempotency::say_when(&refused.error, &mut response);
                response
            }
        }
    }

    /// One after the other, so that a batch asks no more of the database at once than a single request. Nor may it cost
    /// more.
    async fn respond_batch(
        &self,
        ctx: &Ctx,
        (notes, limits): (&RequestNotes, Option<&ClientLimits>),
        requests: Vec<GraphqlRequest>,
        media_type: HeaderValue,
    ) -> Response {
        let mut body = b"[".to_vec();
        let batch = Arc::new(Batch::of(requests.len()));
        for (position, request) in requests.into_iter().enumerate() {
            if position > 0 {
                body.push(b',');
            }
            let request = GraphqlRequest { batch: Arc::clone(&batch), ..request };
            // The first was counted with its request.
            let permitted = match limits.filter(|_| position > 0) {
                Some(limits) => limits.count(ctx).await.permit(),
                None => Ok(()),
            };
            let response = match permitted {
                Ok(()) => self.schema.execute(ctx, request).await,
                Err(error) => {
                    let error = error::request_error(&error, ctx.request_id());
                    GraphqlResponse::refused(vec![error], request.most_errors(), ctx)
                }
            };
            notes.operation(response.operation);
            body.extend_from_slice(&response.body);
        }
        body.push(b']');
        respond(StatusCode::OK, body, media_type)
    }
}

/// Runs one operation. `Err` is the answer of one of which something failed.
async fn execute(
    schema: &Schema,
    ctx: &Ctx,
    notes: &RequestNotes,
    request: GraphqlRequest,
    media_type: HeaderValue,
) -> Result<Response, Response> {
    let GraphqlResponse { body, executed, failed, wrong_method, operation } =
        schema.execute(ctx, request).await;
    notes.operation(operation);
    let status = match (executed, wrong_method) {
        (_, true) => StatusCode::METHOD_NOT_ALLOWED,
        // Clients of the older media type take any other status for a broken server.
        (false, _) if media_type == GRAPHQL => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let response = respond(status, body, media_type);
    if failed { Err(response) } else { Ok(response) }
}

/// The media type to answer in: the specification's own when the client names it, and wants it no less than JSON.
pub(super) fn media_type(request: &Request) -> HeaderValue {
    let (wanted, named) = quality(request.headers(), "application/graphql-response+json");
    let (json, _) = quality(request.headers(), "application/json");
    if named && wanted > 0 && wanted >= json { GRAPHQL } else { JSON }
}

fn respond(status: StatusCode, body: Vec<u8>, media_type: HeaderValue) -> Response {
    let mut response = Response::default();
    response.set_status(status);
    response.set_body(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    }
    response
}

fn refusal(refused: &Refused, ctx: &Ctx, media_type: HeaderValue) -> Response {
    let error = error::request_error(&refused.error, ctx.request_id());
    respond(refused.status, GraphqlResponse::refused(vec![error], MAX_LISTED, ctx).body, media_type)
}

fn request_from_query_string(request: &Request) -> Result<GraphqlRequest, Refused> {
    let mut parameters = GraphqlRequest { read_only: true, ..GraphqlRequest::default() };
    let pairs: Vec<(String, String)> =
        request.params().map_err(|_| bad_request("the query string cannot be read"))?;
    for (name, value) in pairs {
        match name.as_str() {
            "query" => parameters.document.text = Some(value),
            "documentId" if !value.is_empty() => parameters.document.id = Some(value),
            "operationName" if !value.is_empty() => parameters.operation_name = Some(value),
            "variables" if !value.is_empty() => {
                parameters.variables = constant::variables(&mut serde_json::Deserializer::from_str(&value))
                    .map_err(|_| bad_request("`variables` must be a JSON object"))?;
            }
            "extensions" if !value.is_empty() => {
                let extensions = serde_json::from_str::<Option<Extensions>>(&value)
                    .map_err(|_| bad_request("`extensions` must be a JSON object"))?;
                (parameters.document.hash, parameters.explain) = read_extensions(extensions.as_ref())?;
            }
            _ => {}
        }
    }
    parameters.document.check()?;
    Ok(parameters)
}

async fn requests_from_body(request: &mut Request, limit: usize, most: usize) -> Result<Requests, Refused> {
    if !has_media_type(request, &["application/json", "application/graphql+json"]) {
        return Err(Refused {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            error: Error::bad_request("the body must be `application/json`"),
        });
    }
    let key = idempotency::keyed_request(request, limit).await?;
    let body = read_body(request, limit).await?;
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'[') {
        return Ok(Requests::One(GraphqlRequest { key, ..read_request(&body)? }));
    }
    if key.is_some() {
        return Err(bad_request("`Idempotency-Key` is for one operation; send those of a batch one by one"));
    }
    Ok(Requests::Batch(read_batch(&body, most)?))
}

/// What is known of `extensions`: the hash of a document, and whether to say how the operation was run.
fn read_extensions(extensions: Option<&Extensions>) -> Result<(Option<String>, bool)> {
    use serde_json::Value as Json;
    let Some(extensions) = extensions else { return Ok((None, false)) };
    let explain = match extensions.get("explain") {
        None | Some(Json::Null) => false,
        Some(Json::Bool(explain)) => *explain,
        Some(_) => return Err(Error::bad_request("`extensions.explain` must be true or false")),
    };
    Ok((persisted::read_hash(extensions)?, explain))
}

/// Reads one operation: an object with `query` or what names a document, perhaps `operationName` and `variables`.
pub(super) fn read_request(json: &[u8]) -> Result<GraphqlRequest> {
    request_of(serde_json::from_slice(json).map_err(|error| unreadable(json, &error))?)
}

fn read_batch(body: &[u8], most: usize) -> Result<Vec<GraphqlRequest>> {
    let all: Vec<Body> = serde_json::from_slice(body).map_err(|error| unreadable(body, &error))?;
    if all.is_empty() || all.len() > most {
        let message = format!("a batch has from 1 to {most} operations; this one has {}", all.len());
        return Err(Error::bad_request(message));
    }
    all.into_iter().map(request_of).collect()
}

fn request_of(body: Body) -> Result<GraphqlRequest> {
    let (hash, explain) = read_extensions(body.extensions.as_ref())?;
    let document = DocumentSource { text: body.query, hash, id: body.document_id };
    document.check()?;
    Ok(GraphqlRequest {
        document,
        explain,
        operation_name: body.operation_name.filter(|name| !name.is_empty()),
        variables: body.variables,
        read_only: false,
        key: None,
        batch: Arc::default(),
    })
}

/// What is wrong with a body.
fn unreadable(body: &[u8], error: &serde_json::Error) -> Error {
    use serde_json::Value as Json;
    let Ok(json) = serde_json::from_slice::<Json>(body) else {
        let reason = error.to_string();
        let reason = crate::types::shorten(&reason, 200);
        return Error::bad_request(format!("the body is not valid JSON: {reason}"));
    };
    let Json::Object(members) = json else {
        return Error::bad_request("the body must be a JSON object with a `query`");
    };
    let is = |name: &str, fits: fn(&Json) -> bool| {
        members.get(name).is_none_or(|value| value.is_null() || fits(value))
    };
    if !is("query", Json::is_string) {
        Error::bad_request("`query` must be a string")
    } else if !is("documentId", Json::is_string) {
        Error::bad_request("`documentId` must be a string")
    } else if !is("operationName", Json::is_string) {
        Error::bad_request("`operationName` must be a string")
    } else if !is("variables", Json::is_object) {
        Error::bad_request("`variables` must be an object")
    } else if !is("extensions", Json::is_object) {
        Error::bad_request("`extensions` must be an object")
    } else {
        let reason = error.to_string();
        let reason = crate::types::shorten(&reason, 200);
        Error::bad_request(format!("the body is not a GraphQL request: {reason}"))
    }
}
