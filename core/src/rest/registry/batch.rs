//! Batches: what they take and answer.

use poem::http::Method;
use poem_openapi::registry::{MetaOperation, MetaPath, MetaResponses, MetaSchema, MetaSchemaRef};
use serde_json::json;

use super::operation::{operation, request};
use super::parameters::of_writes;
use super::responses::{self, responses};
use super::schema::{SchemaNames, array, inline, object, reference, text, words};
use super::{intern, kinds};
use crate::entity::EntityInfo;
use crate::policy::Action;
use crate::rest::resource::BATCH;
use crate::service::batch::MAX_OPERATIONS;
use crate::types::Kind;

const STATUSES: [u16; 11] = [400, 403, 404, 406, 408, 409, 412, 413, 415, 422, 428];

/// `/users/batch`.
pub(super) fn path(info: &'static EntityInfo) -> MetaPath {
    let many = words(info.def.plural);
    let doing = format!("Creates, changes and deletes {many} in one transaction: all operations, or none.");
    let id = format!("batch_{}", info.def.plural);
    let operation = batch(info, (id, format!("Write several {many}")), &doing, &SchemaNames::of(info).batch);
    MetaPath { path: format!("/{}/{BATCH}", info.def.rest_path), operations: vec![operation] }
}

/// The names of the schemas of one entity's batches, with the schemas.
pub(super) fn schemas(info: &'static EntityInfo) -> [(String, MetaSchema); 5] {
    let names = SchemaNames::of(info);
    let row = MetaSchema {
        all_of: vec![reference(&names.row)],
        nullable: true,
        description: Some("The row as it is now; null when it was deleted."),
        ..MetaSchema::new("object")
    };
    let created = vec![("op", word("create")), ("values", reference(&names.input))];
    let updated = vec![("op", word("update")), ("id", key(info)), ("values", reference(&names.patch))];
    let deleted = vec![("op", word("delete")), ("id", key(info))];
    let with = |mut members: MetaSchema, more: Option<(&'static str, MetaSchemaRef)>| {
        members.properties.extend(more);
        members
    };
    let version = || {
        let schema = MetaSchema { minimum: Some(1.0), ..kinds::schema(Kind::I64) };
        info.def.version.then(|| ("version", inline(schema)))
    };
    let name = ("as", inline(MetaSchema { min_length: Some(1), max_length: Some(64), ..text(NAME) }));
    let operation = MetaSchema {
        one_of: names.operations.iter().map(|name| reference(name)).collect(),
        ..MetaSchema::ANY
    };
    let [create, update, delete] = names.operations;
    let operations = inline(MetaSchema {
        items: Some(Box::new(inline(operation))),
        max_items: Some(MAX_OPERATIONS),
        ..MetaSchema::new("array")
    });
    [
        (create, with(object("A new row.", created), Some(name))),
        (update, with(object("A change of a row.", updated), version())),
        (delete, with(object("The deletion of a row.", deleted), version())),
        (names.batch, object("Writes that are done together.", vec![("operations", operations)])),
        (
            names.results,
            object("What became of the operations, in their order.", vec![("results", array(inline(row)))]),
        ),
    ]
}

const NAME: &str = "A name by which later operations refer to the row: where they set a relation, `{\"ref\": \"name\"}` is its key.";

fn batch(info: &'static EntityInfo, names: (String, String), doing: &str, body: &str) -> MetaOperation {
    let results = responses::bare("What became of the operations.", &SchemaNames::of(info).results);
    MetaOperation {
        params: of_writes().into(),
        request: Some(request(vec![responses::json_body(body)])),
        responses: MetaResponses { responses: responses(results, &STATUSES, info, Action::Create) },
        ..operation(info, Method::POST, names, doing, Action::Create)
    }
}

fn word(word: &'static str) -> MetaSchemaRef {
    inline(MetaSchema { enum_items: vec![json!(word)], ..text("") })
}

fn key(info: &'static EntityInfo) -> MetaSchemaRef {
    let description = intern(format!("The key of the {}.", words(info.def.singular)));
    inline(MetaSchema { description: Some(description), ..kinds::schema(info.key().kind) })
}
