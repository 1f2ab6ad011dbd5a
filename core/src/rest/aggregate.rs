//! `GET /api/tracks/aggregate`: measures of rows, and of groups of them.

use poem::Response;
use poem::http::StatusCode;

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::filters::{self, Known};
use crate::query::{
    AggregateQuery, Direction, Group, GroupKey, GroupSort, GroupSortBy, Groups, Having, Measure, SortPath,
    TimeUnit,
};
use crate::rest::params::{Filters, for_each};
use crate::rest::resource::json;
use crate::service::Records;
use crate::types::{Function, JsonStyle, Kind, Operator, shorten, write_json_str};
use crate::value::Value;

/// Parameters that are no filters.
pub(super) const RESERVED: [&str; 13] = [
    "group",
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "having",
    "sort",
    "limit",
    "per",
    "time_zone",
    "q",
    "filter",
];

/// Answers a request by its query string.
pub(super) async fn respond(ctx: &Ctx, info: &'static EntityInfo, query: &str) -> Result<Response> {
    let query = read(ctx, info, query)?;
    let groups = Records::new(ctx, info).aggregate(&query).await?;
    Ok(json(StatusCode::OK, written(info, &query, &groups)))
}

/// Reads the query string.
fn read(ctx: &Ctx, info: &'static EntityInfo, text: &str) -> Result<AggregateQuery> {
    let mut query = AggregateQuery::default();
    let mut filters = Filters::default();
    let mut tests = Vec::new();
    // Orders and `per` name keys of groups, which may stand behind them.
    let (mut sorts, mut per) = (Vec::new(), Vec::new());
    let known = Known { ctx, info, surface: Surface::Rest };
    for_each(text, |name, value, again| {
        let split = || value.split(',');
        match name {
            "group" => {
                for part in split() {
                    query.group.push(key(known, part)?);
                }
            }
            "count" => match value {
                "true" => query.measures.push(Measure::COUNT),
                "false" => {}
                _ => return Err(Error::bad_request("`count` is `true` or `false`")),
            },
            "sum" | "avg" | "min" | "max" => {
                for part in split() {
                    let measure = measure_of(known, name, part)?;
                    if query.measures.contains(&measure) {
                        let field = shorten(part, 64);
                        return Err(Error::bad_request(format!("`{name}` names `{field}` twice")));
                    }
                    query.measures.push(measure);
                }
            }
            "sort" => sorts.extend(split().map(str::to_owned)),
            "per" => per.extend(split().map(str::to_owned)),
            "limit" => query.limit = Some(AggregateQuery::size("limit", value.parse().unwrap_or(0))?),
            "time_zone" => query.time_zone = Some(value.to_owned()),
            "q" if info.searched().next().is_some() => {
                query.search = (!value.trim().is_empty()).then(|| value.to_owned());
            }
            _ => match name.strip_prefix("having[") {
                Some(rest) => tests.push(test(known, name, rest, value)?),
                None => filters.add(known, name, value, again, &RESERVED)?,
            },
        }
        Ok(())
    })?;
    query.filter = filters.into_condition();
    query.having = Having::All(tests);
    for sort in sorts {
        query.order.push(sorted(known, &query, &sort)?);
    }
    for name in per {
        let unknown = || {
            let name = shorten(&name, 64);
            Error::bad_request(format!(
                "`per` names `{name}`, by which rows are not grouped; name it in `group`"
            ))
        };
        query.per.push(position(info, &query.group, &name).ok_or_else(unknown)?);
    }
    Ok(query)
}

/// The error for a name that is none, with a near one that the client may use.
fn unknown(known: Known<'_>, what: &str, name: &str, columns: &[&'static ColumnInfo]) -> Error {
    let near = known.near(name, columns, std::iter::empty(), &[]);
    Error::bad_request(format!("unknown {what} `{}`{near}", shorten(name, 64)))
}

