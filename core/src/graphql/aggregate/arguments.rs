//! What the arguments of a field ask to measure.

use serde_json::{Map, Value as Json};

use crate::entity::{EntityInfo, Op, OperandValue};
use crate::error::{Error, Result};
use crate::graphql::aggregate::measure::{function_of, measure_of};
use crate::graphql::description::order::DIRECTIONS;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::fields::{self, EntityField};
use crate::graphql::selection::Arguments;
use crate::graphql::{coercion, filter};
use crate::query::{AggregateQuery, GroupKey, GroupSort, GroupSortBy, Having, Measure, SortPath, TimeUnit};
use crate::types::{JsonStyle, Kind, Operand};

/// Keys that one order may have.
const MAX_SORTS: usize = 8;
/// Characters of a search text, and of the name of a time zone.
const MAX_TEXT: usize = 200;
/// How deep tests of groups may nest, and how many there may be.
const MAX_DEPTH: usize = 10;
const MAX_TESTS: usize = 50;
/// Values in one `in` or `notIn`.
const MAX_VALUES: usize = 1000;

/// What the arguments ask for.
pub(super) fn query(
    context: &ExecutionContext<'_>,
    info: &'static EntityInfo,
    arguments: &Arguments,
) -> Result<AggregateQuery> {
    let mut query = AggregateQuery::default();
    let argument = |name: &str| {
        let (_, literal) = arguments.iter().find(|(known, _)| known.node == name)?;
        context.json(&literal.node).filter(|value| !value.is_null())
    };
    if let Some(by) = argument("by") {
        query.group = keys(info, "by", by)?;
        if query.group.is_empty() {
            return Err(Error::bad_request(
                "`by` names no key; for measures of all rows there is another field",
            ));
        }
    }
    if let Some(value) = argument("filter") {
        query.filter = filter::condition(info, value)?;
    }
    if let Some(value) = argument("search") {
        query.search = Some(coercion::text("search", value, MAX_TEXT)?);
    }
    if let Some(value) = argument("having") {
        query.having = having(info, value, 0, &mut 0)?;
    }
    if let Some(value) = argument("orderBy") {
        query.order = order(info, &query.group, value)?;
    }
    if let Some(value) = argument("first") {
        let size = value.as_i64().ok_or_else(|| Error::bad_request("`first` must be a whole number"))?;
        query.limit = Some(AggregateQuery::size("first", size)?);
    }
    if let Some(value) = argument("per") {
        for key in keys(info, "per", value)? {
            let position = query.group.iter().position(|known| *known == key);
            let unknown = || Error::bad_request("`per` names a key that `by` does not name");
            query.per.push(position.ok_or_else(unknown)?);
        }
    }
    if let Some(value) = argument("timeZone") {
        query.time_zone = Some(coercion::text("timeZone", value, MAX_TEXT)?);
    }
    Ok(query)
}

/// The one member of an object.
fn only(name: &str, value: Json) -> Result<(String, Json)> {
    let not_one = || Error::bad_request(format!("an entry of `{name}` has exactly one field"));
    let Json::Object(members) = value else { return Err(not_one()) };
    let mut members = members.into_iter();
    match (members.next(), members.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(not_one()),
    }
}

/// `[{status: true}, {createdAt: MONTH}, {customer: {country: true}}]`
fn keys(info: &'static EntityInfo, argument: &str, value: Json) -> Result<Vec<GroupKey>> {
    let key = |entry: Json| {
        let (columns, value) = way(info, argument, entry)?;
        let unit =
            match value {
                Json::Bool(true) => None,
                Json::Bool(false) => {
                    return Err(Error::bad_request(format!("a key of `{argument}` is `true`, or left out")));
                }
                Json::String(name) => {
                    let mut units = TimeUnit::ALL.into_iter();
                    let unit = units.find(|unit| unit.name().eq_ignore_ascii_case(&name));
                    Some(unit.ok_or_else(|| {
                        Error::bad_request(format!("`{argument}` knows no such span of time"))
                    })?)
                }
                _ => return Err(Error::bad_request(format!("an entry of `{argument}` is no key"))),
            };
        let mut columns = columns.into_iter();
        let column = columns.next().unwrap_or_default();
        let path = SortPath::new(columns)
            .ok_or_else(|| Error::bad_request(format!("`{argument}` leads over at most five relations")))?;
        Ok(GroupKey { column, path, unit })
    };
    coercion::list(value).into_iter().map(key).collect()
}

/// The columns that an entry leads over, and what stands under the last of them.
fn way(info: &'static EntityInfo, argument: &str, entry: Json) -> Result<(Vec<usize>, Json)> {
    let (mut at, mut columns, mut entry) = (info, Vec::new(), entry);
    loop {
        let (name, value) = only(argument, entry)?;
        match fields::field(at, &name) {
            Some(EntityField::Column(column)) if column.filter && column.is_grouped() => {
                columns.push(column.index);
                return Ok((columns, value));
            }
            Some(EntityField::ToOne(column, relation)) if column.filter => {
                columns.push(column.index);
                (at, entry) = ((relation.target)().info(), value);
            }
            _ => return Err(Error::bad_request(format!("`{argument}` does not know `{name}`"))),
        }
    }
}

