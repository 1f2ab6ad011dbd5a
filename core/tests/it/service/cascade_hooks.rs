//! What becomes of rows because the row they point to goes is recorded and told, where their entity asks for that.

use entify::entity::EntityDef;
use entify::error::Error;
use entify::history::{HistoryAction, HistoryEntry, HistoryRow};
use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::json;

/// What hooks leave behind.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Said {
    text: String,
}

/// Keeps no history itself.
#[derive(Entity)]
#[entity(policy = public, version)]
pub struct Team {
    name: String,
}

/// Goes with its team; loses its mentor.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), history, version)]
pub struct Member {
    name: String,
    #[entity(on_delete = cascade)]
    team: One<Team>,
    #[entity(on_delete = set_null, immutable)]
    mentor: Option<One<Member>>,
}

/// Keeps no history, but what is in it does.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Desk {
    #[entity(on_delete = cascade)]
    member: One<Member>,
}

/// Goes with its desk, and is told.
#[derive(Entity)]
#[entity(policy = public, hooks)]
pub struct Drawer {
    label: String,
    #[entity(on_delete = cascade)]
    desk: One<Desk>,
}

/// Outlives its member; both at once.
#[derive(Entity)]
#[entity(policy = public, history, hooks)]
pub struct Badge {
    label: String,
    #[entity(on_delete = set_null)]
    member: Option<One<Member>>,
}

/// Stands in the way of its member, but goes with the team. No one may see it.
#[derive(Entity)]
#[entity(policy = nobody, history)]
pub struct Pledge {
    #[entity(on_delete = cascade)]
    team: One<Team>,
    #[entity(on_delete = restrict)]
    member: One<Member>,
}

/// A tree that is recorded.
#[derive(Entity)]
#[entity(policy = public, history, hooks, key = uuid)]
pub struct Twig {
    label: String,
    #[entity(on_delete = cascade)]
    parent: Option<One<Twig>>,
}

/// Deleted softly, without history.
#[derive(Entity)]
#[entity(policy = public, soft_delete)]
pub struct Shelf {
    name: String,
}

/// Hidden with its shelf, and recorded.
#[derive(Entity)]
#[entity(policy = public, soft_delete, history, hooks)]
pub struct Volume {
    label: String,
    #[entity(on_delete = cascade)]
    shelf: One<Shelf>,
}

/// Loses its volume, and is recorded.
#[derive(Entity)]
#[entity(policy = public, history)]
pub struct Card {
    #[entity(on_delete = set_null)]
    volume: Option<One<Volume>>,
}

async fn say(ctx: &Ctx, text: String) -> entify::Result<()> {
    SaidService::new(ctx).create(SaidInput::new(text)).await.map(drop)
}

macro_rules! told {
    ($entity:ident, $model:ident, $patch:ident) => {
        impl Hooks for $entity {
            async fn before_delete(ctx: &Ctx, row: &$model) -> entify::Result<()> {
                say(ctx, format!("before {}", row.label)).await?;
                if row.label == "kept" { Err(Error::Forbidden) } else { Ok(()) }
            }

            async fn after_delete(ctx: &Ctx, row: &$model) -> entify::Result<()> {
                say(ctx, format!("after {}", row.label)).await
            }

            async fn after_commit_delete(ctx: &Ctx, row: &$model) -> entify::Result<()> {
                say(ctx, format!("commit {}", row.label)).await
            }

            async fn before_update(ctx: &Ctx, row: &$model, _: &mut $patch) -> entify::Result<()> {
                say(ctx, format!("before update {}", row.label)).await?;
                if row.label == "kept" { Err(Error::Forbidden) } else { Ok(()) }
            }

            async fn after_update(ctx: &Ctx, _: &$model, row: &$model) -> entify::Result<()> {
                say(ctx, format!("after update {}", row.label)).await
            }
        }
    };
}

told!(Drawer, DrawerModel, DrawerPatch);
told!(Badge, BadgeModel, BadgePatch);
told!(Twig, TwigModel, TwigPatch);
told!(Volume, VolumeModel, VolumePatch);

