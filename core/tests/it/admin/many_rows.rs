//! What is done with many rows: all of them or none, and what stands in the way is named.

use entify::prelude::*;
use entify::testing::each_database;

use super::shop::*;
use crate::support::browser::{Browser, Page};

/// The address and the fields of the form of a page about many rows.
fn form(page: &Page) -> (String, Vec<(String, String)>) {
    let sent = "method=\"post\" action=\"";
    let is_about_many =
        |at: &usize| page.body[at + sent.len()..].split('"').next().is_some_and(|to| to.contains("/many/"));
    let start = page.body.match_indices(sent).map(|(at, _)| at).find(is_about_many);
    let start = start.unwrap_or_else(|| panic!("no form: {}", page.body));
    let form = &page.body[start..];
    let form = &form[..form.find("</form>").expect("an end")];
    let value = |text: &str, name: &str| {
        let rest = text.split(&format!("{name}=\"")).nth(1)?;
        Some(rest.split('"').next()?.replace("&#38;", "&").replace("&#60;", "<"))
    };
    let action = value(form, "action").expect("an address");
    let inputs = form.split("<input ").skip(1).filter(|tag| !tag.starts_with("class=\"switch\""));
    let inputs =
        inputs.filter_map(|tag| Some((value(tag, "name")?, value(tag, "value").unwrap_or_default())));
    (action, inputs.collect())
}

async fn send(browser: &mut Browser, page: &Page, more: &[(&str, &str)]) -> Page {
    let (action, fields) = form(page.is(200));
    let mut fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.retain(|(name, _)| more.iter().all(|(known, _)| known != name));
    fields.extend_from_slice(more);
    browser.send(&action, &fields).await
}

async fn papers(ctx: &Ctx, count: i32) -> Vec<PaperModel> {
    let papers = (0..count).map(|number| PaperInput {
        pages: Some(number % 4),
        ..PaperInput::new(format!("Paper {number:03}"))
    });
    PaperService::new(ctx).create_many(papers).await.expect("papers")
}

#[each_database(tables())]
async fn a_field_of_chosen_rows_is_set(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    let customers = filled(&ctx, 8).await;
    let ids: Vec<String> = customers[..3].iter().map(|customer| format!("_id={}", customer.id)).collect();
    let list = browser.get("/admin/customers").await;
    list.has("formaction=\"/admin/customers/many/set\"").has("formaction=\"/admin/customers/many/delete\"");
    let fields = browser.get(&format!("/admin/customers/many/set?{}", ids.join("&"))).await;
    fields.is(200).has("Set a field of 3 customers").has(">Tier</a>");
    let page = browser.get(&format!("/admin/customers/many/set?_field=tier&{}", ids.join("&"))).await;
    page.is(200).has("Set Tier of 3 customers").has("3 rows, all of them or none").has(">Customer 001<");
    let done = send(&mut browser, &page, &[("tier", "gold")]).await;
    done.is(303);
    assert_eq!(done.header("location"), "/admin/customers");
    let golden = CustomerService::new(&ctx).count(Customer::tier().eq(Tier::Gold)).await;
    assert_eq!(golden, Ok(5), "three of them, and the fourth and the seventh before");
    // What cannot be is told at the field, and nothing is set.
    let page = browser.get(&format!("/admin/customers/many/set?_field=points&{}", ids.join("&"))).await;
    let refused = send(&mut browser, &page, &[("points", "101")]).await;
    refused.is(422).has("Must be at most 100").has("3 rows, all of them or none");
    let wrong = send(&mut browser, &page, &[("points", "many")]).await;
    wrong.is(422).has("value=\"many\"");
    assert_eq!(CustomerService::new(&ctx).count(Customer::points().eq(101)).await, Ok(0));
    for wrong in ["_field=nothing", "_field=id", "_field=created_at"] {
        browser.get(&format!("/admin/customers/many/set?{wrong}&{}", ids.join("&"))).await.is(400);
    }
    browser.get("/admin/customers/many/set").await.is(400).has("Choose from 1 to 1000 rows");
    browser.get("/admin/customers/many/set?_id=abc").await.is(404);
    browser.get("/admin/customers/many/nothing?_id=1").await.is(404);
}

