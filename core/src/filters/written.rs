//! Filters as they are written: parameters where they can say it (`stars[gte]=3`), else one tree in JSON (`filter={"or": […]}`).

use serde_json::{Map, Value as Json, json};

use crate::entity::{ColumnInfo, Condition, EntityInfo, Op, Quantifier};
use crate::types::{JsonStyle, Operator};
use crate::value::Value;

/// The parameters of a filter.
#[cfg(feature = "client")]
pub(crate) fn params(info: &'static EntityInfo, condition: &Condition) -> Vec<(String, String)> {
    flat(info, condition)
        .unwrap_or_else(|| vec![("filter".to_owned(), Json::Object(tree(info, condition)).to_string())])
}

/// A test's operator and what it compares with.
enum Operand<'o> {
    One(&'o Value),
    Many(&'o [Value]),
    Text(&'o str),
    Flag(bool),
}

fn operand(op: &Op) -> (Operator, Operand<'_>) {
    match op {
        Op::Eq(value) => (Operator::Eq, Operand::One(value)),
        Op::Ne(value) => (Operator::Ne, Operand::One(value)),
        Op::Gt(value) => (Operator::Gt, Operand::One(value)),
        Op::Gte(value) => (Operator::Gte, Operand::One(value)),
        Op::Lt(value) => (Operator::Lt, Operand::One(value)),
        Op::Lte(value) => (Operator::Lte, Operand::One(value)),
        Op::In(values) => (Operator::In, Operand::Many(values)),
        Op::NotIn(values) => (Operator::NotIn, Operand::Many(values)),
        Op::IsNull(null) => (Operator::IsNull, Operand::Flag(*null)),
        Op::Contains(text) => (Operator::Contains, Operand::Text(text)),
        Op::StartsWith(text) => (Operator::StartsWith, Operand::Text(text)),
        Op::EndsWith(text) => (Operator::EndsWith, Operand::Text(text)),
    }
}

/// Tests that all hold, each once; none for anything else.
#[cfg(feature = "client")]
fn flat(info: &EntityInfo, condition: &Condition) -> Option<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut left = vec![condition];
    while let Some(condition) = left.pop() {
        match condition {
            Condition::All(all) => left.extend(all.iter().rev()),
            Condition::Column { index, op } => {
                let (operator, operand) = operand(op);
                let name = format!("{}[{}]", info.columns[*index].wire, operator.wire());
                // What comes twice is refused, or added to a list.
                if found.iter().any(|(known, _)| *known == name) {
                    return None;
                }
                found.push((name, text_of(&operand)?));
            }
            _ => return None,
        }
    }
    Some(found)
}

#[cfg(feature = "client")]
fn text_of(operand: &Operand<'_>) -> Option<String> {
    Some(match operand {
        Operand::One(value) => value.to_text(),
        Operand::Text(text) => (*text).to_owned(),
        Operand::Flag(flag) => flag.to_string(),
        // An empty list cannot be told from one empty text.
        Operand::Many([]) => return None,
        Operand::Many(values) => {
            // A comma within a value is not one between two.
            let texts = values.iter().map(|value| value.to_text().replace('\\', "\\\\").replace(',', "\\,"));
            texts.collect::<Vec<_>>().join(",")
        }
    })
}

/// The tree of a condition, as [`tree`](crate::filters::tree) reads it.
pub(crate) fn tree(info: &'static EntityInfo, condition: &Condition) -> Map<String, Json> {
    let (name, value) = match condition {
        Condition::All(all) => ("and", all.iter().map(|one| Json::Object(tree(info, one))).collect()),
        Condition::Any(any) => ("or", any.iter().map(|one| Json::Object(tree(info, one))).collect()),
        Condition::Not(inner) => ("not", Json::Object(tree(info, inner))),
        Condition::Column { index, op } => (info.columns[*index].wire, test(op)),
        Condition::ToOne { index, matches } => {
            let column: &ColumnInfo = &info.columns[*index];
            let name = column.relation().map_or(column.wire, |relation| relation.name);
            (name, Json::Object(column.target().map_or_else(Map::new, |target| tree(target, matches))))
        }
        Condition::ToMany { index, quantifier, matches } => {
            let many = &info.many[*index];
            let word = match quantifier {
                Quantifier::Some => "some",
                Quantifier::None => "none",
                Quantifier::Every => "every",
            };
            (many.def.name, json!({ word: tree(many.target(), matches) }))
        }
    };
    Map::from_iter([(name.to_owned(), value)])
}

fn test(op: &Op) -> Json {
    let (operator, operand) = operand(op);
    let value = match operand {
        Operand::One(value) => json_of(value),
        Operand::Many(values) => values.iter().map(json_of).collect(),
        Operand::Text(text) => text.into(),
        Operand::Flag(flag) => flag.into(),
    };
    json!({ operator.wire(): value })
}

fn json_of(value: &Value) -> Json {
    let mut text = Vec::new();
    value.write_json(JsonStyle::Rest, &mut text);
    // What was written as JSON can be read.
    serde_json::from_slice(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![cfg(feature = "client")]
    #![allow(unreachable_pub, reason = "entities are declared as an application would")]

    use super::*;
    use crate::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Shelf {
        #[entity(filter)]
        name: String,
        #[entity(inverse = shelf)]
        books: Many<Book>,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Book {
        #[entity(filter)]
        title: String,
        #[entity(filter)]
        price: Option<Decimal>,
        #[entity(on_delete = restrict)]
        shelf: One<Shelf>,
    }

    fn written<E: Entity>(filter: Filter<E>) -> String {
        let params = params(E::def().info(), &filter.into_condition());
        let params: Vec<_> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        params.join("&")
    }

    #[test]
    fn what_holds_together_is_flat() {
        let price = Decimal::new(150, 2);
        let filter =
            Book::title().is_in(["a,b", "c\\d"]) & (Book::price().gte(price) & Book::price().is_null());
        assert_eq!(written(filter), "title[in]=a\\,b,c\\\\d&price[gte]=1.50&price[null]=true");
        assert_eq!(written(Filter::<Book>::all()), "");
    }

    #[test]
    fn what_flat_parameters_cannot_say_is_a_tree() {
        let either = Book::title().eq("a") | !Book::price().is_null();
        assert_eq!(
            written(either),
            r#"filter={"or":[{"title":{"eq":"a"}},{"not":{"price":{"null":true}}}]}"#
        );
        // A parameter comes once.
        let twice = Book::title().contains("a") & Book::title().contains("b");
        assert_eq!(
            written(twice),
            r#"filter={"and":[{"title":{"contains":"a"}},{"title":{"contains":"b"}}]}"#
        );
        let none: [&str; 0] = [];
        assert_eq!(written(Book::title().is_in(none)), r#"filter={"title":{"in":[]}}"#);
        let related = Shelf::books()
            .some(Book::price().lt(Decimal::new(1, 0)) & Book::shelf().is(Shelf::name().eq("x")));
        assert_eq!(
            written(related),
            r#"filter={"books":{"some":{"and":[{"price":{"lt":"1"}},{"shelf":{"name":{"eq":"x"}}}]}}}"#
        );
    }
}
