//! The requests of one entity: parameters, bodies, responses, who may send them.

use std::collections::HashMap;

use poem::http::Method;
use poem_openapi::ParameterStyle;
use poem_openapi::registry::{
    MetaHeader, MetaMediaType, MetaOperation, MetaOperationParam, MetaParamIn, MetaPath, MetaRequest,
    MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, MetaSecurityScheme, MetaTag,
    Registry as Components,
};
use serde_json::json;

use super::schema::{PROBLEM, SchemaNames, array, inline, reference, text, words};
use super::{described, intern, kinds};
use crate::entity::{ColumnInfo, EntityInfo, Rule, Surface};
use crate::http::problem;
use crate::policy::Action;
use crate::principal::Principal;
use crate::query::{DEFAULT_PAGE, MAX_PAGE};
use crate::rest::params::RESERVED;
use crate::types::{Kind, Operand, Operator};

/// The security scheme's name.
const BEARER: &str = "bearer";

/// The entity's tag and the security scheme.
pub(super) fn register(info: &'static EntityInfo, to: &mut Components) {
    to.create_tag(MetaTag {
        name: info.def.name,
        description: described(info.def.docs),
        external_docs: None,
    });
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

/// `/users` and `/users/{id}`.
pub(super) fn paths(info: &'static EntityInfo) -> Vec<MetaPath> {
    let collection = format!("/{}", info.def.rest_path);
    let item = format!("{collection}/{{id}}");
    let path = |path, operations| MetaPath { path, operations };
    vec![
        path(collection, vec![list(info), create(info)]),
        path(item, vec![get(info), update(info), delete(info)]),
    ]
}

fn list(info: &'static EntityInfo) -> MetaOperation {
    let many = words(info.def.plural);
    let page = json_body(&SchemaNames::of(info).page);
    MetaOperation {
        summary: Some(intern(format!("List {many}"))),
        params: list_params(info),
        responses: MetaResponses {
            responses: responses(
                response(200, "One page of the list.", vec![page], &[LINK]),
                &[400, 406],
                info.def.policy.rule(Action::Read),
            ),
        },
        ..operation(info, Method::GET, format!("list_{}", info.def.plural), Action::Read)
    }
}

fn create(info: &'static EntityInfo) -> MetaOperation {
    let names = SchemaNames::of(info);
    let one = words(info.def.singular);
    MetaOperation {
        summary: Some(intern(format!("Create one {one}"))),
        request: Some(request(vec![json_body(&names.input)])),
        responses: MetaResponses {
            responses: responses(
                response(201, "The row made.", vec![json_body(&names.row)], &[LOCATION, ETAG]),
                &[400, 406, 408, 409, 413, 415, 422],
                info.def.policy.rule(Action::Create),
            ),
        },
        ..operation(info, Method::POST, format!("create_{}", info.def.singular), Action::Create)
    }
}

fn get(info: &'static EntityInfo) -> MetaOperation {
    let one = words(info.def.singular);
    let mut responses = responses(
        response(200, "The row.", vec![json_body(&SchemaNames::of(info).row)], &[ETAG]),
        &[400, 404, 406, 412],
        info.def.policy.rule(Action::Read),
    );
    responses.insert(1, response(304, "The row is still what `If-None-Match` names.", Vec::new(), &[ETAG]));
    MetaOperation {
        summary: Some(intern(format!("Get one {one}"))),
        params: vec![
            id(info),
            if_match(),
            header("If-None-Match", "Answers 304 when the row's `ETag` is still one of these."),
        ],
        responses: MetaResponses { responses },
        ..operation(info, Method::GET, format!("get_{}", info.def.singular), Action::Read)
    }
}

fn update(info: &'static EntityInfo) -> MetaOperation {
    let names = SchemaNames::of(info);
    let one = words(info.def.singular);
    let merge_patch =
        MetaMediaType { content_type: "application/merge-patch+json", schema: reference(&names.patch) };
    MetaOperation {
        summary: Some(intern(format!("Change one {one}"))),
        params: vec![id(info), if_match(), if_none_match()],
        request: Some(request(vec![json_body(&names.patch), merge_patch])),
        responses: MetaResponses {
            responses: responses(
                response(200, "The row as it is now.", vec![json_body(&names.row)], &[ETAG]),
                &[400, 404, 406, 408, 409, 412, 413, 415, 422],
                info.def.policy.rule(Action::Update),
            ),
        },
        ..operation(info, Method::PATCH, format!("update_{}", info.def.singular), Action::Update)
    }
}

fn delete(info: &'static EntityInfo) -> MetaOperation {
    let one = words(info.def.singular);
    MetaOperation {
        summary: Some(intern(format!("Delete one {one}"))),
        params: vec![id(info), if_match(), if_none_match()],
        responses: MetaResponses {
            responses: responses(
                response(204, "The row is gone.", Vec::new(), &[]),
                &[400, 404, 409, 412],
                info.def.policy.rule(Action::Delete),
            ),
        },
        ..operation(info, Method::DELETE, format!("delete_{}", info.def.singular), Action::Delete)
    }
}

fn operation(info: &'static EntityInfo, method: Method, id: String, action: Action) -> MetaOperation {
    let rule = info.def.policy.rule(action);
    let bearer = || HashMap::from([(BEARER, Vec::new())]);
    // What depends on the row is worth asking without a token too.
    let (open, security) = match rule.for_all_rows(&Principal::Anonymous) {
        Some(true) => (true, Vec::new()),
        Some(false) => (false, vec![bearer()]),
        None => (false, vec![HashMap::new(), bearer()]),
    };
    MetaOperation {
        method,
        tags: vec![info.def.name],
        summary: None,
        description: (!open).then(|| intern(format!("Allowed: {}.", rule_in_words(rule)))),
        external_docs: None,
        params: Vec::new(),
        request: None,
        responses: MetaResponses { responses: Vec::new() },
        deprecated: false,
        security,
        operation_id: Some(intern(id)),
        code_samples: Vec::new(),
    }
}

/// A rule in words.
fn rule_in_words(rule: &Rule) -> String {
    let joined = |rules: &[Rule], word: &str| {
        let parts: Vec<String> = rules
            .iter()
            .map(|rule| match rule {
                Rule::Any(_) | Rule::All(_) => format!("({})", rule_in_words(rule)),
                rule => rule_in_words(rule),
            })
            .collect();
        parts.join(word)
    };
    match rule {
        Rule::Public => "everyone".to_owned(),
        Rule::Authenticated => "whoever is signed in".to_owned(),
        Rule::Nobody => "no one but the system itself".to_owned(),
        Rule::Role(role) => format!("the role `{role}`"),
        Rule::Owner(field) => format!("whoever the row belongs to by `{field}`"),
        Rule::Custom(_) => "as the application decides".to_owned(),
        Rule::Any(rules) => joined(rules, " or "),
        Rule::All(rules) => joined(rules, " and "),
        Rule::Not(rule) => format!("not {}", rule_in_words(rule)),
    }
}

fn parameter(
    name: impl Into<String>,
    in_type: MetaParamIn,
    description: impl Into<String>,
    schema: MetaSchemaRef,
) -> MetaOperationParam {
    MetaOperationParam {
        name: name.into(),
        schema,
        in_type,
        description: Some(description.into()),
        required: in_type == MetaParamIn::Path,
        deprecated: false,
        explode: true,
        style: None,
    }
}

/// A parameter whose values stand between commas.
fn comma_separated(parameter: MetaOperationParam) -> MetaOperationParam {
    MetaOperationParam { explode: false, style: Some(ParameterStyle::Form), ..parameter }
}

fn id(info: &'static EntityInfo) -> MetaOperationParam {
    let schema = kinds::schema(info.key().kind);
    parameter("id", MetaParamIn::Path, "The primary key.", inline(schema))
}

fn header(name: &str, description: &str) -> MetaOperationParam {
    parameter(name, MetaParamIn::Header, description, inline(text("")))
}

fn if_match() -> MetaOperationParam {
    header("If-Match", "Refuses with 412 unless the row's `ETag` is still one of these.")
}

fn if_none_match() -> MetaOperationParam {
    header("If-None-Match", "Refuses with 412 when the row's `ETag` is one of these.")
}

fn list_params(info: &'static EntityInfo) -> Vec<MetaOperationParam> {
    let query =
        |name: &str, description: &str, schema| parameter(name, MetaParamIn::Query, description, schema);
    let limit = MetaSchema {
        minimum: Some(1.0),
        maximum: Some(f64::from(MAX_PAGE)),
        default: Some(json!(DEFAULT_PAGE)),
        ..kinds::schema(Kind::I32)
    };
    let count = MetaSchema { enum_items: vec![json!("exact"), json!("estimate")], ..text("") };
    let mut params = vec![
        query("limit", "Rows of a page.", inline(limit)),
        query(
            "cursor",
            "Where to read on: `next_cursor` of the page before, with the same filters and order.",
            inline(text("")),
        ),
        sort(info),
        query("count", "Also count all matching rows, as `page.total`.", inline(count)),
    ];
    let searched: Vec<String> = info.searched().map(|column| format!("`{}`", column.wire)).collect();
    if !searched.is_empty() {
        let description = format!("Words to search for in {}.", searched.join(", "));
        params.push(query("q", &description, inline(text(""))));
    }
    for column in info.on(Surface::Rest).filterable() {
        params.extend(column.operators().map(|operator| filter(column, operator)));
    }
    params
}

fn sort(info: &'static EntityInfo) -> MetaOperationParam {
    let keys = info
        .on(Surface::Rest)
        .sortable()
        .iter()
        .flat_map(|column| [json!(column.wire), json!(format!("-{}", column.wire))]);
    let key = MetaSchema { enum_items: keys.collect(), ..text("") };
    comma_separated(parameter(
        "sort",
        MetaParamIn::Query,
        "Sort keys, separated by commas or given one by one; `-` puts the greatest first.",
        array(inline(key)),
    ))
}

fn filter(column: &ColumnInfo, operator: Operator) -> MetaOperationParam {
    let bare = operator == Operator::Eq && !RESERVED.contains(&column.wire);
    let name = match bare {
        true => column.wire.to_owned(),
        false => format!("{}[{}]", column.wire, operator.wire()),
    };
    let description = match operator {
        Operator::Eq => format!("Rows whose `{}` is this.", column.wire),
        Operator::Ne => format!("Rows whose `{}` is another.", column.wire),
        Operator::Gt => format!("Rows whose `{}` is greater.", column.wire),
        Operator::Gte => format!("Rows whose `{}` is this or greater.", column.wire),
        Operator::Lt => format!("Rows whose `{}` is less.", column.wire),
        Operator::Lte => format!("Rows whose `{}` is this or less.", column.wire),
        Operator::In => format!("Rows whose `{}` is one of these.", column.wire),
        Operator::NotIn => format!("Rows whose `{}` is none of these.", column.wire),
        Operator::IsNull => format!("Rows without (`true`) or with (`false`) a `{}`.", column.wire),
        Operator::Contains => format!("Rows whose `{}` holds this text.", column.wire),
        Operator::StartsWith => format!("Rows whose `{}` starts with this text.", column.wire),
        Operator::EndsWith => format!("Rows whose `{}` ends with this text.", column.wire),
    };
    let value = match operator {
        Operator::IsNull => kinds::schema(Kind::Bool),
        _ => kinds::schema(column.kind),
    };
    if operator.operand() != Operand::List {
        return parameter(name, MetaParamIn::Query, description, inline(value));
    }
    let description = format!("{description} Between commas, or given several times.");
    let description = match kinds::may_hold_commas(column.kind) {
        true => format!("{description} Inside a value, write a comma as `\\,`."),
        false => description,
    };
    comma_separated(parameter(name, MetaParamIn::Query, description, array(inline(value))))
}

fn json_body(schema: &str) -> MetaMediaType {
    MetaMediaType { content_type: "application/json", schema: reference(schema) }
}

fn request(content: Vec<MetaMediaType>) -> MetaRequest {
    MetaRequest { description: None, content, required: true }
}

/// Name and description of a header of a response.
type HeaderDoc = (&'static str, &'static str);

const ETAG: HeaderDoc = ("ETag", "Names this state of the row.");
const LINK: HeaderDoc = ("Link", "The next page, as `rel=\"next\"`, when rows follow.");
const LOCATION: HeaderDoc = ("Location", "The address of the row.");
const RETRY_AFTER: HeaderDoc = ("Retry-After", "Seconds to wait.");
const WWW_AUTHENTICATE: HeaderDoc =
    ("WWW-Authenticate", "`Bearer`, with `realm`, and `error` where a token was sent.");

fn response(
    status: u16,
    description: &'static str,
    content: Vec<MetaMediaType>,
    headers: &[HeaderDoc],
) -> MetaResponse {
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content,
        headers: headers
            .iter()
            .map(|(name, description)| MetaHeader {
                name: (*name).to_owned(),
                description: Some((*description).to_owned()),
                required: false,
                deprecated: false,
                schema: inline(text("")),
            })
            .collect(),
    }
}

