//! Fetching what a plan asks for, level by level: one statement per relation, however many rows.

use std::sync::Arc;

use futures_util::future::{BoxFuture, join_all, join3};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::graphql::aggregate::AggregatePlan;
use crate::graphql::plan::{AggregateFetch, FetchPlan, ToManyFetch, ToOneFetch};
use crate::policy::Action;
use crate::query::{Group, Groups, Page};
use crate::service::Records;
use crate::service::lookup_key::{DistinctKeys, LookupKey};
use crate::value::Record;

/// Statements that one root field runs at the same time.
const STATEMENTS_AT_ONCE: usize = 4;

/// No related row or page.
const ABSENT: u32 = DistinctKeys::NO_KEY;

/// The related rows of some rows, by the relations of their plan.
#[derive(Debug, Default)]
pub(super) struct Related {
    pub(super) to_one: Vec<ToOneRows>,
    pub(super) to_many: Vec<Pages>,
    pub(super) aggregates: Vec<Measured>,
}

/// Measures of related rows.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) plan: Arc<AggregatePlan>,
    /// For each parent, the position of its groups.
    groups_of_parent: Vec<u32>,
    groups: Vec<Groups>,
}

impl Measured {
    /// The groups of the parent at this position.
    pub(super) fn of(&self, parent: usize) -> &[Group] {
        let position = self.groups_of_parent.get(parent).and_then(|groups| usize::try_from(*groups).ok());
        position.and_then(|position| self.groups.get(position)).map_or(&[], |groups| &groups.items)
    }
}

/// The rows of a to-one relation, each once.
#[derive(Debug)]
pub(super) struct ToOneRows {
    pub(super) info: &'static EntityInfo,
    /// For each parent, the position of its row.
    row_of_parent: Vec<u32>,
    pub(super) records: Vec<Record>,
    pub(super) related: Related,
}

/// Pages of rows: of a to-many relation, or the one page of a root field.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) info: &'static EntityInfo,
    /// For each parent, the position of its page.
    page_of_parent: Vec<u32>,
    pages: Vec<PageRange>,
    /// The rows of all pages, one page after the other.
    pub(super) records: Vec<Record>,
    pub(super) related: Related,
}

/// A page whose rows stand among others.
#[derive(Debug)]
pub(super) struct PageRange {
    pub(super) start: usize,
    pub(super) length: usize,
    /// The page without its rows.
    pub(super) page: Page,
}

impl ToOneRows {
    fn none(info: &'static EntityInfo) -> Self {
        Self { info, row_of_parent: Vec::new(), records: Vec::new(), related: Related::default() }
    }

    /// The row that the parent at this position points to.
    pub(super) fn of(&self, parent: usize) -> Option<usize> {
        self.row_of_parent.get(parent).filter(|row| **row != ABSENT).map(|row| *row as usize)
    }
}

impl Pages {
    fn new(info: &'static EntityInfo, page_of_parent: Vec<u32>) -> Self {
        Self { info, page_of_parent, pages: Vec::new(), records: Vec::new(), related: Related::default() }
    }

    /// The page of the parent at this position; none when the principal may not read the rows.
    pub(super) fn of(&self, parent: usize) -> Option<&PageRange> {
        self.page_of_parent.get(parent).and_then(|page| self.pages.get(usize::try_from(*page).ok()?))
    }

    fn push(&mut self, mut page: Page) {
        let start = self.records.len();
        self.records.append(&mut page.items);
        self.pages.push(PageRange { start, length: self.records.len() - start, page });
    }
}

fn may_read(ctx: &Ctx, info: &EntityInfo) -> bool {
    info.permits(Action::Read, ctx)
}

/// Fetches the relations that `plan` follows from `records`, and theirs.
pub(super) async fn related(ctx: &Ctx, plan: &FetchPlan, records: &[Record]) -> Result<Related> {
    // A transaction has one connection.
    let at_once = if ctx.in_transaction() { 1 } else { STATEMENTS_AT_ONCE };
    fetch_level(&Fetcher { ctx, permits: Semaphore::new(at_once) }, plan, records).await
}

/// What the fetching of one root field shares.
struct Fetcher<'c> {
    ctx: &'c Ctx,
    /// Relations that do not depend on each other are fetched at the same time, but no request takes all connections.
    permits: Semaphore,
}

impl Fetcher<'_> {
    /// Waits until one more statement may run.
    async fn permit(&self) -> Result<SemaphorePermit<'_>> {
        self.permits.acquire().await.map_err(Error::internal)
    }
}

