//! Filters in words: "Customer › Country is Brazil".

use crate::admin::names;
use crate::entity::{ColumnInfo, Condition, EntityInfo, Op, Quantifier};
use crate::filters::Way;
use crate::types::{Kind, Operator, shorten};
use crate::value::Value;

/// Values of a list that are told.
const MAX_VALUES: usize = 6;
/// Characters of a value.
const MAX_VALUE: usize = 60;

/// The name of what a filter is about: "Invoices › Total".
pub(super) fn way(way: &Way) -> String {
    let relations = way.relations.iter().map(|relation| names::heading(relation.name()));
    relations.chain([names::column(way.column)]).collect::<Vec<_>>().join(" › ")
}

/// The words of an operator, for values of a type.
pub(super) fn operator(operator: Operator, kind: Kind) -> &'static str {
    let time = matches!(kind, Kind::Date | Kind::Time | Kind::DateTime);
    match operator {
        Operator::Eq => "is",
        Operator::Ne => "is not",
        Operator::Gt if time => "is after",
        Operator::Gt => "is more than",
        Operator::Gte if time => "is not before",
        Operator::Gte => "is at least",
        Operator::Lt if time => "is before",
        Operator::Lt => "is less than",
        Operator::Lte if time => "is not after",
        Operator::Lte => "is at most",
        Operator::In => "is one of",
        Operator::NotIn => "is none of",
        Operator::IsNull => "is not set",
        Operator::Contains => "contains",
        Operator::StartsWith => "starts with",
        Operator::EndsWith => "ends with",
    }
}

/// A test in words: the operator, and what it compares with.
pub(super) fn test(column: &ColumnInfo, op: &Op) -> (&'static str, String) {
    let words = |known| operator(known, column.kind);
    match op {
        Op::Eq(to) => (words(Operator::Eq), value(to)),
        Op::Ne(to) => (words(Operator::Ne), value(to)),
        Op::Gt(than) => (words(Operator::Gt), value(than)),
        Op::Gte(than) => (words(Operator::Gte), value(than)),
        Op::Lt(than) => (words(Operator::Lt), value(than)),
        Op::Lte(than) => (words(Operator::Lte), value(than)),
        Op::In(all) => (words(Operator::In), values(all)),
        Op::NotIn(all) => (words(Operator::NotIn), values(all)),
        Op::IsNull(true) => ("is not set", String::new()),
        Op::IsNull(false) => ("is set", String::new()),
        Op::Contains(part) => (words(Operator::Contains), text(part)),
        Op::StartsWith(part) => (words(Operator::StartsWith), text(part)),
        Op::EndsWith(part) => (words(Operator::EndsWith), text(part)),
    }
}

/// A condition in words.
pub(super) fn condition(info: &'static EntityInfo, condition: &Condition) -> String {
    written(info, "", condition, false)
}

fn written(info: &'static EntityInfo, before: &str, condition: &Condition, inner: bool) -> String {
    match condition {
        Condition::All(all) => joined(info, before, all, (" and ", "every row"), inner),
        Condition::Any(any) => joined(info, before, any, (" or ", "no row"), inner),
        Condition::Not(not) => format!("not ({})", written(info, before, not, false)),
        Condition::Column { index, op } => {
            let column = &info.columns[*index];
            let (words, value) = test(column, op);
            format!("{before}{} {words} {value}", names::column(column)).trim_end().to_owned()
        }
        Condition::ToOne { index, matches } => {
            let column = &info.columns[*index];
            let before = format!("{before}{} › ", names::column(column));
            column.target().map_or(String::new(), |target| written(target, &before, matches, inner))
        }
        Condition::ToMany { index, quantifier, matches } => {
            let many = &info.many[*index];
            let word = match quantifier {
                Quantifier::Some => "some",
                Quantifier::None => "none",
                Quantifier::Every => "all",
            };
            let of = names::heading(many.def.name);
            format!("{word} of {before}{of} ({})", written(many.target(), "", matches, false))
        }
    }
}

fn joined(
    info: &'static EntityInfo,
    before: &str,
    parts: &[Condition],
    (between, none): (&str, &str),
    inner: bool,
) -> String {
    match parts {
        [] => none.to_owned(),
        [one] => written(info, before, one, inner),
        parts => {
            let parts = parts.iter().map(|part| written(info, before, part, true)).collect::<Vec<_>>();
            let text = parts.join(between);
            if inner { format!("({text})") } else { text }
        }
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Enum(variant) => names::heading(variant.wire),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::Text(part) => text(part),
        value => shorten(&value.to_text(), MAX_VALUE).into_owned(),
    }
}

fn text(text: &str) -> String {
    match text {
        "" => "(nothing)".to_owned(),
        text => shorten(text, MAX_VALUE).into_owned(),
    }
}

fn values(values: &[Value]) -> String {
    let mut told = values.iter().take(MAX_VALUES).map(value).collect::<Vec<_>>();
    if values.len() > MAX_VALUES {
        told.push(format!("{} more", values.len() - MAX_VALUES));
    }
    if told.is_empty() { "(none)".to_owned() } else { told.join(", ") }
}
