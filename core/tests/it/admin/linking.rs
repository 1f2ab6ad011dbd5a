//! Many-to-many relations in forms, on both sides, and rows that are made on the way.

use entify::prelude::*;
use entify::testing::each_database;

use crate::options::with_accounts;
use crate::support::browser::{Form, signed_in_to};

#[derive(Entity)]
#[entity(policy = public, admin(label = name))]
pub struct Song {
    #[entity(max_len = 80, search)]
    name: String,
    #[entity(on_delete = set_null)]
    singer: Option<One<Singer>>,
    #[entity(write_only, min_len = 0)]
    code: Option<String>,
    /// Where it is.
    #[entity(through = SongOnMix)]
    mixes: Many<Mix>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = name))]
pub struct Singer {
    #[entity(max_len = 80, search)]
    name: String,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = name))]
pub struct Mix {
    #[entity(max_len = 80, search)]
    name: String,
    #[entity(through = SongOnMix)]
    songs: Many<Song>,
}

#[derive(Entity)]
#[entity(policy = public, unique(song, mix))]
pub struct SongOnMix {
    #[entity(on_delete = cascade)]
    song: One<Song>,
    #[entity(on_delete = cascade)]
    mix: One<Mix>,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entities![Song, Singer, Mix, SongOnMix]
}

async fn mixes(ctx: &Ctx, names: &[&str]) -> Vec<MixModel> {
    let inputs = names.iter().map(|name| MixInput::new(*name)).collect::<Vec<_>>();
    MixService::new(ctx).create_many(inputs).await.expect("mixes")
}

async fn linked(ctx: &Ctx, song: Id<Song>) -> Vec<String> {
    let query = Query::filter(Mix::songs().some(Song::id().eq(song))).order(Mix::id().asc());
    let found = MixService::new(ctx).list(query).await.expect("mixes").items;
    found.into_iter().map(|mix| mix.name).collect()
}

/// The form with these rows chosen.
fn choosing(mut form: Form, name: &str, keys: &[String]) -> Form {
    form.fields.retain(|(field, _)| field != name);
    form.fields.extend(keys.iter().map(|key| (name.to_owned(), key.clone())));
    form
}

#[each_database(with_accounts(&entities()))]
async fn a_row_is_linked_to_two_others_in_one_form(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let made = mixes(&ctx, &["Rain", "Sun", "Snow"]).await;
    let song = SongService::new(&ctx).create(SongInput::new("Blue")).await.expect("a song");
    let keys: Vec<String> = made.iter().map(|mix| mix.id.to_string()).collect();
    let edit = format!("/admin/songs/{}/edit", song.id);
    let page = browser.get(&edit).await;
    page.is(200)
        .has("Where it is.")
        .has("> Rain</label>")
        .has("> Snow</label>")
        .lacks("name=\"_find\" value=\"mixes\"");
    let form = choosing(Form::of(&page), "mixes", &keys[..2]);
    browser.submit(&edit, &form).await.is(303);
    assert_eq!(linked(&ctx, song.id).await, ["Rain", "Sun"]);
    // From the other side, and back again.
    let other = format!("/admin/mixes/{}/edit", made[0].id);
    let form = browser.open(&other).await;
    assert_eq!(form.get("songs"), song.id.to_string());
    browser.submit(&other, &choosing(form, "songs", &[])).await.is(303);
    assert_eq!(linked(&ctx, song.id).await, ["Sun"]);
    // A new row is linked where it is made.
    let form = browser.open("/admin/songs/new").await.with("name", "Green");
    browser.submit("/admin/songs/new", &choosing(form, "mixes", &keys[1..])).await.is(303);
    let green = SongService::new(&ctx).one(Song::name().eq("Green")).await.expect("it");
    assert_eq!(linked(&ctx, green.id).await, ["Sun", "Snow"]);
}