#[each_database(tables())]
async fn unique_values_stand_in_the_way_by_name_and_are_left_out(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    papers(&ctx, 3).await;
    let page = browser.get("/admin/papers/many/set?_field=title&_rows=all").await;
    page.is(200).has("Set Title of 3 papers");
    let refused = send(&mut browser, &page, &[("title", "One")]).await;
    refused
        .is(409)
        .has("Nothing was done: 2 rows stand in the way")
        .has(">Paper 001</a>: ")
        .has(">Paper 002</a>: ");
    refused.has("Leave 2 out, and go on with the other 1");
    let others = refused.body.split("Leave 2 out").next().and_then(|before| before.rsplit("href=\"").next());
    let others = others.and_then(|rest| rest.split('"').next()).expect("a link").replace("&#38;", "&");
    let page = browser.get(&others).await;
    page.is(200).has("Set Title of 1 paper");
    send(&mut browser, &page, &[("title", "One")]).await.is(303);
    let titles = PaperService::new(&ctx).list(Query::default()).await.expect("papers").items;
    let mut titles: Vec<_> = titles.into_iter().map(|paper| paper.title).collect();
    titles.sort();
    assert_eq!(titles, ["One", "Paper 001", "Paper 002"]);
}

#[each_database(tables())]
async fn all_that_match_are_those_that_the_page_said(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    papers(&ctx, 40).await;
    let page = browser.get("/admin/papers/many/delete?_rows=all&f.pages=3").await;
    page.is(200).has("Delete 10 papers?").has(">Paper 003</a>").lacks(">Paper 004</a>");
    page.has("can be restored");
    // More match meanwhile: nothing is done, and the page says so.
    let new = PaperInput { pages: Some(3), ..PaperInput::new("New") };
    PaperService::new(&ctx).create(new).await.expect("a paper");
    let grown = send(&mut browser, &page, &[]).await;
    grown.is(409).has("Nothing was done: more rows match now").has("Delete 11 papers?");
    let count = async || PaperService::new(&ctx).count(Filter::all()).await.expect("a number");
    assert_eq!(count().await, 41);
    let page = browser.get("/admin/papers/many/delete?_rows=all&f.pages=3").await;
    let done = send(&mut browser, &page, &[]).await;
    assert_eq!(done.is(303).header("location"), "/admin/papers?f.pages=3");
    assert_eq!(count().await, 30);
    // They are among the deleted rows, from where they come back.
    let deleted = browser.get("/admin/papers?deleted=only&size=50").await;
    deleted.is(200).has("<strong>11</strong> papers").has("formaction=\"/admin/papers/many/restore\"");
    let page = browser.get("/admin/papers/many/restore?_rows=all&deleted=only&f.title=New").await;
    page.is(200).has("Restore 1 paper?");
    send(&mut browser, &page, &[]).await.is(303);
    let page = browser.get("/admin/papers/many/restore?_rows=all&deleted=only").await;
    // One title is taken meanwhile.
    PaperService::new(&ctx).create(PaperInput::new("Paper 003")).await.expect("a paper");
    let refused = send(&mut browser, &page, &[]).await;
    refused.is(409).has("one row stands in the way").has("Paper 003</a>: ");
    assert_eq!(count().await, 32);
    for missing in ["", "x"] {
        let unsaid = [("_shown", missing), ("_rows", "all"), ("_count", "99"), ("f.pages", "1")];
        browser.post("/admin/papers/many/delete", &unsaid).await.is(400);
    }
    browser
        .get("/admin/papers/many/delete?_rows=all&f.pages=77")
        .await
        .is(400)
        .has("No row matches any more");
}

