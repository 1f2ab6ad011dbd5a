//! Related rows inside the form of their row: added, changed and removed with it, all or none.

use entify::auth::Session;
use entify::prelude::*;
use entify::testing::each_database;

use crate::options::with_accounts;
use crate::support::browser::{Browser, Form, PASSWORD, Site, signed_in_to};

#[derive(Entity)]
#[entity(
    policy = public,
    admin(label = number, inline(lines), group = "Sales", group("Billing", city, country)),
)]
pub struct Bill {
    #[entity(unique, max_len = 40)]
    number: String,
    #[entity(max_len = 60)]
    city: Option<String>,
    #[entity(max_len = 60)]
    country: Option<String>,
    /// What was bought.
    #[entity(inverse = bill)]
    lines: Many<BillLine>,
}

#[derive(Entity)]
#[entity(policy = public, history)]
pub struct BillLine {
    #[entity(on_delete = cascade)]
    bill: One<Bill>,
    #[entity(max_len = 80)]
    item: String,
    /// How many.
    #[entity(min = 1, default = 1)]
    quantity: i32,
    #[entity(policy(read = role("owner")))]
    margin: Option<i32>,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entities![Bill, BillLine]
}

async fn bill(ctx: &Ctx, number: &str, items: &[&str]) -> (BillModel, Vec<BillLineModel>) {
    let bill = BillService::new(ctx).create(BillInput::new(number)).await.expect("a bill");
    let mut lines = Vec::new();
    for item in items {
        let input = BillLineInput { margin: Some(7), ..BillLineInput::new(bill.id, *item) };
        lines.push(BillLineService::new(ctx).create(input).await.expect("a line"));
    }
    (bill, lines)
}

async fn items(ctx: &Ctx, bill: Id<Bill>) -> Vec<(String, i32)> {
    let query = Query::filter(BillLine::bill().eq(bill)).order(BillLine::id().asc());
    let lines = BillLineService::new(ctx).list(query).await.expect("lines").items;
    lines.into_iter().map(|line| (line.item, line.quantity)).collect()
}

fn owned(items: &[(&str, i32)]) -> Vec<(String, i32)> {
    items.iter().map(|(item, quantity)| ((*item).to_owned(), *quantity)).collect()
}

#[each_database(with_accounts(&entities()))]
async fn a_row_is_made_with_its_lines_in_one_form(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let page = browser.get("/admin/bills/new").await;
    page.is(200).has("<legend>Lines</legend>").has("What was bought.").has("<legend>Billing</legend>");
    page.has("for=\"f-lines.2.item\"").lacks("for=\"f-lines.3.item\"").lacks("lines.0.bill_id");
    let form = Form::of(&page).with("number", "B-1");
    let form = form.with("lines.0.item", "Tea").with("lines.1.item", "Milk").with("lines.1.quantity", "3");
    // The third row was left alone.
    let form = form.with("lines.2.quantity", "1");
    browser.submit("/admin/bills/new", &form).await.is(303);
    let made = BillService::new(&ctx).one(Bill::number().eq("B-1")).await.expect("the bill");
    assert_eq!(items(&ctx, made.id).await, owned(&[("Tea", 1), ("Milk", 3)]));
}

#[each_database(with_accounts(&entities()))]
async fn lines_are_changed_added_and_removed_together(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let (made, lines) = bill(&ctx, "B-1", &["Tea", "Milk", "Salt"]).await;
    let edit = format!("/admin/bills/{}/edit", made.id);
    let page = browser.get(&edit).await;
    page.is(200).lacks("lines.0.margin").has("for=\"f-lines.3.margin\"");
    let form = Form::of(&page);
    assert_eq!((form.get("lines.0.item"), form.get("lines.2.item")), ("Tea", "Salt"));
    let form = form.with("lines.0.quantity", "5").with("lines.1._remove", "1").with("lines.3.item", "Rice");
    browser.submit(&edit, &form.with("city", "Bonn")).await.is(303);
    assert_eq!(items(&ctx, made.id).await, owned(&[("Tea", 5), ("Salt", 1), ("Rice", 1)]));
    assert_eq!(BillService::new(&ctx).get(made.id).await.expect("it").city.as_deref(), Some("Bonn"));
    // What was left alone is not written, and what is hidden stays.
    let services = BillLineService::new(&ctx);
    let kept = services.history(lines[2].id, PageArgs::default()).await.expect("its history").items;
    assert_eq!(kept.len(), 1, "only that it was created");
    let system = ctx.with_principal(Principal::System);
    let tea = BillLineService::new(&system).get(lines[0].id).await.expect("it");
    assert_eq!((tea.quantity, tea.margin), (5, Some(7)));
    // Sent as it is, the form changes nothing.
    let form = browser.open(&edit).await;
    browser.submit(&edit, &form).await.is(303);
    browser.get(&format!("/admin/bills/{}", made.id)).await.has("Nothing was changed.");
}

