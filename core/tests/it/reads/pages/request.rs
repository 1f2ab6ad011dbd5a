//! What is asked for: made at random, and said to each surface.

use std::fmt::Write as _;

use entify::entity::{Condition, Op, Quantifier};
use entify::prelude::*;
use entify::query::{Direction, Sort};
use entify::value::Value;
use serde_json::{Value as Json, json};

use super::super::aggregates::Dice;
use super::{Table, WORDS};

/// A page of rows with related rows, and as many more pages as there are.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) table: Table,
    pub(super) filter: Test,
    pub(super) order: Order,
    pub(super) limit: u32,
    pub(super) counted: bool,
    pub(super) include: Vec<Include>,
}

/// Fields with whether the greatest come first. `nr` is among them, so that each order is a whole one.
#[derive(Debug, Clone)]
pub(super) struct Order(pub(super) Vec<(&'static str, bool)>);

/// Related rows that are shown with each row.
#[derive(Debug)]
pub(super) struct Include {
    pub(super) name: &'static str,
    pub(super) table: Table,
    /// What is asked of a relation to many.
    pub(super) many: Option<ManyRows>,
    pub(super) include: Vec<Include>,
}

#[derive(Debug)]
pub(super) struct ManyRows {
    pub(super) order: Order,
    pub(super) limit: u32,
    pub(super) counted: bool,
}

#[derive(Debug)]
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Field(&'static str, &'static str, Json),
    One(&'static str, Table, Box<Test>),
    Many(&'static str, Table, &'static str, Box<Test>),
}

impl Request {
    /// How many pages are read.
    pub(super) const PAGES: u32 = 3;

    pub(super) fn random(dice: &mut Dice) -> Self {
        let table = dice.one(&[Table::Author, Table::Book, Table::Book, Table::Review, Table::Shelf]);
        Self {
            table,
            filter: Test::random(dice, table, 0, 0),
            order: Order::random(dice, table),
            limit: limit(dice, 5),
            counted: dice.below(2) == 0,
            include: Include::random(dice, table, 0),
        }
    }

    /// The address of the REST API.
    pub(super) fn address(&self, cursor: Option<&str>) -> String {
        let path = self.table.info().def.rest_path;
        let mut to = form_urlencoded::Serializer::new(format!("/api/{path}?"));
        to.append_pair("filter", &self.filter.tree().to_string());
        to.append_pair("sort", &self.order.names().join(","));
        to.append_pair("limit", &self.limit.to_string());
        if self.counted {
            to.append_pair("count", "exact");
        }
        if !self.include.is_empty() {
            to.append_pair("include", &Include::paths(&self.include).join(","));
        }
        if let Some(cursor) = cursor {
            to.append_pair("cursor", cursor);
        }
        to.finish()
    }

    /// The GraphQL document.
    pub(super) fn document(&self, cursor: Option<&str>) -> String {
        let after = cursor.map(|cursor| format!(", after: \"{cursor}\"")).unwrap_or_default();
        let filter = self.filter.literal(self.table);
        let arguments = format!(
            "first: {}, filter: {filter}, orderBy: {}{after}",
            self.limit,
            self.order.literal(self.table)
        );
        let name = self.table.info().def.graphql.many;
        let page = page(self.table, self.counted, &self.include);
        format!("{{ found: {name}({arguments}) {page} }}")
    }
}

fn limit(dice: &mut Dice, most: usize) -> u32 {
    u32::try_from(1 + dice.below(most)).expect("a number")
}

/// What is selected of a page.
fn page(table: Table, counted: bool, include: &[Include]) -> String {
    let total = if counted { "totalCount " } else { "" };
    format!("{{ {total}pageInfo {{ hasNextPage endCursor }} nodes {} }}", row(table, include))
}

/// What is selected of a row.
fn row(table: Table, include: &[Include]) -> String {
    let fields = table.fields().iter().map(|name| graphql_name(table, name).to_owned());
    let related = include.iter().map(|one| match &one.many {
        None => format!("{} {}", one.name, row(one.table, &one.include)),
        Some(many) => format!(
            "{}(first: {}, orderBy: {}) {}",
            one.name,
            many.limit,
            many.order.literal(one.table),
            page(one.table, many.counted, &one.include)
        ),
    });
    format!("{{ {} }}", fields.chain(related).collect::<Vec<_>>().join(" "))
}

pub(super) fn graphql_name(table: Table, name: &str) -> &'static str {
    table.info().by_name(name).expect("a field").graphql
}

impl Order {
    fn random(dice: &mut Dice, table: Table) -> Self {
        let mut fields: Vec<(&str, bool)> = Vec::new();
        for _ in 0..dice.below(3) {
            let name = dice.one(table.fields());
            if name != "nr" && fields.iter().all(|(known, _)| *known != name) {
                fields.push((name, dice.below(2) == 0));
            }
        }
        fields.push(("nr", dice.below(2) == 0));
        Self(fields)
    }

    /// As REST names them.
    fn names(&self) -> Vec<String> {
        let name = |(name, greatest): &(&str, bool)| format!("{}{name}", if *greatest { "-" } else { "" });
        self.0.iter().map(name).collect()
    }

    fn literal(&self, table: Table) -> String {
        let one = |(name, greatest): &(&str, bool)| {
            format!("{{ {}: {} }}", graphql_name(table, name), if *greatest { "DESC" } else { "ASC" })
        };
        format!("[{}]", self.0.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    pub(super) fn sorts(&self, table: Table) -> Vec<Sort> {
        let sort = |(name, greatest): &(&str, bool)| {
            let direction = if *greatest { Direction::Desc } else { Direction::Asc };
            Sort::new(table.info().by_name(name).expect("a field").index, direction)
        };
        self.0.iter().map(sort).collect()
    }
}

impl Include {
    fn random(dice: &mut Dice, table: Table, level: usize) -> Vec<Self> {
        let mut all = Vec::new();
        for (name, target, many) in table.relations() {
            if dice.below(2 + level) != 0 {
                continue;
            }
            all.push(Self {
                name,
                table: *target,
                many: many.then(|| ManyRows {
                    order: Order::random(dice, *target),
                    limit: limit(dice, 3),
                    counted: dice.below(2) == 0,
                }),
                include: if level < 2 { Self::random(dice, *target, level + 1) } else { Vec::new() },
            });
        }
        all
    }

    /// As REST names them: a path for each.
    fn paths(all: &[Self]) -> Vec<String> {
        let mut paths = Vec::new();
        for one in all {
            let mut path = one.name.to_owned();
            if let Some(many) = &one.many {
                let sorts =
                    many.order.names().into_iter().map(|name| format!(",sort:{name}")).collect::<String>();
                let count = if many.counted { ",count:exact" } else { "" };
                _ = write!(path, "(limit:{}{sorts}{count})", many.limit);
            }
            let below = Self::paths(&one.include);
            // The page is said once, where the relation is first named.
            paths.push(path);
            paths.extend(below.into_iter().map(|below| format!("{}.{below}", one.name)));
        }
        paths
    }
}

impl Test {
    fn random(dice: &mut Dice, table: Table, depth: usize, relations: usize) -> Self {
        if depth < 3 && dice.below(3) == 0 {
            let mut some =
                || (0..dice.below(4)).map(|_| Self::random(dice, table, depth + 1, relations)).collect();
            let parts: Vec<Self> = some();
            return match dice.below(3) {
                0 => Self::All(parts),
                1 => Self::Any(parts),
                _ => Self::Not(Box::new(Self::random(dice, table, depth + 1, relations))),
            };
        }
        if depth < 3 && relations < 2 && dice.below(3) == 0 {
            let (name, target, many) = dice.one(table.relations());
            let within = Box::new(Self::random(dice, target, depth + 1, relations + 1));
            return match many {
                true => Self::Many(name, target, dice.one(&["some", "none", "every"]), within),
                false => Self::One(name, target, within),
            };
        }
        let name = dice.one(table.fields());
        let nullable = table.info().by_name(name).expect("a field").nullable;
        if nullable && dice.below(5) == 0 {
            return Self::Field(name, "null", json!(dice.below(2) == 0));
        }
        let value = |dice: &mut Dice| match name {
            "title" | "name" | "text" => json!(dice.one(&WORDS)),
            "out" | "is_reviewed" => json!(dice.below(2) == 0),
            "price" => json!(dice.one(&["-0.50", "0.00", "1.00", "1.50"])),
            "nr" => json!(dice.below(20)),
            _ => json!(dice.below(5)),
        };
        let first = value(dice);
        let operators: &[&str] = match name {
            "title" | "name" | "text" => {
                &["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "contains", "starts_with", "ends_with"]
            }
            "out" | "is_reviewed" => &["eq"],
            _ => &["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"],
        };
        match dice.one(operators) {
            operator @ ("in" | "nin") => {
                let others = (0..dice.below(3)).map(|_| value(dice)).collect::<Vec<_>>();
                Self::Field(name, operator, [vec![first], others].concat().into())
            }
            operator => Self::Field(name, operator, first),
        }
    }

    /// As REST takes it.
    fn tree(&self) -> Json {
        let all = |parts: &[Self]| Json::Array(parts.iter().map(Self::tree).collect());
        match self {
            Self::All(parts) => json!({"and": all(parts)}),
            Self::Any(parts) => json!({"or": all(parts)}),
            Self::Not(part) => json!({"not": part.tree()}),
            Self::Field(name, operator, value) => json!({(*name): {(*operator): value}}),
            Self::One(name, _, part) => json!({(*name): part.tree()}),
            Self::Many(name, _, quantifier, part) => json!({(*name): {(*quantifier): part.tree()}}),
        }
    }

    /// As GraphQL takes it.
    fn literal(&self, table: Table) -> String {
        let all =
            |parts: &[Self]| parts.iter().map(|part| part.literal(table)).collect::<Vec<_>>().join(", ");
        match self {
            Self::All(parts) => format!("{{ and: [{}] }}", all(parts)),
            Self::Any(parts) => format!("{{ or: [{}] }}", all(parts)),
            Self::Not(part) => format!("{{ not: {} }}", part.literal(table)),
            Self::Field(name, operator, value) => {
                let operator = match *operator {
                    "nin" => "notIn",
                    "null" => "isNull",
                    "starts_with" => "startsWith",
                    "ends_with" => "endsWith",
                    other => other,
                };
                format!("{{ {}: {{ {operator}: {value} }} }}", graphql_name(table, name))
            }
            Self::One(name, target, part) => format!("{{ {name}: {} }}", part.literal(*target)),
            Self::Many(name, target, quantifier, part) => {
                format!("{{ {name}: {{ {quantifier}: {} }} }}", part.literal(*target))
            }
        }
    }

    /// As the service takes it.
    pub(super) fn condition(&self, table: Table) -> Condition {
        let all = |parts: &[Self]| parts.iter().map(|part| part.condition(table)).collect();
        let info = table.info();
        match self {
            Self::All(parts) => Condition::All(all(parts)),
            Self::Any(parts) => Condition::Any(all(parts)),
            Self::Not(part) => Condition::Not(Box::new(part.condition(table))),
            Self::Field(name, operator, value) => {
                Condition::column(info.by_name(name).expect("a field").index, op(name, operator, value))
            }
            Self::One(name, target, part) => Condition::ToOne {
                index: info.by_name(&format!("{name}_id")).expect("a reference").index,
                matches: Box::new(part.condition(*target)),
            },
            Self::Many(name, target, quantifier, part) => Condition::ToMany {
                index: info.many.iter().position(|many| many.def.name == *name).expect("a relation"),
                quantifier: match *quantifier {
                    "some" => Quantifier::Some,
                    "none" => Quantifier::None,
                    _ => Quantifier::Every,
                },
                matches: Box::new(part.condition(*target)),
            },
        }
    }
}

fn op(name: &str, operator: &str, json: &Json) -> Op {
    let one = |json: &Json| match (json, name) {
        (Json::String(text), "price") => Value::Decimal(text.parse::<Decimal>().expect("a decimal")),
        (Json::String(text), _) => Value::Text(text.clone()),
        (Json::Bool(flag), _) => Value::Bool(*flag),
        (number, _) => Value::Int(number.as_i64().expect("a number")),
    };
    let many = || json.as_array().expect("a list").iter().map(one).collect();
    let text = || json.as_str().expect("a text").to_owned();
    match operator {
        "eq" => Op::Eq(one(json)),
        "ne" => Op::Ne(one(json)),
        "gt" => Op::Gt(one(json)),
        "gte" => Op::Gte(one(json)),
        "lt" => Op::Lt(one(json)),
        "lte" => Op::Lte(one(json)),
        "in" => Op::In(many()),
        "nin" => Op::NotIn(many()),
        "null" => Op::IsNull(json == &Json::Bool(true)),
        "contains" => Op::Contains(text()),
        "starts_with" => Op::StartsWith(text()),
        _ => Op::EndsWith(text()),
    }
}