#[each_database(tables())]
async fn a_deletion_of_many_is_previewed_as_one(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    let customers = filled(&ctx, 8).await;
    let chosen = |numbers: &[usize]| {
        let ids = numbers.iter().map(|number| format!("_id={}", customers[*number].id));
        format!("/admin/customers/many/delete?{}", ids.collect::<Vec<_>>().join("&"))
    };
    let page = browser.get(&chosen(&[0, 1, 3])).await;
    // One, two and no invoices.
    page.is(200).has("<strong>3</strong> invoices (Customer) stand in the way").lacks("class=\"danger\"");
    let page = browser.get(&chosen(&[3, 7])).await;
    page.is(200).has("Delete 2 customers?").has("They will be gone for good.").has("class=\"danger\"");
    // A row that comes to refer to one of them is not lost.
    InvoiceService::new(&ctx)
        .create(InvoiceInput::new(Decimal::ONE, customers[7].id))
        .await
        .expect("an invoice");
    let refused = send(&mut browser, &page, &[]).await;
    refused.is(409).has("Nothing was done: one row stands in the way").has(">Customer 007</a>: ");
    assert_eq!(CustomerService::new(&ctx).count(Filter::all()).await, Ok(8));
    let page = browser.get(&chosen(&[3])).await;
    send(&mut browser, &page, &[]).await.is(303);
    assert_eq!(CustomerService::new(&ctx).count(Filter::all()).await, Ok(7));
}

#[each_database(tables())]
async fn a_rule_skips_nothing_silently(ctx: Ctx) {
    let (site, _state) = site(&ctx).await;
    let mut boss = browser_of(&ctx, &site, "boss@example.org", &["admin", "boss"], Some("7")).await;
    let mut support = browser_of(&ctx, &site, "support@example.org", &["admin"], Some("7")).await;
    for (text, agent) in [("mine", "7"), ("zebra", "8"), ("own", "7")] {
        ClaimService::new(&ctx).create(ClaimInput::new(text, agent)).await.expect("a claim");
    }
    let claims = ClaimService::new(&ctx);
    // A boss sees all three and may change two of them.
    let page = boss.get("/admin/claims/many/set?_field=text&_rows=all").await;
    let refused = send(&mut boss, &page, &[("text", "changed")]).await;
    refused.is(409).has("one row stands in the way").has(">zebra</a>: ").has("Leave 1 out");
    assert_eq!(claims.count(Claim::text().eq("changed")).await, Ok(0));
    let page = boss.get("/admin/claims/many/delete?_rows=all").await;
    let refused = send(&mut boss, &page, &[]).await;
    refused.is(409).has(">zebra</a>: ");
    assert_eq!(claims.count(Filter::all()).await, Ok(3));
    // Support reaches its own alone, by whatever it sends.
    let page = support.get("/admin/claims/many/set?_field=text&_rows=all").await;
    page.has("Set Text of 2 claims");
    send(&mut support, &page, &[("text", "changed")]).await.is(303);
    assert_eq!(claims.count(Claim::text().eq("changed")).await, Ok(2));
    let other = claims.list(Query::filter(Claim::text().eq("zebra"))).await.expect("a claim").items[0].id;
    support.get("/admin/claims/many/set?_field=verdict&_rows=all").await.is(400);
    let stolen = support.get(&format!("/admin/claims/many/delete?_id={other}")).await;
    stolen.is(200).lacks("zebra").has(&format!("Claim #{other}"));
    send(&mut support, &stolen, &[]).await.is(409).lacks(">zebra<");
    assert_eq!(claims.count(Filter::all()).await, Ok(3));
    let forged = [("_csrf", "x"), ("_rows", "all"), ("_count", "9"), ("_shown", "a")];
    support.send("/admin/claims/many/delete", &forged).await.is(403);
}
