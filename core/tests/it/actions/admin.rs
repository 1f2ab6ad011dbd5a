//! Actions in the admin: without a script, as everything there.

use entify::prelude::*;
use entify::testing::{each_database, framework_tables};

use super::store::*;
use crate::support::browser::signed_in_to;

fn all() -> Vec<&'static entify::entity::EntityDef> {
    [&entities![Buyer, Bill][..], &framework_tables()].concat()
}

#[each_database(all())]
async fn a_row_has_a_button_with_a_form(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Buyer, Bill]).await;
    let path = format!("/admin/bills/{}", bill.id);
    let act = format!("{path}/act/pay");
    // The account has the role `admin`, which this store gives what it gives `staff`.
    browser.get(&path).await.is(200).has(&format!("href=\"{act}\">Pay</a>")).has(">Hand over</a>");
    browser
        .get(&act)
        .await
        .is(200)
        .has("Marks the bill as paid.")
        .has("Yes, I mean it.")
        .has("name=\"amount\"");
    let wrong = browser.post(&act, &[("amount", "0"), ("way", "card"), ("note", &"x".repeat(21))]).await;
    wrong.is(422).has("2 values need").has("Must be at least 0.01.").has("value=\"card\" selected");
    let paid = browser.post(&act, &[("amount", "2.5"), ("way", "card"), ("note", ""), ("tags", "")]).await;
    paid.is(303);
    assert_eq!(paid.header("location"), path);
    browser.get(&path).await.is(200).has("Done.");
    let bills = BillService::new(&ctx);
    assert_eq!(bills.get(bill.id).await.map(|bill| bill.paid.to_string()), Ok("2.5".to_owned()));
    // What the code refuses is said too.
    browser.post(&act, &[("amount", "9")]).await.is(409).has("This is more than is owed.");
    browser.send(&act, &[("amount", "1")]).await.is(403);
    assert_eq!(bills.get(bill.id).await.map(|bill| bill.paid.to_string()), Ok("2.5".to_owned()));
    // Not to be found: another action, another row, one of the entity as a whole.
    for path in
        [format!("{path}/act/pai"), "/admin/bills/999/act/pay".into(), format!("{path}/act/open-month")]
    {
        browser.get(&path).await.is(404);
    }
}

#[each_database(all())]
async fn an_action_is_done_to_all_chosen_rows_or_to_none(ctx: Ctx) {
    let [first, second] = [bill(&ctx, "ada").await, bill(&ctx, "bob").await];
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Buyer, Bill]).await;
    browser
        .get("/admin/bills")
        .await
        .is(200)
        .has(&format!("name=\"_id\" value=\"{}\"", first.id))
        .has("formaction=\"/admin/bills/act/pay\"")
        .has("href=\"/admin/bills/act/open-month\"")
        .lacks("formaction=\"/admin/bills/act/balance\"");
    let ids = [first.id.to_string(), second.id.to_string()];
    let page = browser.get(&format!("/admin/bills/act/pay?_id={}&_id={}", ids[0], ids[1])).await;
    page.is(200).has("2 rows, all of them or none").has(&format!("name=\"_id\" value=\"{}\"", ids[1]));
    browser.get("/admin/bills/act/pay").await.is(400).has("Choose from 1 to 100 rows");
    let bills = BillService::new(&ctx);
    bills
        .update(second.id, BillPatch { paid: Decimal::from(9).into(), ..BillPatch::default() })
        .await
        .expect("paid before");
    let form =
        |amount: &'static str| [("_id", &*ids[0]), ("_id", &*ids[1]), ("amount", amount), ("way", "cash")];
    browser.post("/admin/bills/act/pay", &form("5")).await.is(409);
    let paid = async |id| bills.get(id).await.expect("a bill").paid;
    assert_eq!((paid(first.id).await, paid(second.id).await), (0.into(), 9.into()), "none");
    let done = browser.post("/admin/bills/act/pay", &form("1")).await;
    done.is(303);
    assert_eq!(done.header("location"), "/admin/bills");
    assert_eq!((paid(first.id).await, paid(second.id).await), (1.into(), 10.into()));
}

#[each_database(all())]
async fn what_comes_of_an_action_is_shown(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Buyer, Bill]).await;
    let balance = format!("/admin/bills/{}/act/balance", bill.id);
    browser.get(&balance).await.is(200).has("What is owed of it.");
    browser.post(&balance, &[]).await.is(200).has("<dt>Open</dt>").has(">10</span>").has(">ada</a>");
    let owed = "/admin/bills/act/owed";
    browser.get(owed).await.is(200).has("name=\"buyer_id\"").has(">ada</option>");
    let buyer = bill.buyer_id.to_string();
    browser.post(owed, &[("buyer_id", &buyer), ("at_least", "0")]).await.is(200).has("<dt>Bills</dt>");
    browser.post(owed, &[("buyer_id", "999"), ("at_least", "0")]).await.is(422).has("Does not exist");
    let month = browser.post("/admin/bills/act/open-month", &[]).await;
    month.is(303);
    assert_eq!(month.header("location"), "/admin/bills");
    let forget = browser.post(&format!("/admin/bills/{}/act/forget", bill.id), &[]).await;
    forget.is(303);
    assert_eq!(forget.header("location"), "/admin/bills");
}
