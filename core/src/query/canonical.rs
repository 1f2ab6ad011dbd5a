//! Filters and orders as bytes for the digest in a cursor, stable from one release of an application to the next.
//!
//! A column is its name in the database and a value is its spelling in JSON. So a cursor of an older node is
//! valid on a newer one, as long as the columns that the query names are still there.

use crate::entity::{Condition, EntityInfo, ManyLink, Op, Quantifier};
use crate::query::{Direction, Nulls, Sort};
use crate::types::JsonStyle;
use crate::value::Value;

/// Writes a condition. Every part is delimited, so that no two conditions are written alike.
pub(crate) fn write_condition(info: &EntityInfo, condition: &Condition, out: &mut Vec<u8>) {
    match condition {
        Condition::All(parts) => write_parts(info, b"all", parts, out),
        Condition::Any(parts) => write_parts(info, b"any", parts, out),
        Condition::Not(inner) => write_parts(info, b"not", std::slice::from_ref(&**inner), out),
        Condition::Column { index, op } => {
            write_name(info.columns[*index].column, out);
            write_op(op, out);
        }
        Condition::ToOne { index, matches } => {
            let column = &info.columns[*index];
            write_name(column.column, out);
            match column.target() {
                Some(target) => write_parts(target, b"is", std::slice::from_ref(&**matches), out),
                None => out.extend_from_slice(b"nowhere"),
            }
        }
        Condition::ToMany { index, quantifier, matches } => {
            let many = &info.many[*index];
            write_name(many.def.name, out);
            if let ManyLink::Through { via, .. } = many.link() {
                write_name(via.def.table, out);
            }
            let quantifier: &[u8] = match quantifier {
                Quantifier::Some => b"some",
                Quantifier::None => b"none",
                Quantifier::Every => b"every",
            };
            write_parts(many.target(), quantifier, std::slice::from_ref(&**matches), out);
        }
    }
}

/// Writes an order.
pub(crate) fn write_order(info: &EntityInfo, order: &[Sort], out: &mut Vec<u8>) {
    for sort in order {
        let mut column = &info.columns[sort.column];
        write_name(column.column, out);
        for step in sort.path.columns() {
            let Some(target) = column.target() else { break };
            column = &target.columns[step];
            out.push(b'>');
            write_name(column.column, out);
        }
        out.push(match sort.direction {
            Direction::Asc => b'+',
            Direction::Desc => b'-',
        });
        out.push(match sort.nulls {
            Nulls::First => b'0',
            Nulls::Last => b'1',
        });
    }
}

fn write_parts(info: &EntityInfo, what: &[u8], parts: &[Condition], out: &mut Vec<u8>) {
    out.extend_from_slice(what);
    out.push(b'(');
    for part in parts {
        write_condition(info, part, out);
        out.push(b';');
    }
    out.push(b')');
}

fn write_name(name: &str, out: &mut Vec<u8>) {
    crate::types::write_json_str(name, out);
}

fn write_op(op: &Op, out: &mut Vec<u8>) {
    let one = |name: &[u8], value: &Value, out: &mut Vec<u8>| {
        out.extend_from_slice(name);
        write_value(value, out);
    };
    let many = |name: &[u8], values: &[Value], out: &mut Vec<u8>| {
        out.extend_from_slice(name);
        out.push(b'[');
        for value in values {
            write_value(value, out);
            out.push(b',');
        }
        out.push(b']');
    };
    let text = |name: &[u8], text: &str, out: &mut Vec<u8>| {
        out.extend_from_slice(name);
        write_name(text, out);
    };
    match op {
        Op::Eq(value) => one(b"eq", value, out),
        Op::Ne(value) => one(b"ne", value, out),
        Op::Gt(value) => one(b"gt", value, out),
        Op::Gte(value) => one(b"gte", value, out),
        Op::Lt(value) => one(b"lt", value, out),
        Op::Lte(value) => one(b"lte", value, out),
        Op::In(values) => many(b"in", values, out),
        Op::NotIn(values) => many(b"nin", values, out),
        Op::IsNull(true) => out.extend_from_slice(b"null"),
        Op::IsNull(false) => out.extend_from_slice(b"set"),
        Op::Contains(part) => text(b"contains", part, out),
        Op::StartsWith(part) => text(b"starts", part, out),
        Op::EndsWith(part) => text(b"ends", part, out),
    }
}

/// Values that compare as equal are written alike.
fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Decimal(number) => Value::Decimal(number.normalize()).write_json(JsonStyle::Rest, out),
        value => value.write_json(JsonStyle::Rest, out),
    }
}
