//! The changes of a row.

use poem::http::Method;
use poem_openapi::registry::{MetaOperation, MetaPath, MetaResponses, MetaSchema};
use serde_json::json;

use super::kinds;
use super::operation::operation;
use super::parameters::{id, page_params};
use super::responses::{self, responses};
use super::schema::{PAGE_INFO, array, inline, object, reference, text, words};
use crate::entity::EntityInfo;
use crate::history::HistoryAction;
use crate::policy::Action;
use crate::rest::history::HISTORY;
use crate::types::{EntityEnum as _, Kind};

/// `/users/{id}/history`, where it is kept.
pub(super) fn path(info: &'static EntityInfo) -> Option<MetaPath> {
    let path = format!("/{}/{{id}}/{HISTORY}", info.def.rest_path);
    info.def.history.then(|| MetaPath { path, operations: vec![read(info)] })
}

fn read(info: &'static EntityInfo) -> MetaOperation {
    let one = words(info.def.singular);
    let page = object(
        "One page of the changes.",
        vec![("items", array(inline(entry()))), ("page", reference(PAGE_INFO))],
    );
    let page = responses::inline_page("One page of the changes.", page);
    MetaOperation {
        params: [id(info)].into_iter().chain(page_params()).collect(),
        responses: MetaResponses { responses: responses(page, &[400, 404, 406], info, Action::Read) },
        ..operation(
            info,
            Method::GET,
            (format!("history_of_{}", info.def.singular), format!("Read the changes of one {one}")),
            &format!("The changes of one {one}, the newest first, also of one that was deleted."),
            Action::Read,
        )
    }
}

fn entry() -> MetaSchema {
    let at = MetaSchema { description: Some("When it changed."), ..kinds::schema(Kind::DateTime) };
    let nullable = |docs| MetaSchema { nullable: true, ..text(docs) };
    let kinds = HistoryAction::DEF.variants.iter().map(|variant| json!(variant.wire)).collect();
    let kind = MetaSchema { enum_items: kinds, ..text("What was done.") };
    let value = |docs| inline(MetaSchema { description: Some(docs), ..MetaSchema::ANY });
    let change = object(
        "The change of one field.",
        vec![
            ("field", inline(text("The field."))),
            ("before", value("What it was; null for a new row, and where it is hidden.")),
            ("after", value("What it became; null for a deleted row, and where it is hidden.")),
        ],
    );
    object(
        "One change of a row.",
        vec![
            ("at", inline(at)),
            ("by", inline(nullable("Who did it: a subject, `anonymous` or `system`."))),
            ("kind", inline(kind)),
            ("action", inline(nullable("The action of which it was a part, if it was a part of one."))),
            ("changes", array(inline(change))),
        ],
    )
}
