//! The rows of a to-many relation of one row.

use poem::http::Method;
use poem_openapi::registry::{MetaOperation, MetaPath, MetaResponses, MetaSchema};

use super::operation::{operation, request};
use super::parameters::{filters_through_relations, id, key_of_related, list_params, of_writes};
use super::responses::{self, responses};
use super::rules::{rule_in_words, security};
use super::schema::{SchemaNames, inline, object, words};
use super::{intern, kinds};
use crate::entity::{EntityInfo, ManyInfo, ManyLink};
use crate::policy::Action;
use crate::rest::params::ListOf;
use crate::rest::related::{MAX_LINKED, is_linked, segment, served};

/// `/playlists/{id}/tracks`, and `/playlists/{id}/tracks/{key}` where rows can be linked.
pub(super) fn paths(info: &'static EntityInfo) -> impl Iterator<Item = MetaPath> {
    served(info).flat_map(move |many| {
        let path = format!("/{}/{{id}}/{}", info.def.rest_path, segment(many));
        let linked = is_linked(info, many);
        let one = linked.then(|| MetaPath {
            path: format!("{path}/{{key}}"),
            operations: vec![link(info, many), unlink(info, many)],
        });
        let all = [list(info, many)].into_iter().chain(linked.then(|| set(info, many)));
        [MetaPath { path, operations: all.collect() }].into_iter().chain(one)
    })
}

fn names(verb: &str, summary: &str, info: &EntityInfo, many: &ManyInfo) -> (String, String) {
    let (rows, one) = (many.def.name, info.def.singular);
    (format!("{verb}_{rows}_of_{one}"), format!("{summary} {} of one {}", words(rows), words(one)))
}

fn list(info: &'static EntityInfo, many: &'static ManyInfo) -> MetaOperation {
    let target = many.target();
    let page = responses::page(&SchemaNames::of(target).page);
    let (rows, one) = (words(many.def.name), words(info.def.singular));
    let doing = format!(
        "Lists {rows} of one {one}, a page at a time, of those that the filters let pass.{}",
        filters_through_relations(target)
    );
    MetaOperation {
        params: [id(info)].into_iter().chain(list_params(target, ListOf::Related)).collect(),
        responses: MetaResponses { responses: responses(page, &[400, 403, 404, 406], info, Action::Read) },
        ..operation(info, Method::GET, names("list", "List", info, many), &doing, Action::Read)
    }
}

fn set(info: &'static EntityInfo, many: &'static ManyInfo) -> MetaOperation {
    let target = many.target();
    let ids = MetaSchema {
        items: Some(Box::new(inline(kinds::schema(target.key().kind)))),
        max_items: Some(MAX_LINKED),
        unique_items: Some(true),
        ..MetaSchema::new("array")
    };
    let body = object("The keys of all rows that are to be linked.", vec![("ids", inline(ids))]);
    let body =
        poem_openapi::registry::MetaMediaType { content_type: "application/json", schema: inline(body) };
    let (rows, one) = (words(many.def.name), words(info.def.singular));
    let doing =
        format!("Links {rows} to one {one}: these and no others. What is linked already stays as it is.");
    MetaOperation {
        params: [id(info)].into_iter().chain(of_writes()).collect(),
        request: Some(request(vec![body])),
        ..write(info, many, Method::PUT, names("set", "Set", info, many), &doing, &[406, 415])
    }
}

fn link(info: &'static EntityInfo, many: &'static ManyInfo) -> MetaOperation {
    let (target, one) = (words(many.target().def.singular), words(info.def.singular));
    let doing = format!("Links one {target} to one {one}, unless it is linked.");
    MetaOperation {
        params: [id(info), key_of_related(many.target())].into_iter().chain(of_writes()).collect(),
        ..write(info, many, Method::PUT, names("link", "Link one of", info, many), &doing, &[])
    }
}

fn unlink(info: &'static EntityInfo, many: &'static ManyInfo) -> MetaOperation {
    let (target, one) = (words(many.target().def.singular), words(info.def.singular));
    let doing = format!("Removes the link from one {one} to one {target}. Both stay.");
    MetaOperation {
        params: [id(info), key_of_related(many.target())].into_iter().chain(of_writes()).collect(),
        ..write(info, many, Method::DELETE, names("unlink", "Unlink one of", info, many), &doing, &[])
    }
}

/// A write of joining rows: whoever may create and delete those may do it.
fn write(
    info: &'static EntityInfo,
    many: &'static ManyInfo,
    method: Method,
    names: (String, String),
    doing: &str,
    errors: &[u16],
) -> MetaOperation {
    let ManyLink::Through { via, .. } = many.link() else {
        return operation(info, method, names, doing, Action::Update);
    };
    let action = if method == Method::DELETE { Action::Delete } else { Action::Create };
    let rule = via.def.policy.rule(action);
    let allowed = format!("Allowed: {}.", rule_in_words(rule));
    let errors: Vec<u16> = [400, 403, 404, 408, 409, 413, 422].iter().chain(errors).copied().collect();
    let done = responses::nothing("It is done.");
    MetaOperation {
        description: Some(intern(format!("{doing}\n\n{allowed}"))),
        security: security(rule),
        responses: MetaResponses { responses: responses(done, &errors, via, action) },
        ..operation(info, method, names, doing, Action::Update)
    }
}