fn all() -> Vec<&'static EntityDef> {
    let mut all = entify::entities![Said, Team, Member, Desk, Drawer, Badge, Pledge, Twig].to_vec();
    all.extend(entify::entities![Shelf, Volume, Card, HistoryRow]);
    all
}

/// What was said so far.
async fn said(ctx: &Ctx) -> Vec<String> {
    let said = SaidService::new(ctx).list(Query::default().first(100)).await.expect("a page");
    said.items.into_iter().map(|said| said.text).collect()
}

async fn team(ctx: &Ctx, name: &str) -> TeamModel {
    TeamService::new(ctx).create(TeamInput::new(name)).await.expect("a team")
}

async fn member(ctx: &Ctx, name: &str, team: &TeamModel, mentor: Option<Id<Member>>) -> MemberModel {
    let input = MemberInput { mentor_id: mentor, ..MemberInput::new(name, team.id) };
    MemberService::new(ctx).create(input).await.expect("a member")
}

async fn history(ctx: &Ctx, id: Id<Member>) -> Vec<HistoryEntry> {
    MemberService::new(ctx).history(id, PageArgs::default()).await.expect("a history").items
}

/// Actions of all entries, by table, oldest first.
async fn actions(ctx: &Ctx, table: &str) -> Vec<HistoryAction> {
    let entries = Query::filter(HistoryRow::entity().eq(table)).first(100);
    let entries = entify::Service::<HistoryRow>::new(ctx).list(entries).await.expect("entries").items;
    entries.into_iter().map(|entry| entry.action).collect()
}

fn anyone(ctx: &Ctx) -> Ctx {
    ctx.with_principal(Principal::known("account:7", "a@b.org", Vec::new()))
}

#[each_database(all())]
async fn a_cascade_is_recorded_and_told_all_the_way_down(ctx: Ctx) {
    let (red, blue) = (team(&ctx, "red").await, team(&ctx, "blue").await);
    let ada = member(&ctx, "ada", &red, None).await;
    // The one goes too, so that it loses nothing; the other stays without a mentor.
    let bob = member(&ctx, "bob", &red, Some(ada.id)).await;
    let eve = member(&ctx, "eve", &blue, Some(ada.id)).await;
    let desk = DeskService::new(&ctx).create(DeskInput::new(bob.id)).await.expect("a desk");
    DrawerService::new(&ctx).create(DrawerInput::new("drawer", desk.id)).await.expect("a drawer");
    let badge = BadgeInput { member_id: Some(bob.id), ..BadgeInput::new("badge") };
    let badge = BadgeService::new(&ctx).create(badge).await.expect("a badge");
    PledgeService::new(&ctx).create(PledgeInput::new(red.id, ada.id)).await.expect("a pledge");

    // Whoever may delete the team need not be allowed to write its members.
    let who = anyone(&ctx);
    TeamService::new(&who).delete(red.id).await.expect("the removal");
    assert_eq!(MemberService::new(&ctx).count(Filter::all()).await, Ok(1));
    assert_eq!(DrawerService::new(&ctx).count(Filter::all()).await, Ok(0));
    let entries = history(&ctx, ada.id).await;
    assert_eq!(entries[0].action, HistoryAction::Delete);
    assert_eq!(entries[0].subject.as_deref(), Some("account:7"));
    assert_eq!(entries[0].changes[0].from, Some(json!("ada")));
    let of_bob: Vec<_> = history(&ctx, bob.id).await.into_iter().map(|entry| entry.action).collect();
    assert_eq!(of_bob, [HistoryAction::Delete, HistoryAction::Create]);
    let of_eve = history(&ctx, eve.id).await;
    assert_eq!(of_eve[0].action, HistoryAction::Update);
    assert_eq!(
        (of_eve[0].changes[0].field.as_str(), &of_eve[0].changes[0].to),
        ("mentor_id", &Some(json!(null)))
    );
    let eve = MemberService::new(&ctx).get(eve.id).await.expect("eve");
    assert_eq!((eve.mentor_id, eve.version), (None, 2));
    assert!(eve.updated_at > eve.created_at);
    assert_eq!(BadgeService::new(&ctx).get(badge.id).await.expect("a badge").member_id, None);
    assert_eq!(actions(&ctx, "badge").await, [HistoryAction::Create, HistoryAction::Update]);
    assert_eq!(actions(&ctx, "pledge").await, [HistoryAction::Create, HistoryAction::Delete]);
    let said = said(&ctx).await;
    let expected =
        ["before drawer", "before update badge", "after update badge", "after drawer", "commit drawer"];
    assert_eq!(said, expected);
}