/// `genre_id`, `created_at:month`, `customer.country`.
fn key(known: Known<'_>, text: &str) -> Result<GroupKey> {
    let (way, unit) = match text.split_once(':') {
        Some((way, unit)) => (way, Some(unit)),
        None => (text, None),
    };
    let unit = unit.map(|name| {
        let known = TimeUnit::ALL.into_iter().find(|unit| unit.name() == name);
        known.ok_or_else(|| {
            let units = TimeUnit::ALL.map(TimeUnit::name).join(", ");
            Error::bad_request(format!("`{}` is no span of time; those are {units}", shorten(name, 40)))
        })
    });
    let unit = unit.transpose()?;
    let (mut at, mut columns) = (known.info, Vec::new());
    let mut parts = way.split('.').peekable();
    while let Some(part) = parts.next() {
        let view = at.on(Surface::Rest);
        let groups: Vec<_> = view.filterable().iter().copied().filter(|column| column.is_grouped()).collect();
        let unknown = || unknown(Known { info: at, ..known }, "group field", part, &groups);
        if parts.peek().is_none() {
            columns.push(groups.iter().find(|column| column.wire == part).ok_or_else(unknown)?.index);
            break;
        }
        let relation = view.to_one().iter().find(|(column, relation)| relation.name == part && column.filter);
        let (column, relation) = relation.ok_or_else(unknown)?;
        columns.push(column.index);
        at = (relation.target)().info();
    }
    let mut columns = columns.into_iter();
    let column = columns.next().unwrap_or_default();
    let path = SortPath::new(columns)
        .ok_or_else(|| Error::bad_request("`group` leads over too many relations; five are taken"))?;
    Ok(GroupKey { column, path, unit })
}

/// The fields that a function measures.
pub(super) fn fields(
    info: &'static EntityInfo,
    function: Function,
) -> impl Iterator<Item = &'static ColumnInfo> {
    let measured = info.on(Surface::Rest).measured().iter().copied();
    measured.filter(move |column| function.result(column.kind).is_some())
}

fn measure_of(known: Known<'_>, function: &str, field: &str) -> Result<Measure> {
    let function = Function::OF_FIELDS.into_iter().find(|other| other.name() == function);
    let function = function.ok_or_else(|| Error::internal("a function that is none"))?;
    let measured: Vec<_> = fields(known.info, function).collect();
    let column = measured.iter().find(|column| column.wire == field);
    let unknown = || unknown(known, &format!("field of `{}`", function.name()), field, &measured);
    Ok(Measure { function, column: column.ok_or_else(unknown)?.index })
}

/// `count`, `sum.total`.
fn measure(known: Known<'_>, text: &str) -> Result<Option<Measure>> {
    let is_function = |name: &str| Function::OF_FIELDS.iter().any(|function| function.name() == name);
    match text.split_once('.') {
        None if text == "count" => Ok(Some(Measure::COUNT)),
        Some((function, field)) if is_function(function) => measure_of(known, function, field).map(Some),
        _ => Ok(None),
    }
}

/// `having[count][gte]=5`, of which `rest` is what stands behind the first bracket.
fn test(known: Known<'_>, name: &str, rest: &str, value: &str) -> Result<Having> {
    let wrong = || {
        let name = shorten(name, 64);
        Error::bad_request(format!(
            "`{name}` is no test of groups; write `having[count][gte]`, `having[sum.…][lt]`"
        ))
    };
    let (of, operator) = rest.strip_suffix(']').and_then(|rest| rest.split_once("][")).ok_or_else(wrong)?;
    let measure = measure(known, of)?.ok_or_else(wrong)?;
    let kind = measure.kind(known.info).ok_or_else(wrong)?;
    let mut operators = operators(measure, kind);
    let Some(operator) = operators.clone().find(|other| other.wire() == operator) else {
        let names: Vec<&str> = operators.by_ref().map(Operator::wire).collect();
        return Err(Error::bad_request(format!(
            "`{}` is not an operator of `{of}`; those are {}",
            shorten(operator, 40),
            names.join(", ")
        )));
    };
    let op = filters::read_of(operator, kind, value)
        .map_err(|message| Error::bad_request(format!("`{name}` {message}")))?;
    Ok(Having::Measure(measure, op))
}

