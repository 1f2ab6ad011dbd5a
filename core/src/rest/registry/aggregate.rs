//! Measures of rows, and of groups of them: what is asked, and what is answered.

use poem::http::Method;
use poem_openapi::registry::{
    MetaOperation, MetaOperationParam, MetaParamIn, MetaPath, MetaResponses, MetaSchema, MetaSchemaRef,
};
use serde_json::{Value as Json, json};

use super::kinds;
use super::operation::operation;
use super::parameters::{
    comma_separated, filters, filters_through_relations, list_of, parameter, search, tree,
};
use super::responses::{self, responses};
use super::schema::{SchemaNames, array, inline, object, or_null, reference, text, words};
use crate::entity::{EntityInfo, Surface};
use crate::filters::MAX_LIST;
use crate::policy::Action;
use crate::query::{DEFAULT_GROUPS, MAX_GROUPS, Measure, TimeUnit};
use crate::rest::actions;
use crate::rest::aggregate::{RESERVED, fields, operators};
use crate::rest::resource::AGGREGATE;
use crate::types::{Function, Kind, Operand, Operator};

/// Names between commas, at most.
const MAX_NAMES: usize = 50;

/// `/users/aggregate`, unless an action of the entity is called so.
pub(super) fn path(info: &'static EntityInfo) -> Option<MetaPath> {
    if actions::of(info).any(|action| action.collection && action.path == AGGREGATE) {
        return None;
    }
    let many = words(info.def.plural);
    let doing = format!(
        "Measures {many}: how many there are, and sums, averages, least and greatest values of their fields; of all that the \
         filters let pass, or with `group` of each group of those.{}",
        filters_through_relations(info)
    );
    let id = (format!("aggregate_{}", info.def.plural), format!("Measure {many}"));
    let groups = responses::bare("The measures.", &SchemaNames::of(info).groups);
    let operation = MetaOperation {
        params: params(info),
        responses: MetaResponses { responses: responses(groups, &[400, 406], info, Action::Read) },
        ..operation(info, Method::GET, id, &doing, Action::Read)
    };
    Some(MetaPath { path: format!("/{}/{AGGREGATE}", info.def.rest_path), operations: vec![operation] })
}

/// The measures of an entity's rows.
fn measures(info: &'static EntityInfo) -> impl Iterator<Item = Measure> {
    let of_fields = Function::OF_FIELDS.into_iter().flat_map(move |function| {
        fields(info, function).map(move |column| Measure { function, column: column.index })
    });
    std::iter::once(Measure::COUNT).chain(of_fields)
}

fn parameter_of_query(name: &str, description: &str, schema: MetaSchemaRef) -> MetaOperationParam {
    parameter(name, MetaParamIn::Query, description, schema)
}

fn names(description: &str, name: &str, words: Vec<Json>) -> MetaOperationParam {
    let word = MetaSchema { enum_items: words, ..text("") };
    comma_separated(parameter_of_query(name, description, list_of(word, Some(true), MAX_NAMES)))
}

/// With a value as an example; of one between commas the one item.
fn example(value: Option<impl Into<Json>>, mut parameter: MetaOperationParam) -> MetaOperationParam {
    if let MetaSchemaRef::Inline(schema) = &mut parameter.schema {
        let of = match &mut schema.items {
            Some(items) => match &mut **items {
                MetaSchemaRef::Inline(item) => item,
                MetaSchemaRef::Reference(_) => return parameter,
            },
            None => schema,
        };
        of.example = value.map(Into::into);
    }
    parameter
}

