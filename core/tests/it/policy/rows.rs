//! Rows that a principal may not see or write, one rule at a time.

use entify::prelude::*;
use entify::testing::each_database;

use super::someone;

/// Owned through a text, with a reader beside the owner.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(owner) | role("staff"),
        create = owner(owner) | role("staff"),
        update = (owner(owner) & !role("frozen")) | role("staff"),
        delete = owner(owner),
    ),
    unique(owner, title),
)]
pub struct Diary {
    #[entity(max_len = 40)]
    owner: String,
    #[entity(max_len = 40, unique, search, sort, filter)]
    title: String,
    #[entity(filter)]
    pages: Option<i32>,
    #[entity(inverse = diary)]
    entries: Many<Entry>,
    #[entity(through = Shelving)]
    shelves: Many<Shelf>,
}

/// Seen through the diary it belongs to.
#[derive(Entity)]
#[entity(policy = EntryPolicy, soft_delete)]
pub struct Entry {
    #[entity(on_delete = cascade)]
    diary: One<Diary>,
    #[entity(max_len = 200, filter, sort)]
    text: String,
    #[entity(default = false, filter)]
    published: bool,
}

pub struct EntryPolicy;

impl EntryPolicy {
    fn own(ctx: &Ctx) -> Decision<Entry> {
        match ctx.principal().subject() {
            Some(me) => Entry::diary().is(Diary::owner().eq(me)).into(),
            None => Decision::Deny,
        }
    }
}

impl Policy<Entry> for EntryPolicy {
    fn read(ctx: &Ctx) -> Decision<Entry> {
        Self::own(ctx) | Entry::published().eq(true)
    }

    fn create(ctx: &Ctx) -> Decision<Entry> {
        Self::own(ctx)
    }

    fn update(ctx: &Ctx) -> Decision<Entry> {
        Self::own(ctx)
    }

    fn delete(ctx: &Ctx) -> Decision<Entry> {
        Self::own(ctx) & !Decision::from(Entry::published().eq(true))
    }
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Shelf {
    #[entity(max_len = 40, filter)]
    name: String,
    #[entity(through = Shelving)]
    diaries: Many<Diary>,
}

#[derive(Entity)]
#[entity(policy = public, unique(shelf, diary))]
pub struct Shelving {
    shelf: One<Shelf>,
    diary: One<Diary>,
}

pub(super) fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Diary, Entry, Shelf, Shelving].to_vec()
}

struct World {
    ada: Ctx,
    bob: Ctx,
    staff: Ctx,
    nobody: Ctx,
    /// Of Ada.
    first: Id<Diary>,
    /// Of Bob.
    second: Id<Diary>,
    shelf: Id<Shelf>,
}

async fn world(ctx: &Ctx) -> World {
    let diaries = DiaryService::new(ctx);
    let diary = async |owner: &str, title: &str| {
        diaries.create(DiaryInput::new(owner, title)).await.expect("a diary").id
    };
    let (first, second) = (diary("ada", "First").await, diary("bob", "Second").await);
    let shelf = ShelfService::new(ctx).create(ShelfInput::new("A")).await.expect("a shelf").id;
    for diary in [first, second] {
        ShelvingService::new(ctx).create(ShelvingInput::new(shelf, diary)).await.expect("a place");
    }
    let of = |principal| ctx.with_principal(principal);
    World {
        ada: of(someone("ada", &[])),
        bob: of(someone("bob", &[])),
        staff: of(someone("sam", &["staff"])),
        nobody: of(Principal::Anonymous),
        first,
        second,
        shelf,
    }
}

fn pages(pages: i32) -> DiaryPatch {
    DiaryPatch { pages: Some(pages).into(), ..DiaryPatch::default() }
}

fn absent(id: i64) -> Error {
    let _ = id;
    Error::NotFound("Diary".into())
}

