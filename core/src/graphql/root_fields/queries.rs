//! The queries of every entity. Another one is an entry of [`QUERIES`] and a variant of [`QueryPlan`], both here.

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::graphql::description::{aggregate_arguments, connection_arguments, group_arguments};
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::global_id;
use crate::graphql::json_writer::{JsonWriter, WrittenJson};
use crate::graphql::own_values::{self, OwnResolvers};
use crate::graphql::plan::{self, AggregateShapes, ConnectionShapes, RowShapes};
use crate::graphql::root_fields::operation::{Operation, Output, id_argument};
use crate::graphql::root_fields::root_arguments::RootArguments;
use crate::graphql::root_fields::row;
use crate::graphql::selection::CollectedField;
use crate::query::{AggregateQuery, ListQuery};
use crate::service::{FetchPlan, Records, fetch};
use crate::value::Value;

/// A query of every entity; its function reads the arguments and plans what is selected.
pub(in crate::graphql) type Query =
    Operation<fn(&ExecutionContext<'_>, &'static EntityInfo, &CollectedField<'_>) -> Result<QueryPlan>>;

/// The queries, in the schema's order.
pub(super) static QUERIES: [Query; 4] = [
    Query {
        name: |info| format!("{}ById", info.def.graphql.one),
        output: Output::RowOrNull,
        docs: |ty| format!("The `{ty}` with this id, if there is one."),
        arguments: |_| vec![id_argument()],
        offered: |_| true,
        read: |context, info, field| {
            let key = RootArguments { context, field: field.first() }.key(info)?;
            let (plan, shapes) = plan::rows(context, info, field)?;
            Ok(QueryPlan::Row { key, plan, shapes })
        },
    },
    Query {
        name: |info| info.def.graphql.many.to_owned(),
        output: Output::Connection,
        docs: |ty| format!("A page of `{ty}` rows."),
        arguments: connection_arguments,
        offered: |_| true,
        read: |context, info, field| {
            let (query, plan, shapes) = plan::connection(context, info, field)?;
            Ok(QueryPlan::Connection { query: Box::new(query), plan, shapes })
        },
    },
    Query {
        name: |info| format!("{}Aggregate", info.def.graphql.many),
        output: Output::Aggregate,
        docs: |ty| format!("Measures of `{ty}` rows."),
        arguments: aggregate_arguments,
        offered: |_| true,
        read: |context, info, field| {
            let (query, shapes) = plan::aggregate(context, info, field, false)?;
            Ok(QueryPlan::Aggregate { info, query: Box::new(query), shapes })
        },
    },
    Query {
        name: |info| format!("{}Grouped", info.def.graphql.many),
        output: Output::Groups,
        docs: |ty| format!("Measures of groups of `{ty}` rows."),
        arguments: |info| group_arguments(info, true),
        offered: |_| true,
        read: |context, info, field| {
            let (query, shapes) = plan::aggregate(context, info, field, true)?;
            Ok(QueryPlan::Aggregate { info, query: Box::new(query), shapes })
        },
    },
];

/// A query, ready to run.
pub(in crate::graphql) enum QueryPlan {
    /// The row with a key, or null.
    Row { key: Value, plan: FetchPlan, shapes: RowShapes },
    /// A page.
    Connection { query: Box<ListQuery>, plan: FetchPlan, shapes: ConnectionShapes },
    /// Measures of rows, or of groups of them.
    Aggregate { info: &'static EntityInfo, query: Box<AggregateQuery>, shapes: AggregateShapes },
}

impl QueryPlan {
    /// `node`: the row with an id, of whatever entity.
    pub(super) fn node(context: &ExecutionContext<'_>, field: &CollectedField<'_>) -> Result<Self> {
        let id = RootArguments { context, field: field.first() }.id()?;
        let (info, key) = global_id::decode_any(context.entities, &id)?;
        let (plan, shapes) = plan::rows(context, info, field)?;
        Ok(Self::Row { key, plan, shapes })
    }

    pub(super) fn scans(&self, ctx: &Ctx) -> u64 {
        match self {
            Self::Row { plan, .. } => plan.scans(),
            Self::Connection { query, plan, .. } => {
                u64::from(Records::new(ctx, plan.info).scans(query)) + plan.scans()
            }
            Self::Aggregate { info, query, .. } => u64::from(Records::new(ctx, info).aggregate_scans(query)),
        }
    }

    /// What it fetches of rows.
    pub(super) fn fetches(&self) -> Option<&FetchPlan> {
        match self {
            Self::Row { plan, .. } | Self::Connection { plan, .. } => Some(plan),
            Self::Aggregate { .. } => None,
        }
    }

    /// Whether a field of the application's own is selected.
    pub(super) fn has_own(&self) -> bool {
        match self {
            Self::Row { shapes, .. } => shapes.template().has_own(),
            Self::Connection { shapes, .. } => shapes.template().has_own(),
            Self::Aggregate { .. } => false,
        }
    }

    pub(super) async fn run(
        self,
        ctx: &Ctx,
        resolvers: Option<OwnResolvers<'_>>,
    ) -> Result<Vec<WrittenJson>> {
        match self {
            Self::Row { key, plan, shapes } => row::find(ctx, &key, (&plan, &shapes), resolvers).await,
            Self::Connection { query, plan, shapes } => page(ctx, &query, (&plan, &shapes), resolvers).await,
            Self::Aggregate { info, query, shapes } => {
                let groups = Records::new(ctx, info).aggregate(&query).await?;
                let written = shapes.all().iter().map(|shape| {
                    JsonWriter::write(|writer| shape.write((info, &query.group), &groups.items, writer))
                });
                written.collect()
            }
        }
    }
}

/// A page of rows under each shape.
pub(in crate::graphql) async fn page(
    ctx: &Ctx,
    query: &ListQuery,
    (plan, shapes): (&FetchPlan, &ConnectionShapes),
    resolvers: Option<OwnResolvers<'_>>,
) -> Result<Vec<WrittenJson>> {
    let pages = fetch::page(ctx, plan, query).await?;
    let own = own_values::resolve(resolvers, shapes.template(), &pages.records, &pages.related).await;
    let written = shapes.all().iter().map(|shape| {
        JsonWriter::write(|writer| {
            writer.expect_own(own.as_ref());
            writer.connection(&pages, own.as_ref(), pages.of(0), shape)
        })
    });
    written.collect()
}
