//! Batches: what they take and answer.

use poem::http::Method;
use poem_openapi::registry::{
    MetaMediaType, MetaOperation, MetaPath, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef,
};
use serde_json::json;

use super::operation::{operation, request};
use super::parameters::{of_writes, prefer, upsert_rules};
use super::responses::{self, responses};
use super::rules::with_or_without;
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
pub(super) fn schemas(info: &'static EntityInfo) -> Vec<(String, MetaSchema)> {
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
    let name = || ("as", inline(MetaSchema { min_length: Some(1), max_length: Some(64), ..text(NAME) }));
    let [create, upsert, update, delete] = names.operations;
    let rules = upsert_rules(info);
    let upserted = (!rules.is_empty()).then(|| {
        let field = MetaSchema {
            enum_items: rules.into_iter().flatten().map(|name| json!(name)).collect(),
            ..text("")
        };
        let members =
            vec![("op", word("upsert")), ("by", array(inline(field))), ("values", reference(&names.input))];
        (
            upsert,
            with(
                object("A new row, or the change of one that has the same values in these fields.", members),
                Some(name()),
            ),
        )
    });
    let mut operations = vec![
        (create, with(object("A new row.", created), Some(name()))),
        (update, with(object("A change of a row.", updated), version())),
        (delete, with(object("The deletion of a row.", deleted), version())),
    ];
    operations.extend(upserted);
    let operation = MetaSchema {
        one_of: operations.iter().map(|(name, _)| reference(name)).collect(),
        ..MetaSchema::ANY
    };
    let list = inline(MetaSchema {
        items: Some(Box::new(inline(operation))),
        max_items: Some(MAX_OPERATIONS),
        ..MetaSchema::new("array")
    });
    operations.push((names.batch, object("Writes that are done together.", vec![("operations", list)])));
    let results = vec![("results", array(inline(row)))];
    operations.push((names.results, object("What became of the operations, in their order.", results)));
    operations
}

const NAME: &str = "A name by which later operations refer to the row: where they set a relation, `{\"ref\": \"name\"}` is its key.";

fn batch(info: &'static EntityInfo, names: (String, String), doing: &str, body: &str) -> MetaOperation {
    let results = responses::bare("What became of the operations.", &SchemaNames::of(info).results);
    MetaOperation {
        params: [prefer()].into_iter().chain(of_writes()).collect(),
        request: Some(request(vec![responses::json_body(body)])),
        responses: MetaResponses {
            responses: with_minimal(responses(results, &STATUSES, info, Action::Create)),
        },
        ..operation(info, Method::POST, names, doing, Action::Create)
    }
}

/// `/batch`: over all entities.
pub(super) fn of_all(entities: &[&'static EntityInfo]) -> MetaPath {
    let names = entities.iter().map(|info| json!(info.def.singular)).collect();
    let any = |description| MetaSchema { description: Some(description), ..MetaSchema::ANY };
    let version = MetaSchema { minimum: Some(1.0), ..kinds::schema(Kind::I64) };
    let ops = ["create", "upsert", "update", "delete"];
    let op = MetaSchema { enum_items: ops.map(|op| json!(op)).into(), ..text("") };
    let mut operation = object(
        "One write.",
        vec![("entity", inline(MetaSchema { enum_items: names, ..text("The entity.") })), ("op", inline(op))],
    );
    operation.properties.extend([
        ("by", array(inline(text("A field of the unique rule by which an upsert finds its row.")))),
        ("id", inline(any("The key of the row that is changed or deleted."))),
        ("version", inline(MetaSchema { description: Some("The version that it must have."), ..version })),
        ("values", inline(MetaSchema { description: Some(VALUES), ..MetaSchema::new("object") })),
        ("as", inline(MetaSchema { min_length: Some(1), max_length: Some(64), ..text(NAME) })),
    ]);
    let operations = MetaSchema {
        items: Some(Box::new(inline(operation))),
        max_items: Some(MAX_OPERATIONS),
        ..MetaSchema::new("array")
    };
    let body = object("Writes that are done together.", vec![("operations", inline(operations))]);
    let row = MetaSchema {
        nullable: true,
        description: Some("The row as it is now; null when it was deleted."),
        ..MetaSchema::new("object")
    };
    let results =
        object("What became of the operations, in their order.", vec![("results", array(inline(row)))]);
    let body = MetaMediaType { content_type: "application/json", schema: inline(body) };
    let success = responses::inline_body("What became of the operations.", results);
    let operation = MetaOperation {
        method: Method::POST,
        tags: vec![TAG],
        summary: Some("Write rows of several entities"),
        description: Some(
            "Creates, changes and deletes rows of several entities in one transaction: all operations, or none. Each is allowed \
             to whom the operation of its entity is.",
        ),
        external_docs: None,
        params: [prefer()].into_iter().chain(of_writes()).collect(),
        request: Some(request(vec![body])),
        responses: MetaResponses { responses: with_minimal(responses::success_or(success, &STATUSES)) },
        deprecated: false,
        security: with_or_without(),
        operation_id: Some("batch"),
        code_samples: Vec::new(),
    };
    MetaPath { path: format!("/{BATCH}"), operations: vec![operation] }
}

/// With what `Prefer: return=minimal` is answered.
fn with_minimal(mut responses: Vec<MetaResponse>) -> Vec<MetaResponse> {
    responses.insert(1, responses::nothing("It is done (`Prefer: return=minimal`)."));
    responses
}

/// The tag of what is of no single entity.
pub(super) const TAG: &str = "Batch";

const VALUES: &str =
    "The values of a new row, or those that change: as the body of the operation of the entity.";

fn word(word: &'static str) -> MetaSchemaRef {
    inline(MetaSchema { enum_items: vec![json!(word)], ..text("") })
}

fn key(info: &'static EntityInfo) -> MetaSchemaRef {
    let description = intern(format!("The key of the {}.", words(info.def.singular)));
    inline(MetaSchema { description: Some(description), ..kinds::schema(info.key().kind) })
}