fn params(info: &'static EntityInfo) -> Vec<MetaOperationParam> {
    let units = TimeUnit::ALL.map(TimeUnit::name).join(", ");
    let group = format!(
        "What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row \
         `customer.country`; of a date or a time with its span, `created_at:month` ({units})."
    );
    let keys = info.on(Surface::Rest).filterable().iter();
    let key = keys.filter(|column| column.is_grouped()).map(|column| column.wire).next();
    let mut params = vec![
        example(key, names(&group, "group", Vec::new())),
        example(
            Some(true),
            parameter_of_query("count", "How many rows there are.", inline(kinds::schema(Kind::Bool))),
        ),
    ];
    for function in Function::OF_FIELDS {
        let measured: Vec<Json> = fields(info, function).map(|column| json!(column.wire)).collect();
        if measured.is_empty() {
            continue;
        }
        let description = match function {
            Function::Sum => "Sums of these fields; exact, but for floating point numbers.",
            Function::Avg => {
                "Averages of these fields; of whole numbers with six digits after the point, of decimals with six more than the field \
                 has, rounded half away from zero."
            }
            _ if function == Function::Min => "Least values of these fields.",
            _ => "Greatest values of these fields.",
        };
        params.push(names(description, function.name(), measured));
    }
    let limit = MetaSchema {
        minimum: Some(1.0),
        maximum: Some(f64::from(MAX_GROUPS)),
        default: Some(json!(DEFAULT_GROUPS)),
        ..kinds::schema(Kind::I32)
    };
    let sort = "Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest \
                first. Groups that have no such value are last.";
    let per = "Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in \
               the answer.";
    let zone = "The time zone of the IANA database in which days and other spans of time begin.";
    params.extend([
        example(Some("-count"), names(sort, "sort", Vec::new())),
        parameter_of_query("limit", "The first so many groups.", inline(limit)),
        example(key, names(per, "per", Vec::new())),
        parameter_of_query(
            "time_zone",
            zone,
            inline(MetaSchema {
                default: Some(json!("UTC")),
                example: Some(json!("Europe/Berlin")),
                ..text("")
            }),
        ),
    ]);
    params.extend(search(info));
    params.extend(tree(info));
    params.extend(measures(info).flat_map(|measure| tests(info, measure)));
    params.extend(filters(info, &RESERVED));
    params
}

/// The tests of a measure: `having[count][gte]`.
fn tests(info: &'static EntityInfo, measure: Measure) -> Vec<MetaOperationParam> {
    let Some(kind) = measure.kind(info) else { return Vec::new() };
    let name = measure.name(info);
    let test = |operator: Operator| {
        let description = format!("Only groups whose `{name}` passes this test; needs `group`.");
        let kind = if operator.operand() == Operand::Flag { Kind::Bool } else { kind };
        let value = MetaSchema { example: kinds::example_of_kind(kind), ..kinds::schema(kind) };
        let parameter = format!("having[{name}][{}]", operator.wire());
        match operator.operand() {
            Operand::List => {
                comma_separated(parameter_of_query(&parameter, &description, list_of(value, None, MAX_LIST)))
            }
            _ => parameter_of_query(&parameter, &description, inline(value)),
        }
    };
    operators(measure, kind).map(test).collect()
}

/// The names of the schemas of what is answered, with the schemas.
pub(super) fn schemas(info: &'static EntityInfo) -> Vec<(String, MetaSchema)> {
    let names = SchemaNames::of(info);
    let limit = MetaSchema {
        description: Some("The requested number of groups."),
        minimum: Some(1.0),
        maximum: Some(f64::from(MAX_GROUPS)),
        ..kinds::schema(Kind::I32)
    };
    let has_next =
        MetaSchema { description: Some("Whether there are more groups."), ..kinds::schema(Kind::Bool) };
    let page = object(
        "How many groups there are; where they are all counted together.",
        vec![("limit", inline(limit)), ("has_next", inline(has_next))],
    );
    let groups = MetaSchema {
        description: Some("Measures: one item without `group`, else one for each group."),
        required: vec!["items"],
        properties: vec![("items", array(reference(&names.group))), ("page", inline(page))],
        ..MetaSchema::new("object")
    };
    vec![(names.group, group(info)), (names.groups, groups)]
}

fn group(info: &'static EntityInfo) -> MetaSchema {
    let count = MetaSchema { minimum: Some(0.0), ..kinds::schema(Kind::I64) };
    let mut properties = vec![
        ("key", inline(key(info))),
        ("count", inline(MetaSchema { description: Some("How many rows there are."), ..count })),
    ];
    for function in Function::OF_FIELDS {
        let measured: Vec<(&'static str, MetaSchemaRef)> = fields(info, function)
            .filter_map(|column| Some((column.wire, nullable(function.result(column.kind)?))))
            .collect();
        if !measured.is_empty() {
            properties.push((
                function.name(),
                inline(MetaSchema { properties: measured, ..MetaSchema::new("object") }),
            ));
        }
    }
    MetaSchema {
        description: Some("What was asked for of one group, or of all rows."),
        properties,
        ..MetaSchema::new("object")
    }
}

fn nullable(kind: Kind) -> MetaSchemaRef {
    inline(or_null(kinds::schema(kind)))
}

/// The keys of `group`, under the names that they have there.
fn key(info: &'static EntityInfo) -> MetaSchema {
    let filterable = info.on(Surface::Rest).filterable().iter();
    let keys = filterable.filter(|column| column.is_grouped());
    MetaSchema {
        description: Some(
            "What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a \
             related row. Of a span of time it is the beginning.",
        ),
        properties: keys.map(|column| (column.wire, nullable(column.kind))).collect(),
        additional_properties: Some(Box::new(inline(MetaSchema::ANY))),
        ..MetaSchema::new("object")
    }
}