#[each_database(all())]
async fn a_hook_below_refuses_all_of_it(ctx: Ctx) {
    let red = team(&ctx, "red").await;
    let ada = member(&ctx, "ada", &red, None).await;
    let desk = DeskService::new(&ctx).create(DeskInput::new(ada.id)).await.expect("a desk");
    let drawer = DrawerService::new(&ctx).create(DrawerInput::new("kept", desk.id)).await.expect("a drawer");
    assert_eq!(TeamService::new(&ctx).delete(red.id).await, Err(Error::Forbidden));
    assert_eq!(TeamService::new(&ctx).delete_version(red.id, 1).await, Err(Error::Forbidden));
    let everyone = Team::name().eq("red");
    assert_eq!(TeamService::new(&ctx).delete_where(everyone.clone()).await, Err(Error::Forbidden));
    assert_eq!(
        (said(&ctx).await.len(), actions(&ctx, "member").await.len()),
        (0, 1),
        "nothing is left of it"
    );
    let badge = BadgeInput { member_id: Some(ada.id), ..BadgeInput::new("kept") };
    let badge = BadgeService::new(&ctx).create(badge).await.expect("a badge");
    DrawerService::new(&ctx).update(drawer.id, DrawerPatch::default()).await.expect_err("kept as it is");
    Service::<Desk>::new(&ctx).delete(desk.id).await.expect_err("its drawer is kept");
    assert_eq!(MemberService::new(&ctx).delete(ada.id).await, Err(Error::Forbidden));
    assert_eq!(BadgeService::new(&ctx).get(badge.id).await.expect("a badge").member_id, Some(ada.id));

    // A version that is another, and a row that is none.
    assert_eq!(TeamService::new(&ctx).delete_version(red.id, 5).await, Err(Error::VersionMismatch));
    assert_eq!(TeamService::new(&ctx).delete(Id::new(404)).await.expect_err("none").code(), "NOT_FOUND");
}

#[each_database(all())]
async fn what_stands_in_the_way_still_does(ctx: Ctx) {
    let (red, blue) = (team(&ctx, "red").await, team(&ctx, "blue").await);
    let ada = member(&ctx, "ada", &red, None).await;
    PledgeService::new(&ctx).create(PledgeInput::new(blue.id, ada.id)).await.expect("a pledge");
    let refused = TeamService::new(&ctx).delete(red.id).await.expect_err("restricted");
    assert_eq!((refused.code(), refused.fields()[0].code), ("CONFLICT", "referenced"));
    assert_eq!(actions(&ctx, "member").await, [HistoryAction::Create], "nothing went");
    let teams = TeamService::new(&ctx).delete_many(&[red.id, blue.id]).await.expect("both at once");
    assert_eq!(teams.len(), 2);
    assert_eq!(actions(&ctx, "member").await, [HistoryAction::Create, HistoryAction::Delete]);
}

