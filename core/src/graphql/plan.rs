//! What a selection asks for, worked out before any statement runs.
//!
//! A [`FetchPlan`] says what to fetch of an entity's rows: the columns and the relations to follow, each once. A
//! [`RowShape`] says how to write one row: the response keys in the query's order, pointing into the rows' columns
//! and relations. Both come from one walk over the selection set.

use std::sync::Arc;

use async_graphql::parser::types::{Field, SelectionSet};

use crate::entity::{ColumnInfo, EntityInfo, ManyInfo};
use crate::error::{Error, Result};
use crate::graphql::aggregate::AggregatePlan;
use crate::graphql::arguments::list_query;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::fields::{self, EntityField};
use crate::graphql::global_id;
use crate::graphql::selection::{CollectedField, ResponseKey, collect_fields};
use crate::query::{Cursors, ListQuery, Total};
use crate::value::ColumnSet;

/// What to fetch of the rows of one entity.
#[derive(Debug)]
pub(super) struct FetchPlan {
    pub(super) info: &'static EntityInfo,
    pub(super) columns: ColumnSet,
    pub(super) to_one: Vec<ToOneFetch>,
    pub(super) to_many: Vec<ToManyFetch>,
    pub(super) aggregates: Vec<AggregateFetch>,
}

/// Measures of a to-many relation to read for every row.
#[derive(Debug, Clone)]
pub(super) struct AggregateFetch {
    /// Index among the entity's to-many relations.
    pub(super) relation: usize,
    pub(super) plan: Arc<AggregatePlan>,
}

/// A to-one relation to follow.
#[derive(Debug)]
pub(super) struct ToOneFetch {
    /// Index of the reference among the entity's columns.
    pub(super) column: usize,
    pub(super) plan: FetchPlan,
}

/// A page of a to-many relation to read for every row.
#[derive(Debug)]
pub(super) struct ToManyFetch {
    /// Index among the entity's to-many relations.
    pub(super) relation: usize,
    pub(super) query: ListQuery,
    pub(super) plan: FetchPlan,
}

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
    /// Measures of related rows: index among the plan's.
    Aggregate(usize),
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
    /// Nothing but the key.
    pub(super) fn new(info: &'static EntityInfo) -> Self {
        Self {
            info,
            columns: ColumnSet::KEY,
            to_one: Vec::new(),
            to_many: Vec::new(),
            aggregates: Vec::new(),
        }
    }

    /// How many of its lists no index serves. What the reader may read of related rows costs no more: the reference's index leads
    /// to them.
    pub(super) fn scans(&self) -> u64 {
        let to_one = self.to_one.iter().map(|relation| relation.plan.scans());
        let to_many = self
            .to_many
            .iter()
            .map(|relation| u64::from(relation.query.scans(relation.plan.info)) + relation.plan.scans());
        let aggregates = self.aggregates.iter().map(|measured| u64::from(measured.plan.scans()));
        to_one.chain(to_many).chain(aggregates).sum()
    }

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
                let at = self.add_to_one(column.index, (relation.target)().info());
                let shape = self.to_one[at].plan.shape(context, &field.selection_sets())?;
                let required = fields::is_never_null(column, relation);
                Ok(RowField::ToOne { relation: at, required, shape })
            }
            Some(EntityField::ToMany(many)) => {
                let (query, plan, shape) = connection(context, many.target(), field)?;
                self.to_many.push(ToManyFetch { relation: many.index, query, plan });
                Ok(RowField::ToMany { relation: self.to_many.len() - 1, shape })
            }
            Some(EntityField::Aggregate(many)) => self.aggregate(context, many, field, false),
            Some(EntityField::Grouped(many)) => self.aggregate(context, many, field, true),
            None => Err(unknown_field(info.def.graphql.type_name, field.first())),
        }
    }

    fn aggregate(
        &mut self,
        context: &ExecutionContext<'_>,
        many: &ManyInfo,
        field: &CollectedField<'_>,
        grouped: bool,
    ) -> Result<RowField> {
        let plan = Arc::new(AggregatePlan::new(context, many.target(), field, grouped)?);
        self.aggregates.push(AggregateFetch { relation: many.index, plan });
        Ok(RowField::Aggregate(self.aggregates.len() - 1))
    }

    /// The relation of a column: one fetch serves every alias of it.
    fn add_to_one(&mut self, column: usize, target: &'static EntityInfo) -> usize {
        if let Some(at) = self.to_one.iter().position(|known| known.column == column) {
            return at;
        }
        self.to_one.push(ToOneFetch { column, plan: FetchPlan::new(target) });
        self.to_one.len() - 1
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
