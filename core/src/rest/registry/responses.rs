//! The responses to requests: their bodies, headers and errors.

use poem_openapi::ApiResponse;
use poem_openapi::registry::{
    MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, Registry as Components,
};

use super::intern;
use super::schema::{PROBLEM, inline, reference, text};
use crate::entity::{Action, EntityInfo};
use crate::error::Error;
use crate::http::problem::MEDIA_TYPE;

/// What a header of a response is for, and whether it is always there.
struct HeaderDoc {
    name: &'static str,
    description: &'static str,
    always: bool,
    schema: fn() -> MetaSchema,
}

const ETAG: HeaderDoc = HeaderDoc {
    name: "ETag",
    description: "Names this state of the row, for `If-Match` and `If-None-Match`.",
    always: true,
    schema: || text(""),
};
const LINK: HeaderDoc = HeaderDoc {
    name: "Link",
    description: "The next page, as `rel=\"next\"`, when rows follow.",
    always: false,
    schema: || text(""),
};
const LOCATION: HeaderDoc = HeaderDoc {
    name: "Location",
    description: "The address of the row.",
    always: true,
    schema: || MetaSchema { format: Some("uri-reference"), ..text("") },
};
const DISPOSITION: HeaderDoc = HeaderDoc {
    name: "Content-Disposition",
    description: "The name of the file.",
    always: true,
    schema: || text(""),
};
const RETRY_AFTER: HeaderDoc = HeaderDoc {
    name: "Retry-After",
    description: "Seconds to wait.",
    always: true,
    schema: || MetaSchema { minimum: Some(1.0), ..MetaSchema::new("integer") },
};
const RETRY_IF_RUNNING: HeaderDoc = HeaderDoc {
    description: "Seconds to wait, where a request with the same `Idempotency-Key` still runs.",
    always: false,
    ..RETRY_AFTER
};
const WWW_AUTHENTICATE: HeaderDoc = HeaderDoc {
    name: "WWW-Authenticate",
    description: "`Bearer`, with `realm`, and `error` where a token was sent.",
    always: true,
    schema: || text(""),
};

pub(super) fn json_body(schema: &str) -> MetaMediaType {
    MetaMediaType { content_type: "application/json", schema: reference(schema) }
}

/// One page of a list.
pub(super) fn page(schema: &str) -> MetaResponse {
    response(200, "One page of the list.", vec![json_body(schema)], &[LINK])
}

/// A row that was made.
pub(super) fn created(schema: &str) -> MetaResponse {
    response(201, "The row made.", vec![json_body(schema)], &[LOCATION, ETAG])
}

/// A row.
pub(super) fn row(description: &'static str, schema: &str) -> MetaResponse {
    response(200, description, vec![json_body(schema)], &[ETAG])
}

/// What an operation of the program's own answers.
pub(super) fn bare(description: &'static str, schema: &str) -> MetaResponse {
    response(200, description, vec![json_body(schema)], &[])
}

/// A row, or some members of one.
pub(super) fn shown(description: &'static str, schema: MetaSchema) -> MetaResponse {
    let body = MetaMediaType { content_type: "application/json", schema: inline(schema) };
    response(200, description, vec![body], &[ETAG])
}

/// A file, in one of these media types.
pub(super) fn file(description: &'static str, media_types: &[&'static str]) -> MetaResponse {
    let content = media_types
        .iter()
        .map(|content_type| MetaMediaType { content_type, schema: inline(text("")) })
        .collect();
    response(200, description, content, &[DISPOSITION])
}

/// 200 with a body of this schema.
pub(super) fn inline_body(description: &'static str, schema: MetaSchema) -> MetaResponse {
    let body = MetaMediaType { content_type: "application/json", schema: inline(schema) };
    response(200, description, vec![body], &[])
}

/// 204.
pub(super) fn nothing(description: &'static str) -> MetaResponse {
    response(204, description, Vec::new(), &[])
}

/// 304.
pub(super) fn not_modified() -> MetaResponse {
    response(304, "The row is still what `If-None-Match` names.", Vec::new(), &[ETAG])
}

/// A page of a list whose schema is its own.
pub(super) fn inline_page(description: &'static str, schema: MetaSchema) -> MetaResponse {
    let body = MetaMediaType { content_type: "application/json", schema: inline(schema) };
    response(200, description, vec![body], &[LINK])
}

/// 204.
pub(super) fn gone() -> MetaResponse {
    response(204, "The row is gone.", Vec::new(), &[])
}

fn response(
    status: u16,
    description: &'static str,
    content: Vec<MetaMediaType>,
    headers: &[HeaderDoc],
) -> MetaResponse {
    let header = |header: &HeaderDoc| MetaHeader {
        name: header.name.to_owned(),
        description: Some(header.description.to_owned()),
        required: header.always,
        deprecated: false,
        schema: inline((header.schema)()),
    };
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content,
        headers: headers.iter().map(header).collect(),
    }
}