#[each_database(entities(), row_security)]
async fn a_hidden_row_is_absent_in_every_read(ctx: Ctx) {
    let world = world(&ctx).await;
    let diaries = DiaryService::new(&world.ada);
    assert_eq!(diaries.get(world.second).await, Err(absent(2)));
    assert_eq!(diaries.find(world.second).await, Ok(None));
    let many = diaries.get_many(&[world.second, world.first]).await.expect("rows");
    assert_eq!(
        many.iter().map(|row| row.as_ref().map(|row| row.id)).collect::<Vec<_>>(),
        [None, Some(world.first)]
    );
    assert_eq!(diaries.count(Filter::all()).await, Ok(1));
    assert_eq!(diaries.exists(Diary::title().eq("Second")).await, Ok(false));
    assert_eq!(diaries.one(Diary::title().eq("Second")).await, Err(absent(2)));
    let page =
        diaries.list(Query { search: Some("second".into()), ..Query::default() }).await.expect("a page");
    assert!(page.items.is_empty());
    let query = Query { total: entify::query::Total::Estimate, ..Query::default() };
    let page = diaries.list(query).await.expect("a page");
    assert_eq!((page.items.len(), page.total), (1, Some(1)));
    let mut stream = diaries.stream(Query::default());
    assert_eq!(stream.next().await.map(|row| row.map(|row| row.id)), Some(Ok(world.first)));
    assert!(stream.next().await.is_none());

    assert_eq!(DiaryService::new(&world.staff).count(Filter::all()).await, Ok(2));
    assert_eq!(DiaryService::new(&world.nobody).count(Filter::all()).await, Err(Error::Unauthenticated));
}

