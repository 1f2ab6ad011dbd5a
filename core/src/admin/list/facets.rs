//! The filters with few values, each with how many rows have it: enums and booleans.

use std::collections::HashMap;

use crate::admin::control::Choice;
use crate::admin::list::address::FILTER;
use crate::admin::list::asked::Asked;
use crate::admin::list::filter_choices;
use crate::admin::request::AdminRequest;
use crate::admin::{entities, kinds, list, names};
use crate::entity::ColumnInfo;
use crate::error::Result;
use crate::query::{AggregateQuery, GroupKey, ListQuery, Measure};
use crate::value::Value;

/// Rows up to which they are counted by value: more are not looked at for it.
pub(super) const MAX_COUNTED: u64 = 1_000;

/// A filter with few values.
pub(in crate::admin) struct FilterControl {
    pub(in crate::admin) name: String,
    pub(in crate::admin) label: String,
    pub(in crate::admin) choices: Vec<Choice>,
}

/// Whether a filter has a control of its own.
pub(super) fn has_control(column: &ColumnInfo) -> bool {
    kinds::filter_choices(column.kind).is_some()
}

/// The controls, with how many rows each value has among those that the other filters let pass. `total` is how many rows the
/// list has, counted up to a bound.
pub(super) async fn controls(
    request: &AdminRequest,
    asked: &Asked,
    query: &ListQuery,
    total: u64,
) -> Result<Vec<FilterControl>> {
    let mut controls = Vec::new();
    for column in entities::readable(asked.info) {
        if !has_control(column) || !request.may_query_by(asked.info, column.filter, column) {
            continue;
        }
        let set = asked.filters.iter().find(|filter| filter.own_value_of(column));
        let mut choices = filter_choices(column, set.map(|set| set.text.as_str()).unwrap_or_default());
        let mut others = query.clone();
        let mut rows = total;
        if set.is_some() {
            others.filter = asked.condition(request, |filter| !filter.own_value_of(column))?;
            rows = asked.records(request).count_up_to(&others, bound()).await?;
        }
        if (1..=MAX_COUNTED).contains(&rows) {
            add_counts(&mut choices, &counts(request, asked, column, others).await?);
        }
        controls.push(FilterControl {
            name: format!("{FILTER}{}", column.wire),
            label: names::column(column),
            choices,
        });
    }
    Ok(controls)
}

/// One more than the rows that are counted.
pub(super) fn bound() -> u32 {
    u32::try_from(MAX_COUNTED + 1).unwrap_or(u32::MAX)
}

/// How many rows have each value, in one statement.
async fn counts(
    request: &AdminRequest,
    asked: &Asked,
    column: &ColumnInfo,
    rows: ListQuery,
) -> Result<HashMap<String, u64>> {
    let query = AggregateQuery {
        filter: rows.filter,
        search: rows.search,
        measures: vec![Measure::COUNT],
        group: vec![GroupKey::column(column.index)],
        ..AggregateQuery::default()
    };
    let groups = asked.records(request).aggregate(&query).await?;
    let count = |value: Option<&Value>| match value {
        Some(Value::Int(count)) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    let of = |group: crate::query::Group| {
        let name = match group.keys.first() {
            None | Some(Value::Null) => list::null_choice(column),
            Some(value) => value.to_text(),
        };
        (name, count(group.measures.first()))
    };
    Ok(groups.items.into_iter().map(of).collect())
}

fn add_counts(choices: &mut [Choice], counts: &HashMap<String, u64>) {
    for choice in choices.iter_mut().filter(|choice| !choice.value.is_empty()) {
        let count = counts.get(&choice.value).copied().unwrap_or_default();
        choice.text = format!("{} ({count})", choice.text);
    }
}
