//! Requests: sent once, or again where that is safe.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};

use super::{Client, problem};
use crate::error::{ApplicationError, Error, Result};

/// The longest wait that a server may ask for. When it asks for more, its answer is an error at once.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// One request.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Below the application's address.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    /// JSON.
    pub(super) body: Option<Vec<u8>>,
    pub(super) if_match: Option<String>,
    /// The key by which a write is done once.
    pub(super) key: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    body: Bytes,
}

impl Call {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        let (path, query) = (path.into(), Vec::new());
        Self { method, path, query, body: None, if_match: None, key: None }
    }
}

impl Answer {
    /// The body as JSON; null when there is none.
    pub(super) fn json(&self) -> Result<serde_json::Value> {
        if self.body.is_empty() {
            return Ok(serde_json::Value::Null);
        }
        serde_json::from_slice(&self.body).map_err(unreadable)
    }

    pub(super) fn tag(&self) -> Option<String> {
        self.headers.get(header::ETAG)?.to_str().ok().map(str::to_owned)
    }
}

/// The error for an answer that is not what an application of these entities answers.
pub(super) fn unreadable(why: impl std::fmt::Display) -> Error {
    let message = format!("the answer cannot be read: {why}; do both applications have the same entities?");
    ApplicationError::new(502, "UNREADABLE_ANSWER", message).into()
}

impl Client {
    /// Sends a request until it is answered for good.
    ///
    /// # Errors
    /// What is answered, and `Unavailable` when nothing is.
    pub(super) async fn call(&self, call: Call) -> Result<Answer> {
        let is_read = matches!(call.method, Method::GET | Method::HEAD | Method::OPTIONS);
        // What may have been done is sent again only if it is then not done again.
        let is_repeatable = is_read || call.key.is_some();
        let mut attempt = 0;
        loop {
            let wait = match self.attempt(&call).await {
                Ok((status, answer)) if status.is_success() => return Ok(answer),
                Ok((status, answer)) => {
                    let asked = problem::retry_after(&answer.headers);
                    match wait_of(status, asked, attempt, is_repeatable).filter(|wait| *wait <= LONGEST_WAIT)
                    {
                        Some(wait) if attempt < self.retries => wait,
                        _ => return Err(problem::error(status, asked, &answer.body)),
                    }
                }
                Err(error) if error.is_builder() => {
                    return Err(Error::bad_request(format!("`{}{}` is no address", self.base, call.path)));
                }
                Err(error) => {
                    tracing::warn!(%error, path = call.path, "no answer of the other application");
                    if attempt >= self.retries || !is_repeatable {
                        return Err(Error::Unavailable);
                    }
                    pause(attempt)
                }
            };
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, call: &Call) -> Result<(StatusCode, Answer), reqwest::Error> {
        let url = format!("{}{}", self.base, call.path);
        let mut request =
            self.http.request(call.method.clone(), url).query(&call.query).timeout(self.timeout);
        request = request.header(header::ACCEPT, "application/json");
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(tag) = &call.if_match {
            request = request.header(header::IF_MATCH, tag);
        }
        if let Some(key) = &call.key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        if let Some(body) = &call.body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await?;
        Ok((status, Answer { headers, body }))
    }
}

/// How long to wait before a refused request is sent again; none for what is refused for good.
fn wait_of(
    status: StatusCode,
    asked: Option<Duration>,
    attempt: u32,
    is_repeatable: bool,
) -> Option<Duration> {
    match status.as_u16() {
        // Nothing was done.
        429 => Some(asked.unwrap_or_else(|| pause(attempt))),
        502..=504 if is_repeatable => Some(asked.unwrap_or_else(|| pause(attempt))),
        // With `Retry-After`, an equal request still runs.
        409 if is_repeatable => asked,
        _ => None,
    }
}

/// A growing random wait, so that clients do not come back together.
fn pause(attempt: u32) -> Duration {
    let mut random = [0];
    // Without one they may come back together.
    let _ = getrandom::fill(&mut random);
    Duration::from_millis(50 + (u64::from(random[0]) << attempt.min(6)))
}
