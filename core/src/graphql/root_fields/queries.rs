//! The queries of every entity. Another one is an entry of [`QUERIES`] and a variant of [`QueryPlan`], both here.

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::graphql::aggregate::AggregatePlan;
use crate::graphql::description::{aggregate_arguments, connection_arguments, group_arguments};
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::json_writer::JsonWriter;
use crate::graphql::plan::{self, ConnectionShape, FetchPlan, RowShape};
use crate::graphql::root_fields::operation::{Operation, Output, id_argument};
use crate::graphql::root_fields::root_arguments::RootArguments;
use crate::graphql::root_fields::row;
use crate::graphql::selection::CollectedField;
use crate::graphql::{fetch, global_id};
use crate::query::ListQuery;
use crate::service::Records;
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
            let (plan, shape) = FetchPlan::of(context, info, field)?;
            Ok(QueryPlan::Row { key, plan, shape })
        },
    },
    Query {
        name: |info| info.def.graphql.many.to_owned(),
        output: Output::Connection,
        docs: |ty| format!("A page of `{ty}` rows."),
        arguments: connection_arguments,
        offered: |_| true,
        read: |context, info, field| {
            let (query, plan, shape) = plan::connection(context, info, field)?;
            Ok(QueryPlan::Connection { query: Box::new(query), plan, shape })
        },
    },
    Query {
        name: |info| format!("{}Aggregate", info.def.graphql.many),
        output: Output::Aggregate,
        docs: |ty| format!("Measures of `{ty}` rows."),
        arguments: aggregate_arguments,
        offered: |_| true,
        read: |context, info, field| {
            let plan = AggregatePlan::new(context, info, field, false)?;
            Ok(QueryPlan::Aggregate(Box::new(plan)))
        },
    },
    Query {
        name: |info| format!("{}Grouped", info.def.graphql.many),
        output: Output::Groups,
        docs: |ty| format!("Measures of groups of `{ty}` rows."),
        arguments: |info| group_arguments(info, true),
        offered: |_| true,
        read: |context, info, field| {
            let plan = AggregatePlan::new(context, info, field, true)?;
            Ok(QueryPlan::Aggregate(Box::new(plan)))
        },
    },
];

/// A query, ready to run.
pub(in crate::graphql) enum QueryPlan {
    /// The row with a key, or null.
    Row { key: Value, plan: FetchPlan, shape: RowShape },
    /// A page.
    Connection { query: Box<ListQuery>, plan: FetchPlan, shape: ConnectionShape },
    /// Measures of rows, or of groups of them.
    Aggregate(Box<AggregatePlan>),
}

impl QueryPlan {
    /// `node`: the row with an id, of whatever entity.
    pub(super) fn node(context: &ExecutionContext<'_>, field: &CollectedField<'_>) -> Result<Self> {
        let id = RootArguments { context, field: field.first() }.id()?;
        let (info, key) = global_id::decode_any(context.entities, &id)?;
        let (plan, shape) = FetchPlan::of(context, info, field)?;
        Ok(Self::Row { key, plan, shape })
    }

    pub(super) fn scans(&self, ctx: &Ctx) -> u64 {
        match self {
            Self::Row { plan, .. } => plan.scans(),
            Self::Connection { query, plan, .. } => {
                u64::from(Records::new(ctx, plan.info).scans(query)) + plan.scans()
            }
            Self::Aggregate(plan) => u64::from(Records::new(ctx, plan.info).aggregate_scans(&plan.query)),
        }
    }

    pub(super) async fn run(self, ctx: &Ctx, writer: &mut JsonWriter) -> Result<()> {
        match self {
            Self::Row { key, plan, shape } => row::find(ctx, &key, &plan, &shape, writer).await,
            Self::Connection { query, plan, shape } => {
                let pages = fetch::root_page(ctx, &plan, &query).await?;
                writer.connection(&pages, pages.of(0), &shape)
            }
            Self::Aggregate(plan) => {
                let groups = Records::new(ctx, plan.info).aggregate(&plan.query).await?;
                plan.write(&groups.items, writer)
            }
        }
    }
}
