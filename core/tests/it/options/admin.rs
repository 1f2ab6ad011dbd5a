//! `admin(label = …, list(…), icon = …, group = …)`: how the admin shows an entity.

use crate::support::browser::signed_in_to;
use entify::prelude::*;
use entify::testing::each_database;

use super::{def, with_accounts};

#[derive(Entity)]
#[entity(policy = public, admin(label = title, list(title), icon = "★", group = "Shop"))]
pub struct AdminSample {
    title: String,
    secret: String,
}

#[each_database(with_accounts(&entities![AdminSample]))]
async fn the_admin_shows_it_so(ctx: Ctx) {
    let samples = AdminSampleService::new(&ctx);
    let made = samples.create(AdminSampleInput::new("the title", "the secret")).await.expect("a row");
    let (_site, mut browser) = signed_in_to(&ctx, &entities![AdminSample]).await;
    browser.get("/admin").await.is(200).has("★").has("<h2>Shop</h2>");
    browser.get("/admin/admin-samples").await.is(200).has("the title").lacks("the secret");
    browser.get(&format!("/admin/admin-samples/{}", made.id)).await.is(200).has("<h1>the title</h1>");
}

#[test]
fn it_is_declared() {
    let admin = &def().admin;
    assert_eq!((admin.label, admin.icon, admin.group), (Some("sku"), Some("★"), Some("Shop")));
    assert_eq!(admin.list, ["sku", "product_id", "created_at"]);
}
