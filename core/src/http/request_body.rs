//! Bodies of requests, before an endpoint reads them: bounded in time, and inflated within the limit on bodies.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZstdDecoder};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Body, Request, Response};
use tokio::io::{AsyncRead, AsyncReadExt as _, BufReader};

use crate::error::Error;
use crate::http::etag::Coding;
use crate::http::problem::{http_problem, problem};

/// Bytes that are inflated at once.
const CHUNK: usize = 16 * 1024;

/// What became of a request's body. The endpoint that reads it sees an error of input only, so the reason is kept here.
#[derive(Debug, Clone)]
pub(crate) struct BodyState {
    at: Arc<AtomicU8>,
    limit: usize,
}

const UNREAD: u8 = 0;
const READING: u8 = 1;
const ENDED: u8 = 2;
const STALLED: u8 = 3;
const TOO_LARGE: u8 = 4;
const BROKEN: u8 = 5;

/// A body in a coding that is not read here.
pub(crate) struct UnknownCoding;

impl UnknownCoding {
    /// 415, with the codings that are read (RFC 9110, section 12.5.3).
    pub(crate) fn response(&self, request_id: &str) -> Response {
        let detail =
            "this `Content-Encoding` is not supported; the `Accept-Encoding` header lists those that are";
        let mut response = http_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail, request_id);
        response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(Coding::LIST));
        response
    }
}

impl BodyState {
    /// Bounds the pauses of a request's body, and inflates one that is compressed, up to `limit` bytes. A request without
    /// a body is left as it is.
    pub(crate) fn watch(
        request: &mut Request,
        pause: Duration,
        limit: usize,
    ) -> Result<Option<Self>, UnknownCoding> {
        let body = request.take_body();
        if body.is_empty() {
            return Ok(None);
        }
        let coding = coding_of(request)?;
        let state = Self { at: Arc::new(AtomicU8::new(UNREAD)), limit };
        let body = Body::from_bytes_stream(state.bounded(body, pause));
        let Some(coding) = coding else {
            request.set_body(body);
            return Ok(Some(state));
        };
        let reader = BufReader::new(body.into_async_read());
        let inflated = match coding {
            Coding::Zstd => Body::from_bytes_stream(state.inflated(ZstdDecoder::new(reader))),
            Coding::Brotli => Body::from_bytes_stream(state.inflated(BrotliDecoder::new(reader))),
            Coding::Gzip => Body::from_bytes_stream(state.inflated(GzipDecoder::new(reader))),
        };
        request.set_body(inflated);
        // What the endpoint reads is neither compressed nor of this length.
        request.headers_mut().remove(header::CONTENT_ENCODING);
        request.headers_mut().remove(header::CONTENT_LENGTH);
        Ok(Some(state))
    }

    /// The response that says what was wrong with the body; `None` if nothing was. `timed_out` is whether the request
    /// took too long as a whole.
    pub(crate) fn fault(&self, timed_out: bool, request_id: &str) -> Option<Response> {
        match self.at.load(Ordering::Relaxed) {
            STALLED => Some(request_timeout(request_id)),
            READING if timed_out => Some(request_timeout(request_id)),
            TOO_LARGE => Some(problem(&Error::PayloadTooLarge { limit: self.limit }, request_id)),
            BROKEN => Some(problem(&Error::bad_request("the compressed body cannot be read"), request_id)),
            _ => None,
        }
    }

    fn set(&self, at: u8) {
        self.at.store(at, Ordering::Relaxed);
    }

    fn bounded(&self, body: Body, pause: Duration) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
        let state = self.clone();
        stream::unfold(Some(Box::pin(body.into_bytes_stream())), move |chunks| {
            let state = state.clone();
            async move {
                let mut chunks = chunks?;
                state.set(READING);
                match tokio::time::timeout(pause, chunks.next()).await {
                    Err(_) => {
                        state.set(STALLED);
                        Some((Err(io::ErrorKind::TimedOut.into()), None))
                    }
                    Ok(Some(Ok(bytes))) => Some((Ok(bytes), Some(chunks))),
                    Ok(Some(Err(error))) => Some((Err(error), None)),
                    Ok(None) => {
                        state.set(ENDED);
                        None
                    }
                }
            }
        })
    }

    /// The bytes of a decoder, up to the limit: a few compressed bytes may hold any number.
    fn inflated<R>(&self, decoder: R) -> impl Stream<Item = io::Result<Bytes>> + Send + use<R>
    where
        R: AsyncRead + Send + Unpin + 'static,
    {
        let state = self.clone();
        stream::unfold(Some((decoder, 0)), move |reading| {
            let state = state.clone();
            async move {
                let (mut decoder, length) = reading?;
                let mut chunk = vec![0; CHUNK];
                let read = match decoder.read(&mut chunk).await {
                    Ok(0) => return None,
                    Ok(read) => read,
                    Err(error) => {
                        if state.at.load(Ordering::Relaxed) != STALLED {
                            state.set(BROKEN);
                        }
                        return Some((Err(error), None));
                    }
                };
                let length = length + read;
                if length > state.limit {
                    state.set(TOO_LARGE);
                    return Some((Err(io::ErrorKind::InvalidData.into()), None));
                }
                chunk.truncate(read);
                Some((Ok(Bytes::from(chunk)), Some((decoder, length))))
            }
        })
    }
}

/// The coding of a request's body; several, one on top of the other, are not read.
fn coding_of(request: &Request) -> Result<Option<Coding>, UnknownCoding> {
    let mut values = request.headers().get_all(header::CONTENT_ENCODING).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let name = value.to_str().map_err(|_| UnknownCoding)?.trim();
    if values.next().is_some() {
        return Err(UnknownCoding);
    }
    if name.is_empty() || name.eq_ignore_ascii_case("identity") {
        return Ok(None);
    }
    let name = if name.eq_ignore_ascii_case("x-gzip") { "gzip" } else { name };
    let known = Coding::ALL.into_iter().find(|coding| coding.name().eq_ignore_ascii_case(name));
    known.map(Some).ok_or(UnknownCoding)
}

/// 408. The rest of the body is not waited for, so the connection ends.
fn request_timeout(request_id: &str) -> Response {
    let detail = "the body of the request did not arrive in time";
    let mut response = http_problem(StatusCode::REQUEST_TIMEOUT, detail, request_id);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