#[each_database(with_accounts(&entities()))]
async fn what_is_wrong_is_told_at_its_row_and_nothing_is_saved(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let (made, _) = bill(&ctx, "B-1", &["Tea", "Milk"]).await;
    let edit = format!("/admin/bills/{}/edit", made.id);
    let form = browser.open(&edit).await.with("city", "Bonn").with("lines.0.quantity", "2");
    let form = form.with("lines.1.quantity", "0").with("lines.2.quantity", "4");
    let page = browser.submit(&edit, &form).await;
    page.is(422).has("2 values need another look").has("value=\"Bonn\"");
    page.has("<a href=\"#f-lines.1.quantity\">Lines, row 2, Quantity</a>").has("id=\"e-lines.1.quantity\"");
    page.has("<a href=\"#f-lines.2.item\">Lines, row 3, Item</a>: Is required.");
    assert_eq!(items(&ctx, made.id).await, owned(&[("Tea", 1), ("Milk", 1)]));
    let form = Form::of(&page).with("lines.1.quantity", "3").with("lines.2.item", "Rice");
    browser.submit(&edit, &form).await.is(303);
    assert_eq!(items(&ctx, made.id).await, owned(&[("Tea", 2), ("Milk", 3), ("Rice", 4)]));
    // An error of the row itself takes the lines back too.
    bill(&ctx, "B-2", &[]).await;
    let form = browser.open(&edit).await.with("number", "B-2").with("lines.0._remove", "1");
    let page = browser.submit(&edit, &form).await;
    page.is(422).has("name=\"lines.0._remove\" value=\"1\" checked");
    assert_eq!(items(&ctx, made.id).await.len(), 3);
}

