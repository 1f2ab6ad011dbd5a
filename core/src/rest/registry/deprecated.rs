//! What should not be used any more, in the document.

use poem_openapi::registry::{MetaHeader, MetaOperation, MetaPath, MetaSchema};

use super::intern;
use super::schema::{inline, text};
use crate::value::Deprecation;

/// Marks an operation, and says of each of its responses that it tells so.
pub(super) fn mark(operation: &mut MetaOperation, deprecated: &Deprecation) {
    if operation.deprecated {
        return;
    }
    operation.deprecated = true;
    let described = operation.description.into_iter().map(str::to_owned);
    let parts: Vec<String> = [deprecated.remark()].into_iter().chain(described).collect();
    operation.description = Some(intern(parts.join("\n\n")));
    for response in &mut operation.responses.responses {
        response.headers.extend(headers(deprecated));
    }
}

/// Marks all operations of an entity.
pub(super) fn mark_all(paths: &mut [MetaPath], deprecated: &Deprecation) {
    for operation in paths.iter_mut().flat_map(|path| &mut path.operations) {
        mark(operation, deprecated);
    }
}

/// The headers that tell of it.
fn headers(deprecated: &Deprecation) -> impl Iterator<Item = MetaHeader> {
    let since = "Since when the resource is deprecated: `@` and the seconds since 1970 (RFC 9745).";
    let gone = "When the resource goes (RFC 8594).";
    let date = || MetaSchema { pattern: Some("^@-?[0-9]+$".to_owned()), ..text("") };
    let told = header("Deprecation", since, date());
    std::iter::once(told).chain(deprecated.sunset.map(|_| header("Sunset", gone, text(""))))
}

fn header(name: &str, description: &str, schema: MetaSchema) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: true,
        deprecated: false,
        schema: inline(schema),
    }
}
