//! How an operation was run: its plan, its statements and its time, for those who may know.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::ctx::StatementLog;
use crate::entity::EntityInfo;
use crate::service::{AggregateFetch, FetchPlan};
use crate::value::ColumnSet;

/// What an answer says of how it came about, as `extensions`.
pub(super) fn extensions(plan: Vec<Json>, log: &StatementLog, time: Duration) -> Json {
    let statements: Vec<Json> = log
        .take()
        .into_iter()
        .map(|ran| json!({ "sql": &*ran.sql, "milliseconds": milliseconds(ran.time) }))
        .collect();
    json!({ "explain": { "milliseconds": milliseconds(time), "plan": plan, "statements": statements } })
}

/// With three digits behind the point.
fn milliseconds(time: Duration) -> Json {
    json!((time.as_secs_f64() * 1e6).round() / 1e3)
}

/// What is fetched of rows, and of what is related to them.
pub(super) fn fetch(plan: &FetchPlan) -> Json {
    let info = plan.info;
    let to_one = plan.to_one.iter().map(|relation| {
        let column = &info.columns[relation.column];
        let name = column.relation().map_or(column.graphql, |relation| relation.graphql);
        related(name, &relation.plan)
    });
    let to_many =
        plan.to_many.iter().map(|pages| related(info.many[pages.relation].def.graphql, &pages.plan));
    let mut rows = json!({
        "entity": info.def.graphql.type_name,
        "columns": names(info, plan.columns),
        "relations": to_one.chain(to_many).collect::<Vec<_>>(),
    });
    if !plan.aggregates.is_empty() {
        rows["aggregates"] = plan.aggregates.iter().map(|measured| aggregate(info, measured)).collect();
    }
    rows
}

/// What is measured of related rows.
fn aggregate(info: &EntityInfo, measured: &AggregateFetch) -> Json {
    let many = &info.many[measured.relation];
    let (target, query) = (many.target(), &measured.query);
    json!({
        "field": many.def.graphql,
        "group": query.group.iter().map(|key| key.name(target, |column| column.column)).collect::<Vec<_>>(),
        "measures": query.measures.iter().map(|measure| measure.name(target)).collect::<Vec<_>>(),
    })
}

fn related(field: &str, plan: &FetchPlan) -> Json {
    json!({ "field": field, "rows": fetch(plan) })
}

fn names(info: &EntityInfo, columns: ColumnSet) -> Vec<&'static str> {
    columns.iter().map(|column| info.columns[column].column).collect()
}
