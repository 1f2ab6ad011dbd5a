//! `filter={"or": [{"status": {"eq": "active"}}, {"posts": {"some": {"stars": {"gte": 3}}}}]}`.

use serde_json::{Map, Value as Json};

use super::{MAX_RELATIONS, MAX_TESTS, too_many_relations, too_many_tests};
use crate::entity::{ColumnInfo, Condition, Op, OperandValue, Quantifier};
use crate::error::{Error, Result};
use crate::filters::operand::MAX_LIST;
use crate::filters::{Known, Relation};
use crate::types::{JsonStyle, Operand, Operator, shorten, strict_json};

/// How deep a tree may nest: `and`, `or`, `not` and relations.
const MAX_DEPTH: usize = 10;
/// Characters of a part of a text.
const MAX_TEXT: usize = 1000;
/// What every tree knows besides fields and relations.
const JOINING: [&str; 3] = ["and", "or", "not"];
const QUANTIFIERS: [(&str, Quantifier); 3] =
    [("some", Quantifier::Some), ("none", Quantifier::None), ("every", Quantifier::Every)];

/// Reads the value of the parameter `filter`.
///
/// # Errors
/// `BadRequest` with the place of what cannot be read, `QueryTooComplex` for one that asks for too much.
pub(crate) fn condition(known: Known<'_>, text: &str) -> Result<Condition> {
    let members = strict_json::members(text.as_bytes()).map_err(|error| {
        let reason = error.to_string();
        Error::bad_request(format!("`filter` is not a valid JSON object: {}", shorten(&reason, 200)))
    })?;
    let mut reader = Reader { tests: 0 };
    let here = Here { known, levels: 0, relations: 0 };
    reader.members(here, "filter", members)
}

/// Reads one tree.
struct Reader {
    tests: usize,
}

/// Where in a tree a part of it stands.
#[derive(Clone, Copy)]
struct Here<'c> {
    known: Known<'c>,
    levels: usize,
    relations: usize,
}

/// The place of a member.
fn at(place: &str, member: impl std::fmt::Display) -> String {
    format!("{place}.{member}")
}

fn wrong(place: &str, what: impl std::fmt::Display) -> Error {
    Error::bad_request(format!("`{}` {what}", shorten(place, 300)))
}

fn object(place: &str, value: Json, like: &str) -> Result<Map<String, Json>> {
    match value {
        Json::Object(members) => Ok(members),
        _ => Err(wrong(place, format_args!("must be an object, like {like}"))),
    }
}

impl Reader {
    fn count(&mut self) -> Result<()> {
        self.tests += 1;
        if self.tests > MAX_TESTS { Err(too_many_tests()) } else { Ok(()) }
    }

    fn condition(&mut self, here: Here<'_>, place: &str, value: Json) -> Result<Condition> {
        self.members(here, place, object(place, value, "`{\"id\": {\"eq\": 1}}`")?)
    }

    fn members(
        &mut self,
        here: Here<'_>,
        place: &str,
        members: impl IntoIterator<Item = (String, Json)>,
    ) -> Result<Condition> {
        if here.levels >= MAX_DEPTH {
            return Err(Error::QueryTooComplex(
                format!("a filter nests at most {MAX_DEPTH} levels; ask for less at once").into(),
            ));
        }
        let below = Here { levels: here.levels + 1, ..here };
        let mut all = Vec::new();
        for (name, value) in members {
            let place = at(place, shorten(&name, 64));
            match name.as_str() {
                "and" => all.push(Condition::All(self.each(below, &place, value)?)),
                "or" => all.push(Condition::Any(self.each(below, &place, value)?)),
                "not" => all.push(Condition::Not(Box::new(self.condition(below, &place, value)?))),
                name => self.named(below, &place, name, value, &mut all)?,
            }
        }
        // A lone condition needs no brackets.
        Ok(match all.len() {
            1 => all.swap_remove(0),
            _ => Condition::All(all),
        })
    }

