//! What a selection asks for, worked out before any statement runs.
//!
//! A [`FetchPlan`] says what to fetch of an entity's rows. A [`RowShape`] says how to write one row: the response keys in the
//! query's order, pointing into the rows' columns and the plan's relations. Both come from one walk over the selection set.

use async_graphql::parser::types::{Field, SelectionSet};

use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::{Error, Result};
use crate::graphql::arguments::list_query;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::fields::{self, EntityField};
use crate::graphql::global_id;
use crate::graphql::selection::{CollectedField, ResponseKey, collect_fields};
use crate::query::{Cursors, ListQuery, Total};
use crate::service::FetchPlan;

/// How to write one row.
pub(super) type RowShape = Vec<(ResponseKey, RowField)>;
/// How to write one page.
pub(super) type ConnectionShape = Vec<(ResponseKey, ConnectionField)>;

/// What stands under a key of a row.
#[derive(Debug)]
pub(super) enum RowField {
    Typename,
    /// The global id of the row itself or of the one that the column points to.
    Id {
        column: usize,
        of: &'static EntityInfo,
    },
    Column(usize),
    /// A 64-bit integer (or a list of them), which is written as a string.
    BigInt(usize),
    ToOne {
        /// Index among the plan's to-one relations.
        relation: usize,
        /// Whether the field's type is non-null.
        required: bool,
        shape: RowShape,
    },
    ToMany {
        /// Index among the plan's to-many relations.
        relation: usize,
        shape: ConnectionShape,
    },
}

/// What stands under a key of a page.
#[derive(Debug)]
pub(super) enum ConnectionField {
    Typename,
    Edges(Vec<(ResponseKey, EdgeField)>),
    Nodes(RowShape),
    PageInfo(Vec<(ResponseKey, PageInfoField)>),
    TotalCount,
}

/// What stands under a key of an edge.
#[derive(Debug)]
pub(super) enum EdgeField {
    Typename,
    Cursor,
    Node(RowShape),
}

/// What stands under a key of `PageInfo`.
#[derive(Debug, Clone, Copy)]
pub(super) enum PageInfoField {
    Typename,
    HasNextPage,
    HasPreviousPage,
    StartCursor,
    EndCursor,
}

fn unknown_field(type_name: &str, field: &Field) -> Error {
    Error::bad_request(format!("`{type_name}` has no field `{}`", field.name.node))
}

/// Whether a name is that of an entity's connection or edge type.
fn is_type_of(name: &str, base: &str, suffix: &str) -> bool {
    name.strip_prefix(base) == Some(suffix)
}

impl FetchPlan {
    /// What a field selects of the entity's rows: what to fetch of them and how to write each.
    pub(super) fn of(
        context: &ExecutionContext<'_>,
        info: &'static EntityInfo,
        field: &CollectedField<'_>,
    ) -> Result<(Self, RowShape)> {
        let mut plan = Self::new(info);
        let shape = plan.shape(context, &field.selection_sets())?;
        Ok((plan, shape))
    }

    /// Adds what selection sets on the entity's type need and answers how to write it.
    pub(super) fn shape(
        &mut self,
        context: &ExecutionContext<'_>,
        sets: &[&SelectionSet],
    ) -> Result<RowShape> {
        let type_name = self.info.def.graphql.type_name;
        collect_fields(context, sets, &|condition| condition == type_name || condition == "Node")
            .iter()
            .map(|field| Ok((field.written_key(), self.field(context, field)?)))
            .collect()
    }

    fn field(&mut self, context: &ExecutionContext<'_>, field: &CollectedField<'_>) -> Result<RowField> {
        let info = self.info;
        let name = field.first().name.node.as_str();
        if name == "__typename" {
            return Ok(RowField::Typename);
        }
        match fields::field(info, name) {
            Some(EntityField::Column(column)) => {
                self.columns.insert(column.index);
                Ok(value_of(info, column))
            }
            Some(EntityField::ToOne(column, relation)) => {
                self.columns.insert(column.index);
                let at = self.follow(column.index, (relation.target)().info());
                let shape = self.to_one[at].plan.shape(context, &field.selection_sets())?;
                let required = fields::is_never_null(column, relation);
                Ok(RowField::ToOne { relation: at, required, shape })
            }
            Some(EntityField::ToMany(many)) => {
                let (query, plan, shape) = connection(context, many.target(), field)?;
                Ok(RowField::ToMany { relation: self.add_pages(many.index, query, plan), shape })
            }
            None => Err(unknown_field(info.def.graphql.type_name, field.first())),
        }
    }
}

