//! `UserFilter` and its parts as a [`Condition`].

use serde_json::{Map, Value as Json};

use crate::entity::{ColumnInfo, EntityInfo};
use crate::entity::{Condition, Op, Quantifier};
use crate::error::{Error, Result};
use crate::graphql::schema::has_test;
use crate::graphql::{arguments, global_id, visible};
use crate::types::JsonStyle;
use crate::value::Value;

/// How deep filters may nest: `and`, `or`, `not` and relations.
const MAX_DEPTH: usize = 10;
/// How many relations a filter may lead through.
const MAX_RELATIONS: usize = 4;
/// Tests in one filter.
const MAX_TESTS: usize = 200;
/// Values in one `in` or `notIn`.
const MAX_VALUES: usize = 1000;

/// Reads the filter of an entity's rows.
pub(super) fn condition(info: &'static EntityInfo, filter: Json) -> Result<Condition> {
    let mut reader = Reader { tests: 0 };
    reader.condition(info, filter, At { depth: 0, relations: 0 })
}

struct Reader {
    tests: usize,
}

#[derive(Clone, Copy)]
struct At {
    depth: usize,
    relations: usize,
}

fn bad(message: impl Into<String>) -> Error {
    Error::bad_request(message.into())
}

fn too_much(what: &str) -> Error {
    Error::QueryTooComplex(format!("{what}; ask for less at once").into())
}

fn members(name: &str, value: Json) -> Result<Map<String, Json>> {
    match value {
        Json::Object(members) => Ok(members),
        Json::Null => Err(bad(format!("`{name}` cannot be null; leave it out"))),
        _ => Err(bad(format!("`{name}` must be an object"))),
    }
}

impl Reader {
    fn condition(&mut self, info: &'static EntityInfo, filter: Json, at: At) -> Result<Condition> {
        if at.depth > MAX_DEPTH {
            return Err(too_much(&format!("a filter nests at most {MAX_DEPTH} levels")));
        }
        if at.relations > MAX_RELATIONS {
            return Err(too_much(&format!("a filter leads through at most {MAX_RELATIONS} relations")));
        }
        let deeper = At { depth: at.depth + 1, ..at };
        let mut all = Vec::new();
        for (name, value) in members("filter", filter)? {
            match name.as_str() {
                "and" => all.push(Condition::All(self.each(info, "and", value, deeper)?)),
                "or" => all.push(Condition::Any(self.each(info, "or", value, deeper)?)),
                "not" => all.push(Condition::Not(Box::new(self.condition(info, value, deeper)?))),
                _ => self.named(info, &name, value, deeper, &mut all)?,
            }
        }
        // A lone condition needs no brackets.
        Ok(match all.len() {
            1 => all.swap_remove(0),
            _ => Condition::All(all),
        })
    }

    fn each(&mut self, info: &'static EntityInfo, name: &str, value: Json, at: At) -> Result<Vec<Condition>> {
        if value.is_null() {
            return Err(bad(format!("`{name}` cannot be null; leave it out")));
        }
        arguments::list(value)
            .into_iter()
            .map(|filter| {
                self.count()?;
                self.condition(info, filter, at)
            })
            .collect()
    }

    fn named(
        &mut self,
        info: &'static EntityInfo,
        name: &str,
        value: Json,
        at: At,
        all: &mut Vec<Condition>,
    ) -> Result<()> {
        let through = At { relations: at.relations + 1, ..at };
        if let Some(column) = visible::column(info, name).filter(|column| column.filter) {
            for (test, value) in members(name, value)? {
                all.push(self.test(info, column, &test, value)?);
            }
        } else if let Some((column, relation)) =
            visible::to_one(info, name).filter(|(column, _)| column.filter)
        {
            let matches = self.condition((relation.target)().info(), value, through)?;
            all.push(Condition::ToOne { index: column.index, matches: Box::new(matches) });
        } else if let Some(many) = visible::to_many(info, name) {
            for (test, value) in members(name, value)? {
                let quantifier = match test.as_str() {
                    "some" => Quantifier::Some,
                    "none" => Quantifier::None,
                    "every" => Quantifier::Every,
                    other => return Err(bad(format!("`{name}` does not know `{other}`"))),
                };
                self.count()?;
                let matches = self.condition(many.target(), value, through)?;
                all.push(Condition::ToMany { index: many.index, quantifier, matches: Box::new(matches) });
            }
        } else {
            return Err(bad(format!("a filter of `{}` does not know `{name}`", info.def.name)));
        }
        Ok(())
    }

    fn count(&mut self) -> Result<()> {
        self.tests += 1;
        if self.tests > MAX_TESTS {
            return Err(too_much(&format!("a filter has at most {MAX_TESTS} tests")));
        }
        Ok(())
    }

    fn test(
        &mut self,
        info: &'static EntityInfo,
        column: &'static ColumnInfo,
        test: &str,
        value: Json,
    ) -> Result<Condition> {
        self.count()?;
        let at = || format!("{}.{test}", column.graphql);
        if value.is_null() {
            return Err(bad(format!("`{}` cannot be null; for missing values ask `isNull: true`", at())));
        }
        if !has_test(column, test) {
            return Err(bad(format!("`{}` is not a test", at())));
        }
        let one = |json: Json| cell(info, column, &at(), json);
        let op = match test {
            "eq" => Op::Eq(one(value)?),
            "ne" => Op::Ne(one(value)?),
            "gt" => Op::Gt(one(value)?),
            "gte" => Op::Gte(one(value)?),
            "lt" => Op::Lt(one(value)?),
            "lte" => Op::Lte(one(value)?),
            "in" | "notIn" => {
                let values = arguments::list(value);
                if values.len() > MAX_VALUES {
                    return Err(bad(format!("`{}` takes at most {MAX_VALUES} values", at())));
                }
                let values = values.into_iter().map(one).collect::<Result<_>>()?;
                if test == "in" { Op::In(values) } else { Op::NotIn(values) }
            }
            "isNull" => match value {
                Json::Bool(missing) => Op::IsNull(missing),
                _ => return Err(bad(format!("`{}` must be true or false", at()))),
            },
            "contains" => Op::Contains(part(&at(), value)?),
            "startsWith" => Op::StartsWith(part(&at(), value)?),
            "endsWith" => Op::EndsWith(part(&at(), value)?),
            _ => return Err(bad(format!("`{}` is not a test", at()))),
        };
        Ok(Condition::column(column.index, op))
    }
}

fn part(name: &str, value: Json) -> Result<String> {
    arguments::text(name, value, 1000)
}

/// A value to compare a column with.
pub(super) fn cell(info: &'static EntityInfo, column: &ColumnInfo, name: &str, json: Json) -> Result<Value> {
    if !visible::is_id(column) {
        return column
            .kind
            .decode_json(json, JsonStyle::Graphql)
            .map_err(|error| bad(format!("`{name}` {}", error.message)));
    }
    match (json, visible::id_entity(info, column)) {
        (Json::String(id), Some(target)) => {
            global_id::decode(target, &id).map_err(|error| bad(format!("`{name}`: {error}")))
        }
        _ => Err(bad(format!("`{name}` must be an id"))),
    }
}