#[each_database(all())]
async fn a_tree_that_is_recorded_goes_whole(ctx: Ctx) {
    let twigs = TwigService::new(&ctx);
    let root = twigs.create(TwigInput::new("root")).await.expect("a twig");
    let on = |label: &str, parent| TwigInput { parent_id: Some(parent), ..TwigInput::new(label) };
    let below = twigs.create(on("below", root.id)).await.expect("a twig");
    let lowest = twigs.create(on("lowest", below.id)).await.expect("a twig");
    // A ring.
    twigs
        .update(root.id, TwigPatch { parent_id: Change::Set(Some(lowest.id)), ..TwigPatch::default() })
        .await
        .expect("a ring");
    twigs.delete(below.id).await.expect("the removal");
    assert_eq!(twigs.count(Filter::all()).await, Ok(0));
    let deleted = actions(&ctx, "twig").await.into_iter().filter(|action| *action == HistoryAction::Delete);
    assert_eq!(deleted.count(), 3, "each once");
    let said: Vec<_> = said(&ctx).await.split_off(2);
    let expected = [
        "before below",
        "before lowest",
        "before root",
        "after lowest",
        "after root",
        "after below",
        "commit lowest",
        "commit root",
        "commit below",
    ];
    assert_eq!(said, expected);
}

#[each_database(all())]
async fn thousands_go_some_at_a_time(test: TestDb) {
    let ctx = test.ctx();
    let (red, blue) = (team(&ctx, "red").await, team(&ctx, "blue").await);
    let ada = member(&ctx, "ada", &red, None).await;
    let rows = |team: &TeamModel, mentor| {
        let team = team.id;
        (0..2_300).map(move |number| MemberInput {
            mentor_id: mentor,
            ..MemberInput::new(format!("m{number}"), team)
        })
    };
    MemberService::new(&ctx).create_many(rows(&red, None)).await.expect("members");
    MemberService::new(&ctx).create_many(rows(&blue, Some(ada.id))).await.expect("members");
    let before = test.db().statements();
    TeamService::new(&ctx).delete(red.id).await.expect("the removal");
    let statements = test.db().statements() - before;
    assert!(statements < 60, "{statements} statements");
    let members = MemberService::new(&ctx);
    assert_eq!(members.count(Filter::all()).await, Ok(2_300));
    assert_eq!(members.count(!Member::mentor().is(Filter::all())).await, Ok(2_300));
    let entries = entify::Service::<HistoryRow>::new(&ctx).count(HistoryRow::entity().eq("member")).await;
    assert_eq!(entries, Ok(4_601 + 2_301 + 2_300));
}

#[each_database(all())]
async fn what_is_hidden_with_another_is_recorded_too(ctx: Ctx) {
    let shelf = ShelfService::new(&ctx).create(ShelfInput::new("a")).await.expect("a shelf");
    let volume = VolumeService::new(&ctx).create(VolumeInput::new("v", shelf.id)).await.expect("a volume");
    let card = CardInput { volume_id: Some(volume.id) };
    let card = CardService::new(&ctx).create(card).await.expect("a card");
    ShelfService::new(&ctx).delete(shelf.id).await.expect("hidden");
    assert_eq!(CardService::new(&ctx).get(card.id).await.expect("a card").volume_id, None);
    assert_eq!(actions(&ctx, "card").await, [HistoryAction::Create, HistoryAction::Update]);
    assert_eq!(said(&ctx).await, ["before v", "after v", "commit v"]);

    ShelfService::new(&ctx).restore(shelf.id).await.expect("back");
    assert_eq!(said(&ctx).await[3..], ["after update v"]);
    let expected = [HistoryAction::Create, HistoryAction::Delete, HistoryAction::Restore];
    assert_eq!(actions(&ctx, "volume").await, expected);

    ShelfService::new(&ctx).delete(shelf.id).await.expect("hidden");
    ShelfService::new(&ctx).purge(shelf.id).await.expect("gone");
    let all = actions(&ctx, "volume").await;
    assert_eq!(all[3..], [HistoryAction::Delete, HistoryAction::Delete], "hidden, then gone");

    let other = ShelfService::new(&ctx).create(ShelfInput::new("b")).await.expect("a shelf");
    VolumeService::new(&ctx).create(VolumeInput::new("kept", other.id)).await.expect("a volume");
    assert_eq!(ShelfService::new(&ctx).delete(other.id).await, Err(Error::Forbidden));
    assert_eq!(ShelfService::new(&ctx).purge(other.id).await, Err(Error::Forbidden));
}