/// The operators on a measure: every measure of fields may be missing.
pub(super) fn operators(measure: Measure, kind: Kind) -> impl Iterator<Item = Operator> + Clone {
    let of_kind = kind.capabilities().operators.iter().copied();
    of_kind.chain(measure.measured().map(|_| Operator::IsNull))
}

/// A key by its name, without its span of time.
fn position(info: &'static EntityInfo, keys: &[GroupKey], name: &str) -> Option<usize> {
    keys.iter().position(|key| key.name(info, |column| column.wire) == name)
}

fn sorted(known: Known<'_>, query: &AggregateQuery, text: &str) -> Result<GroupSort> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Desc),
        None => (text, Direction::Asc),
    };
    // A way over a relation that is called like a function is a key.
    let by = match position(known.info, &query.group, name) {
        Some(position) => GroupSortBy::Key(position),
        None => GroupSortBy::Measure(measure(known, name)?.ok_or_else(|| {
            let name = shorten(name, 64);
            Error::bad_request(format!(
                "`sort` takes `count`, measures like `sum.…` and keys of `group`; `{name}` is none of them"
            ))
        })?),
    };
    if query.order.iter().any(|sort| sort.by == by) {
        return Err(Error::bad_request(format!("`sort` names `{name}` twice")));
    }
    Ok(GroupSort::new(by, direction))
}

/// `{"items": [{"key": {…}, "count": 3, "sum": {…}}], "page": {…}}`
fn written(info: &'static EntityInfo, query: &AggregateQuery, groups: &Groups) -> Vec<u8> {
    let keys: Vec<String> = query.group.iter().map(|key| key.name(info, |column| column.wire)).collect();
    let mut out = br#"{"items":["#.to_vec();
    for (position, group) in groups.items.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_group(info, query, &keys, group, &mut out);
    }
    out.push(b']');
    if !keys.is_empty() && query.per.is_empty() {
        out.extend_from_slice(br#","page":{"limit":"#);
        Value::Int(groups.limit.into()).write_json(JsonStyle::Rest, &mut out);
        out.extend_from_slice(br#","has_next":"#);
        Value::Bool(groups.has_more).write_json(JsonStyle::Rest, &mut out);
        out.push(b'}');
    }
    out.push(b'}');
    out
}

fn write_group(
    info: &'static EntityInfo,
    query: &AggregateQuery,
    keys: &[String],
    group: &Group,
    out: &mut Vec<u8>,
) {
    let mut members = Members::default();
    if !keys.is_empty() {
        members.name("key", out);
        let mut inner = Members::default();
        for (name, value) in keys.iter().zip(&group.keys) {
            inner.name(name, out);
            value.write_json(JsonStyle::Rest, out);
        }
        inner.end(out);
    }
    let measures = || query.measures.iter().zip(&group.measures);
    if let Some((_, count)) = measures().find(|(measure, _)| **measure == Measure::COUNT) {
        members.name("count", out);
        count.write_json(JsonStyle::Rest, out);
    }
    for function in Function::OF_FIELDS {
        let mut of_function = measures().filter(|(measure, _)| measure.function == function).peekable();
        if of_function.peek().is_none() {
            continue;
        }
        members.name(function.name(), out);
        let mut inner = Members::default();
        for (measure, value) in of_function {
            inner.name(info.columns[measure.column].wire, out);
            value.write_json(JsonStyle::Rest, out);
        }
        inner.end(out);
    }
    members.end(out);
}

/// The members of an object.
#[derive(Default)]
struct Members {
    begun: bool,
}

impl Members {
    fn name(&mut self, name: &str, out: &mut Vec<u8>) {
        out.push(if self.begun { b',' } else { b'{' });
        self.begun = true;
        write_json_str(name, out);
        out.push(b':');
    }

    fn end(self, out: &mut Vec<u8>) {
        if !self.begun {
            out.push(b'{');
        }
        out.push(b'}');
    }
}
