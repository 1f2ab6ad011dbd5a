//! Responses as JSON text.

use async_graphql::{ServerError, Value};
use serde_json::Value as Json;

use crate::ctx::Ctx;
use crate::graphql::field_result::{FieldResult, KeyedResults};
use crate::graphql::selection::CollectedField;
use crate::graphql::{error, suggestions};
use crate::http::access::OperationName;

/// The response to a request.
#[derive(Debug)]
pub(super) struct GraphqlResponse {
    /// The response object as JSON text.
    pub(super) body: Vec<u8>,
    /// Whether the operation ran; otherwise the request was refused as a whole.
    pub(super) executed: bool,
    /// Whether a field failed.
    pub(super) failed: bool,
    /// A mutation was asked for where only queries may run.
    pub(super) wrong_method: bool,
    /// The operation, as far as it was found in the document.
    pub(super) operation: Option<OperationName>,
}

/// What an operation that ran came to.
pub(super) struct ExecutionResult {
    /// The engine's own root fields, by response key.
    pub(super) fields: KeyedResults,
    /// What async-graphql answered itself.
    pub(super) data: Value,
    pub(super) errors: Vec<ServerError>,
}

impl ExecutionResult {
    /// Whether a field failed.
    pub(super) fn failed(&self) -> bool {
        !self.errors.is_empty() || self.fields.iter().any(|(_, result)| result.failed())
    }
}

/// What the body of a response that is refused as a whole starts with; its errors and `}` follow.
const REFUSED: &[u8] = b"{\"errors\":";

impl GraphqlResponse {
    /// The errors of a response to an operation that did not run, as JSON text.
    pub(super) fn errors(&self) -> &[u8] {
        let end = self.body.len().saturating_sub(1);
        self.body.get(REFUSED.len()..end).unwrap_or_default()
    }

    /// The same response, with `extensions`.
    pub(super) fn with_extensions(mut self, extensions: &Json) -> Self {
        if self.executed && self.body.pop().is_some() {
            self.body.extend_from_slice(b",\"extensions\":");
            // Writing to memory cannot fail.
            let _ = serde_json::to_writer(&mut self.body, extensions);
            self.body.push(b'}');
        }
        self
    }

    /// The answer to a request that is refused as a whole.
    ///
    /// `most` is how many errors it lists.
    pub(super) fn refused(mut errors: Vec<ServerError>, most: usize, ctx: &Ctx) -> Self {
        complete(&mut errors, most, ctx);
        Self {
            body: refused_body(&errors),
            executed: false,
            failed: true,
            wrong_method: false,
            operation: None,
        }
    }

    /// The response of an operation that ran: the root fields in the query's order; no data where all was `undone`.
    pub(super) fn executed(
        collected: &[CollectedField<'_>],
        root_type: &str,
        result: ExecutionResult,
        undone: bool,
        (most, ctx): (usize, &Ctx),
    ) -> Self {
        let ExecutionResult { mut fields, data, mut errors } = result;
        let mut collected: Vec<_> = collected.iter().flat_map(CollectedField::all).collect();
        collected.sort_unstable_by_key(|field| field.position);
        let mut body = Vec::with_capacity(64 + fields.iter().map(|(_, result)| result.size()).sum::<usize>());
        body.extend_from_slice(b"{\"data\":");
        let start = body.len();
        let mut whole = !undone;
        let mut open = b'{';
        for field in collected {
            let key = field.response_key.as_str();
            body.push(open);
            open = b',';
            body.push(b'"');
            body.extend_from_slice(key.as_bytes());
            body.extend_from_slice(b"\":");
            let own = fields.iter().position(|(name, _)| name == key);
            match own.map(|at| fields.swap_remove(at).1) {
                Some(FieldResult::Json { json, errors: within }) => {
                    body.extend_from_slice(&json);
                    errors.extend(within);
                }
                Some(FieldResult::Failed { errors: failed, nullable }) => {
                    body.extend_from_slice(b"null");
                    errors.extend(failed);
                    whole &= nullable;
                }
                None => whole &= write_foreign(&data, field, root_type, &mut body),
            }
        }
        if open == b'{' {
            body.push(b'{');
        }
        body.push(b'}');
        if !whole {
            // A field that cannot be null failed: so did what holds it.
            body.truncate(start);
            body.extend_from_slice(b"null");
        }
        let failed = !errors.is_empty();
        if failed {
            complete(&mut errors, most, ctx);
            body.extend_from_slice(b",\"errors\":");
            let _ = serde_json::to_writer(&mut body, &errors);
        }
        body.push(b'}');
        Self { body, executed: true, failed, wrong_method: false, operation: None }
    }
}

/// The body of a response with nothing but errors.
pub(super) fn refused_body(errors: &[ServerError]) -> Vec<u8> {
    let mut body = REFUSED.to_vec();
    // Writing errors to memory cannot fail.
    let _ = serde_json::to_writer(&mut body, errors);
    body.push(b'}');
    body
}

/// The value of a root field that async-graphql resolved. Answers whether there is one: one that may not be null and failed has
/// left no data.
fn write_foreign(data: &Value, field: &CollectedField<'_>, root_type: &str, body: &mut Vec<u8>) -> bool {
    let value = match data {
        Value::Object(members) => members.get(field.response_key),
        _ => None,
    };
    match value {
        Some(value) => {
            let _ = serde_json::to_writer(body, value);
        }
        None if field.first().name.node == "__typename" => {
            body.extend_from_slice(format!("\"{root_type}\"").as_bytes());
        }
        None => {
            body.extend_from_slice(b"null");
            return false;
        }
    }
    true
}

/// Gives errors their code and the request's id, leaves out the names that the client may not know, and lists `most` of them
/// at most.
fn complete(errors: &mut Vec<ServerError>, most: usize, ctx: &Ctx) {
    for error in errors.iter_mut() {
        suggestions::limit(error, ctx);
    }
    error::bound(errors, most);
    for error in errors {
        error::complete_extensions(error, ctx.request_id());
    }
}