/// How the value of a column is written.
fn value_of(info: &'static EntityInfo, column: &'static ColumnInfo) -> RowField {
    let index = column.index;
    if global_id::is_id(column) {
        RowField::Id { column: index, of: global_id::target(info, column).unwrap_or(info) }
    } else if fields::is_big_int(column) {
        RowField::BigInt(index)
    } else {
        RowField::Column(index)
    }
}

/// What a connection field asks for: the list, what to fetch of its rows, and how to write the page.
pub(super) fn connection(
    context: &ExecutionContext<'_>,
    info: &'static EntityInfo,
    field: &CollectedField<'_>,
) -> Result<(ListQuery, FetchPlan, ConnectionShape)> {
    let mut query = list_query(context, info, field.first())?;
    let mut plan = FetchPlan::new(info);
    let base = info.def.graphql.type_name;
    let mut shape = Vec::new();
    for part in collect_fields(context, &field.selection_sets(), &|name| is_type_of(name, base, "Connection"))
    {
        let field = match part.first().name.node.as_str() {
            "__typename" => ConnectionField::Typename,
            "edges" => ConnectionField::Edges(edges(context, &part, &mut plan, &mut query)?),
            "nodes" => ConnectionField::Nodes(plan.shape(context, &part.selection_sets())?),
            "pageInfo" => ConnectionField::PageInfo(page_info(context, &part, &mut query)?),
            "totalCount" => {
                query.total = Total::Exact;
                ConnectionField::TotalCount
            }
            _ => return Err(unknown_field("Connection", part.first())),
        };
        shape.push((part.written_key(), field));
    }
    query.columns = plan.columns;
    Ok((query, plan, shape))
}

fn edges(
    context: &ExecutionContext<'_>,
    field: &CollectedField<'_>,
    plan: &mut FetchPlan,
    query: &mut ListQuery,
) -> Result<Vec<(ResponseKey, EdgeField)>> {
    let base = plan.info.def.graphql.type_name;
    collect_fields(context, &field.selection_sets(), &|name| is_type_of(name, base, "Edge"))
        .iter()
        .map(|part| {
            let field = match part.first().name.node.as_str() {
                "__typename" => EdgeField::Typename,
                "cursor" => {
                    query.cursors = Cursors::Every;
                    EdgeField::Cursor
                }
                "node" => EdgeField::Node(plan.shape(context, &part.selection_sets())?),
                _ => return Err(unknown_field("Edge", part.first())),
            };
            Ok((part.written_key(), field))
        })
        .collect()
}

fn page_info(
    context: &ExecutionContext<'_>,
    field: &CollectedField<'_>,
    query: &mut ListQuery,
) -> Result<Vec<(ResponseKey, PageInfoField)>> {
    collect_fields(context, &field.selection_sets(), &|name| name == "PageInfo")
        .iter()
        .map(|part| {
            let field = match part.first().name.node.as_str() {
                "__typename" => PageInfoField::Typename,
                "hasNextPage" => PageInfoField::HasNextPage,
                "hasPreviousPage" => PageInfoField::HasPreviousPage,
                "startCursor" => PageInfoField::StartCursor,
                "endCursor" => PageInfoField::EndCursor,
                _ => return Err(unknown_field("PageInfo", part.first())),
            };
            if matches!(field, PageInfoField::StartCursor | PageInfoField::EndCursor)
                && query.cursors != Cursors::Every
            {
                query.cursors = Cursors::Ends;
            }
            Ok((part.written_key(), field))
        })
        .collect()
}