#[each_database(with_accounts(&entities()))]
async fn a_row_is_added_without_a_script(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let form = browser.open("/admin/bills/new").await.with("number", "B-1").with("lines.0.item", "Tea");
    let page = browser.submit("/admin/bills/new", &form.with("_add", "lines")).await;
    page.is(200).has("for=\"f-lines.3.item\"").lacks("for=\"f-lines.4.item\"").lacks("role=\"alert\"");
    assert_eq!(BillService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
    let form = Form::of(&page);
    assert_eq!((form.get("number"), form.get("lines.0.item")), ("B-1", "Tea"));
    browser.submit("/admin/bills/new", &form.with("lines.3.item", "Milk")).await.is(303);
    let made = BillService::new(&ctx).one(Bill::number().eq("B-1")).await.expect("the bill");
    assert_eq!(items(&ctx, made.id).await, owned(&[("Tea", 1), ("Milk", 1)]));
}

#[each_database(with_accounts(&entities()))]
async fn lines_of_two_people_are_merged_by_field(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let (made, lines) = bill(&ctx, "B-1", &["Tea", "Milk", "Salt"]).await;
    let edit = format!("/admin/bills/{}/edit", made.id);
    let (first, second) = (browser.open(&edit).await, browser.open(&edit).await);
    let third = second.clone();
    browser.submit(&edit, &first.with("lines.0.quantity", "2").with("lines.1.quantity", "2")).await.is(303);
    browser.submit(&edit, &second.with("lines.0.item", "Green tea")).await.is(303);
    assert_eq!(items(&ctx, made.id).await, owned(&[("Green tea", 2), ("Milk", 2), ("Salt", 1)]));
    // What both have changed is told with both values, and nothing is saved.
    let page = browser.submit(&edit, &third.with("lines.1.quantity", "9").with("lines.2._remove", "1")).await;
    page.is(409).has("Milk: Quantity: 2, by you at <time").has("value=\"9\"").has("value=\"Green tea\"");
    assert_eq!(items(&ctx, made.id).await.len(), 3);
    // Saving again is meant.
    browser.submit(&edit, &Form::of(&page)).await.is(303);
    assert_eq!(items(&ctx, made.id).await, owned(&[("Green tea", 2), ("Milk", 9)]));
    // A row is not removed that has been changed since it was shown.
    let opened = browser.open(&edit).await.with("lines.0._remove", "1");
    let patch = BillLinePatch { quantity: 4.into(), ..BillLinePatch::default() };
    BillLineService::new(&ctx).update(lines[0].id, patch).await.expect("a change");
    let page = browser.submit(&edit, &opened).await;
    page.is(409).has("Green tea: Quantity: 4");
    browser.submit(&edit, &Form::of(&page)).await.is(303);
    assert_eq!(items(&ctx, made.id).await, owned(&[("Milk", 9)]));
}

#[each_database(with_accounts(&entities()))]
async fn a_line_that_is_gone_is_not_lost(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let (made, lines) = bill(&ctx, "B-1", &["Tea", "Milk"]).await;
    let edit = format!("/admin/bills/{}/edit", made.id);
    let (changes, removes) = (browser.open(&edit).await, browser.open(&edit).await);
    BillLineService::new(&ctx).delete(lines[0].id).await.expect("deleted");
    let page = browser.submit(&edit, &changes.with("lines.0.quantity", "8")).await;
    page.is(422).has("Someone else has deleted this row").has("value=\"8\"");
    browser.submit(&edit, &Form::of(&page)).await.is(303);
    assert_eq!(items(&ctx, made.id).await, owned(&[("Milk", 1), ("Tea", 8)]));
    // What is gone already can be removed.
    browser.submit(&edit, &removes.with("lines.0._remove", "1")).await.is(303);
    // The row itself is gone: all of it is a new row.
    let opened = browser.open(&edit).await.with("lines.0.quantity", "6");
    BillService::new(&ctx).delete(made.id).await.expect("deleted");
    let page = browser.submit(&edit, &opened).await;
    let again = Form::of(page.is(404));
    assert_eq!((again.get("lines.0.item"), again.get("lines.0.quantity")), ("Milk", "6"));
    browser.submit("/admin/bills/new", &again).await.is(303);
    let made = BillService::new(&ctx).one(Bill::number().eq("B-1")).await.expect("the bill");
    assert_eq!(items(&ctx, made.id).await, owned(&[("Milk", 6), ("Tea", 8)]));
}

#[each_database(with_accounts(&entities()))]
async fn hostile_rows_reach_nothing(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let (mine, _) = bill(&ctx, "B-1", &["Tea"]).await;
    let (other, theirs) = bill(&ctx, "B-2", &["Secret item"]).await;
    let edit = format!("/admin/bills/{}/edit", mine.id);
    let opened = browser.open(&edit).await;
    let key = theirs[0].id.to_string();
    let foreign = opened.clone().with("lines.0._key", &key).with("lines.0.quantity", "9");
    for form in [foreign.clone(), foreign.with("lines.0._remove", "1")] {
        browser.submit(&edit, &form).await.is(422).lacks("Secret item");
    }
    assert_eq!(items(&ctx, other.id).await, owned(&[("Secret item", 1)]));
    // A line does not change its bill by what a form sends.
    let moved = opened.clone().with("lines.0.bill_id", &other.id.to_string()).with("lines.0.quantity", "2");
    browser.submit(&edit, &moved).await.is(303);
    assert_eq!((items(&ctx, mine.id).await, items(&ctx, other.id).await.len()), (owned(&[("Tea", 2)]), 1));
    for (name, value) in [("lines.0._key", "x"), ("lines.0._shown", "?:?")] {
        browser.submit(&edit, &opened.clone().with(name, value).with("lines.0.quantity", "3")).await.is(400);
    }
    let mut many = Form { fields: vec![("_csrf".to_owned(), browser.csrf.clone())] }.with("number", "B-3");
    many.fields.extend((0..10_000).map(|row| (format!("lines.{row}.item"), format!("Item {row}"))));
    let page = browser.submit("/admin/bills/new", &many).await;
    page.is(422).has("a form takes at most 200 rows at once");
    assert!(page.body.matches("_remove").count() <= 201, "only as many are shown");
    assert_eq!(BillService::new(&ctx).count(Filter::all()).await.expect("a count"), 2);
}

#[each_database(with_accounts(&entities()))]
async fn lines_outlive_a_session(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let (made, _) = bill(&ctx, "B-1", &["Tea"]).await;
    let edit = format!("/admin/bills/{}/edit", made.id);
    let typed = browser.open(&edit).await.with("lines.0.quantity", "4").with("lines.1.item", "Milk");
    let system = ctx.with_principal(Principal::System);
    let sessions = Service::<Session>::new(&system);
    for session in sessions.list(Query::default()).await.expect("sessions").items {
        sessions.delete(session.id).await.expect("ended");
    }
    let asked = Form::of(browser.submit(&edit, &typed).await.is(403));
    let asked = asked.with("email", "admin@example.org").with("password", PASSWORD);
    let again = Form::of(browser.submit("/admin/sign-in", &asked).await.is(200));
    assert_eq!((again.get("lines.0.quantity"), again.get("lines.1.item")), ("4", "Milk"));
    browser.submit(&edit, &again).await.is(303);
    assert_eq!(items(&ctx, made.id).await, owned(&[("Tea", 4), ("Milk", 1)]));
}

#[derive(Entity)]
#[entity(policy = public, order(song_list, place))]
pub struct Verse {
    #[entity(on_delete = cascade)]
    song_list: One<SongList>,
    #[entity(default = 0, sort)]
    place: i32,
    #[entity(max_len = 80)]
    text: String,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = name, inline(verses)))]