#[each_database(with_accounts(&entities()))]
async fn only_what_was_touched_of_the_links_is_changed(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let made = mixes(&ctx, &["Rain", "Sun", "Snow"]).await;
    let song = SongService::new(&ctx).create(SongInput::new("Blue")).await.expect("a song");
    let links = SongService::new(&ctx);
    links.links(Song::mixes()).set(song.id, [made[0].id, made[1].id]).await.expect("links");
    let edit = format!("/admin/songs/{}/edit", song.id);
    let opened = browser.open(&edit).await;
    // Meanwhile another links one and unlinks one.
    links.links(Song::mixes()).set(song.id, [made[1].id, made[2].id]).await.expect("links");
    let form = choosing(opened.clone(), "mixes", &[made[0].id.to_string()]);
    browser.submit(&edit, &form).await.is(303);
    assert_eq!(linked(&ctx, song.id).await, ["Snow"], "the link of the other stays");
    // Both have removed the same.
    browser.submit(&edit, &form).await.is(303);
    browser.submit(&edit, &opened).await.is(303);
    assert_eq!(linked(&ctx, song.id).await, ["Snow"]);
    // Keys that no form has sent.
    for (name, value) in [("mixes._shown", "x y"), ("mixes", "x")] {
        browser.submit(&edit, &opened.clone().with(name, value)).await.is(400);
    }
    let page = browser.submit(&edit, &choosing(opened.clone(), "mixes", &["99999".to_owned()])).await;
    page.is(422).has("id=\"e-mixes\"");
    let many: Vec<String> = (1..5_000).map(|key| key.to_string()).collect();
    browser.submit(&edit, &choosing(opened, "mixes", &many)).await.is(400).has("at most 1000 rows at once");
    assert_eq!(linked(&ctx, song.id).await, ["Snow"]);
}

#[each_database(with_accounts(&entities()))]
async fn many_rows_are_searched_for(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let names: Vec<String> = (0..60).map(|number| format!("Mix {number:02}")).collect();
    let made = mixes(&ctx, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let song = SongService::new(&ctx).create(SongInput::new("Blue")).await.expect("a song");
    SongService::new(&ctx).links(Song::mixes()).set(song.id, [made[3].id]).await.expect("links");
    let edit = format!("/admin/songs/{}/edit", song.id);
    let page = browser.get(&edit).await;
    page.is(200).has("> Mix 03</label>").lacks("Mix 07").has("name=\"_find\" value=\"mixes\"");
    let form = Form::of(&page).with("name", "Bluer").with("_words.mixes", "Mix 07").with("_find", "mixes");
    let page = browser.submit(&edit, &form).await;
    page.is(200).has("> Mix 03</label>").has("> Mix 07</label>").lacks("Mix 08").has("value=\"Bluer\"");
    let keys = [made[3].id.to_string(), made[7].id.to_string()];
    browser.submit(&edit, &choosing(Form::of(&page), "mixes", &keys)).await.is(303);
    assert_eq!(linked(&ctx, song.id).await, ["Mix 03", "Mix 07"]);
}

#[each_database(with_accounts(&entities()))]
async fn a_row_made_on_the_way_is_chosen_and_nothing_is_lost(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let made = mixes(&ctx, &["Rain"]).await;
    let form = browser.open("/admin/songs/new?name=Blue").await.with("code", "s3cret");
    let form = choosing(form, "mixes", &[made[0].id.to_string()]);
    let page = browser.submit("/admin/songs/new?name=Blue", &form.with("_new", "singer_id")).await;
    page.is(200).has("<h1>New singer</h1>").has("action=\"/admin/singers/new\"").lacks("s3cret");
    // What is wrong with it is told, and the form that waits is not lost; neither on the way back.
    let wrong = browser.submit("/admin/singers/new", &Form::of(&page)).await;
    let back = browser.submit("/admin/singers/new", &Form::of(wrong.is(422)).with("_back", "1")).await;
    back.is(200).has("value=\"Blue\"").has("action=\"/admin/songs/new?name=Blue\"");
    assert_eq!(SingerService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
    let page = browser.submit("/admin/singers/new", &Form::of(&wrong).with("name", "Nina")).await;
    let again = Form::of(page.is(200).has("“Nina” was made and is chosen below."));
    let nina = SingerService::new(&ctx).one(Singer::name().eq("Nina")).await.expect("the singer");
    assert_eq!((again.get("name"), again.get("singer_id")), ("Blue", nina.id.to_string().as_str()));
    // And one for the links, of a form that waits already.
    let page = browser.submit("/admin/songs/new", &again.with("_new", "mixes")).await;
    let page = browser.submit("/admin/mixes/new", &Form::of(page.is(200)).with("name", "Sun")).await;
    browser.submit("/admin/songs/new", &Form::of(page.is(200))).await.is(303);
    let song = SongService::new(&ctx).one(Song::name().eq("Blue")).await.expect("the song");
    assert_eq!(
        (song.singer_id, linked(&ctx, song.id).await),
        (Some(nina.id), vec!["Rain".to_owned(), "Sun".to_owned()])
    );
    // The row goes meanwhile that the form is about: what was entered is there to be copied.
    let edit = format!("/admin/songs/{}/edit", song.id);
    let form = browser.open(&edit).await.with("name", "Typed words");
    let page = browser.submit(&edit, &form.with("_new", "singer_id")).await;
    SongService::new(&ctx).delete(song.id).await.expect("deleted");
    let page = browser.submit("/admin/singers/new", &Form::of(page.is(200)).with("name", "Ella")).await;
    page.is(404).has("“Ella” was made").has("Typed words");
    // Nothing can be made for what is no picker, and no page is shown that is not of the admin.
    let form = browser.open("/admin/songs/new").await;
    browser.submit("/admin/songs/new", &form.clone().with("_new", "name")).await.is(400);
    let form = form.with("_from", "https://evil.example/").with("_into", "name").with("name", "Red");
    let page = browser.submit("/admin/songs/new", &form).await;
    assert!(page.is(303).header("location").starts_with("/admin/songs/"), "{}", page.header("location"));
}

#[each_database(with_accounts(&entities()))]
async fn the_buttons_lead_on(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let form = browser.open("/admin/songs/new?name=Blue").await;
    let page = browser.submit("/admin/songs/new?name=Blue", &form.clone().with("_continue", "1")).await;
    let song = SongService::new(&ctx).one(Song::name().eq("Blue")).await.expect("the song");
    let edit = format!("/admin/songs/{}/edit", song.id);
    assert_eq!(page.is(303).header("location"), edit);
    let form = Form::of(browser.get(&edit).await.has("Created.")).with("name", "Green");
    let page = browser.submit(&edit, &form.clone().with("_continue", "1")).await;
    assert_eq!(page.is(303).header("location"), edit);
    let form = Form::of(browser.get(&edit).await.has("Saved.")).with("name", "Red");
    let page = browser.submit(&edit, &form.with("_again", "1")).await;
    assert_eq!(page.is(303).header("location"), "/admin/songs/new");
    assert_eq!(SongService::new(&ctx).get(song.id).await.expect("it").name, "Red");
}

/// Links that may be added and not removed.
#[derive(Entity)]
#[entity(policy(read = public, create = role("admin"), update = nobody, delete = nobody), unique(team, badge))]
pub struct Award {
    #[entity(on_delete = cascade)]
    team: One<Team>,
    #[entity(on_delete = cascade)]
    badge: One<Badge>,
}

/// Links of which the account sees nothing.
#[derive(Entity)]
#[entity(policy = nobody, unique(team, badge))]
pub struct Shame {
    #[entity(on_delete = cascade)]
    team: One<Team>,
    #[entity(on_delete = cascade)]
    badge: One<Badge>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = name))]