/// The response of success, then every error there may be: these, those of the policy, and those of any request.
pub(super) fn responses(
    success: MetaResponse,
    errors: &[u16],
    info: &EntityInfo,
    action: Action,
) -> Vec<MetaResponse> {
    let mut statuses = errors.to_vec();
    // A token that is not valid is refused also where none is needed.
    statuses.extend([401, 429, 500, 503]);
    if may_be_forbidden(info, action) {
        statuses.push(403);
    }
    statuses.sort_unstable();
    statuses.dedup();
    let error = |status| error(status, action);
    std::iter::once(success).chain(statuses.into_iter().map(error)).collect()
}

/// The responses of success, then every error there may be: these, and those of any request.
pub(super) fn errors_of(success: Vec<MetaResponse>, mut statuses: Vec<u16>) -> Vec<MetaResponse> {
    statuses.extend([401, 429, 500, 503]);
    statuses.sort_unstable();
    statuses.dedup();
    let error = |status| error(status, Action::Update);
    success.into_iter().chain(statuses.into_iter().map(error)).collect()
}

/// The response of success, then these errors and those of any request.
pub(super) fn success_or(success: MetaResponse, errors: &[u16]) -> Vec<MetaResponse> {
    let mut statuses = errors.to_vec();
    statuses.extend([401, 429, 500, 503]);
    statuses.sort_unstable();
    std::iter::once(success).chain(statuses.into_iter().map(any_error)).collect()
}

/// Whether a principal may be refused: by the rule of the action, or by that of a field, which is set or filtered by.
fn may_be_forbidden(info: &EntityInfo, action: Action) -> bool {
    let by_field = info.columns.iter().any(|column| match action {
        Action::Read => column.read_rule().is_some(),
        Action::Create | Action::Update => column.read_rule().or(column.write_rule()).is_some(),
        Action::Delete => false,
    });
    by_field || !info.def.policy.rule(action).is_public()
}

/// An error of an entity's operation.
fn error(status: u16, action: Action) -> MetaResponse {
    match (status, action) {
        (400, Action::Create | Action::Update | Action::Delete) => problem(400, MALFORMED, &["BAD_REQUEST"]),
        _ => any_error(status),
    }
}

/// What an endpoint of the application's own may answer that fails with [`Error`].
impl ApiResponse for Error {
    fn meta() -> MetaResponses {
        let statuses = [400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 500, 503];
        let mut responses: Vec<_> = statuses.into_iter().map(any_error).collect();
        responses.push(MetaResponse {
            status: None,
            ..problem(500, "An error of the application, with a code of its own.", &[])
        });
        MetaResponses { responses }
    }

    fn register(to: &mut Components) {
        super::schema::register_problem(to);
    }
}

const MALFORMED: &str = "The request is malformed.";

/// An error: what it means, and the codes by which its kinds are told apart.
fn any_error(status: u16) -> MetaResponse {
    let (meaning, codes): (&str, &[&str]) = match status {
        400 => (MALFORMED, &["BAD_REQUEST", "CURSOR_INVALID", "CURSOR_MISMATCH", "QUERY_TOO_COMPLEX"]),
        401 => ("No token, or one that is not valid.", &["UNAUTHENTICATED"]),
        403 => ("The token's bearer may not do this.", &["FORBIDDEN"]),
        404 => ("There is no such row, or not for the token's bearer.", &["NOT_FOUND"]),
        406 => ("No media type that the request accepts is served.", &["NOT_ACCEPTABLE"]),
        408 => ("The body did not arrive in time.", &["REQUEST_TIMEOUT"]),
        409 => (
            "A unique rule, a reference or an equal request that still runs stands against it.",
            &["CONFLICT"],
        ),
        412 => ("The row has changed since it was read.", &["VERSION_MISMATCH"]),
        413 => ("The body is too large.", &["PAYLOAD_TOO_LARGE"]),
        415 => ("The body is of another media type.", &["UNSUPPORTED_MEDIA_TYPE"]),
        428 => ("`If-Match` is missing.", &["VERSION_REQUIRED"]),
        422 => ("The values break rules; every one is listed.", &["VALIDATION_FAILED"]),
        429 => ("Too many requests.", &["RATE_LIMITED"]),
        503 => ("The service is not available for now.", &["UNAVAILABLE"]),
        _ => ("A fault of the server.", &["INTERNAL"]),
    };
    problem(status, meaning, codes)
}

fn problem(status: u16, meaning: &str, codes: &[&str]) -> MetaResponse {
    let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    let description = match codes.as_slice() {
        [] => intern(meaning.to_owned()),
        codes => intern(format!("{meaning} `code`: {}.", codes.join(", "))),
    };
    let body = MetaMediaType { content_type: MEDIA_TYPE, schema: reference(PROBLEM) };
    let headers: &[HeaderDoc] = match status {
        401 => &[WWW_AUTHENTICATE],
        409 => &[RETRY_IF_RUNNING],
        429 | 503 => &[RETRY_AFTER],
        _ => &[],
    };
    response(status, description, vec![body], headers)
}