/// The response of success, then every error there may be: these, those of the policy, and those of any request.
fn responses(success: MetaResponse, errors: &[u16], rule: &Rule) -> Vec<MetaResponse> {
    let mut statuses = errors.to_vec();
    // A token that is not valid is refused also where none is needed.
    statuses.extend([401, 500, 503]);
    if !matches!(rule, Rule::Public) {
        statuses.push(403);
    }
    statuses.sort_unstable();
    std::iter::once(success).chain(statuses.into_iter().map(error)).collect()
}

fn error(status: u16) -> MetaResponse {
    let description = match status {
        400 => "The request is malformed.",
        401 => "No token, or one that is not valid.",
        403 => "The token's bearer may not do this.",
        404 => "There is no such row, or not for the token's bearer.",
        406 => "`Accept` rules out `application/json`.",
        408 => "The body did not arrive in time.",
        409 => "A unique rule or a reference stands against it.",
        412 => "A precondition failed: the row is not the one that was read.",
        413 => "The body is too large.",
        415 => "The body is of another media type or content coding.",
        422 => "The values break rules; every one is listed.",
        503 => "The service is not available for now.",
        _ => "A fault of the server.",
    };
    let body = MetaMediaType { content_type: problem::MEDIA_TYPE, schema: reference(PROBLEM) };
    let headers: &[HeaderDoc] = match status {
        401 => &[WWW_AUTHENTICATE],
        503 => &[RETRY_AFTER],
        _ => &[],
    };
    response(status, description, vec![body], headers)
}
