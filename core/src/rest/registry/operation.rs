//! The requests of one entity: what they do, their parameters, bodies, responses, and who may send them.

use poem::http::Method;
use poem_openapi::registry::{
    MetaMediaType, MetaOperation, MetaOperationParam, MetaPath, MetaRequest, MetaResponses,
    MetaSecurityScheme, MetaTag, Registry as Components,
};

use super::parameters::{
    filters_through_relations, id, if_changed, if_match, if_match_of_write, if_none_match, list_params,
    of_writes, prefer, shown_params, upsert,
};
use super::responses::{self, json_body, responses};
use super::rules::{BEARER, rule_in_words, security};
use super::schema::{SchemaNames, reference, words};
use super::{
    actions, aggregate, batch, deprecated, described, files, history, intern, many, related_rows, shown,
};
use crate::entity::EntityInfo;
use crate::policy::Action;
use crate::rest::params::ListOf;

/// The entity's tag, and the security scheme.
pub(super) fn register(info: &'static EntityInfo, to: &mut Components) {
    to.create_tag(MetaTag {
        name: info.def.name,
        description: described(info.def.docs),
        external_docs: None,
    });
    register_bearer(to);
}

/// The security scheme of all operations.
pub(super) fn register_bearer(to: &mut Components) {
    let bearer = MetaSecurityScheme {
        ty: "http",
        description: Some("An API token or a JWT, sent as `Authorization: Bearer …`."),
        name: None,
        key_in: None,
        scheme: Some("bearer"),
        bearer_format: None,
        flows: None,
        openid_connect_url: None,
    };
    to.create_security_scheme(BEARER, bearer);
}

/// `/users`, `/users/{id}`, `/users/aggregate` and `/users/batch`.
pub(super) fn paths(info: &'static EntityInfo) -> Vec<MetaPath> {
    let collection = format!("/{}", info.def.rest_path);
    let item = format!("{collection}/{{id}}");
    let path = |path, operations| MetaPath { path, operations };
    let own = [
        path(collection, [list(info), create(info)].into_iter().chain(many::of_collection(info)).collect()),
        path(item, vec![get(info), update(info), delete(info)]),
        batch::path(info),
    ];
    let own = own
        .into_iter()
        .chain(aggregate::path(info))
        .chain(files::paths(info))
        .chain(many::of_deleted(info))
        .chain(history::path(info));
    let mut paths: Vec<MetaPath> = own.chain(related_rows::paths(info)).chain(actions::paths(info)).collect();
    if let Some(told) = &info.def.deprecated {
        deprecated::mark_all(&mut paths, told);
    }
    paths
}

fn list(info: &'static EntityInfo) -> MetaOperation {
    let many = words(info.def.plural);
    MetaOperation {
        params: list_params(info, ListOf::Rows),
        responses: MetaResponses {
            responses: responses(
                responses::page(&SchemaNames::of(info).page),
                &[400, 406],
                info,
                Action::Read,
            ),
        },
        ..operation(
            info,
            Method::GET,
            (format!("list_{}", info.def.plural), format!("List {many}")),
            &format!(
                "Lists {many}, a page at a time, of those that the filters let pass.{}",
                filters_through_relations(info)
            ),
            Action::Read,
        )
    }
}

fn create(info: &'static EntityInfo) -> MetaOperation {
    let names = SchemaNames::of(info);
    let one = words(info.def.singular);
    let mut responses =
        responses(responses::created(&names.row), &[400, 406, 408, 409, 413, 415, 422], info, Action::Create);
    if upsert(info).is_some() {
        responses.insert(0, responses::row("The row that was there, as it is now (`upsert`).", &names.row));
        let minimal = "The row that was there is changed (`upsert`, `Prefer: return=minimal`).";
        responses.insert(2, responses::nothing(minimal));
    }
    MetaOperation {
        params: upsert(info).into_iter().chain([prefer()]).chain(of_writes()).collect(),
        request: Some(request(vec![json_body(&names.input)])),
        responses: MetaResponses { responses },
        ..operation(
            info,
            Method::POST,
            (format!("create_{}", info.def.singular), format!("Create one {one}")),
            &format!("Creates one {one} and answers with the row as it is stored."),
            Action::Create,
        )
    }
}

