//! `multiline`: long text, a text area in forms.

use crate::support::browser::signed_in_to;
use entify::prelude::*;
use entify::testing::each_database;

use super::{field, with_accounts};

#[derive(Entity)]
#[entity(policy = public)]
pub struct MultilineSample {
    #[entity(multiline)]
    long: String,
    short: String,
}

#[each_database(with_accounts(&entities![MultilineSample]))]
async fn its_control_is_a_text_area(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![MultilineSample]).await;
    let form = browser.get("/admin/multiline-samples/new").await;
    assert!(form.is(200).field("long").contains("<textarea"));
    assert!(!form.field("short").contains("<textarea"));
}

#[test]
fn it_is_declared() {
    assert!(field("comment").multiline && !field("sku").multiline);
}