pub struct Team {
    name: String,
    #[entity(through = Award)]
    badges: Many<Badge>,
    #[entity(through = Shame)]
    stains: Many<Badge>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = name))]
pub struct Badge {
    name: String,
    #[entity(through = Award)]
    teams: Many<Team>,
    #[entity(through = Shame)]
    stained: Many<Team>,
}

fn teams() -> Vec<&'static entify::entity::EntityDef> {
    entities![Team, Badge, Award, Shame]
}

#[each_database(with_accounts(&teams()))]
async fn links_are_offered_by_their_own_rules(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &teams()).await;
    let system = ctx.with_principal(Principal::System);
    let team = TeamService::new(&system).create(TeamInput::new("Reds")).await.expect("a team");
    let badges = ["Gold", "Silver"].map(BadgeInput::new);
    let badges = BadgeService::new(&system).create_many(badges.to_vec()).await.expect("badges");
    AwardService::new(&system).create(AwardInput::new(team.id, badges[0].id)).await.expect("an award");
    ShameService::new(&system).create(ShameInput::new(team.id, badges[1].id)).await.expect("a link");
    let edit = format!("/admin/teams/{}/edit", team.id);
    let page = browser.get(&edit).await;
    page.is(200).has("checked disabled> Gold").has("> Silver</label>").lacks("stains").lacks("Stains");
    // A browser does not send what is disabled.
    let form = choosing(Form::of(&page), "badges", &[badges[1].id.to_string()]);
    browser.submit(&edit, &form.clone().with("stains._shown", &badges[1].id.to_string())).await.is(303);
    assert_eq!(AwardService::new(&system).count(Filter::all()).await.expect("a count"), 2);
    assert_eq!(ShameService::new(&system).count(Filter::all()).await.expect("a count"), 1);
    // What may not be removed is refused, whatever is sent.
    let forged = choosing(form, "badges", &[]).with("badges._shown", &badges[0].id.to_string());
    assert_ne!(browser.submit(&edit, &forged).await.status.as_u16(), 303);
    assert_eq!(AwardService::new(&system).count(Filter::all()).await.expect("a count"), 2);
}
