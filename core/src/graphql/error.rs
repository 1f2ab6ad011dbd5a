//! Errors as GraphQL spells them: a safe message, where, and `extensions { code, fields, requestId }`.

use std::borrow::Cow;

use async_graphql::{ErrorExtensionValues, Name, PathSegment, Pos, ServerError, Value};
use indexmap::IndexMap;

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{self, Error, FieldError, MAX_LISTED};
use crate::http::problem::Problem;

/// The error of a root field.
pub(super) fn field_error(
    error: Error,
    info: Option<&EntityInfo>,
    key: &str,
    position: Pos,
    request_id: &str,
) -> ServerError {
    let error = match info {
        Some(info) => with_graphql_names(error, info),
        None => error,
    };
    ServerError {
        locations: vec![position],
        path: vec![PathSegment::Field(key.to_owned())],
        ..request_error(&error, request_id)
    }
}

/// An error of the request as a whole.
pub(super) fn request_error(error: &Error, request_id: &str) -> ServerError {
    let fields = error::listed(error.fields(), MAX_LISTED);
    whole_error(error.to_string(), error.code(), &fields, request_id)
}

/// An error of the protocols by which a document is named instead of sent. Their clients know it by its code.
pub(super) fn persisted_error(message: &str, code: &str, ctx: &Ctx) -> ServerError {
    whole_error(message.to_owned(), code, &[], ctx.request_id())
}

/// An error of HTTP, which a layer around the endpoint has answered.
pub(super) fn http_error(problem: &Problem) -> ServerError {
    whole_error(problem.detail.clone(), problem.code, &problem.errors, &problem.request_id)
}

fn whole_error(message: String, code: &str, fields: &[FieldError], request_id: &str) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    extensions.set("fields", Value::List(fields.iter().map(field_value).collect()));
    extensions.set("requestId", request_id);
    ServerError {
        message,
        source: None,
        locations: Vec::new(),
        path: Vec::new(),
        extensions: Some(extensions),
    }
}

/// What is wrong with a document, at these places.
pub(super) fn document_error(message: String, locations: Vec<Pos>) -> ServerError {
    ServerError { message, source: None, locations, path: Vec::new(), extensions: None }
}

/// So that `context.data::<Ctx>()?` stands in a resolver that answers [`crate::Result`]: an [`Error`] stays what it is, and what
/// async-graphql itself refuses is a fault of the server.
impl From<async_graphql::Error> for Error {
    fn from(error: async_graphql::Error) -> Self {
        let source = error.source.as_ref().and_then(|source| source.downcast_ref::<Self>());
        source.cloned().unwrap_or_else(|| Self::internal(error.message))
    }
}

/// The extension by which async-graphql carries the text of an error of a user's own argument, to which it adds words.
const REFUSAL: &str = "entifyMessage";

/// An error of reading a value of a user's own argument, as async-graphql's extensions.
pub(super) fn refusal_extensions(error: &Error) -> [(&'static str, Value); 3] {
    let fields = error::listed(error.fields(), MAX_LISTED);
    [
        (REFUSAL, Value::String(error.to_string())),
        ("code", Value::String(error.code().to_owned())),
        ("fields", Value::List(fields.iter().map(field_value).collect())),
    ]
}

/// Gives an error of reading a value of a user's own argument its text back.
fn restore_refusal(error: &mut ServerError) {
    let Some(extensions) = &mut error.extensions else { return };
    if let Some(Value::String(message)) = extensions.get(REFUSAL) {
        error.message.clone_from(message);
        extensions.unset(REFUSAL);
    }
}

/// Gives an error that a resolver of the application's own answered with `?` the form of the engine's own: its code, its
/// fields, and nothing of a cause that is not meant for clients.
pub(super) fn unwrap_source(error: &mut ServerError, request_id: &str) {
    restore_refusal(error);
    let has_code = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
    // A text is meant to be read; so is what has been given a code by hand.
    if error.source.is_none()
        || has_code
        || error.source::<&str>().is_some()
        || error.source::<String>().is_some()
    {
        return;
    }
    let failure = match error.source::<Error>() {
        Some(failure) => {
            failure.clone().map_fields(|field| FieldError { field: camel_case(&field.field).into(), ..field })
        }
        None => Error::internal(&error.message),
    };
    let unwrapped = request_error(&failure, request_id);
    error.message = unwrapped.message;
    error.extensions = unwrapped.extensions;
}

/// A path of wire names as GraphQL has them: `items.0.author_id` is `items.0.authorId`.
fn camel_case(path: &str) -> String {
    let words: Vec<_> = path.split('.').map(heck::ToLowerCamelCase::to_lower_camel_case).collect();
    words.join(".")
}

/// Gives an error that async-graphql or a user's resolver made the extensions that all errors have.
pub(super) fn complete_extensions(error: &mut ServerError, request_id: &str) {
    let own = error.path.is_empty();
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        // Without a path it is the request that is wrong; with one, a resolver of the user's own refused.
        extensions.set("code", if own { "BAD_REQUEST" } else { "INTERNAL" });
    }
    if extensions.get("fields").is_none() {
        extensions.set("fields", Value::List(Vec::new()));
    }
    extensions.set("requestId", request_id);
}

