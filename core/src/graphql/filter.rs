//! `UserFilter` and its parts as a [`Condition`].

use serde_json::{Map, Value as Json};

use crate::entity::{ColumnInfo, Condition, EntityInfo, Op, OperandValue, Quantifier};
use crate::error::{Error, Result};
use crate::graphql::coercion;
use crate::graphql::fields::{self, EntityField};
use crate::types::{Operand, Operator};

/// How deep filters may nest: `and`, `or`, `not` and relations.
const MAX_DEPTH: usize = 10;
/// How many relations a filter may lead through.
const MAX_RELATIONS: usize = 4;
/// Tests in one filter.
const MAX_TESTS: usize = 200;
/// Values in one `in` or `notIn`.
const MAX_VALUES: usize = 1000;
/// Characters of a part of a text.
const MAX_TEXT: usize = 1000;

/// Reads the filter of an entity's rows.
pub(super) fn condition(info: &'static EntityInfo, filter: Json) -> Result<Condition> {
    let mut reader = FilterReader { tests: 0 };
    reader.condition(info, filter, Nesting { levels: 0, relations: 0 })
}

/// Reads one filter.
struct FilterReader {
    /// Tests so far.
    tests: usize,
}

/// Where in a filter a part of it stands.
#[derive(Clone, Copy)]
struct Nesting {
    /// Levels above it.
    levels: usize,
    /// Relations it lies behind.
    relations: usize,
}

fn invalid(message: impl Into<String>) -> Error {
    Error::bad_request(message.into())
}

fn too_complex(what: &str) -> Error {
    Error::QueryTooComplex(format!("{what}; ask for less at once").into())
}

fn object(name: &str, value: Json) -> Result<Map<String, Json>> {
    match value {
        Json::Object(members) => Ok(members),
        Json::Null => Err(invalid(format!("`{name}` cannot be null; leave it out"))),
        _ => Err(invalid(format!("`{name}` must be an object"))),
    }
}

impl FilterReader {
    fn condition(&mut self, info: &'static EntityInfo, filter: Json, nesting: Nesting) -> Result<Condition> {
        if nesting.levels > MAX_DEPTH {
            return Err(too_complex(&format!("a filter nests at most {MAX_DEPTH} levels")));
        }
        if nesting.relations > MAX_RELATIONS {
            return Err(too_complex(&format!("a filter leads through at most {MAX_RELATIONS} relations")));
        }
        let deeper = Nesting { levels: nesting.levels + 1, ..nesting };
        let mut all = Vec::new();
        for (name, value) in object("filter", filter)? {
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

    fn each(
        &mut self,
        info: &'static EntityInfo,
        name: &str,
        value: Json,
        nesting: Nesting,
    ) -> Result<Vec<Condition>> {
        if value.is_null() {
            return Err(invalid(format!("`{name}` cannot be null; leave it out")));
        }
        coercion::list(value)
            .into_iter()
            .map(|filter| {
                self.count()?;
                self.condition(info, filter, nesting)
            })
            .collect()
    }

    fn named(
        &mut self,
        info: &'static EntityInfo,
        name: &str,
        value: Json,
        nesting: Nesting,
        all: &mut Vec<Condition>,
    ) -> Result<()> {
        let through = Nesting { relations: nesting.relations + 1, ..nesting };
        match fields::field(info, name) {
            Some(EntityField::Column(column)) if column.filter => {
                for (test, value) in object(name, value)? {
                    all.push(self.test(info, column, &test, value)?);
                }
            }
            Some(EntityField::ToOne(column, relation)) if column.filter => {
                let matches = self.condition((relation.target)().info(), value, through)?;
                all.push(Condition::ToOne { index: column.index, matches: Box::new(matches) });
            }
            Some(EntityField::ToMany(many)) if !many.def.skip.filter => {
                for (test, value) in object(name, value)? {
                    let quantifier = quantifier(&test)
                        .ok_or_else(|| invalid(format!("`{name}` does not know `{test}`")))?;
                    self.count()?;
                    let matches = self.condition(many.target(), value, through)?;
                    all.push(Condition::ToMany { index: many.index, quantifier, matches: Box::new(matches) });
                }
            }
            _ => return Err(invalid(format!("a filter of `{}` does not know `{name}`", info.def.name))),
        }
        Ok(())
    }

    fn count(&mut self) -> Result<()> {
        self.tests += 1;
        if self.tests > MAX_TESTS {
            return Err(too_complex(&format!("a filter has at most {MAX_TESTS} tests")));
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
        let name = || format!("{}.{test}", column.graphql);
        if value.is_null() {
            return Err(invalid(format!(
                "`{}` cannot be null; for missing values ask `isNull: true`",
                name()
            )));
        }
        let unknown = || invalid(format!("`{}` is not a test", name()));
        let operator = fields::operators(column).find(|known| known.graphql() == test).ok_or_else(unknown)?;
        let operand = operand(info, column, operator, &name(), value)?;
        let op = Op::new(operator, operand).ok_or_else(unknown)?;
        Ok(Condition::column(column.index, op))
    }
}

/// How many related rows must match.
fn quantifier(name: &str) -> Option<Quantifier> {
    match name {
        "some" => Some(Quantifier::Some),
        "none" => Some(Quantifier::None),
        "every" => Some(Quantifier::Every),
        _ => None,
    }
}

/// What a test compares its column with.
fn operand(
    info: &'static EntityInfo,
    column: &ColumnInfo,
    operator: Operator,
    name: &str,
    value: Json,
) -> Result<OperandValue> {
    let one = |json: Json| coercion::column_value(info, column, name, json);
    Ok(match operator.operand() {
        Operand::Value => OperandValue::One(one(value)?),
        Operand::List => {
            let values = coercion::list(value);
            if values.len() > MAX_VALUES {
                return Err(invalid(format!("`{name}` takes at most {MAX_VALUES} values")));
            }
            OperandValue::Many(values.into_iter().map(one).collect::<Result<_>>()?)
        }
        Operand::Flag => match value {
            Json::Bool(flag) => OperandValue::Flag(flag),
            _ => return Err(invalid(format!("`{name}` must be true or false"))),
        },
        Operand::Text => OperandValue::Text(coercion::text(name, value, MAX_TEXT)?),
    })
}
