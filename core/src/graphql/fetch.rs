//! Fetching what a plan asks for, level by level: one statement per relation, however many rows.

use futures_util::future::{BoxFuture, join, join_all};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::graphql::plan::{ManyRelation, OneRelation, Rows};
use crate::policy::Action;
use crate::query::Page;
use crate::service::Records;
use crate::service::key::{Distinct, Key};
use crate::value::Record;

/// Statements that one root field runs at the same time.
const STATEMENTS_AT_ONCE: usize = 4;

/// No related row or page.
const NOWHERE: u32 = Distinct::NOWHERE;

/// The related rows of some rows, by the relations of their plan.
#[derive(Debug, Default)]
pub(super) struct Related {
    pub(super) ones: Vec<Ones>,
    pub(super) manys: Vec<Pages>,
}

/// The rows of a to-one relation, each once.
#[derive(Debug)]
pub(super) struct Ones {
    pub(super) info: &'static EntityInfo,
    /// For each parent, which row.
    at: Vec<u32>,
    pub(super) records: Vec<Record>,
    pub(super) related: Related,
}

/// Pages of rows: of a to-many relation, or the one page of a root field.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) info: &'static EntityInfo,
    /// For each parent, which page.
    at: Vec<u32>,
    pages: Vec<PageAt>,
    /// The rows of all pages, one page after the other.
    pub(super) records: Vec<Record>,
    pub(super) related: Related,
}

/// A page whose rows stand among others.
#[derive(Debug)]
pub(super) struct PageAt {
    pub(super) start: usize,
    pub(super) length: usize,
    /// The page without its rows.
    pub(super) page: Page,
}

impl Ones {
    fn none(info: &'static EntityInfo) -> Self {
        Self { info, at: Vec::new(), records: Vec::new(), related: Related::default() }
    }

    /// The row that the parent at this position points to.
    pub(super) fn of(&self, parent: usize) -> Option<usize> {
        self.at.get(parent).filter(|at| **at != NOWHERE).map(|at| *at as usize)
    }
}

impl Pages {
    fn new(info: &'static EntityInfo, at: Vec<u32>) -> Self {
        Self { info, at, pages: Vec::new(), records: Vec::new(), related: Related::default() }
    }

    /// The page of the parent at this position; none when the principal may not read the rows.
    pub(super) fn of(&self, parent: usize) -> Option<&PageAt> {
        self.at.get(parent).and_then(|at| self.pages.get(usize::try_from(*at).ok()?))
    }

    fn push(&mut self, mut page: Page) {
        let start = self.records.len();
        self.records.append(&mut page.items);
        self.pages.push(PageAt { start, length: self.records.len() - start, page });
    }
}

fn may_read(ctx: &Ctx, info: &EntityInfo) -> bool {
    info.permits(Action::Read, ctx)
}

/// Fetches the relations that `rows` follows from `records`, and theirs.
pub(super) async fn related(ctx: &Ctx, rows: &Rows, records: &[Record]) -> Result<Related> {
    // A transaction has one connection.
    let at_once = if ctx.in_transaction() { 1 } else { STATEMENTS_AT_ONCE };
    level(&Fetch { ctx, turns: Semaphore::new(at_once) }, rows, records).await
}

/// What the fetching of one root field shares.
struct Fetch<'c> {
    ctx: &'c Ctx,
    /// Relations that do not depend on each other are fetched at the same time, but no request takes all connections.
    turns: Semaphore,
}

impl Fetch<'_> {
    /// Waits until one more statement may run.
    async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        self.turns.acquire().await.map_err(Error::internal)
    }
}

async fn level(fetch: &Fetch<'_>, rows: &Rows, records: &[Record]) -> Result<Related> {
    let ones = join_all(rows.ones.iter().map(|one| ones(fetch, one, records)));
    let manys = join_all(rows.manys.iter().map(|many| pages(fetch, rows.info, many, records)));
    // All are awaited, also when one has failed: a statement is not given up half-way.
    let (ones, manys) = join(ones, manys).await;
    Ok(Related {
        ones: ones.into_iter().collect::<Result<_>>()?,
        manys: manys.into_iter().collect::<Result<_>>()?,
    })
}

fn deeper<'a>(fetch: &'a Fetch<'_>, rows: &'a Rows, records: &'a [Record]) -> BoxFuture<'a, Result<Related>> {
    Box::pin(level(fetch, rows, records))
}

fn has_relations(rows: &Rows) -> bool {
    !rows.ones.is_empty() || !rows.manys.is_empty()
}

async fn ones(fetch: &Fetch<'_>, one: &OneRelation, parents: &[Record]) -> Result<Ones> {
    let target = one.rows.info;
    // As if absent: a row that the principal may not see is null where it is pointed to.
    if !may_read(fetch.ctx, target) {
        return Ok(Ones::none(target));
    }
    let Distinct { keys, mut at, known } = Distinct::of(parents.iter().map(|row| row.get(one.column)));
    if keys.is_empty() {
        return Ok(Ones::none(target));
    }
    let turn = fetch.turn().await?;
    let records = Records::new(fetch.ctx, target).find_many(0, &keys, one.rows.columns).await?;
    drop(turn);
    // The rows come in any order, and some may be gone.
    let mut place = vec![NOWHERE; keys.len()];
    for (position, record) in records.iter().enumerate() {
        if let Some(slot) = Key::of(record.key()).and_then(|key| known.get(&key)) {
            place[*slot as usize] = u32::try_from(position).unwrap_or(NOWHERE);
        }
    }
    for at in at.iter_mut().filter(|at| **at != NOWHERE) {
        *at = place[*at as usize];
    }
    let related =
        if has_relations(&one.rows) { deeper(fetch, &one.rows, &records).await? } else { Related::default() };
    Ok(Ones { info: target, at, records, related })
}

async fn pages(
    fetch: &Fetch<'_>,
    info: &'static EntityInfo,
    many: &ManyRelation,
    parents: &[Record],
) -> Result<Pages> {
    // As if absent: rows that the principal may not see are not in the list.
    if parents.is_empty() || !may_read(fetch.ctx, many.rows.info) {
        return Ok(Pages::new(many.rows.info, Vec::new()));
    }
    let Distinct { keys, at, .. } = Distinct::of(parents.iter().map(Record::key));
    let mut pages = Pages::new(many.rows.info, at);
    let turn = fetch.turn().await?;
    let found = Records::new(fetch.ctx, info).list_related(many.many, &keys, &many.query).await?;
    drop(turn);
    for page in found {
        pages.push(page);
    }
    if has_relations(&many.rows) {
        pages.related = deeper(fetch, &many.rows, &pages.records).await?;
    }
    Ok(pages)
}

/// The page of a root field with all that it leads to.
pub(super) async fn root_page(ctx: &Ctx, rows: &Rows, query: &crate::query::ListQuery) -> Result<Pages> {
    let page = Records::new(ctx, rows.info).list(query).await?;
    let mut pages = Pages::new(rows.info, vec![0]);
    pages.push(page);
    pages.related = related(ctx, rows, &pages.records).await?;
    Ok(pages)
}
