//! Compressed responses.
//!
//! Texts of more than [`LEAST`] bytes are compressed for clients that accept it. `Cache-Control: no-transform` keeps a
//! response as it is. The admin says that of its pages: they hold the tokens of forms beside texts that the author of a
//! link chooses, and the length of a compressed page would tell the one by the other (BREACH). API responses are not
//! endangered: another site cannot send a request of theirs with credentials.
//!
//! A compressed representation has a strong tag of its own, `"…-gzip"`, which conditions take for the same state.

use async_compression::Level;
use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZstdEncoder};
use hyper::body::Body as _;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Body, Endpoint, Request, Response};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt as _, BufReader};

use crate::http::accept::weighted;
use crate::http::etag::Coding;

/// Bytes of the smallest body that is compressed.
const LEAST: u64 = 1024;
/// Bytes of the largest body that is compressed at once, so that its length is known.
const AT_ONCE: u64 = 256 * 1024;
/// Brotli's quality: about as fast as gzip, and smaller.
const BROTLI_QUALITY: i32 = 4;

/// Compresses what its endpoint responds.
#[derive(Debug)]
pub(super) struct Compression<E>(pub(super) E);

impl<E: Endpoint<Output = Response>> Endpoint for Compression<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        // Most responses are too small to be compressed, so what is accepted is read afterwards.
        let values = |name| request.headers().get_all(name).iter().cloned().collect::<Vec<HeaderValue>>();
        let (accepted, known) = (values(header::ACCEPT_ENCODING), values(header::IF_NONE_MATCH));
        let mut response = self.0.call(request).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            tell_known_tag(&mut response, &known);
            return Ok(response);
        }
        if !may_be_compressed(&response) {
            return Ok(response);
        }
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        compressed(response, &accepted).await
    }
}

/// The coding that the client wants most, and of those it wants alike the one that we prefer.
fn negotiated(accepted: &[HeaderValue]) -> Option<Coding> {
    let mut named = [None; Coding::ALL.len()];
    let (mut others, mut identity) = (None, 0);
    for (item, weight) in weighted(accepted) {
        let coding = Coding::ALL.iter().position(|coding| item.eq_ignore_ascii_case(coding.name()));
        if let Some(position) = coding {
            named[position] = named[position].max(Some(weight));
        } else if item == "*" {
            others = others.max(Some(weight));
        } else if item.eq_ignore_ascii_case("identity") {
            identity = weight;
        }
    }
    let mut best: Option<(u16, Coding)> = None;
    for (coding, weight) in Coding::ALL.into_iter().zip(named) {
        let weight = weight.or(others).unwrap_or(0);
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, coding));
        }
    }
    best.filter(|(weight, _)| *weight >= identity).map(|(_, coding)| coding)
}

/// Whether a response is a text that may come in several codings.
fn may_be_compressed(response: &Response) -> bool {
    let status = response.status();
    let headers = response.headers();
    let has_body = !status.is_informational()
        && ![StatusCode::NO_CONTENT, StatusCode::PARTIAL_CONTENT].contains(&status);
    let kept = headers
        .get_all(header::CACHE_CONTROL)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("no-transform")));
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    has_body && !kept && !headers.contains_key(header::CONTENT_ENCODING) && is_text(media_type)
}

fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        // Each event is sent when it happens.
        "text/event-stream" => false,
        "application/json"
        | "application/javascript"
        | "application/xml"
        | "application/yaml"
        | "application/x-ndjson"
        | "application/jsonl" => true,
        essence => essence.starts_with("text/") || essence.ends_with("+json") || essence.ends_with("+xml"),
    }
}

async fn compressed(response: Response, accepted: &[HeaderValue]) -> poem::Result<Response> {
    let response = poem::http::Response::<_>::from(response);
    let size = response.body().size_hint();
    let mut response = Response::from(response);
    if size.exact().is_some_and(|size| size <= LEAST) {
        return Ok(response);
    }
    let Some(coding) = negotiated(accepted) else { return Ok(response) };
    let reader = BufReader::new(response.take_body().into_async_read());
    let mut reader = encoder(coding, reader);
    let body = match size.exact() {
        Some(size) if size <= AT_ONCE => {
            let mut bytes = Vec::with_capacity(usize::try_from(size / 4).unwrap_or_default());
            reader.read_to_end(&mut bytes).await.map_err(poem::error::InternalServerError)?;
            Body::from_vec(bytes)
        }
        _ => Body::from_async_read(reader),
    };
    response.set_body(body);
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    let tag = headers.get(header::ETAG).and_then(|tag| coding.tag(tag.to_str().ok()?));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

fn encoder(
    coding: Coding,
    reader: impl AsyncBufRead + Send + Unpin + 'static,
) -> Box<dyn AsyncRead + Send + Unpin> {
    match coding {
        Coding::Zstd => Box::new(ZstdEncoder::new(reader)),
        Coding::Brotli => Box::new(BrotliEncoder::with_quality(reader, Level::Precise(BROTLI_QUALITY))),
        Coding::Gzip => Box::new(GzipEncoder::new(reader)),
    }
}

/// Of a representation that the client has, the tag is the one that it has it under.
fn tell_known_tag(response: &mut Response, known: &[HeaderValue]) {
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let Some(tag) = headers.get(header::ETAG).cloned() else { return };
    let coded = Coding::ALL.into_iter().filter_map(|coding| coding.tag(tag.to_str().ok()?));
    for coded in coded {
        let is_sent = known.iter().any(|value| value.to_str().is_ok_and(|value| value.contains(&coded)));
        if is_sent && let Ok(value) = HeaderValue::try_from(coded) {
            headers.insert(header::ETAG, value);
            return;
        }
    }
}
