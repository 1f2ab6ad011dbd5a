//! What a selection asks for, worked out before any statement runs.
//!
//! A [`PlanTemplate`] says what to fetch of an entity's rows; with the arguments of a request it is a [`FetchPlan`]. A
//! [`RowShape`] says how to write one row: the response keys in the query's order, pointing into the rows' columns and the
//! plan's relations. Both come from one walk over the selection set, and are kept for the next request of the document.

mod template;

use std::sync::Arc;

use async_graphql::Positioned;
use async_graphql::parser::types::{Field, SelectionSet};

use crate::entity::{ColumnInfo, EntityInfo, ManyInfo};
use crate::error::{Error, Result};
use crate::graphql::aggregate::{AggregateShape, AggregateTemplate};
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::fields::{self, EntityField};
use crate::graphql::global_id;
use crate::graphql::plan_cache::Planned;
use crate::graphql::selection::{CollectedField, ResponseKey, collect_fields, members_size};
use crate::query::{AggregateQuery, Cursors, ListQuery, Total};
use crate::service::FetchPlan;

pub(super) use template::PlanTemplate;
use template::{ListTemplate, OwnFieldTemplate};

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
    /// Measures of related rows.
    Aggregate {
        /// Index among the plan's aggregates.
        measured: usize,
        shape: AggregateShape,
    },
    /// A field of the application's own.
    Own {
        /// Index among the plan's own fields.
        own: usize,
        /// Whether the field's type is nullable.
        nullable: bool,
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

/// What is kept of a field that selects rows, or a page of them.
#[derive(Debug)]
struct Template<T, S> {
    fetch: T,
    /// A shape for the field and for each of its twins.
    shapes: Vec<S>,
}

impl Planned for Template<PlanTemplate, RowShape> {
    const PAGED: bool = false;

    fn size(&self) -> usize {
        size_of::<Self>() + self.fetch.size() + self.shapes.iter().map(row_size).sum::<usize>()
    }
}

impl Planned for Template<ListTemplate, ConnectionShape> {
    const PAGED: bool = true;

    fn size(&self) -> usize {
        size_of::<Self>() + self.fetch.size() + self.shapes.iter().map(connection_size).sum::<usize>()
    }
}

impl Planned for Template<AggregateTemplate, AggregateShape> {
    const PAGED: bool = false;

    fn size(&self) -> usize {
        size_of::<Self>() + self.fetch.size() + self.shapes.iter().map(AggregateShape::size).sum::<usize>()
    }
}

/// How to write the measures of a field.
#[derive(Debug, Clone)]
pub(super) struct AggregateShapes(Arc<Template<AggregateTemplate, AggregateShape>>);

impl AggregateShapes {
    /// For the field and for each of its twins.
    pub(super) fn all(&self) -> &[AggregateShape] {
        &self.0.shapes
    }
}

/// How to write the rows of a field.
#[derive(Debug, Clone)]
pub(super) struct RowShapes(Arc<Template<PlanTemplate, RowShape>>);

/// How to write the page of a field.
#[derive(Debug, Clone)]
pub(super) struct ConnectionShapes(Arc<Template<ListTemplate, ConnectionShape>>);

impl RowShapes {
    /// For the field and for each of its twins.
    pub(super) fn all(&self) -> &[RowShape] {
        &self.0.shapes
    }

    /// What the plan was made of.
    pub(super) fn template(&self) -> &PlanTemplate {
        &self.0.fetch
    }
}

impl ConnectionShapes {
    /// For the field and for each of its twins.
    pub(super) fn all(&self) -> &[ConnectionShape] {
        &self.0.shapes
    }

    /// What the plan of the page's rows was made of.
    pub(super) fn template(&self) -> &PlanTemplate {
        &self.0.fetch.plan
    }
}

/// What a field selects of the entity's rows: what to fetch of them and how to write each.
pub(super) fn rows(
    context: &ExecutionContext<'_>,
    info: &'static EntityInfo,
    field: &CollectedField<'_>,
) -> Result<(FetchPlan, RowShapes)> {
    let template = context.plans.get(info, field.places(), || {
        let mut fetch = PlanTemplate::new(info);
        let shapes = field.all().map(|field| fetch.shape(context, &field.selection_sets()));
        let shapes = shapes.collect::<Result<_>>()?;
        Ok(Template { fetch, shapes })
    })?;
    Ok((template.fetch.bind(context)?, RowShapes(template)))
}

/// What a connection field asks for: the list, what to fetch of its rows, and how to write the page.
pub(super) fn connection(
    context: &ExecutionContext<'_>,
    info: &'static EntityInfo,
    field: &CollectedField<'_>,
) -> Result<(ListQuery, FetchPlan, ConnectionShapes)> {
    let template = context.plans.get(info, field.places(), || {
        let mut fetch = ListTemplate::new(info, field.first().arguments.clone());
        let shapes = field.all().map(|field| fetch.shape(context, field)).collect::<Result<_>>()?;
        Ok(Template { fetch, shapes })
    })?;
    let (query, plan) = template.fetch.bind(context)?;
    Ok((query, plan, ConnectionShapes(template)))
}

/// What a field that measures rows asks for, `grouped` saying whether of groups, and how to write it.
pub(super) fn aggregate(
    context: &ExecutionContext<'_>,
    info: &'static EntityInfo,
    field: &CollectedField<'_>,
    grouped: bool,
) -> Result<(AggregateQuery, AggregateShapes)> {
    let template = context.plans.get(info, field.places(), || {
        let mut fetch = AggregateTemplate::new(info, field.first().arguments.clone(), grouped);
        let shapes = field.all().map(|field| fetch.shape(context, field)).collect::<Result<_>>()?;
        Ok(Template { fetch, shapes })
    })?;
    Ok((template.fetch.bind(context)?, AggregateShapes(template)))
}

impl PlanTemplate {
    /// Adds what selection sets on the entity's type need and answers how to write it.
    fn shape(&mut self, context: &ExecutionContext<'_>, sets: &[&SelectionSet]) -> Result<RowShape> {
        let type_name = self.info.def.graphql.type_name;
        collect_fields(context, sets, &|condition| {
            condition == type_name || condition == "Node" || condition == "_Entity"
        })
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
                let at = self.pages(many.index, many.target(), &field.first().arguments);
                let shape = self.to_many[at].list.shape(context, field)?;
                Ok(RowField::ToMany { relation: at, shape })
            }
            Some(EntityField::Aggregate(many)) => self.aggregate(context, many, field, false),
            Some(EntityField::Grouped(many)) => self.aggregate(context, many, field, true),
            None => self.own_field(context, field),
        }
    }

    fn aggregate(
        &mut self,
        context: &ExecutionContext<'_>,
        many: &ManyInfo,
        field: &CollectedField<'_>,
        grouped: bool,
    ) -> Result<RowField> {
        let arguments = &field.first().arguments;
        let measured = self.measured(many.index, many.target(), (arguments, grouped));
        let shape = self.aggregates[measured].measured.shape(context, field)?;
        Ok(RowField::Aggregate { measured, shape })
    }

    /// A field of the application's own. Its resolver gets the model, which has every column.
    fn own_field(&mut self, context: &ExecutionContext<'_>, field: &CollectedField<'_>) -> Result<RowField> {
        let first = field.first();
        let (extension, nullable) = context
            .extensions
            .find(self.info, &first.name.node)
            .ok_or_else(|| unknown_field(self.info.def.graphql.type_name, first))?;
        self.columns = self.info.all();
        let mut merged = first.clone();
        for other in &field.fields[1..] {
            merged.selection_set.node.items.extend(other.node.selection_set.node.items.iter().cloned());
        }
        self.own.push(OwnFieldTemplate { extension, field: Positioned::new(merged, field.fields[0].pos) });
        Ok(RowField::Own { own: self.own.len() - 1, nullable })
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

impl ListTemplate {
    /// Adds what a connection field needs and answers how to write the page.
    fn shape(
        &mut self,
        context: &ExecutionContext<'_>,
        field: &CollectedField<'_>,
    ) -> Result<ConnectionShape> {
        let base = self.plan.info.def.graphql.type_name;
        let applies = |name: &str| is_type_of(name, base, "Connection");
        let parts = collect_fields(context, &field.selection_sets(), &applies);
        let part = |part: &CollectedField<'_>| {
            let field = match part.first().name.node.as_str() {
                "__typename" => ConnectionField::Typename,
                "edges" => ConnectionField::Edges(self.edges(context, part)?),
                "nodes" => ConnectionField::Nodes(self.plan.shape(context, &part.selection_sets())?),
                "pageInfo" => ConnectionField::PageInfo(self.page_info(context, part)?),
                "totalCount" => {
                    self.total = Total::Exact;
                    ConnectionField::TotalCount
                }
                _ => return Err(unknown_field("Connection", part.first())),
            };
            Ok((part.written_key(), field))
        };
        parts.iter().map(part).collect()
    }

    fn edges(
        &mut self,
        context: &ExecutionContext<'_>,
        field: &CollectedField<'_>,
    ) -> Result<Vec<(ResponseKey, EdgeField)>> {
        let base = self.plan.info.def.graphql.type_name;
        let parts = collect_fields(context, &field.selection_sets(), &|name| is_type_of(name, base, "Edge"));
        let part = |part: &CollectedField<'_>| {
            let field = match part.first().name.node.as_str() {
                "__typename" => EdgeField::Typename,
                "cursor" => {
                    self.cursors = Cursors::Every;
                    EdgeField::Cursor
                }
                "node" => EdgeField::Node(self.plan.shape(context, &part.selection_sets())?),
                _ => return Err(unknown_field("Edge", part.first())),
            };
            Ok((part.written_key(), field))
        };
        parts.iter().map(part).collect()
    }

    fn page_info(
        &mut self,
        context: &ExecutionContext<'_>,
        field: &CollectedField<'_>,
    ) -> Result<Vec<(ResponseKey, PageInfoField)>> {
        let parts = collect_fields(context, &field.selection_sets(), &|name| name == "PageInfo");
        let part = |part: &CollectedField<'_>| {
            let field = match part.first().name.node.as_str() {
                "__typename" => PageInfoField::Typename,
                "hasNextPage" => PageInfoField::HasNextPage,
                "hasPreviousPage" => PageInfoField::HasPreviousPage,
                "startCursor" => PageInfoField::StartCursor,
                "endCursor" => PageInfoField::EndCursor,
                _ => return Err(unknown_field("PageInfo", part.first())),
            };
            let is_cursor = matches!(field, PageInfoField::StartCursor | PageInfoField::EndCursor);
            if is_cursor && self.cursors != Cursors::Every {
                self.cursors = Cursors::Ends;
            }
            Ok((part.written_key(), field))
        };
        parts.iter().map(part).collect()
    }
}

fn row_size(shape: &RowShape) -> usize {
    let within = shape.iter().map(|(_, field)| match field {
        RowField::ToOne { shape, .. } => row_size(shape),
        RowField::ToMany { shape, .. } => connection_size(shape),
        RowField::Aggregate { shape, .. } => shape.size(),
        RowField::Typename
        | RowField::Id { .. }
        | RowField::Column(_)
        | RowField::BigInt(_)
        | RowField::Own { .. } => 0,
    });
    members_size(shape) + within.sum::<usize>()
}

fn connection_size(shape: &ConnectionShape) -> usize {
    let within = shape.iter().map(|(_, field)| match field {
        ConnectionField::Edges(edges) => {
            let nodes = edges.iter().map(|(_, field)| match field {
                EdgeField::Node(shape) => row_size(shape),
                EdgeField::Typename | EdgeField::Cursor => 0,
            });
            members_size(edges) + nodes.sum::<usize>()
        }
        ConnectionField::Nodes(shape) => row_size(shape),
        ConnectionField::PageInfo(fields) => members_size(fields),
        ConnectionField::Typename | ConnectionField::TotalCount => 0,
    });
    members_size(shape) + within.sum::<usize>()
}
