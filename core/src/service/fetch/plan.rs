//! What to fetch of rows and of what is related to them.

use crate::entity::EntityInfo;
use crate::query::{AggregateQuery, ListQuery};
use crate::value::ColumnSet;

/// What to fetch of the rows of one entity: the columns, and the relations to follow.
#[derive(Debug)]
pub(crate) struct FetchPlan {
    pub(crate) info: &'static EntityInfo,
    pub(crate) columns: ColumnSet,
    pub(crate) to_one: Vec<ToOneFetch>,
    pub(crate) to_many: Vec<ToManyFetch>,
    pub(crate) aggregates: Vec<AggregateFetch>,
}

/// A to-one relation to follow.
#[derive(Debug)]
pub(crate) struct ToOneFetch {
    /// Index of the reference among the entity's columns.
    pub(crate) column: usize,
    pub(crate) plan: FetchPlan,
}

/// A page of a to-many relation to read for every row.
#[derive(Debug)]
pub(crate) struct ToManyFetch {
    /// Index among the entity's to-many relations.
    pub(crate) relation: usize,
    pub(crate) query: ListQuery,
    pub(crate) plan: FetchPlan,
}

/// Measures of the rows of a to-many relation, for every row.
#[derive(Debug)]
pub(crate) struct AggregateFetch {
    /// Index among the entity's to-many relations.
    pub(crate) relation: usize,
    pub(crate) query: AggregateQuery,
}

impl FetchPlan {
    /// Nothing but the key.
    pub(crate) fn new(info: &'static EntityInfo) -> Self {
        Self {
            info,
            columns: ColumnSet::KEY,
            to_one: Vec::new(),
            to_many: Vec::new(),
            aggregates: Vec::new(),
        }
    }

    /// The relation of a column, by its position in the plan: one fetch serves all that ask for it.
    pub(crate) fn follow(&mut self, column: usize, target: &'static EntityInfo) -> usize {
        if let Some(at) = self.to_one.iter().position(|known| known.column == column) {
            return at;
        }
        self.to_one.push(ToOneFetch { column, plan: Self::new(target) });
        self.to_one.len() - 1
    }

    /// Adds pages of a to-many relation, and answers their position in the plan.
    pub(crate) fn add_pages(&mut self, relation: usize, query: ListQuery, plan: Self) -> usize {
        self.to_many.push(ToManyFetch { relation, query, plan });
        self.to_many.len() - 1
    }

    /// Adds measures of a to-many relation.
    #[cfg(feature = "graphql")]
    pub(crate) fn add_aggregate(&mut self, relation: usize, query: AggregateQuery) {
        self.aggregates.push(AggregateFetch { relation, query });
    }

    /// Whether anything but the rows themselves is fetched.
    pub(super) fn has_relations(&self) -> bool {
        !self.to_one.is_empty() || !self.to_many.is_empty() || !self.aggregates.is_empty()
    }

    /// How many of its lists no index serves. What the reader may read of related rows costs no more: the reference's index leads
    /// to them.
    pub(crate) fn scans(&self) -> u64 {
        let to_one = self.to_one.iter().map(|relation| relation.plan.scans());
        let to_many = self
            .to_many
            .iter()
            .map(|relation| u64::from(relation.query.scans(relation.plan.info)) + relation.plan.scans());
        let aggregates = self.aggregates.iter().map(|measured| {
            let target = self.info.many[measured.relation].target();
            u64::from(measured.query.scans(target))
        });
        to_one.chain(to_many).chain(aggregates).sum()
    }
}
