//! Writes of rows that a filter chooses, and of deleted rows: what they take and answer.

use poem::http::Method;
use poem_openapi::registry::{MetaOperation, MetaOperationParam, MetaPath, MetaResponses, MetaSchema};

use super::kinds;
use super::operation::{operation, request};
use super::parameters::{filters, id, max_affected, of_writes, prefer, tree};
use super::responses::{self, json_body, responses};
use super::schema::{SchemaNames, inline, object, words};
use crate::entity::{EntityInfo, Surface};
use crate::policy::Action;
use crate::rest::many::{PURGE, RESTORE, verbs_of_deleted};
use crate::rest::params::RESERVED;
use crate::types::Kind;

/// Those of the collection. A filter names no versions.
pub(super) fn of_collection(info: &'static EntityInfo) -> Vec<MetaOperation> {
    if info.def.version_required {
        return Vec::new();
    }
    let takes_patch = !info.on(Surface::Rest).writable(Action::Update).is_empty();
    takes_patch.then(|| update(info)).into_iter().chain([delete(info)]).collect()
}

fn update(info: &'static EntityInfo) -> MetaOperation {
    let many = words(info.def.plural);
    MetaOperation {
        params: params(info),
        request: Some(request(vec![json_body(&SchemaNames::of(info).patch)])),
        responses: counted(info, &[400, 406, 408, 409, 413, 415, 422], Action::Update),
        ..operation(
            info,
            Method::PATCH,
            (format!("update_{}", info.def.plural), format!("Change {many}")),
            &format!(
                "Changes all {many} that the filters let pass, or none. Without a filter it is refused."
            ),
            Action::Update,
        )
    }
}

fn delete(info: &'static EntityInfo) -> MetaOperation {
    let many = words(info.def.plural);
    MetaOperation {
        params: params(info),
        responses: counted(info, &[400, 408, 409, 413, 422], Action::Delete),
        ..operation(
            info,
            Method::DELETE,
            (format!("delete_{}", info.def.plural), format!("Delete {many}")),
            &format!(
                "Deletes all {many} that the filters let pass, or none. Without a filter it is refused."
            ),
            Action::Delete,
        )
    }
}

fn params(info: &'static EntityInfo) -> Vec<MetaOperationParam> {
    let tree = tree(info);
    filters(info, &RESERVED).chain(tree).chain([max_affected(), prefer()]).chain(of_writes()).collect()
}

pub(super) fn counted(info: &'static EntityInfo, errors: &[u16], action: Action) -> MetaResponses {
    let count = MetaSchema { minimum: Some(0.0), ..kinds::schema(Kind::I64) };
    let body = object("How many rows.", vec![("count", inline(count))]);
    let success = responses::inline_body("How many rows it reached.", body);
    let mut responses = responses(success, errors, info, action);
    responses.insert(1, responses::nothing("It is done (`Prefer: return=minimal`)."));
    MetaResponses { responses }
}

/// The addresses of deleted rows.
pub(super) fn of_deleted(info: &'static EntityInfo) -> impl Iterator<Item = MetaPath> {
    let path = move |verb: &&'static str| MetaPath {
        path: format!("/{}/{{id}}/{verb}", info.def.rest_path),
        operations: vec![if *verb == RESTORE { restore(info) } else { purge(info) }],
    };
    verbs_of_deleted(info).iter().map(path)
}

fn restore(info: &'static EntityInfo) -> MetaOperation {
    let row = responses::row("The row as it is now.", &SchemaNames::of(info).row);
    let doing = format!("Brings one deleted {} back.", words(info.def.singular));
    of_row(info, (RESTORE, "Restore"), row, &doing, Action::Update)
}

fn purge(info: &'static EntityInfo) -> MetaOperation {
    let doing = format!("Removes one {} for good, deleted before or not.", words(info.def.singular));
    of_row(info, (PURGE, "Purge"), responses::gone(), &doing, Action::Delete)
}

fn of_row(
    info: &'static EntityInfo,
    (verb, summary): (&str, &str),
    success: poem_openapi::registry::MetaResponse,
    doing: &str,
    action: Action,
) -> MetaOperation {
    let one = words(info.def.singular);
    let errors = [400, 404, 406, 408, 409, 412, 413, 422];
    MetaOperation {
        params: std::iter::once(id(info)).chain(of_writes()).collect(),
        responses: MetaResponses { responses: responses(success, &errors, info, action) },
        ..operation(
            info,
            Method::POST,
            (format!("{verb}_{}", info.def.singular), format!("{summary} one {one}")),
            doing,
            action,
        )
    }
}