pub struct SongList {
    name: String,
    #[entity(inverse = song_list)]
    verses: Many<Verse>,
}

#[each_database(with_accounts(&entities![SongList, Verse]))]
async fn rows_with_a_place_are_in_its_order(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![SongList, Verse]).await;
    let page = browser.get("/admin/song-lists/new").await;
    page.is(200).has("data-position=\"place\"");
    let form =
        Form::of(&page).with("name", "Hymns").with("verses.0.text", "One").with("verses.2.text", "Three");
    browser.submit("/admin/song-lists/new", &form.with("verses.1.text", "Two")).await.is(303);
    let edit = "/admin/song-lists/1/edit";
    let form = browser.open(edit).await;
    let shown = [0, 1, 2].map(|row| form.get(&format!("verses.{row}.text")).to_owned());
    assert_eq!((shown, form.get("verses.2.place")), (["One", "Two", "Three"].map(str::to_owned), "3"));
    let form = form.with("verses.2.place", "1").with("verses.0.place", "3").with("verses.3.text", "Four");
    browser.submit(edit, &form).await.is(303);
    let form = browser.open(edit).await;
    let shown = [0, 1, 2, 3].map(|row| form.get(&format!("verses.{row}.text")).to_owned());
    assert_eq!(
        (shown, form.get("verses.3.place")),
        (["Three", "Two", "One", "Four"].map(str::to_owned), "4")
    );
}

/// Entries are changed by who wrote them, and by no one removed.
#[derive(Entity)]
#[entity(policy(read = public, create = role("admin"), update = owner(author), delete = nobody))]
pub struct Remark {
    #[entity(on_delete = cascade)]
    file: One<File>,
    #[entity(max_len = 80)]
    text: String,
    #[entity(skip(admin))]
    author: Option<i64>,
}

#[derive(Entity)]
#[entity(policy(read = nobody, write = nobody))]
pub struct Verdict {
    #[entity(on_delete = cascade)]
    file: One<File>,
    text: String,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = name, inline(remarks, verdicts)))]
pub struct File {
    name: String,
    #[entity(inverse = file)]
    remarks: Many<Remark>,
    #[entity(inverse = file)]
    verdicts: Many<Verdict>,
}

fn files() -> Vec<&'static entify::entity::EntityDef> {
    entities![File, Remark, Verdict]
}

#[each_database(with_accounts(&files()))]
async fn only_what_the_account_may_do_is_offered(ctx: Ctx) {
    let (site, _) = signed_in_to(&ctx, &files()).await;
    let system = ctx.with_principal(Principal::System);
    let roles = vec!["admin".to_owned()];
    entify::auth::create_account_for(&ctx, "eve@example.org", PASSWORD, roles, Some("5".to_owned()))
        .await
        .expect("an account");
    let mut browser = eve(&site).await;
    let file = FileService::new(&system).create(FileInput::new("A")).await.expect("a file");
    let remark = |text: &str, author| RemarkInput { author: Some(author), ..RemarkInput::new(file.id, text) };
    for (text, author) in [("Own", 5), ("Of others", 6)] {
        RemarkService::new(&system).create(remark(text, author)).await.expect("a remark");
    }
    VerdictService::new(&system).create(VerdictInput::new(file.id, "Guilty")).await.expect("a verdict");
    let edit = format!("/admin/files/{}/edit", file.id);
    let page = browser.get(&edit).await;
    page.is(200).has("for=\"f-remarks.0.text\"").lacks("for=\"f-remarks.1.text\"").has("Of others");
    page.lacks("remarks.0._remove").lacks("remarks.1._remove").has("for=\"f-remarks.2.text\"");
    page.lacks("Verdicts").lacks("Guilty").lacks("verdicts");
    // What is not offered is refused.
    let form = Form::of(&page).with("remarks.0.text", "Mine");
    browser.submit(&edit, &form.clone().with("remarks.1.text", "Changed")).await.is(403);
    browser.submit(&edit, &form.clone().with("remarks.1._remove", "1")).await.is(403);
    let sent = form.with("verdicts.0.text", "Free").with("remarks.2.text", "New");
    browser.submit(&edit, &sent).await.is(303);
    let texts =
        RemarkService::new(&system).list(Query::default().order(Remark::id().asc())).await.expect("rows");
    let texts = texts.items.into_iter().map(|remark| remark.text).collect::<Vec<_>>();
    assert_eq!(texts, ["Mine", "Of others", "New"]);
    assert_eq!(VerdictService::new(&system).count(Filter::all()).await.expect("a count"), 1);
}

async fn eve(site: &Site) -> Browser {
    let mut browser = Browser::new(site);
    browser.sign_in("eve@example.org", PASSWORD).await.is(303);
    browser
}
