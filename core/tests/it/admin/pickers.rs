//! Choosing related rows: nothing that was entered is dropped, and rows of one label are told apart.

use entify::prelude::*;
use entify::testing::each_database;

use super::user;
use crate::options::with_accounts;
use crate::support::browser::{Form, signed_in, signed_in_to, tables};

#[derive(Entity)]
#[entity(policy = public)]
pub struct Band {
    #[entity(search)]
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Record {
    title: String,
    #[entity(on_delete = set_null)]
    band: Option<One<Band>>,
}

#[each_database(with_accounts(&entities![Band, Record]))]
async fn rows_of_one_label_are_told_apart(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Band, Record]).await;
    let bands = BandService::new(&ctx);
    for name in ["Genesis", "Genesis", "Yes"] {
        bands.create(BandInput::new(name)).await.expect("a band");
    }
    let page = browser.get("/admin/records/new").await;
    page.is(200).has(">Genesis (#1)</option>").has(">Genesis (#2)</option>").has(">Yes</option>");
    let page = browser.get("/admin/bands/lookup?q=genesis").await;
    page.is(200).has("\"Genesis (#1)\"").has("\"Genesis (#2)\"");
}

#[each_database(with_accounts(&entities![Band, Record]))]
async fn words_without_a_chosen_row_are_an_error(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Band, Record]).await;
    let bands = BandService::new(&ctx);
    bands
        .create_many((0..60).map(|n| BandInput::new(format!("Band {n:02}"))).collect::<Vec<_>>())
        .await
        .expect("bands");
    let opened = browser.open("/admin/records/new").await.with("title", "Foxtrot");
    // In the key, as a script may put it there; in the search; searched for, and nothing chosen.
    let search = opened.clone().with("_words.band_id", "Band 07").with("_find", "band_id");
    let found = browser.submit("/admin/records/new", &search).await;
    let found = Form::of(found.is(200)).with("title", "Foxtrot");
    for form in [
        opened.clone().with("band_id", "Band 07"),
        opened.clone().with("_words.band_id", "Band 07"),
        found.clone(),
    ] {
        let page = browser.submit("/admin/records/new", &form).await;
        page.is(422).has("value=\"Foxtrot\"");
        let field = page.field("band_id");
        assert!(field.contains("“Band 07” names no row"), "{field}");
        assert!(field.contains(">Band 07</option>") && field.contains("value=\"Band 07\""), "{field}");
    }
    let page = browser.submit("/admin/records/new", &opened.clone().with("_words.band_id", "Bund")).await;
    assert!(page.is(422).field("band_id").contains("Nothing was found"), "{}", page.body);
    assert_eq!(RecordService::new(&ctx).count(Filter::all()).await.expect("a count"), 0);
    browser.submit("/admin/records/new", &found.with("band_id", "8")).await.is(303);
    let made = RecordService::new(&ctx).list(Query::default()).await.expect("rows").items.remove(0);
    assert_eq!(made.band_id, Some(Id::new(8)));
    // Also where a row is chosen already.
    let edit = format!("/admin/records/{}/edit", made.id);
    let opened = browser.open(&edit).await;
    assert_eq!(opened.get("band_id"), "8");
    let page = browser.submit(&edit, &opened.clone().with("_words.band_id", "Band 09")).await;
    assert!(page.is(422).field("band_id").contains("“Band 09” names no row"), "{}", page.body);
    browser.submit(&edit, &opened.with("band_id", "")).await.is(303);
    assert_eq!(RecordService::new(&ctx).get(made.id).await.expect("it").band_id, None);
}

#[each_database(tables())]
async fn what_is_wrong_is_told_all_at_once(ctx: Ctx) {
    let (_site, mut browser) = signed_in(&ctx).await;
    user(&ctx, "ada@example.org").await;
    let sent = [("title", "a"), ("stars", "9"), ("author_id", "ada")];
    let page = browser.post("/admin/posts/new", &sent).await;
    page.is(422).has("2 values need");
    assert!(page.field("stars").contains("at most 5"), "{}", page.body);
    let field = page.field("author_id");
    assert!(field.contains("“ada” names no row") && !field.contains("Is required."), "{field}");
}