/// The first of many errors, and one that says how many more there are. Together they name no more than `most` fields, each
/// at least one.
pub(super) fn bound(errors: &mut Vec<ServerError>, most: usize) {
    if errors.len() > most {
        let kept = most.saturating_sub(1);
        let mut more = document_error(error::more(errors.len() - kept), Vec::new());
        // Of the kind of those that it stands for.
        let code = errors[kept].extensions.as_ref().and_then(|extensions| extensions.get("code")).cloned();
        if let Some(code) = code {
            more.extensions.get_or_insert_default().set("code", code);
        }
        errors.truncate(kept);
        errors.push(more);
    }
    let mut left = most;
    for error in errors {
        if error.message.len() > error::cut(&error.message).len() {
            error.message = error::cut(&error.message).into_owned();
        }
        let Some(extensions) = &mut error.extensions else { continue };
        let Some(Value::List(fields)) = extensions.get("fields") else { continue };
        if fields.len() > left.max(1) {
            let kept = left.saturating_sub(1);
            let mut fewer = fields[..kept].to_vec();
            fewer.push(field_value(&FieldError::new("", error::MORE, error::more(fields.len() - kept))));
            extensions.set("fields", Value::List(fewer));
            left = 0;
        } else {
            left = left.saturating_sub(fields.len());
        }
    }
}

fn field_value(error: &FieldError) -> Value {
    let text = |text: &str| Value::String(text.to_owned());
    Value::Object(IndexMap::from([
        (Name::new("field"), text(&error.field)),
        (Name::new("code"), text(error.code)),
        (Name::new("message"), text(&error.message)),
    ]))
}

/// The service names fields as on the wire of REST; here they are called otherwise.
pub(super) fn with_graphql_names(error: Error, info: &EntityInfo) -> Error {
    error.map_fields(|error| FieldError { field: graphql_name(&error.field, info), ..error })
}

/// `author_id` is `authorId`; `items.3.author_id`, of many rows, is `inputs.3.authorId`; within related rows each name is
/// that of its entity: `playlist_tracks.2.track_id` is `playlistTracks.2.trackId`.
fn graphql_name(field: &str, info: &EntityInfo) -> Cow<'static, str> {
    if !field.contains('.')
        && let Some(column) = info.by_wire(field)
    {
        return Cow::Borrowed(column.graphql);
    }
    let mut info = info;
    let mut names: Vec<&str> = Vec::new();
    for (position, name) in field.split('.').enumerate() {
        let to_one = || info.columns.iter().filter_map(ColumnInfo::relation).find(|to| to.name == name);
        let to_many = || info.many.iter().find(|many| many.def.name == name);
        names.push(if position == 0 && name == "items" {
            "inputs"
        } else if let Some(column) = info.by_wire(name) {
            column.graphql
        } else if let Some(relation) = to_one() {
            info = (relation.target)().info();
            relation.graphql
        } else if let Some(many) = to_many() {
            info = many.target();
            many.def.graphql
        } else if name == "expected_version" {
            "expectedVersion"
        } else {
            name
        });
    }
    names.join(".").into()
}
