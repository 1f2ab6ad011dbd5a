//! The query that a page begins with: over an entity of the application.

use std::fmt::Write as _;

use crate::entity::{ColumnRole, EntityInfo, Registry, Surface};
use crate::types::Kind;

/// Fields of a row that the query selects besides its id.
const FIELDS: usize = 3;

/// A first page of the first entity that everyone may read, else of the first; empty where the schema has none.
pub(crate) fn query(entities: &Registry) -> String {
    let shown =
        || entities.iter().filter(|info| info.is_on(Surface::Graphql) && info.def.deprecated.is_none());
    let Some(info) = shown().find(|info| info.def.policy.read.is_public()).or_else(|| shown().next()) else {
        return String::new();
    };
    let mut query =
        format!("{{\n  {}(first: 5) {{\n    totalCount\n    nodes {{\n      id\n", info.def.graphql.many);
    for field in fields(info).take(FIELDS) {
        // Writing to a string does not fail.
        let _ = writeln!(query, "      {field}");
    }
    query.push_str("    }\n  }\n}\n");
    query
}

/// What everyone sees of a row at a glance.
fn fields(info: &'static EntityInfo) -> impl Iterator<Item = &'static str> {
    let readable = info.on(Surface::Graphql).readable().iter();
    let plain = readable.filter(|column| {
        column.role == ColumnRole::Field
            && column.relation().is_none()
            && column.read_rule().is_none()
            && column.deprecated().is_none()
            && !matches!(column.kind, Kind::Json | Kind::Bytes)
    });
    plain.map(|column| column.graphql)
}
