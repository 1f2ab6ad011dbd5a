//! How many rows a filter can let through at most, by the unique rules of the entity.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use crate::entity::EntityInfo;
use crate::service::unique_rules;

/// How deep `and` is followed; filters nest no deeper than this.
const MAX_DEPTH: usize = 10;

/// How many values a filter leaves each column, by the column's index.
type ValuesLeft = HashMap<usize, u64>;

/// The greatest number of rows that a filter lets through; none where no unique rule says.
pub(super) fn most_rows(info: &'static EntityInfo, filter: &Json) -> Option<u64> {
    let mut left = ValuesLeft::new();
    gather(info, filter.as_object()?, MAX_DEPTH, &mut left);
    let rows = unique_rules(info).into_iter().filter_map(|rule| {
        rule.iter().try_fold(1_u64, |rows, column| Some(rows.saturating_mul(*left.get(&column.index)?)))
    });
    rows.min()
}

/// Notes what all of the tests that must hold leave to columns.
fn gather(info: &'static EntityInfo, tests: &Map<String, Json>, depth: usize, left: &mut ValuesLeft) {
    for (name, test) in tests {
        if name == "and" {
            let both = test.as_array().map_or(std::slice::from_ref(test), Vec::as_slice);
            for tests in both.iter().filter_map(Json::as_object).filter(|_| depth > 0) {
                gather(info, tests, depth - 1, left);
            }
        } else if let Some(column) = info.columns.iter().find(|column| column.graphql == name)
            && let Some(values) = values(test)
        {
            left.entry(column.index).and_modify(|least| *least = values.min(*least)).or_insert(values);
        }
    }
}

/// How many values a test leaves: one that a value is equal to, or those of a list.
fn values(test: &Json) -> Option<u64> {
    let listed = |values: &Json| match values {
        Json::Array(values) => Some(values.len() as u64),
        Json::Null => None,
        _ => Some(1),
    };
    let equal = test.get("eq").filter(|value| !value.is_null()).map(|_| 1);
    equal.or_else(|| test.get("in").and_then(listed))
}
