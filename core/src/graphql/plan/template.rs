//! What to fetch, before the arguments of a request are read.

use async_graphql::Positioned;
use async_graphql::parser::types::Field;

use crate::entity::EntityInfo;
use crate::error::Result;
use crate::graphql::aggregate::AggregateTemplate;
use crate::graphql::arguments::list_query;
use crate::graphql::document_size;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::selection::{Arguments, same_arguments};
use crate::query::{Cursors, ListQuery, Total};
use crate::service::FetchPlan;
use crate::value::ColumnSet;

/// What to fetch of the rows of one entity: a [`FetchPlan`] whose lists have no arguments yet.
#[derive(Debug)]
pub(in crate::graphql) struct PlanTemplate {
    pub(in crate::graphql) info: &'static EntityInfo,
    pub(in crate::graphql) columns: ColumnSet,
    pub(in crate::graphql) to_one: Vec<ToOneTemplate>,
    pub(in crate::graphql) to_many: Vec<ToManyTemplate>,
    pub(in crate::graphql) aggregates: Vec<RelatedAggregateTemplate>,
    /// Fields of the application's own, each once.
    pub(in crate::graphql) own: Vec<OwnFieldTemplate>,
}

/// A to-one relation to follow.
#[derive(Debug)]
pub(in crate::graphql) struct ToOneTemplate {
    /// Index of the reference among the entity's columns.
    pub(in crate::graphql) column: usize,
    pub(in crate::graphql) plan: PlanTemplate,
}

/// Pages of a to-many relation.
#[derive(Debug)]
pub(in crate::graphql) struct ToManyTemplate {
    /// Index among the entity's to-many relations.
    pub(in crate::graphql) relation: usize,
    pub(in crate::graphql) list: ListTemplate,
}

/// Measures of the rows of a to-many relation.
#[derive(Debug)]
pub(in crate::graphql) struct RelatedAggregateTemplate {
    /// Index among the entity's to-many relations.
    pub(in crate::graphql) relation: usize,
    pub(in crate::graphql) measured: AggregateTemplate,
}

/// A list of rows.
#[derive(Debug)]
pub(in crate::graphql) struct ListTemplate {
    pub(in crate::graphql) arguments: Arguments,
    pub(in crate::graphql) total: Total,
    pub(in crate::graphql) cursors: Cursors,
    pub(in crate::graphql) plan: PlanTemplate,
}

/// A field of the application's own, with all that is selected of it.
#[derive(Debug)]
pub(in crate::graphql) struct OwnFieldTemplate {
    /// Which extension of the entity has it.
    pub(in crate::graphql) extension: usize,
    pub(in crate::graphql) field: Positioned<Field>,
}

impl PlanTemplate {
    /// Nothing but the key.
    pub(super) fn new(info: &'static EntityInfo) -> Self {
        Self {
            info,
            columns: ColumnSet::KEY,
            to_one: Vec::new(),
            to_many: Vec::new(),
            aggregates: Vec::new(),
            own: Vec::new(),
        }
    }

    /// The plan under the arguments of a request. Its relations have the positions that they have here.
    ///
    /// # Errors
    /// `BadRequest` for an argument that is none.
    pub(super) fn bind(&self, context: &ExecutionContext<'_>) -> Result<FetchPlan> {
        let mut plan = FetchPlan::new(self.info);
        plan.columns = self.columns;
        for ToOneTemplate { column, plan: target } in &self.to_one {
            let at = plan.follow(*column, target.info);
            plan.to_one[at].plan = target.bind(context)?;
        }
        for ToManyTemplate { relation, list } in &self.to_many {
            let (query, pages) = list.bind(context)?;
            plan.add_pages(*relation, query, pages);
        }
        for RelatedAggregateTemplate { relation, measured } in &self.aggregates {
            plan.add_aggregate(*relation, measured.bind(context)?);
        }
        Ok(plan)
    }

    /// The relation of a column, by its position: one fetch serves every alias of it.
    pub(super) fn follow(&mut self, column: usize, target: &'static EntityInfo) -> usize {
        if let Some(at) = self.to_one.iter().position(|known| known.column == column) {
            return at;
        }
        self.to_one.push(ToOneTemplate { column, plan: Self::new(target) });
        self.to_one.len() - 1
    }

    /// Pages of a relation, by their position: one fetch serves every alias with the same arguments.
    pub(super) fn pages(
        &mut self,
        relation: usize,
        target: &'static EntityInfo,
        arguments: &Arguments,
    ) -> usize {
        let known = self
            .to_many
            .iter()
            .position(|known| known.relation == relation && same_arguments(&known.list.arguments, arguments));
        known.unwrap_or_else(|| {
            self.to_many
                .push(ToManyTemplate { relation, list: ListTemplate::new(target, arguments.clone()) });
            self.to_many.len() - 1
        })
    }

    /// Measures of a relation, by their position: one statement serves every alias with the same arguments.
    pub(super) fn measured(
        &mut self,
        relation: usize,
        target: &'static EntityInfo,
        (arguments, grouped): (&Arguments, bool),
    ) -> usize {
        let known = self
            .aggregates
            .iter()
            .position(|known| known.relation == relation && known.measured.is_of(arguments, grouped));
        known.unwrap_or_else(|| {
            let measured = AggregateTemplate::new(target, arguments.clone(), grouped);
            self.aggregates.push(RelatedAggregateTemplate { relation, measured });
            self.aggregates.len() - 1
        })
    }

    /// Whether a field of the application's own is selected anywhere.
    pub(in crate::graphql) fn has_own(&self) -> bool {
        !self.own.is_empty()
            || self.to_one.iter().any(|relation| relation.plan.has_own())
            || self.to_many.iter().any(|relation| relation.list.plan.has_own())
    }

    /// Bytes that it holds, about.
    pub(super) fn size(&self) -> usize {
        let to_one = self.to_one.iter().map(|relation| size_of::<ToOneTemplate>() + relation.plan.size());
        let to_many = self.to_many.iter().map(|relation| size_of::<ToManyTemplate>() + relation.list.size());
        let own =
            self.own.iter().map(|own| size_of::<OwnFieldTemplate>() + document_size::field(&own.field.node));
        let aggregates = self
            .aggregates
            .iter()
            .map(|related| size_of::<RelatedAggregateTemplate>() + related.measured.size());
        to_one.chain(to_many).chain(aggregates).chain(own).sum()
    }
}

impl ListTemplate {
    pub(super) fn new(info: &'static EntityInfo, arguments: Arguments) -> Self {
        let plan = PlanTemplate::new(info);
        Self { arguments, total: Total::None, cursors: Cursors::None, plan }
    }

    /// The list under the arguments of a request, and what to fetch of its rows.
    ///
    /// # Errors
    /// `BadRequest` for an argument that is none.
    pub(super) fn bind(&self, context: &ExecutionContext<'_>) -> Result<(ListQuery, FetchPlan)> {
        let mut query = list_query(context, self.plan.info, &self.arguments)?;
        query.columns = self.plan.columns;
        query.total = self.total;
        query.cursors = self.cursors;
        Ok((query, self.plan.bind(context)?))
    }

    pub(super) fn size(&self) -> usize {
        document_size::arguments(&self.arguments) + self.plan.size()
    }
}
