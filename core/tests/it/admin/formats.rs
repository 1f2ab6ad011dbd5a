//! Values in declared forms: `admin(format = …)`.

use entify::entity::Registry;
use entify::prelude::*;
use entify::testing::each_database;

use crate::support::browser::{signed_in_to, tables};

/// Something sold.
#[derive(Entity)]
#[entity(policy = public, admin(icon = "box"))]
pub struct Ware {
    name: String,
    #[entity(precision = 12, scale = 2, admin(format = money("USD")))]
    price: Decimal,
    #[entity(admin(format = duration(ms)))]
    plays: i32,
    #[entity(admin(format = bytes))]
    size: i64,
    #[entity(admin(format = percent))]
    discount: Decimal,
    #[entity(admin(format = date))]
    since: DateTime<Utc>,
    #[entity(multiline, admin(format = markdown))]
    about: String,
    #[entity(admin(format = image))]
    picture: String,
    #[entity(admin(format = color))]
    paint: String,
    #[entity(admin(format = code(json)))]
    data: String,
    state: WareState,
}

/// Whether there is any left.
#[derive(EntityEnum)]
pub enum WareState {
    #[entity(color = green)]
    Available,
    SoldOut,
}

/// A format that its type cannot have.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Wrong {
    #[entity(admin(format = money("EUR")))]
    name: String,
}

fn wares() -> Vec<&'static entify::entity::EntityDef> {
    [tables(), entities![Ware]].concat()
}

#[each_database(wares())]
async fn values_are_shown_in_their_form(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Ware]).await;
    let input = WareInput::new(
        "Lamp",
        "1234567.50".parse::<Decimal>().expect("a number"),
        205_000,
        3_420_000,
        "0.255".parse::<Decimal>().expect("a number"),
        "2026-03-01T23:30:00Z".parse::<DateTime<Utc>>().expect("a time"),
        "# Bright\n\n<script>alert(1)</script>\n\n**very**",
        "https://pictures.example/lamp.png",
        "#1a7f5a",
        "{\"a\":[1,2]}",
        WareState::Available,
    );
    let ware = WareService::new(&ctx).create(input).await.expect("a ware");
    let page = browser.get(&format!("/admin/wares/{}", ware.id)).await;
    page.is(200)
        .has("title=\"1234567.50\">1,234,567.50 USD<")
        .has("title=\"205000\">3:25<")
        .has(">3.4 MB<")
        .has(">25.5 %<")
        .has(">2026-03-01</time>")
        .has("<h3>Bright</h3>")
        .has("<strong>very</strong>")
        .lacks("<script>alert")
        .has("<img class=\"picture\" src=\"https://pictures.example/lamp.png\"")
        .has("fill=\"#1a7f5a\"")
        .has("  &#34;a&#34;: [")
        .has("<span class=\"badge tint-green\">Available</span>");
    assert!(page.header("content-security-policy").contains("img-src 'self' data: https:"));
    assert!(page.header("content-security-policy").contains("script-src 'self';"));
    let other = browser.get("/admin").await;
    assert!(other.header("content-security-policy").contains("img-src 'self' data:;"));
    browser.get("/admin/wares").await.is(200).has("1,234,567.50 USD");

    // What is none of its form is shown as it is.
    let patch = WarePatch {
        picture: "javascript:alert(1)".to_owned().into(),
        paint: "url(https://evil.example)".to_owned().into(),
        data: "{".to_owned().into(),
        ..WarePatch::default()
    };
    WareService::new(&ctx).update(ware.id, patch).await.expect("changed");
    browser
        .get(&format!("/admin/wares/{}", ware.id))
        .await
        .is(200)
        .lacks("src=\"javascript")
        .lacks("fill=\"url")
        .has("url(https://evil.example)");
}

#[test]
fn a_format_that_the_type_cannot_have_is_told() {
    let error = Registry::new(&entities![Wrong]).expect_err("refused").to_string();
    assert!(error.contains("`admin(format = …)` of `Wrong.name` is for numbers"), "{error}");
}