fn get(info: &'static EntityInfo) -> MetaOperation {
    let one = words(info.def.singular);
    let row = responses::shown("The row.", shown::any_of(info));
    let mut responses = responses(row, &[400, 404, 406, 412], info, Action::Read);
    responses.insert(1, responses::not_modified());
    MetaOperation {
        params: [id(info), if_match(), if_changed()].into_iter().chain(shown_params(info)).collect(),
        responses: MetaResponses { responses },
        ..operation(
            info,
            Method::GET,
            (format!("get_{}", info.def.singular), format!("Get one {one}")),
            &format!("Reads one {one} by its key."),
            Action::Read,
        )
    }
}

fn update(info: &'static EntityInfo) -> MetaOperation {
    let names = SchemaNames::of(info);
    let one = words(info.def.singular);
    let merge_patch =
        MetaMediaType { content_type: "application/merge-patch+json", schema: reference(&names.patch) };
    let mut responses = responses(
        responses::row("The row as it is now.", &names.row),
        &with_required_version(info, &[400, 404, 406, 408, 409, 412, 413, 415, 422]),
        info,
        Action::Update,
    );
    responses.insert(1, responses::nothing("It is changed (`Prefer: return=minimal`)."));
    MetaOperation {
        params: write_of_row(info),
        request: Some(request(vec![json_body(&names.patch), merge_patch])),
        responses: MetaResponses { responses },
        ..operation(
            info,
            Method::PATCH,
            (format!("update_{}", info.def.singular), format!("Change one {one}")),
            &format!(
                "Changes the fields of one {one} that the body has, and answers with the row as it is then."
            ),
            Action::Update,
        )
    }
}

/// The parameters of a write of one row.
fn write_of_row(info: &'static EntityInfo) -> Vec<MetaOperationParam> {
    [id(info), if_match_of_write(info), if_none_match(), prefer()].into_iter().chain(of_writes()).collect()
}

/// With the status of a write that names no version, where the entity asks for one.
fn with_required_version(info: &EntityInfo, statuses: &[u16]) -> Vec<u16> {
    let required = info.def.version_required.then_some(428);
    statuses.iter().copied().chain(required).collect()
}

fn delete(info: &'static EntityInfo) -> MetaOperation {
    let one = words(info.def.singular);
    let doing = match info.def.soft_delete {
        true => format!("Deletes one {one}: it is kept, but no longer found here."),
        false => format!("Deletes one {one}."),
    };
    MetaOperation {
        params: write_of_row(info),
        responses: MetaResponses {
            responses: responses(
                responses::gone(),
                &with_required_version(info, &[400, 404, 408, 409, 412, 413, 422]),
                info,
                Action::Delete,
            ),
        },
        ..operation(
            info,
            Method::DELETE,
            (format!("delete_{}", info.def.singular), format!("Delete one {one}")),
            &doing,
            Action::Delete,
        )
    }
}

/// An operation by its id, its summary and what it does. The description goes on with the entity's own words and ends with
/// who may.
pub(super) fn operation(
    info: &'static EntityInfo,
    method: Method,
    (id, summary): (String, String),
    doing: &str,
    action: Action,
) -> MetaOperation {
    let rule = info.def.policy.rule(action);
    let allowed = format!("Allowed: {}.", rule_in_words(rule));
    let parts = [doing.to_owned(), info.def.docs.to_owned(), allowed];
    MetaOperation { security: security(rule), ..described_operation(info, method, (id, summary), &parts) }
}

/// An operation by its id, its summary and the paragraphs of its description.
pub(super) fn described_operation(
    info: &'static EntityInfo,
    method: Method,
    (id, summary): (String, String),
    parts: &[String],
) -> MetaOperation {
    let description: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    MetaOperation {
        method,
        tags: vec![info.def.name],
        summary: Some(intern(summary)),
        description: Some(intern(description.join("\n\n"))),
        external_docs: None,
        params: Vec::new(),
        request: None,
        responses: MetaResponses { responses: Vec::new() },
        deprecated: false,
        security: Vec::new(),
        operation_id: Some(intern(id)),
        code_samples: Vec::new(),
    }
}

pub(super) fn request(content: Vec<MetaMediaType>) -> MetaRequest {
    MetaRequest { description: None, content, required: true }
}
