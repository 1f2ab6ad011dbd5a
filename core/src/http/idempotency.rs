//! The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

use std::time::Duration;

use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{Body, Request, Response};
use sha2::{Digest as _, Sha256};

use crate::ctx::Ctx;
use crate::error::{Error, FieldError, Result};
use crate::http::json::read_body;
use crate::idempotency::{Answer, KeyedRequest, MAX_KEY_LENGTH, Once, once};
use crate::types::Bytes;

/// The header, as errors name it.
const NAME: &str = "Idempotency-Key";
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is that of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// When to ask again for the answer of a request that still runs.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What else than the body decides what a request does.
const DECIDING: [HeaderName; 3] = [header::CONTENT_TYPE, header::IF_MATCH, header::IF_NONE_MATCH];

/// The key of a request that has one. Its body is read, and is there to be read again.
///
/// # Errors
/// `BadRequest` for what is no key; and as [`read_body`].
pub(crate) async fn keyed_request(request: &mut Request, body_limit: usize) -> Result<Option<KeyedRequest>> {
    let Some(key) = key_of(request)? else { return Ok(None) };
    let body = read_body(request, body_limit).await?;
    let keyed = keyed_with(request, key, &body);
    request.set_body(Body::from_bytes(body));
    Ok(Some(keyed))
}

/// The key of a request that has one.
///
/// # Errors
/// `BadRequest` for what is no key.
pub(crate) fn key_of(request: &Request) -> Result<Option<String>> {
    let mut keys = request.headers().get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let is_key = |key: &&HeaderValue| {
        let bytes = key.as_bytes();
        (1..=MAX_KEY_LENGTH).contains(&bytes.len()) && bytes.iter().all(|byte| (b'!'..=b'~').contains(byte))
    };
    let key = Some(key).filter(is_key).and_then(|key| key.to_str().ok()).filter(|_| keys.next().is_none());
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        Error::bad_request(format!(
            "`{NAME}` must be one text of 1 to {MAX_KEY_LENGTH} visible ASCII characters, a UUID for instance"
        ))
    })
}

/// A request with its key and its body, or a digest of a body that is held elsewhere.
pub(crate) fn keyed_with(request: &Request, key: String, body: &[u8]) -> KeyedRequest {
    let mut digest = Sha256::new();
    let mut add = |part: &[u8]| {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    };
    add(request.method().as_str().as_bytes());
    add(request.uri().path().as_bytes());
    add(request.uri().query().unwrap_or_default().as_bytes());
    for name in DECIDING {
        request.headers().get_all(&name).iter().for_each(|value| add(value.as_bytes()));
        add(b"");
    }
    add(body);
    KeyedRequest { key, digest: Bytes::copy_from_slice(&digest.finalize()) }
}

/// Answers a request once: `work` answers `Ok` where something was done, and else `Err`, after which nothing is. It runs to its end,
/// also when the client has gone, so that the answer is there when it asks again.
///
/// # Errors
/// `Conflict` while an equal request runs, `Validation` when the key was used for another one; and those of the database.
pub(crate) async fn respond_once<F, Fut>(ctx: &Ctx, request: KeyedRequest, work: F) -> Result<Response>
where
    F: FnOnce(Ctx) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Response, Response>> + Send + 'static,
{
    let ctx = ctx.clone();
    let run = async move {
        let work = |ctx| async move {
            let response = work(ctx).await?;
            keep(response).await.map_err(|_| Response::from(StatusCode::INTERNAL_SERVER_ERROR))
        };
        match once(&ctx, request, work).await? {
            Once::Ran(response) => Ok(response),
            Once::Answered(answer) => replayed(answer),
            Once::Running => Err(running()),
            Once::OtherRequest => Err(other_request()),
        }
    };
    match tokio::spawn(tracing::Instrument::in_current_span(run)).await {
        Ok(response) => response,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Unavailable),
        },
    }
}

/// Adds what the response to such an error says of when to ask again.
pub(crate) fn say_when(error: &Error, response: &mut Response) {
    let runs = matches!(error, Error::Conflict(errors) if errors.iter().any(|error| error.code == RUNNING));
    if runs {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER.as_secs()));
    }
}

const RUNNING: &str = "running";

fn running() -> Error {
    let message = "a request with this key still runs; ask again for its answer";
    Error::Conflict(vec![FieldError::new(NAME, RUNNING, message)])
}

fn other_request() -> Error {
    let message = "was used for another request; give each request a key of its own";
    Error::Validation(vec![FieldError::new(NAME, "reused", message)])
}

/// The response, and what is kept of it.
async fn keep(response: Response) -> poem::Result<(Response, Answer)> {
    let (parts, body) = response.into_parts();
    let body = body.into_bytes().await?;
    let headers = parts.headers.iter();
    let headers =
        headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let answer = Answer { status: parts.status.as_u16(), headers: headers.collect(), body: body.clone() };
    Ok((Response::from_parts(parts, Body::from_bytes(body)), answer))
}

/// The response that was kept.
fn replayed(answer: Answer) -> Result<Response> {
    let mut response = Response::default();
    let invalid = |_| Error::internal("a kept answer is no response");
    response.set_status(StatusCode::from_u16(answer.status).map_err(|_| invalid(()))?);
    for (name, value) in answer.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid(()))?;
        response.headers_mut().append(name, HeaderValue::try_from(value).map_err(|_| invalid(()))?);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response.set_body(answer.body);
    Ok(response)
}
