//! Rows and what is related to them, level by level: one statement per relation and level, however many rows.

mod plan;

pub(crate) use plan::{AggregateFetch, FetchPlan};

use futures_util::future::{BoxFuture, join_all, join3};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::{AggregateQuery, Group, GroupKey, Groups, ListQuery, Page};
use crate::service::Records;
use crate::service::fetch::plan::{ToManyFetch, ToOneFetch};
use crate::service::lookup_key::{DistinctKeys, LookupKey};
use crate::value::Record;
#[cfg(feature = "rest")]
use crate::value::Value;

/// Statements that one fetch runs at the same time.
const STATEMENTS_AT_ONCE: usize = 4;

/// No related row or page.
const ABSENT: u32 = DistinctKeys::NO_KEY;

/// The related rows of some rows, by the relations of their plan.
#[derive(Debug, Default)]
pub(crate) struct Related {
    pub(crate) to_one: Vec<ToOneRows>,
    pub(crate) to_many: Vec<Pages>,
    pub(crate) aggregates: Vec<Measured>,
}

/// Measures of related rows.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) info: &'static EntityInfo,
    /// What the rows of a group have in common.
    pub(crate) keys: Vec<GroupKey>,
    /// For each parent, the position of its groups.
    groups_of_parent: Vec<u32>,
    groups: Vec<Groups>,
    /// The groups of no rows.
    none: Vec<Group>,
}

impl Measured {
    fn new(info: &'static EntityInfo, query: &AggregateQuery) -> Self {
        Self {
            info,
            keys: query.group.clone(),
            groups_of_parent: Vec::new(),
            groups: Vec::new(),
            none: Group::of_no_rows(query),
        }
    }

    /// The groups of the parent at this position.
    #[cfg(feature = "graphql")]
    pub(crate) fn of(&self, parent: usize) -> &[Group] {
        let position = self.groups_of_parent.get(parent).and_then(|groups| usize::try_from(*groups).ok());
        position.and_then(|position| self.groups.get(position)).map_or(&self.none, |groups| &groups.items)
    }
}

/// The rows of a to-one relation, each once.
#[derive(Debug)]
pub(crate) struct ToOneRows {
    pub(crate) info: &'static EntityInfo,
    /// For each parent, the position of its row.
    row_of_parent: Vec<u32>,
    pub(crate) records: Vec<Record>,
    pub(crate) related: Related,
}

/// Pages of rows: of a to-many relation, or one page of a list.
#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) info: &'static EntityInfo,
    /// For each parent, the position of its page.
    page_of_parent: Vec<u32>,
    pages: Vec<PageRange>,
    /// The rows of all pages, one page after the other.
    pub(crate) records: Vec<Record>,
    pub(crate) related: Related,
}

/// A page whose rows stand among others.
#[derive(Debug)]
pub(crate) struct PageRange {
    pub(crate) start: usize,
    pub(crate) length: usize,
    /// The page without its rows.
    pub(crate) page: Page,
}

impl ToOneRows {
    fn none(info: &'static EntityInfo) -> Self {
        Self { info, row_of_parent: Vec::new(), records: Vec::new(), related: Related::default() }
    }

    /// The row that the parent at this position points to.
    pub(crate) fn of(&self, parent: usize) -> Option<usize> {
        self.row_of_parent.get(parent).filter(|row| **row != ABSENT).map(|row| *row as usize)
    }
}

impl Pages {
    fn new(info: &'static EntityInfo, page_of_parent: Vec<u32>) -> Self {
        Self { info, page_of_parent, pages: Vec::new(), records: Vec::new(), related: Related::default() }
    }

    /// The page of the parent at this position; none when the principal may not read the rows.
    pub(crate) fn of(&self, parent: usize) -> Option<&PageRange> {
        self.page_of_parent.get(parent).and_then(|page| self.pages.get(usize::try_from(*page).ok()?))
    }

    /// The one page of a list.
    #[cfg(feature = "rest")]
    pub(crate) fn first(&self) -> Result<&PageRange> {
        self.of(0).ok_or_else(|| Error::internal("a list has no page"))
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
pub(crate) async fn related(ctx: &Ctx, plan: &FetchPlan, records: &[Record]) -> Result<Related> {
    // A transaction has one connection.
    let at_once = if ctx.in_transaction() { 1 } else { STATEMENTS_AT_ONCE };
    fetch_level(&Fetcher { ctx, permits: Semaphore::new(at_once) }, plan, records).await
}

/// What the statements of one fetch share.
struct Fetcher<'c> {
    ctx: &'c Ctx,
    /// Relations that do not depend on each other are fetched at the same time, but none takes all connections.
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
    let related = match relation.plan.has_relations() {
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
    if relation.plan.has_relations() {
        pages.related = fetch_next_level(fetcher, &relation.plan, &pages.records).await?;
    }
    Ok(pages)
}

/// Measures of the related rows of each parent.
async fn fetch_measures(
    fetcher: &Fetcher<'_>,
    info: &'static EntityInfo,
    AggregateFetch { relation, query }: &AggregateFetch,
    parents: &[Record],
) -> Result<Measured> {
    let target = info.many[*relation].target();
    let mut measured = Measured::new(target, query);
    // As if absent: rows that the principal may not see are not measured.
    if parents.is_empty() || !may_read(fetcher.ctx, target) {
        return Ok(measured);
    }
    let DistinctKeys { keys, positions, .. } = DistinctKeys::of(parents.iter().map(Record::key));
    let permit = fetcher.permit().await?;
    measured.groups = Records::new(fetcher.ctx, info).aggregate_related(*relation, &keys, query).await?;
    measured.groups_of_parent = positions;
    drop(permit);
    Ok(measured)
}

/// A page of a list with all that the plan leads to.
pub(crate) async fn page(ctx: &Ctx, plan: &FetchPlan, query: &ListQuery) -> Result<Pages> {
    let page = Records::new(ctx, plan.info).list(query).await?;
    beside(ctx, plan, page).await
}

/// A page of a to-many relation of one row, with all that the plan leads to.
#[cfg(feature = "rest")]
pub(crate) async fn page_of(
    ctx: &Ctx,
    (info, relation, key): (&'static EntityInfo, usize, &Value),
    plan: &FetchPlan,
    query: &ListQuery,
) -> Result<Pages> {
    let pages = Records::new(ctx, info).list_related(relation, std::slice::from_ref(key), query).await?;
    let page = pages.into_iter().next();
    beside(ctx, plan, page.ok_or_else(|| Error::internal("one row has no page"))?).await
}

/// A page of rows with all that the plan leads to.
pub(crate) async fn beside(ctx: &Ctx, plan: &FetchPlan, page: Page) -> Result<Pages> {
    let mut pages = Pages::new(plan.info, vec![0]);
    pages.push(page);
    pages.related = related(ctx, plan, &pages.records).await?;
    Ok(pages)
}
