//! What becomes of rows when the row that they point to goes.

use entify::prelude::*;
use entify::testing::each_database;

/// A tree: a branch goes with its root.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Branch {
    #[entity(on_delete = cascade)]
    parent: Option<One<Branch>>,
    #[entity(inverse = parent)]
    branches: Many<Branch>,
}

/// A leaf goes with its branch.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Leaf {
    #[entity(on_delete = cascade)]
    branch: One<Branch>,
}

/// A nest keeps its leaf from going.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Nest {
    #[entity(on_delete = restrict)]
    leaf: One<Leaf>,
}

/// A chain that loosens.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Link {
    #[entity(on_delete = set_null)]
    next: Option<One<Link>>,
}

/// One of two that point to each other.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Hen {
    #[entity(on_delete = cascade)]
    hatched_from: Option<One<Egg>>,
}

/// The other.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Egg {
    #[entity(on_delete = cascade)]
    laid_by: Option<One<Hen>>,
}

/// A reference to itself that restricts.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Leader {
    #[entity(on_delete = restrict)]
    above: Option<One<Leader>>,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Branch, Leaf, Nest, Link, Hen, Egg, Leader].to_vec()
}

async fn branch(ctx: &Ctx, parent: Option<Id<Branch>>) -> Id<Branch> {
    BranchService::new(ctx).create(BranchInput { parent_id: parent }).await.expect("a branch").id
}

#[each_database(all())]
async fn a_cascade_goes_all_the_way_down(ctx: Ctx) {
    let root = branch(&ctx, None).await;
    let other = branch(&ctx, None).await;
    let mut at = root;
    for _ in 0..60 {
        at = branch(&ctx, Some(at)).await;
    }
    LeafService::new(&ctx).create(LeafInput::new(at)).await.expect("a leaf");
    let kept = LeafService::new(&ctx).create(LeafInput::new(other)).await.expect("a leaf");
    BranchService::new(&ctx).delete(root).await.expect("the removal");
    assert_eq!(BranchService::new(&ctx).count(Filter::all()).await, Ok(1));
    let left = LeafService::new(&ctx).list(Query::default()).await.expect("a page").items;
    assert_eq!(left, [kept]);
}

#[each_database(all())]
async fn a_restriction_at_the_bottom_stops_a_cascade(ctx: Ctx) {
    let root = branch(&ctx, None).await;
    let deep = branch(&ctx, Some(branch(&ctx, Some(root)).await)).await;
    let leaf = LeafService::new(&ctx).create(LeafInput::new(deep)).await.expect("a leaf");
    let nest = NestService::new(&ctx).create(NestInput::new(leaf.id)).await.expect("a nest");
    let refused = BranchService::new(&ctx).delete(root).await.expect_err("restricted");
    assert_eq!((refused.code(), refused.fields()[0].code), ("CONFLICT", "referenced"));
    assert_eq!(BranchService::new(&ctx).count(Filter::all()).await, Ok(3), "nothing went");
    assert_eq!(LeafService::new(&ctx).count(Filter::all()).await, Ok(1));
    NestService::new(&ctx).delete(nest.id).await.expect("the removal");
    BranchService::new(&ctx).delete(root).await.expect("the removal");
    assert_eq!(LeafService::new(&ctx).count(Filter::all()).await, Ok(0));
}

#[each_database(all())]
async fn references_to_what_went_become_null(ctx: Ctx) {
    let links = LinkService::new(&ctx);
    let last = links.create(LinkInput { next_id: None }).await.expect("a link");
    let first = links.create(LinkInput { next_id: Some(last.id) }).await.expect("a link");
    let also = links.create(LinkInput { next_id: Some(last.id) }).await.expect("a link");
    // To itself, too.
    let patch = LinkPatch { next_id: Change::Set(Some(last.id)) };
    links.update(last.id, patch).await.expect("a ring");
    links.delete(last.id).await.expect("the removal");
    for link in [first.id, also.id] {
        assert_eq!(links.get(link).await.expect("the link").next_id, None);
    }
    assert_eq!(links.count(Filter::all()).await, Ok(2));
}

#[each_database(all())]
async fn a_cycle_of_cascades_ends(ctx: Ctx) {
    let (hens, eggs) = (HenService::new(&ctx), EggService::new(&ctx));
    let hen = hens.create(HenInput { hatched_from_id: None }).await.expect("a hen");
    let egg = eggs.create(EggInput { laid_by_id: Some(hen.id) }).await.expect("an egg");
    hens.update(hen.id, HenPatch { hatched_from_id: Change::Set(Some(egg.id)) }).await.expect("a cycle");
    let kept = eggs.create(EggInput { laid_by_id: None }).await.expect("an egg");
    eggs.delete(egg.id).await.expect("the removal");
    assert_eq!(hens.count(Filter::all()).await, Ok(0));
    assert_eq!(eggs.list(Query::default()).await.expect("a page").items, [kept]);
}

#[each_database(all())]
async fn a_row_that_restricts_itself_can_go(ctx: Ctx) {
    let leaders = LeaderService::new(&ctx);
    let top = leaders.create(LeaderInput { above_id: None }).await.expect("a leader");
    let below = leaders.create(LeaderInput { above_id: Some(top.id) }).await.expect("a leader");
    assert_eq!(leaders.delete(top.id).await.expect_err("restricted").code(), "CONFLICT");
    leaders.update(top.id, LeaderPatch { above_id: Change::Set(Some(below.id)) }).await.expect("a cycle");
    assert_eq!(leaders.delete(top.id).await.expect_err("restricted").code(), "CONFLICT");
    leaders.update(top.id, LeaderPatch { above_id: Change::Set(Some(top.id)) }).await.expect("itself");
    leaders.delete(below.id).await.expect("no one points to it");
    leaders.delete(top.id).await.expect("only itself points to it");
    assert_eq!(leaders.count(Filter::all()).await, Ok(0));
}
