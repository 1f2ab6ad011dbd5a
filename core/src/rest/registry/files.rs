//! Exports and imports.

use poem::http::Method;
use poem_openapi::registry::{MetaMediaType, MetaOperation, MetaPath, MetaResponses};

use super::many::counted;
use super::operation::{operation, request};
use super::parameters::{export_params, filters_through_relations, of_writes, prefer, upsert};
use super::responses::{self, responses};
use super::schema::{inline, text, words};
use crate::entity::{EntityInfo, Surface};
use crate::policy::Action;
use crate::rest::actions;
use crate::rest::export::media_type;
use crate::rest::resource::{EXPORT, IMPORT};
use crate::transfer::FileFormat;

const MEDIA_TYPES: [&str; 2] = [media_type(FileFormat::Csv), media_type(FileFormat::Jsonl)];

/// `/users/export` and `/users/import`, unless an action of the entity is called so.
pub(super) fn paths(info: &'static EntityInfo) -> impl Iterator<Item = MetaPath> {
    let takes = !info.on(Surface::Rest).writable(Action::Create).is_empty();
    let import = takes.then(|| (IMPORT, import(info)));
    let is_free =
        move |segment: &str| !actions::of(info).any(|action| action.collection && action.path == segment);
    let both = [(EXPORT, export(info))].into_iter().chain(import);
    both.filter(move |(segment, _)| is_free(segment)).map(move |(segment, operation)| MetaPath {
        path: format!("/{}/{segment}", info.def.rest_path),
        operations: vec![operation],
    })
}

fn export(info: &'static EntityInfo) -> MetaOperation {
    let many = words(info.def.plural);
    let doing = format!(
        "All {many} that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line.{}",
        filters_through_relations(info)
    );
    let file = responses::file("The file.", &MEDIA_TYPES);
    MetaOperation {
        params: export_params(info),
        responses: MetaResponses { responses: responses(file, &[400, 406], info, Action::Read) },
        ..operation(
            info,
            Method::GET,
            (format!("export_{}", info.def.plural), format!("Export {many}")),
            &doing,
            Action::Read,
        )
    }
}

fn import(info: &'static EntityInfo) -> MetaOperation {
    let many = words(info.def.plural);
    let doing = format!(
        "Creates {many} from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `\"\"` an \
         empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`."
    );
    let body = |content_type| MetaMediaType { content_type, schema: inline(text("")) };
    MetaOperation {
        params: upsert(info).into_iter().chain([prefer()]).chain(of_writes()).collect(),
        request: Some(request(MEDIA_TYPES.map(body).into())),
        responses: counted(info, &[400, 403, 406, 408, 409, 413, 415, 422], Action::Create),
        ..operation(
            info,
            Method::POST,
            (format!("import_{}", info.def.plural), format!("Import {many}")),
            &doing,
            Action::Create,
        )
    }
}