#[each_database(entities(), row_security)]
async fn a_hidden_row_is_absent_where_others_lead_to_it(ctx: Ctx) {
    let world = world(&ctx).await;
    let shelves = ShelfService::new(&world.ada);
    let shelf = shelves.get(world.shelf).await.expect("a shelf");
    let page = shelves
        .load_many(Shelf::diaries(), std::slice::from_ref(&shelf), Query::default())
        .await
        .expect("pages");
    assert_eq!(page[0].items.iter().map(|row| row.id).collect::<Vec<_>>(), [world.first]);
    let counts = shelves.count_many(Shelf::diaries(), std::slice::from_ref(&shelf), Filter::all()).await;
    assert_eq!(counts, Ok(vec![1]));
    let second = || Diary::title().eq("Second");
    assert_eq!(shelves.count(Shelf::diaries().some(second())).await, Ok(0));
    assert_eq!(shelves.count(Shelf::diaries().none(second())).await, Ok(1));
    assert_eq!(shelves.count(Shelf::diaries().every(Diary::owner().eq("ada"))).await, Ok(1));
    let places = ShelvingService::new(&world.ada);
    assert_eq!(places.count(Shelving::diary().is(second())).await, Ok(0));
    let rows = places.list(Query::default()).await.expect("places").items;
    let diaries = places.load(Shelving::diary(), &rows).await.expect("diaries");
    assert_eq!(diaries.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
}

#[each_database(entities(), row_security)]
async fn a_hidden_row_is_absent_in_every_write(ctx: Ctx) {
    let world = world(&ctx).await;
    let diaries = DiaryService::new(&world.ada);
    assert_eq!(diaries.update(world.second, pages(1)).await, Err(absent(2)));
    assert_eq!(diaries.update(world.second, DiaryPatch::default()).await, Err(absent(2)));
    assert_eq!(diaries.delete(world.second).await, Err(absent(2)));
    assert!(matches!(diaries.delete_many(&[world.first, world.second]).await, Err(Error::NotFound(_))));
    let all = || Diary::title().is_not_null();
    assert_eq!(diaries.update_many(all(), pages(7)).await, Ok(1));
    assert_eq!(diaries.delete_where(all() & Diary::title().eq("Second")).await, Ok(0));
    let lock =
        world.ada.transaction(async move |ctx: Ctx| DiaryService::new(&ctx).lock(Id::new(2)).await).await;
    assert_eq!(lock, Err(absent(2)));
    let left = DiaryService::new(&ctx).get(world.second).await.expect("Bob's");
    assert_eq!(left.pages, None);
    ShelvingService::new(&ctx).delete_where(Shelving::id().is_not_null()).await.expect("empty shelves");
    assert_eq!(diaries.delete_where(all()).await, Ok(1));
    assert_eq!(DiaryService::new(&ctx).count(Filter::all()).await, Ok(1));
}

#[each_database(entities(), row_security)]
async fn a_row_that_may_be_read_but_not_written_is_refused(ctx: Ctx) {
    let world = world(&ctx).await;
    let frozen = ctx.with_principal(someone("ada", &["frozen"]));
    let diaries = DiaryService::new(&frozen);
    assert!(diaries.get(world.first).await.is_ok());
    assert_eq!(diaries.update(world.first, pages(1)).await, Err(Error::Forbidden));
    let staff = DiaryService::new(&world.staff);
    assert_eq!(staff.delete(world.first).await, Err(Error::Forbidden));
    assert_eq!(staff.delete_many(&[world.first]).await, Err(Error::Forbidden));
    assert_eq!(staff.delete_where(Diary::title().is_not_null()).await, Ok(0), "only what may be deleted");
    assert!(staff.update(world.second, pages(3)).await.is_ok());
}

#[each_database(entities(), row_security)]
async fn no_row_is_moved_out_of_what_its_writer_may_touch(ctx: Ctx) {
    let world = world(&ctx).await;
    let diaries = DiaryService::new(&world.ada);
    let give = || DiaryPatch { owner: "bob".to_owned().into(), ..DiaryPatch::default() };
    assert_eq!(diaries.update(world.first, give()).await, Err(Error::Forbidden));
    assert_eq!(diaries.update_many(Diary::title().eq("First"), give()).await, Err(Error::Forbidden));
    assert_eq!(DiaryService::new(&ctx).get(world.first).await.expect("a diary").owner, "ada");
    assert_eq!(diaries.create(DiaryInput::new("bob", "x")).await, Err(Error::Forbidden));
    assert_eq!(
        diaries.create_many([DiaryInput::new("ada", "x"), DiaryInput::new("bob", "y")]).await,
        Err(Error::Forbidden)
    );
    assert_eq!(DiaryService::new(&ctx).count(Filter::all()).await, Ok(2));
    assert!(diaries.create(DiaryInput::new("ada", "x")).await.is_ok());
    assert!(DiaryService::new(&world.staff).update(world.first, give()).await.is_ok());
    assert_eq!(diaries.get(world.first).await, Err(absent(1)));
}

#[each_database(entities(), row_security)]
async fn a_unique_value_of_a_hidden_row_is_refused_like_any_other(ctx: Ctx) {
    let world = world(&ctx).await;
    let diaries = DiaryService::new(&world.ada);
    // The same answer as for a row that may not be made.
    assert_eq!(diaries.create(DiaryInput::new("ada", "Second")).await, Err(Error::Forbidden));
    assert_eq!(diaries.create_many([DiaryInput::new("ada", "Second")]).await, Err(Error::Forbidden));
    let rename = DiaryPatch { title: "Second".to_owned().into(), ..DiaryPatch::default() };
    assert_eq!(diaries.update(world.first, rename).await, Err(Error::Forbidden));
    assert_eq!(diaries.upsert(Diary::title(), DiaryInput::new("ada", "Second")).await, Err(Error::Forbidden));
    let got = diaries.get_or_create(Diary::title(), DiaryInput::new("ada", "Second")).await;
    assert_eq!(got.map(|_| ()), Err(Error::Forbidden));
    // Of what is the principal's own it is told.
    let taken = diaries.create(DiaryInput::new("ada", "First")).await.expect_err("a conflict");
    assert_eq!(taken.code(), "CONFLICT");
    assert!(taken.fields().iter().any(|error| error.field == "title" && error.code == "unique"));
    let (same, new) =
        diaries.get_or_create(Diary::title(), DiaryInput::new("ada", "First")).await.expect("it");
    assert_eq!((same.id, new), (world.first, false));
    let upserted = diaries
        .upsert(Diary::title(), DiaryInput { pages: Some(9), ..DiaryInput::new("ada", "First") })
        .await;
    assert_eq!(upserted.map(|row| row.pages), Ok(Some(9)));
    let many = diaries
        .upsert_many(Diary::title(), [DiaryInput::new("ada", "New"), DiaryInput::new("ada", "First")])
        .await;
    assert_eq!(many.map(|rows| rows.len()), Ok(2));
}

#[each_database(entities(), row_security)]
async fn a_reference_to_a_hidden_row_is_refused_as_one_to_a_missing_row(ctx: Ctx) {
    let world = world(&ctx).await;
    let places = ShelvingService::new(&world.ada);
    places.delete_where(Shelving::id().is_not_null()).await.expect("a removal");
    let hidden = places.create(ShelvingInput::new(world.shelf, world.second)).await;
    let missing = places.create(ShelvingInput::new(world.shelf, Id::new(999))).await;
    assert_eq!(hidden, missing);
    assert_eq!(hidden.expect_err("a refusal").fields()[0].code, "reference");
    let own = places.create(ShelvingInput::new(world.shelf, world.first)).await.expect("a place");
    let moved = ShelvingPatch { diary_id: world.second.into(), ..ShelvingPatch::default() };
    assert_eq!(places.update(own.id, moved).await.expect_err("a refusal").code(), "CONFLICT");
    let links = ShelfService::new(&world.ada);
    assert!(links.links(Shelf::diaries()).add(world.shelf, [world.second]).await.is_err());
}

#[each_database(entities(), row_security)]
async fn a_policy_in_rust_reaches_through_relations(ctx: Ctx) {
    let world = world(&ctx).await;
    let entries = EntryService::new(&world.ada);
    let own = entries.create(EntryInput::new(world.first, "mine")).await.expect("an entry");
    assert!(entries.create(EntryInput::new(world.second, "not mine")).await.is_err());
    let bobs = EntryService::new(&world.bob);
    let private = bobs.create(EntryInput::new(world.second, "private")).await.expect("an entry");
    let public = bobs
        .create(EntryInput { published: Some(true), ..EntryInput::new(world.second, "public") })
        .await
        .expect("an entry");
    // Readable though its diary is not.
    let seen = entries.list(Query::default().order(Entry::id().asc())).await.expect("a page").items;
    assert_eq!(seen.iter().map(|entry| entry.id).collect::<Vec<_>>(), [own.id, public.id]);
    assert_eq!(entries.load(Entry::diary(), &seen).await.expect("diaries").iter().flatten().count(), 1);
    let change = || EntryPatch { text: "changed".to_owned().into(), ..EntryPatch::default() };
    assert_eq!(entries.update(private.id, change()).await, Err(Error::NotFound("Entry".into())));
    assert_eq!(entries.update(public.id, change()).await, Err(Error::Forbidden));
    assert!(entries.update(own.id, change()).await.is_ok());
    // A change of what the rule looks at is looked at again.
    let moved = EntryPatch { diary_id: world.second.into(), ..EntryPatch::default() };
    assert!(entries.update(own.id, moved).await.is_err());
    // Deleted softly, and restored, under the same rule.
    assert_eq!(bobs.delete(public.id).await, Err(Error::Forbidden));
    assert_eq!(entries.delete(private.id).await, Err(Error::NotFound("Entry".into())));
    bobs.delete(private.id).await.expect("a removal");
    assert_eq!(entries.restore(private.id).await, Err(Error::NotFound("Entry".into())));
    assert_eq!(entries.with_deleted().find(private.id).await, Ok(None));
    assert!(bobs.restore(private.id).await.is_ok());
    assert_eq!(entries.purge(private.id).await, Err(Error::NotFound("Entry".into())));
    assert_eq!(EntryService::new(&world.nobody).list(Query::default()).await.expect("a page").items.len(), 1);
}

#[each_database(entities(), row_security)]
async fn a_subject_owns_only_what_it_is_called_exactly(ctx: Ctx) {
    let world = world(&ctx).await;
    for subject in ["", "Ada", "ada ", "ada\0"] {
        let other = ctx.with_principal(Subject::new("x", "x", Vec::new()).owning(subject).into());
        let count = DiaryService::new(&other).count(Filter::all()).await;
        assert!(matches!(count, Ok(0) | Err(Error::Forbidden)), "{subject:?}: {count:?}");
    }
    let unmapped = ctx.with_principal(Principal::known("ada", "ada", Vec::new()));
    assert_eq!(DiaryService::new(&unmapped).count(Filter::all()).await, Err(Error::Forbidden));
    assert_eq!(DiaryService::new(&world.bob).count(Filter::all()).await, Ok(1));
}
