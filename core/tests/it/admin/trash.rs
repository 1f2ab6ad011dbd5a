//! Rows that were deleted softly: the way back at once, and later.

use entify::prelude::*;
use entify::testing::each_database;

use super::href;
use crate::options::with_accounts;
use crate::support::browser::{Form, signed_in_to};

#[derive(Entity)]
#[entity(policy = public, soft_delete, history, admin(label = name))]
pub struct Photo {
    #[entity(unique, max_len = 40)]
    name: String,
    #[entity(policy(read = role("owner")))]
    place: Option<String>,
    #[entity(inverse = photo)]
    tags: Many<PhotoTag>,
}

#[derive(Entity)]
#[entity(policy = public, soft_delete)]
pub struct PhotoTag {
    name: String,
    #[entity(on_delete = cascade)]
    photo: One<Photo>,
}

/// Rows that are deleted by who has made them.
#[derive(Entity)]
#[entity(policy(read = public, create = public, update = public, delete = owner(author)), soft_delete)]
pub struct Scrap {
    name: String,
    author: i64,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entities![Photo, PhotoTag, Scrap]
}

async fn photo(ctx: &Ctx, name: &str) -> PhotoModel {
    let input = PhotoInput { place: Some("Secret bay".into()), ..PhotoInput::new(name) };
    PhotoService::new(&ctx.with_principal(Principal::System)).create(input).await.expect("a photo")
}

fn fields(csrf: &str, name: &str, value: impl ToString) -> Form {
    Form { fields: vec![("_csrf".to_owned(), csrf.to_owned())] }.with(name, &value.to_string())
}

#[each_database(with_accounts(&entities()))]
async fn a_deletion_is_undone_by_its_notice(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let made = photo(&ctx, "Beach").await;
    let tag = PhotoTagService::new(&ctx).create(PhotoTagInput::new("sea", made.id)).await.expect("a tag");
    let path = format!("/admin/photos/{}", made.id);
    browser.confirm(&format!("{path}/delete")).await.is(303);
    let page = browser.get("/admin/photos").await;
    page.is(200).has("Deleted.").has("action=\"/admin/photos/trash\"").has(">Undo</button>");
    let undo = fields(&browser.csrf, "_restore", made.id);
    let answer = browser.submit("/admin/photos/trash", &undo).await;
    assert_eq!(answer.is(303).header("location"), path);
    browser.get(&path).await.is(200).has("Restored.").has("Beach");
    PhotoTagService::new(&ctx).get(tag.id).await.expect("it came back with its photo");
    // It is offered once, and not to be had twice.
    browser.get("/admin/photos").await.lacks("Undo");
    browser.submit("/admin/photos/trash", &undo).await.is(404);
    // What is gone for good is not undone.
    let page = browser.get("/admin/photos/trash?x=1").await;
    page.is(200).has("The trash is empty.");
}

#[each_database(with_accounts(&entities()))]
async fn the_trash_restores_and_deletes_for_good(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let (beach, wood) = (photo(&ctx, "Beach").await, photo(&ctx, "Wood").await);
    photo(&ctx, "Kept").await;
    PhotoTagService::new(&ctx).create(PhotoTagInput::new("bark", wood.id)).await.expect("a tag");
    for made in [&beach, &wood] {
        browser.confirm(&format!("/admin/photos/{}/delete", made.id)).await.is(303);
    }
    let page = browser.get("/admin/photos").await;
    assert_eq!(href(&page, "Trash"), "/admin/photos/trash");
    let page = browser.get("/admin/photos/trash").await;
    page.is(200).has("Beach").has("Wood").lacks("Kept").lacks("Secret bay").has("by you").has(">Hidden<");
    page.has(&format!("href=\"/admin/photos/{}/history\"", beach.id));
    let csrf = browser.csrf.clone();
    // A value that is taken meanwhile stands in the way.
    let taken = photo(&ctx, "Beach").await;
    let page = browser.submit("/admin/photos/trash", &fields(&csrf, "_restore", beach.id)).await;
    page.is(409).has("Nothing was done.").has("Name: ");
    PhotoService::new(&ctx).delete(taken.id).await.expect("out of the way");
    browser.submit("/admin/photos/trash", &fields(&csrf, "_restore", beach.id)).await.is(303);
    PhotoService::new(&ctx).get(beach.id).await.expect("it is back");
    // For good, once that is confirmed.
    let page = browser.submit("/admin/photos/trash", &fields(&csrf, "_purge", wood.id)).await;
    page.is(200).has("will be gone for good").has("Wood");
    // What goes with it is told, what was deleted softly too.
    page.has("<strong>1</strong> photo tag (Photo) will be deleted too").has("bark (deleted)");
    let deleted =
        async || PhotoService::new(&ctx).only_deleted().count(Filter::all()).await.expect("a count");
    assert_eq!(deleted().await, 2, "not before");
    browser.submit("/admin/photos/trash", &Form::of(&page)).await.is(303);
    browser.get("/admin/photos/trash").await.has("Deleted for good.").lacks("Wood");
    assert_eq!(deleted().await, 1);
    // A row that is not in the trash is not purged by it, and what was not asked is not done.
    let kept = fields(&csrf, "_purge", beach.id).with("_confirmed", "1");
    browser.submit("/admin/photos/trash", &kept).await.is(404);
    PhotoService::new(&ctx).get(beach.id).await.expect("it is there");
    browser.submit("/admin/photos/trash", &fields(&csrf, "x", "y")).await.is(400);
    browser
        .submit("/admin/photos/trash", &fields("forged", "_purge", taken.id).with("_confirmed", "1"))
        .await
        .is(403);
    assert_eq!(deleted().await, 1);
}

#[each_database(with_accounts(&entities()))]
async fn only_who_may_delete_a_row_may_restore_it(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities()).await;
    let system = ctx.with_principal(Principal::System);
    let scraps = ScrapService::new(&system);
    let made = scraps.create(ScrapInput::new("Note", 6)).await.expect("a scrap");
    scraps.delete(made.id).await.expect("deleted");
    let page = browser.get("/admin/scraps/trash").await;
    page.is(200).has("Note").lacks(">Restore</button>").lacks("_purge");
    for form in [
        fields(&browser.csrf, "_restore", made.id),
        fields(&browser.csrf, "_purge", made.id),
        fields(&browser.csrf, "_purge", made.id).with("_confirmed", "1"),
    ] {
        browser.submit("/admin/scraps/trash", &form).await.is(403);
    }
    assert_eq!(scraps.only_deleted().count(Filter::all()).await.expect("a count"), 1);
}