    fn each(&mut self, here: Here<'_>, place: &str, value: Json) -> Result<Vec<Condition>> {
        let Json::Array(filters) = value else {
            return Err(wrong(place, "must be a list of filters"));
        };
        let filters = filters.into_iter().enumerate();
        filters
            .map(|(position, filter)| {
                self.count()?;
                self.condition(here, &at(place, position), filter)
            })
            .collect()
    }

    fn named(
        &mut self,
        here: Here<'_>,
        place: &str,
        name: &str,
        value: Json,
        all: &mut Vec<Condition>,
    ) -> Result<()> {
        let known = here.known;
        if let Some(column) = known.view().filterable_column(name) {
            for (operator, value) in object(place, value, "`{\"eq\": …}`")? {
                self.count()?;
                let operator = known.operator(column, &operator, place)?;
                all.push(test(column, operator, &at(place, operator.wire()), value)?);
            }
            return Ok(());
        }
        let Some(relation) = known.filtered_relations().find(|relation| relation.name() == name) else {
            let near = known.near(name, known.view().filterable(), known.filtered_relations(), &JOINING);
            let of = known.info.def.name;
            return Err(wrong(place, format_args!("is no field or relation of a {of} to filter by{near}")));
        };
        if here.relations >= MAX_RELATIONS {
            return Err(too_many_relations());
        }
        let behind = Here { known: known.behind(relation), relations: here.relations + 1, ..here };
        match relation {
            Relation::ToOne(column, _) => {
                self.count()?;
                let matches = Box::new(self.condition(behind, place, value)?);
                all.push(Condition::ToOne { index: column.index, matches });
            }
            Relation::ToMany(many) => {
                for (word, value) in object(place, value, "`{\"some\": {…}}`")? {
                    self.count()?;
                    let Some((_, quantifier)) = QUANTIFIERS.iter().find(|(known, _)| *known == word) else {
                        return Err(wrong(
                            &at(place, shorten(&word, 64)),
                            "is not one of `some`, `none` and `every`",
                        ));
                    };
                    let matches = Box::new(self.condition(behind, &at(place, word), value)?);
                    all.push(Condition::ToMany { index: many.index, quantifier: *quantifier, matches });
                }
            }
        }
        Ok(())
    }
}

/// A test on a column.
fn test(column: &ColumnInfo, operator: Operator, place: &str, value: Json) -> Result<Condition> {
    if value.is_null() {
        let way = match column.nullable {
            true => "cannot be null; for missing values ask `{\"null\": true}`",
            false => "cannot be null",
        };
        return Err(wrong(place, way));
    }
    let one = |json: Json, place: &str| {
        column.kind.decode_json(json, JsonStyle::Rest).map_err(|error| wrong(place, error.message))
    };
    let operand = match operator.operand() {
        Operand::Value => OperandValue::One(one(value, place)?),
        Operand::List => {
            let Json::Array(values) = value else { return Err(wrong(place, "must be a list of values")) };
            if values.len() > MAX_LIST {
                return Err(wrong(place, format_args!("must not list more than {MAX_LIST} values")));
            }
            let values = values.into_iter().enumerate();
            OperandValue::Many(
                values.map(|(position, value)| one(value, &at(place, position))).collect::<Result<_>>()?,
            )
        }
        Operand::Flag => match value {
            Json::Bool(flag) => OperandValue::Flag(flag),
            _ => return Err(wrong(place, "must be true or false")),
        },
        Operand::Text => OperandValue::Text(part_of_text(place, value)?),
    };
    let op = Op::new(operator, operand).ok_or_else(|| wrong(place, "compares with something else"))?;
    Ok(Condition::column(column.index, op))
}

fn part_of_text(place: &str, value: Json) -> Result<String> {
    match value {
        Json::String(text) if text.contains('\0') => Err(wrong(place, "must not contain NUL characters")),
        Json::String(text) if text.chars().count() > MAX_TEXT => {
            Err(wrong(place, format_args!("is longer than {MAX_TEXT} characters")))
        }
        Json::String(text) => Ok(text),
        _ => Err(wrong(place, "must be a text")),
    }
}
