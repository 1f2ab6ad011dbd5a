//! What a policy costs a filtered list: rows that belong to someone beside the same rows for all.

use entify::prelude::*;

use crate::{Cost, Result, check, execute};

/// Rows of each table.
const ROWS: usize = 100_000;
/// Who they belong to, in turn.
const OWNERS: usize = 100;
/// What they are about.
const TOPICS: usize = 7;
/// Rows of a page.
const PAGE: usize = 20;
/// Lists of a round.
const LISTS: usize = 500;
/// Rounds of each list, in turn; the cheapest counts.
const ROUNDS: usize = 9;

#[derive(Entity)]
#[entity(policy = public, index(owner, topic))]
pub(crate) struct OpenNote {
    #[entity(max_len = 40, filter)]
    owner: String,
    #[entity(filter)]
    topic: i64,
    text: String,
}

#[derive(Entity)]
#[entity(policy = owner(owner), index(owner, topic))]
pub(crate) struct OwnNote {
    #[entity(max_len = 40, filter)]
    owner: String,
    #[entity(filter)]
    topic: i64,
    text: String,
}

/// The same list thrice, for one owner: of rows that are public, of those that the caller's filter narrows to the
/// owner's, and of rows that the policy narrows.
pub(crate) async fn lists(ctx: &Ctx) -> Result<()> {
    fill(ctx).await?;
    let owner = Subject::new("bench#owner-7", "owner-7", Vec::new()).owning("owner-7");
    let ctx = ctx.with_principal(owner.into());
    let (open, own) = (OpenNoteService::new(&ctx), OwnNoteService::new(&ctx));
    let mut best: [Option<Cost>; 3] = [None; 3];
    for _ in 0..ROUNDS {
        crate::keep(&mut best[0], listed(&open, OpenNote::topic().eq(3)).await?);
        let mine = OpenNote::owner().eq("owner-7") & OpenNote::topic().eq(3);
        crate::keep(&mut best[1], listed(&open, mine).await?);
        crate::keep(&mut best[2], listed(&own, OwnNote::topic().eq(3)).await?);
    }
    let [Some(public), Some(filtered), Some(owned)] = best else { return Ok(()) };
    print("filtered list, public", public, public);
    print("  and the owner in the filter", filtered, public);
    print("  and policy = owner(owner)", owned, public);
    Ok(())
}

/// The cost of a round of lists.
async fn listed<E: Entity>(service: &Service<'_, E>, filter: Filter<E>) -> Result<Cost> {
    let lists = async {
        for _ in 0..LISTS {
            let query = Query::filter(filter.clone()).first(PAGE as u32);
            check(service.list(query).await?.items.len(), PAGE)?;
        }
        Ok(())
    };
    Ok(Cost::of(lists).await?.0)
}

fn print(what: &str, cost: Cost, public: Cost) {
    #[allow(clippy::cast_precision_loss)]
    let each = |cost: std::time::Duration| cost.as_secs_f64() * 1e6 / LISTS as f64;
    println!(
        "  {what:<34} {:>7.1} µs a list   CPU {:>7.1} µs   ratio CPU {:.2}, clock {:.2}",
        each(cost.wall),
        each(cost.cpu),
        each(cost.cpu) / each(public.cpu).max(1e-9),
        each(cost.wall) / each(public.wall).max(1e-9),
    );
}

async fn fill(ctx: &Ctx) -> Result<()> {
    let owner = |number: usize| format!("owner-{}", number % OWNERS);
    let topic = |number: usize| i64::try_from(number / OWNERS % TOPICS).unwrap_or_default();
    let numbers = || 0..ROWS;
    OpenNoteService::new(ctx)
        .create_many(numbers().map(|number| OpenNoteInput::new(owner(number), topic(number), "words")))
        .await?;
    OwnNoteService::new(ctx)
        .create_many(numbers().map(|number| OwnNoteInput::new(owner(number), topic(number), "words")))
        .await?;
    execute(ctx, "ANALYZE").await
}

/// The tables of these lists.
pub(crate) fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![OpenNote, OwnNote].to_vec()
}