async fn fetch_level(fetcher: &Fetcher<'_>, plan: &FetchPlan, records: &[Record]) -> Result<Related> {
    let to_one = join_all(plan.to_one.iter().map(|relation| fetch_to_one(fetcher, relation, records)));
    let to_many =
        join_all(plan.to_many.iter().map(|relation| fetch_to_many(fetcher, plan.info, relation, records)));
    let aggregates = join_all(
        plan.aggregates.iter().map(|measured| fetch_measures(fetcher, plan.info, measured, records)),
    );
    // All are awaited, also when one has failed: a statement is not given up half-way.
    let (to_one, to_many, aggregates) = join3(to_one, to_many, aggregates).await;
    Ok(Related {
        to_one: to_one.into_iter().collect::<Result<_>>()?,
        to_many: to_many.into_iter().collect::<Result<_>>()?,
        aggregates: aggregates.into_iter().collect::<Result<_>>()?,
    })
}

fn fetch_next_level<'a>(
    fetcher: &'a Fetcher<'_>,
    plan: &'a FetchPlan,
    records: &'a [Record],
) -> BoxFuture<'a, Result<Related>> {
    Box::pin(fetch_level(fetcher, plan, records))
}

fn has_relations(plan: &FetchPlan) -> bool {
    !plan.to_one.is_empty() || !plan.to_many.is_empty() || !plan.aggregates.is_empty()
}

/// The rows that the parents point to, each fetched once.
async fn fetch_to_one(fetcher: &Fetcher<'_>, relation: &ToOneFetch, parents: &[Record]) -> Result<ToOneRows> {
    let target = relation.plan.info;
    // As if absent: a row that the principal may not see is null where it is pointed to.
    if !may_read(fetcher.ctx, target) {
        return Ok(ToOneRows::none(target));
    }
    let DistinctKeys { keys, positions: mut row_of_parent, position_of } =
        DistinctKeys::of(parents.iter().map(|row| row.get(relation.column)));
    if keys.is_empty() {
        return Ok(ToOneRows::none(target));
    }
    let permit = fetcher.permit().await?;
    let records = Records::new(fetcher.ctx, target).find_many(0, &keys, relation.plan.columns).await?;
    drop(permit);
    // The rows come in any order, and some may be gone.
    let mut row_of_key = vec![ABSENT; keys.len()];
    for (position, record) in records.iter().enumerate() {
        if let Some(slot) = LookupKey::of(record.key()).and_then(|key| position_of.get(&key)) {
            row_of_key[*slot as usize] = u32::try_from(position).unwrap_or(ABSENT);
        }
    }
    for row in row_of_parent.iter_mut().filter(|row| **row != ABSENT) {
        *row = row_of_key[*row as usize];
    }
    let related = match has_relations(&relation.plan) {
        true => fetch_next_level(fetcher, &relation.plan, &records).await?,
        false => Related::default(),
    };
    Ok(ToOneRows { info: target, row_of_parent, records, related })
}

/// A page of related rows for each parent.
async fn fetch_to_many(
    fetcher: &Fetcher<'_>,
    info: &'static EntityInfo,
    relation: &ToManyFetch,
    parents: &[Record],
) -> Result<Pages> {
    // As if absent: rows that the principal may not see are not in the list.
    if parents.is_empty() || !may_read(fetcher.ctx, relation.plan.info) {
        return Ok(Pages::new(relation.plan.info, Vec::new()));
    }
    let DistinctKeys { keys, positions, .. } = DistinctKeys::of(parents.iter().map(Record::key));
    let mut pages = Pages::new(relation.plan.info, positions);
    let permit = fetcher.permit().await?;
    let found =
        Records::new(fetcher.ctx, info).list_related(relation.relation, &keys, &relation.query).await?;
    drop(permit);
    for page in found {
        pages.push(page);
    }
    if has_relations(&relation.plan) {
        pages.related = fetch_next_level(fetcher, &relation.plan, &pages.records).await?;
    }
    Ok(pages)
}

/// Measures of the related rows of each parent.
async fn fetch_measures(
    fetcher: &Fetcher<'_>,
    info: &'static EntityInfo,
    measured: &AggregateFetch,
    parents: &[Record],
) -> Result<Measured> {
    let plan = Arc::clone(&measured.plan);
    // As if absent: rows that the principal may not see are not measured.
    if parents.is_empty() || !may_read(fetcher.ctx, plan.info) {
        return Ok(Measured { plan, groups_of_parent: Vec::new(), groups: Vec::new() });
    }
    let DistinctKeys { keys, positions, .. } = DistinctKeys::of(parents.iter().map(Record::key));
    let permit = fetcher.permit().await?;
    let records = Records::new(fetcher.ctx, info);
    let groups = records.aggregate_related(measured.relation, &keys, &plan.query).await?;
    drop(permit);
    Ok(Measured { plan, groups_of_parent: positions, groups })
}

/// The page of a root field with all that it leads to.
pub(super) async fn root_page(ctx: &Ctx, plan: &FetchPlan, query: &crate::query::ListQuery) -> Result<Pages> {
    let page = Records::new(ctx, plan.info).list(query).await?;
    let mut pages = Pages::new(plan.info, vec![0]);
    pages.push(page);
    pages.related = related(ctx, plan, &pages.records).await?;
    Ok(pages)
}