/// `[{sum: {total: DESC}}, {key: {country: ASC}}, {count: ASC}]`
fn order(info: &'static EntityInfo, group: &[GroupKey], value: Json) -> Result<Vec<GroupSort>> {
    let entries = coercion::list(value);
    if entries.len() > MAX_SORTS {
        return Err(Error::bad_request(format!("`orderBy` takes at most {MAX_SORTS} entries")));
    }
    let mut sorts: Vec<GroupSort> = Vec::with_capacity(entries.len());
    for entry in entries {
        let (name, value) = only("orderBy", entry)?;
        let (by, direction) = match name.as_str() {
            "count" => (GroupSortBy::Measure(Measure::COUNT), value),
            "key" => {
                let (columns, direction) = way(info, "orderBy", value)?;
                let same = |key: &GroupKey| key.columns().eq(columns.iter().copied());
                let position = group
                    .iter()
                    .position(same)
                    .ok_or_else(|| Error::bad_request("`orderBy` names a key that `by` does not name"))?;
                (GroupSortBy::Key(position), direction)
            }
            function => {
                let (name, direction) = only("orderBy", value)?;
                (GroupSortBy::Measure(measure_of(info, function_of(function)?, &name)?), direction)
            }
        };
        let direction = DIRECTIONS.iter().find(|known| direction == known.name);
        let direction =
            direction.ok_or_else(|| Error::bad_request("`orderBy` takes directions, like `ASC`"))?;
        if sorts.iter().any(|sort| sort.by == by) {
            return Err(Error::bad_request(format!("`orderBy` names the same `{name}` twice")));
        }
        let sort = GroupSort::new(by, direction.direction);
        sorts.push(GroupSort { nulls: direction.nulls.unwrap_or(sort.nulls), ..sort });
    }
    Ok(sorts)
}

fn object(name: &str, value: Json) -> Result<Map<String, Json>> {
    match value {
        Json::Object(members) => Ok(members),
        _ => Err(Error::bad_request(format!("`{name}` must be an object; leave it out"))),
    }
}

fn having(info: &'static EntityInfo, value: Json, depth: usize, count: &mut usize) -> Result<Having> {
    if depth > MAX_DEPTH {
        return Err(too_complex(format!("`having` nests at most {MAX_DEPTH} levels")));
    }
    let mut all = Vec::new();
    let each = |value: Json, count: &mut usize| {
        let parts = coercion::list(value).into_iter();
        parts.map(|part| having(info, part, depth + 1, count)).collect::<Result<Vec<_>>>()
    };
    for (name, value) in object("having", value)? {
        match name.as_str() {
            "and" => all.push(Having::All(each(value, count)?)),
            "or" => all.push(Having::Any(each(value, count)?)),
            "not" => all.push(Having::Not(Box::new(having(info, value, depth + 1, count)?))),
            "count" => tests(Measure::COUNT, Kind::I32, "count", value, &mut all)?,
            function => {
                let function = function_of(function)?;
                for (field, value) in object(&name, value)? {
                    let measure = measure_of(info, function, &field)?;
                    let kind = measure.kind(info).unwrap_or(Kind::I64);
                    tests(measure, kind, &format!("{name}.{field}"), value, &mut all)?;
                }
            }
        }
    }
    *count += all.len();
    if *count > MAX_TESTS {
        return Err(too_complex(format!("`having` has at most {MAX_TESTS} tests")));
    }
    Ok(Having::All(all))
}

fn too_complex(what: String) -> Error {
    Error::QueryTooComplex(format!("{what}; ask for less at once").into())
}

/// `{gte: 5, lt: 10}`
fn tests(measure: Measure, kind: Kind, name: &str, value: Json, to: &mut Vec<Having>) -> Result<()> {
    for (test, value) in object(name, value)? {
        let name = format!("{name}.{test}");
        let wrong = |message: &str| Error::bad_request(format!("`{name}` {message}"));
        if value.is_null() {
            return Err(wrong("cannot be null; for missing values ask `isNull: true`"));
        }
        let mut operators = fields::measure_operators(kind);
        let operator = operators.find(|known| known.graphql() == test);
        let operator = operator.ok_or_else(|| wrong("is not a test"))?;
        let one =
            |json: Json| kind.decode_json(json, JsonStyle::Graphql).map_err(|error| wrong(&error.message));
        let operand = match operator.operand() {
            Operand::Value => OperandValue::One(one(value)?),
            Operand::List => {
                let values = coercion::list(value);
                if values.len() > MAX_VALUES {
                    return Err(wrong(&format!("takes at most {MAX_VALUES} values")));
                }
                OperandValue::Many(values.into_iter().map(one).collect::<Result<_>>()?)
            }
            Operand::Flag => {
                OperandValue::Flag(value.as_bool().ok_or_else(|| wrong("must be true or false"))?)
            }
            Operand::Text => OperandValue::Text(coercion::text(&name, value, 1000)?),
        };
        let op = Op::new(operator, operand).ok_or_else(|| wrong("is not a test"))?;
        to.push(Having::Measure(measure, op));
    }
    Ok(())
}
