//! An argument of an operation of the program's own that stands for all parameters of a generated list.
//!
//! poem-openapi knows arguments of one parameter. This one has a parameter that only marks the place: the document puts
//! the list's parameters there.

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaApi, MetaOperation, MetaParamIn, MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::intern;
use super::parameters::list_params;
use super::schema::inline;
use crate::entity::{Entity, EntityInfo, Registry};
use crate::rest::list_params::{ListParams, OtherParams};
use crate::rest::params::ListOf;

/// What the format of the marking parameter begins with; the entity's table follows.
const MARK: &str = "entify-list-of:";

impl<'a, E: Entity> ApiExtractor<'a> for ListParams<E> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        let format = intern(format!("{MARK}{}", E::def().table));
        Some(inline(MetaSchema::new_with_format("string", format)))
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        Ok(Self::of_request(request)?)
    }
}

/// The table of the entity whose list a parameter stands for.
fn marked(schema: &MetaSchemaRef) -> Option<&'static str> {
    match schema {
        MetaSchemaRef::Inline(schema) => schema.format.and_then(|format| format.strip_prefix(MARK)),
        MetaSchemaRef::Reference(_) => None,
    }
}

/// Puts the parameters of a list where an operation has an argument for them. A parameter of the operation's own that is
/// called alike stands for itself.
pub(super) fn describe(operation: &mut MetaOperation, entities: &Registry) {
    let list = |schema: &MetaSchemaRef| -> Option<&'static EntityInfo> {
        let table = marked(schema)?;
        entities.iter().find(|info| info.def.table == table)
    };
    let Some(at) = operation.params.iter().position(|param| list(&param.schema).is_some()) else { return };
    let Some(info) = list(&operation.params.remove(at).schema) else { return };
    let own: Vec<String> = operation.params.iter().map(|param| param.name.clone()).collect();
    let params = list_params(info, ListOf::Own).into_iter().filter(|param| !own.contains(&param.name));
    operation.params.splice(at..at, params);
}

/// The other query parameters of an operation that takes those of a list; none for one that does not.
pub(in crate::rest) fn others(
    apis: &[MetaApi],
    path: &str,
    method: &poem::http::Method,
) -> Option<OtherParams> {
    // poem-openapi calls the parameters of a path otherwise for the router than in the description.
    let shape = |path: &str| -> Vec<String> {
        let is_parameter = |segment: &str| segment.starts_with(':') || segment.starts_with('{');
        path.split('/').map(|part| if is_parameter(part) { String::new() } else { part.to_owned() }).collect()
    };
    let path = shape(path);
    let mut paths = apis.iter().flat_map(|api| &api.paths).filter(|known| shape(&known.path) == path);
    let operation = paths.find_map(|path| path.operations.iter().find(|known| known.method == *method))?;
    let (lists, others): (Vec<_>, Vec<_>) = operation
        .params
        .iter()
        .filter(|param| param.in_type == MetaParamIn::Query)
        .partition(|param| marked(&param.schema).is_some());
    (!lists.is_empty()).then(|| OtherParams(others.iter().map(|param| param.name.clone()).collect()))
}
