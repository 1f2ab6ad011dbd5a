//! The parameters of requests: paths, headers, query strings.

use poem_openapi::ParameterStyle;
use poem_openapi::registry::{MetaOperationParam, MetaParamIn, MetaSchema, MetaSchemaRef};
use serde_json::json;

use super::kinds;
use super::schema::{self, inline, text};
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::filters::MAX_LIST;
use crate::idempotency::MAX_KEY_LENGTH;
use crate::query::{DEFAULT_PAGE, MAX_PAGE};
use crate::rest::params::{ListOf, RESERVED, RESERVED_BY_EXPORT};
use crate::rest::relations::{self, Relation};
use crate::rest::shape::{MAX_INCLUDED, MAX_LEVELS, MAX_ROWS};
use crate::service::{InputForm, unique_rules};
use crate::types::{Kind, Operand, Operator};

pub(super) fn parameter(
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
    let kind = info.key().kind;
    let schema = MetaSchema { example: kinds::example_of_kind(kind), ..kinds::schema(kind) };
    parameter("id", MetaParamIn::Path, "The primary key.", inline(schema))
}

/// The key of a related row.
pub(super) fn key_of_related(info: &'static EntityInfo) -> MetaOperationParam {
    let kind = info.key().kind;
    let schema = MetaSchema { example: kinds::example_of_kind(kind), ..kinds::schema(kind) };
    parameter("key", MetaParamIn::Path, "The primary key of the related row.", inline(schema))
}

fn header(name: &str, description: &str, example: &str) -> MetaOperationParam {
    let schema = MetaSchema { example: Some(json!(example)), ..text("") };
    parameter(name, MetaParamIn::Header, description, inline(schema))
}

/// An entity tag, as `ETag` has it.
const TAG: &str = "\"6f4b1c0d9a8e7f52\"";

/// `If-None-Match` of a read.
pub(super) fn if_changed() -> MetaOperationParam {
    header("If-None-Match", "Answers 304 when the row's `ETag` is still one of these.", TAG)
}

/// `If-None-Match` of a write.
pub(super) fn if_none_match() -> MetaOperationParam {
    header("If-None-Match", "Refuses with 412 when the row's `ETag` is one of these.", TAG)
}

pub(super) fn if_match() -> MetaOperationParam {
    header("If-Match", "Refuses with 412 unless the row's `ETag` is still one of these.", TAG)
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
        example: Some(json!("0191f0c8-5d3e-7a52-9c3b-6a1f2e4d5c6b")),
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
        let deprecated = column.deprecated().is_some();
        MetaOperationParam { required: form.requires(column), deprecated, ..described }
    })
}

/// The parameters of a list.
pub(super) fn list_params(info: &'static EntityInfo, of: ListOf) -> Vec<MetaOperationParam> {
    let count = MetaSchema { enum_items: vec![json!("exact"), json!("estimate")], ..text("") };
    let [limit, cursor] = page_params();
    let mut params = vec![
        limit,
        cursor,
        sort(info),
        parameter(
            "count",
            MetaParamIn::Query,
            "Also count all matching rows, as `page.total`.",
            inline(count),
        ),
    ];
    params.extend(search(info));
    params.extend(tree(info));
    if of != ListOf::Own {
        params.extend(shown_params(info));
    }
    if of == ListOf::Rows {
        params.push(ids(info));
    }
    params.extend(filters(info, &RESERVED));
    params
}

/// The parameters of an export.
pub(super) fn export_params(info: &'static EntityInfo) -> Vec<MetaOperationParam> {
    let query =
        |name: &str, description: &str, schema| parameter(name, MetaParamIn::Query, description, schema);
    let format = MetaSchema { enum_items: vec![json!("csv"), json!("jsonl")], ..text("") };
    let escape = MetaSchema { default: Some(json!(false)), ..kinds::schema(Kind::Bool) };
    let columns = info.on(Surface::Rest).readable();
    let names = columns.iter().map(|column| json!(column.wire)).collect();
    let fields = list_of(MetaSchema { enum_items: names, ..text("") }, Some(true), columns.len());
    let mut params = vec![
        query(
            "format",
            "The format of the file; without it that which `Accept` names, or CSV.",
            inline(format),
        ),
        query(
            "escape_formulas",
            "Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula.",
            inline(escape),
        ),
        comma_separated(query(
            "fields",
            "The columns of the file, in this order; all of them without it.",
            fields,
        )),
        sort(info),
    ];
    params.extend(search(info));
    params.extend(tree(info));
    params.extend(filters(info, &RESERVED_BY_EXPORT));
    params
}

/// `limit` and `cursor`, of lists that are only paged.
pub(super) fn page_params() -> [MetaOperationParam; 2] {
    let query =
        |name: &str, description: &str, schema| parameter(name, MetaParamIn::Query, description, schema);
    let limit = MetaSchema {
        minimum: Some(1.0),
        maximum: Some(f64::from(MAX_PAGE)),
        default: Some(json!(DEFAULT_PAGE)),
        ..kinds::schema(Kind::I32)
    };
    [
        query("limit", "Rows of a page.", inline(limit)),
        query(
            "cursor",
            "Where to read on: `next_cursor` of the page before, with the same filters and order.",
            inline(MetaSchema { min_length: Some(1), ..text("") }),
        ),
    ]
}

