//! The parameters of requests: paths, headers, query strings.

use poem_openapi::ParameterStyle;
use poem_openapi::registry::{MetaOperationParam, MetaParamIn, MetaSchema, MetaSchemaRef};
use serde_json::json;

use super::kinds;
use super::schema::{self, inline, text};
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::idempotency::MAX_KEY_LENGTH;
use crate::query::{DEFAULT_PAGE, MAX_PAGE};
use crate::rest::operand::MAX_LIST;
use crate::rest::params::RESERVED;
use crate::service::{InputForm, unique_rules};
use crate::types::{Kind, Operand, Operator};

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
pub(super) fn comma_separated(parameter: MetaOperationParam) -> MetaOperationParam {
    MetaOperationParam { explode: false, style: Some(ParameterStyle::Form), ..parameter }
}

pub(super) fn id(info: &'static EntityInfo) -> MetaOperationParam {
    let schema = kinds::schema(info.key().kind);
    parameter("id", MetaParamIn::Path, "The primary key.", inline(schema))
}

fn header(name: &str, description: &str) -> MetaOperationParam {
    parameter(name, MetaParamIn::Header, description, inline(text("")))
}

/// `If-None-Match` of a read.
pub(super) fn if_changed() -> MetaOperationParam {
    header("If-None-Match", "Answers 304 when the row's `ETag` is still one of these.")
}

/// `If-None-Match` of a write.
pub(super) fn if_none_match() -> MetaOperationParam {
    header("If-None-Match", "Refuses with 412 when the row's `ETag` is one of these.")
}

pub(super) fn if_match() -> MetaOperationParam {
    header("If-Match", "Refuses with 412 unless the row's `ETag` is still one of these.")
}

/// `If-Match` of a write, which is refused without one where the entity asks for a version.
pub(super) fn if_match_of_write(info: &EntityInfo) -> MetaOperationParam {
    MetaOperationParam { required: info.def.version_required, ..if_match() }
}

/// What every write takes.
pub(super) fn of_writes() -> [MetaOperationParam; 2] {
    [idempotency_key(), dry_run()]
}

fn idempotency_key() -> MetaOperationParam {
    let description = "A text of the client's choice, a UUID for instance. A request that is sent again with its key is not done \
                       again: it is answered as it was the first time.";
    let schema = MetaSchema {
        min_length: Some(1),
        max_length: Some(MAX_KEY_LENGTH),
        pattern: Some("^[!-~]+$".to_owned()),
        ..text("")
    };
    parameter("Idempotency-Key", MetaParamIn::Header, description, inline(schema))
}

fn dry_run() -> MetaOperationParam {
    let description = "Answers what the request would be answered with, and keeps nothing of it.";
    let schema = MetaSchema { default: Some(json!(false)), ..kinds::schema(Kind::Bool) };
    parameter("dry_run", MetaParamIn::Query, description, inline(schema))
}

/// The fields of an input in the query of a request.
pub(super) fn input_params(input: &'static EntityInfo) -> impl Iterator<Item = MetaOperationParam> {
    let form = InputForm::create(input, Surface::Rest);
    form.columns().map(move |column| {
        let schema = MetaSchema { nullable: false, ..schema::given(column) };
        let described = parameter(column.wire, MetaParamIn::Query, column.docs, inline(schema));
        let described = match column.kind {
            Kind::List(_) => comma_separated(described),
            _ => described,
        };
        MetaOperationParam { required: form.requires(column), ..described }
    })
}

pub(super) fn list_params(info: &'static EntityInfo) -> Vec<MetaOperationParam> {
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
            inline(MetaSchema { min_length: Some(1), ..text("") }),
        ),
        sort(info),
        query("count", "Also count all matching rows, as `page.total`.", inline(count)),
    ];
    params.extend(searched(info));
    params.extend(filters(info));
    params
}

/// A parameter of a query string.
pub(super) fn parameter_of_query(name: &str, description: &str, schema: MetaSchemaRef) -> MetaOperationParam {
    parameter(name, MetaParamIn::Query, description, schema)
}

/// `q`, where there is something to search in.
pub(super) fn searched(info: &'static EntityInfo) -> Option<MetaOperationParam> {
    let searched: Vec<String> = info.searched().map(|column| format!("`{}`", column.wire)).collect();
    let description = format!("Words to search for in {}.", searched.join(", "));
    (!searched.is_empty()).then(|| parameter_of_query("q", &description, inline(text(""))))
}

/// The filters of a list.
pub(super) fn filters(info: &'static EntityInfo) -> impl Iterator<Item = MetaOperationParam> {
    filters_beside(info, &RESERVED)
}

/// The filters of a request that has parameters of these names besides.
pub(super) fn filters_beside(
    info: &'static EntityInfo,
    others: &'static [&'static str],
) -> impl Iterator<Item = MetaOperationParam> {
    let columns = info.on(Surface::Rest).filterable().iter();
    columns.flat_map(move |column| column.operators().map(move |operator| filter(column, operator, others)))
}

/// `max_affected` of a write of many rows.
pub(super) fn max_affected() -> MetaOperationParam {
    let schema = MetaSchema { minimum: Some(0.0), ..kinds::schema(Kind::I64) };
    let description = "When more rows would be reached, the request is refused and nothing is done.";
    parameter("max_affected", MetaParamIn::Query, description, inline(schema))
}

/// The unique rules by which clients can find a row that they write, each by its fields.
pub(super) fn upsert_rules(info: &'static EntityInfo) -> Vec<Vec<&'static str>> {
    if info.def.version_required {
        // An upsert names no versions.
        return Vec::new();
    }
    let given = InputForm::create(info, Surface::Rest);
    let is_given = |column: &&ColumnInfo| given.columns().any(|other| other.index == column.index);
    let rules = unique_rules(info).into_iter().filter(|rule| rule.iter().all(is_given));
    rules.map(|rule| rule.iter().map(|column| info.columns[column.index].wire).collect()).collect()
}

/// `upsert` of a creation, where a unique rule could find a row.
pub(super) fn upsert(info: &'static EntityInfo) -> Option<MetaOperationParam> {
    let rules: Vec<_> = upsert_rules(info).into_iter().map(|rule| json!(rule.join(","))).collect();
    let description =
        "The fields of a unique rule: a row that has the same values in them is changed instead.";
    let schema = || inline(MetaSchema { enum_items: rules.clone(), ..text("") });
    (!rules.is_empty()).then(|| parameter("upsert", MetaParamIn::Query, description, schema()))
}

/// `Prefer` of a write.
pub(super) fn prefer() -> MetaOperationParam {
    header("Prefer", "`return=minimal` answers without the row.")
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
        "Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first.",
        // A field that comes twice, be it in the other direction, is refused.
        list_of(key, Some(true), info.on(Surface::Rest).sortable().len()),
    ))
}

fn filter(column: &ColumnInfo, operator: Operator, others: &[&'static str]) -> MetaOperationParam {
    let bare = operator == Operator::Eq && !others.contains(&column.wire);
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
    comma_separated(parameter(name, MetaParamIn::Query, description, list_of(value, None, MAX_LIST)))
}

/// Values between commas. There is always one: nothing between two commas is an empty text.
pub(super) fn list_of(value: MetaSchema, unique: Option<bool>, most: usize) -> MetaSchemaRef {
    inline(MetaSchema {
        items: Some(Box::new(inline(value))),
        min_items: Some(1),
        max_items: Some(most),
        unique_items: unique,
        ..MetaSchema::new("array")
    })
}