/// `filter`, where there is something to filter by.
pub(super) fn tree(info: &'static EntityInfo) -> Option<MetaOperationParam> {
    let field = info.on(Surface::Rest).filterable().first()?;
    let name = field.wire;
    let description = format!(
        "A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the \
         filter of their row, and to-many relations with `some`, `none` or `every`. For example \
         `{{\"or\": [{{\"{name}\": {{\"in\": […]}}}}, {{\"not\": {{\"{name}\": {{\"eq\": …}}}}}}]}}`."
    );
    let example = format!("{{\"not\":{{\"{name}\":{{\"in\":[]}}}}}}");
    let schema = MetaSchema { format: Some("json"), example: Some(json!(example)), ..text("") };
    Some(parameter("filter", MetaParamIn::Query, description, inline(schema)))
}

/// That a list can be filtered by related rows too.
pub(super) fn filters_through_relations(info: &'static EntityInfo) -> String {
    let relations = relations::of(info).filter(|relation| relation.filters());
    let names: Vec<String> = relations.map(|relation| format!("`{}`", relation.name())).collect();
    match names.first() {
        None => String::new(),
        Some(_) => format!(
            " Filters lead through relations too, as in `{}.id[in]=1,2`: {}. Those through the same relation to many rows hold for \
             the same row.",
            names[0].trim_matches('`'),
            names.join(", ")
        ),
    }
}

/// `fields` and `include`.
pub(super) fn shown_params(info: &'static EntityInfo) -> Vec<MetaOperationParam> {
    let columns = info.on(Surface::Rest).readable();
    let names: Vec<_> = columns.iter().map(|column| json!(column.wire)).collect();
    let relations: Vec<&str> = relations::of(info).map(Relation::name).collect();
    let either = |names: Vec<serde_json::Value>, deeper: String| {
        let example = names.first().cloned();
        let named = inline(MetaSchema { enum_items: names, ..text("") });
        let deeper = inline(MetaSchema { pattern: Some(deeper), ..text("") });
        MetaSchema { any_of: vec![named, deeper], example, ..MetaSchema::ANY }
    };
    let fields = match relations.is_empty() {
        true => MetaSchema { enum_items: names, ..text("") },
        false => either(names, format!("^({})(\\.[a-z0-9_]+)+$", relations.join("|"))),
    };
    let mut params = vec![comma_separated(parameter(
        "fields",
        MetaParamIn::Query,
        "The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is \
         shown whole.",
        unbounded_list(fields),
    ))];
    if !relations.is_empty() {
        const OPTIONS: &str = "(\\((limit:[1-9][0-9]*|sort:-?[a-z0-9_]+|count:exact)(,(limit:[1-9][0-9]*|sort:-?[a-z0-9_]+|count:exact))*\\))?";
        let path = format!("^({})({OPTIONS})(\\.[a-z0-9_]+({OPTIONS}))*$", relations.join("|"));
        let include = either(relations.iter().map(|name| json!(name)).collect(), path);
        let description = format!(
            "Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as \
             in `a.b`, {MAX_LEVELS} levels at most. Which rows of a relation to many are shown is said in brackets: \
             `a(limit:5,sort:-id,count:exact)`. All rows together are {MAX_ROWS} at most, and relations {MAX_INCLUDED}."
        );
        params.push(comma_separated(parameter(
            "include",
            MetaParamIn::Query,
            description,
            unbounded_list(include),
        )));
    }
    params
}

fn unbounded_list(value: MetaSchema) -> MetaSchemaRef {
    inline(MetaSchema {
        items: Some(Box::new(inline(value))),
        min_items: Some(1),
        unique_items: Some(true),
        ..MetaSchema::new("array")
    })
}

/// `ids` of a list.
fn ids(info: &'static EntityInfo) -> MetaOperationParam {
    let description = "The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that \
                       are not there are left out.";
    let schema = list_of(kinds::schema(info.key().kind), Some(true), MAX_PAGE as usize);
    comma_separated(parameter("ids", MetaParamIn::Query, description, schema))
}

/// `q`, where there is something to search in.
pub(super) fn search(info: &'static EntityInfo) -> Option<MetaOperationParam> {
    let searched: Vec<String> = info.searched().map(|column| format!("`{}`", column.wire)).collect();
    let description = format!("Words to search for in {}.", searched.join(", "));
    let schema = MetaSchema { example: Some(json!("words")), ..text("") };
    (!searched.is_empty()).then(|| parameter("q", MetaParamIn::Query, description, inline(schema)))
}

/// The filters of a list.
pub(super) fn filters(
    info: &'static EntityInfo,
    reserved: &'static [&'static str],
) -> impl Iterator<Item = MetaOperationParam> {
    let columns = info.on(Surface::Rest).filterable().iter();
    columns.flat_map(move |column| {
        let deprecated = column.deprecated().is_some();
        let filter = move |operator| filter(column, operator, reserved);
        column.operators().map(move |operator| MetaOperationParam { deprecated, ..filter(operator) })
    })
}

/// `max_affected` of a write of many rows.
pub(super) fn max_affected() -> MetaOperationParam {
    let schema = MetaSchema { minimum: Some(0.0), example: Some(json!(100)), ..kinds::schema(Kind::I64) };
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
    header(
        "Prefer",
        "`return=minimal` answers without what was written, `return=representation` with it.",
        "return=minimal",
    )
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

fn filter(column: &ColumnInfo, operator: Operator, reserved: &[&str]) -> MetaOperationParam {
    let bare = operator == Operator::Eq && !reserved.contains(&column.wire);
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
    let kind = if operator == Operator::IsNull { Kind::Bool } else { column.kind };
    let value = MetaSchema { example: kinds::example_of_kind(kind), ..kinds::schema(kind) };
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
