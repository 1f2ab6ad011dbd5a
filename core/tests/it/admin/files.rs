//! Exports of what a list shows, and imports with a look at them first.

use entify::prelude::*;
use entify::testing::each_database;
use reqwest::Method;

use super::href;
use super::shop::*;
use crate::support::browser::{Browser, Page};

/// A form with a file, as a browser sends it.
async fn send(browser: &Browser, path: &str, csrf: &str, file: (&str, &[u8])) -> Page {
    let text = |name: &str, value: &str| {
        format!("--limit\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let (name, bytes) = file;
    let head = format!(
        "--limit\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    );
    let mut body = [text("_csrf", csrf), text("do", "check"), head].concat().into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--limit--\r\n");
    let request = browser.request(Method::POST, path);
    let request = request.header("content-type", "multipart/form-data; boundary=limit").body(body);
    Page::of(request.send().await.expect("an answer")).await
}

async fn uploaded(browser: &mut Browser, path: &str, file: &str, name: &str) -> Page {
    browser.get(path).await.is(200).has("enctype=\"multipart/form-data\"");
    send(browser, path, &browser.csrf, (name, file.as_bytes())).await
}

/// The file that a page carries on.
fn carried(page: &Page) -> String {
    let rest = page.body.split("name=\"file64\" value=\"").nth(1).expect("a file");
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[each_database(tables())]
async fn a_file_has_what_the_list_shows(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    let customers = filled(&ctx, 12).await;
    let list = browser.get("/admin/customers?f.country=Brazil&sort=-name&cols=name,points").await;
    let csv = browser.get(&href(&list, "CSV")).await;
    assert_eq!(csv.is(200).header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"customers.csv\"");
    assert_eq!(csv.body, "name,points\nCustomer 008,1\nCustomer 004,4\nCustomer 000,0\n");
    let lines = browser.get(&href(&list, "JSON lines")).await;
    assert_eq!(lines.header("content-type"), "application/jsonl");
    assert_eq!(lines.body.lines().next(), Some("{\"name\":\"Customer 008\",\"points\":1}"));
    // Chosen rows, in the order of the list.
    let ids = format!("_id={}&_id={}", customers[1].id, customers[5].id);
    let chosen = browser.get(&format!("/admin/customers/many/csv?{ids}&sort=-name&cols=name")).await;
    assert_eq!(chosen.body, "name\nCustomer 005\nCustomer 001\n");
    let all = browser.get("/admin/customers/many/csv?_rows=all&q=Customer+01&cols=name").await;
    assert_eq!(all.body, "name\nCustomer 001\nCustomer 010\nCustomer 011\n");
    // What a spreadsheet would run is a text.
    let formula = CustomerInput::new("=1+2");
    CustomerService::new(&ctx).create(formula).await.expect("a customer");
    let csv = browser.get("/admin/customers/export?format=csv&cols=name&f.name=%3D1%2B2").await;
    assert_eq!(csv.body, "name\n'=1+2\n");
    for wrong in ["format=xml", "f.nothing=1", "cols=nothing", "sort=nothing", "q=%00"] {
        browser.get(&format!("/admin/customers/export?{wrong}")).await.is(400);
    }
}

#[each_database(tables())]
async fn a_support_account_exports_what_it_sees(ctx: Ctx) {
    let (site, _state) = site(&ctx).await;
    let mut support = browser_of(&ctx, &site, "support@example.org", &["admin"], Some("7")).await;
    for (text, agent) in [("mine", "7"), ("zebra", "8")] {
        let claim = ClaimInput { verdict: Some("guilty".to_owned()), ..ClaimInput::new(text, agent) };
        ClaimService::new(&ctx).create(claim).await.expect("a claim");
    }
    let csv = support.get("/admin/claims/export?format=csv&cols=text,verdict").await;
    assert_eq!(csv.is(200).body, "text,verdict\nmine,\n");
    let all = support.get("/admin/claims/many/jsonl?_rows=all&cols=text,verdict").await;
    assert_eq!(all.body, "{\"text\":\"mine\",\"verdict\":null}\n");
    let other =
        ClaimService::new(&ctx).list(Query::filter(Claim::text().eq("zebra"))).await.expect("a claim");
    let stolen = support.get(&format!("/admin/claims/many/csv?_id={}&cols=text", other.items[0].id)).await;
    assert_eq!(stolen.body, "text\n");
    support.get("/admin/claims/export?sort=verdict").await.is(400);
    let mut nobody = Browser::new(&site);
    nobody.get("/admin/claims/export").await.is(303);
}

#[each_database(tables())]
async fn a_file_is_looked_at_before_it_is_imported(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    CustomerService::new(&ctx).create(CustomerInput::new("Ada")).await.expect("a customer");
    let path = "/admin/customers/import";
    let file = "Name,Land,points,junk\nAda,Chile,1,x\nBob,Peru,2,x\nCy,\"a \"\"b\"\"\nc\",300,x\nDee,,3,x\n";
    let page = uploaded(&mut browser, path, file, "people.csv").await;
    page.is(200)
        .has("4 rows: <strong>2</strong> can be imported, <strong>2</strong> are refused")
        .has("Line 2: Name is taken already")
        .has("Line 4: Points must be at most 100")
        .has("<td>Land</td>")
        .has("Chile, Peru");
    let customers = CustomerService::new(&ctx);
    assert_eq!(customers.count(Filter::all()).await, Ok(1), "nothing is stored by looking");
    let file = carried(&page);
    let mapped = |what: &'static str| {
        vec![
            ("file64", file.clone()),
            ("format", "csv".into()),
            ("do", what.to_owned()),
            ("field.0", "name".into()),
            ("field.1", "country".into()),
            ("field.2", "points".into()),
            ("field.3", String::new()),
        ]
    };
    let post = async |browser: &mut Browser, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(path, &fields).await
    };
    // All or none, unless the others are left out.
    post(&mut browser, mapped("import")).await.is(422).has("Nothing was imported: some rows are refused.");
    assert_eq!(customers.count(Filter::all()).await, Ok(1));
    let refused = post(&mut browser, mapped("refused")).await;
    assert_eq!(
        refused.is(200).header("content-disposition"),
        "attachment; filename=\"customers-refused.csv\""
    );
    assert_eq!(
        refused.body,
        "Name,Land,points,junk,_errors\nAda,Chile,1,x,\"Name is taken already.\"\n\
         Cy,\"a \"\"b\"\"\nc\",300,x,\"Points must be at most 100.\"\n"
    );
    let some = post(&mut browser, mapped("import_good")).await;
    some.is(200)
        .has("2 rows were imported. These are left")
        .has("2 rows: <strong>0</strong> can be imported");
    assert_eq!(customers.count(Filter::all()).await, Ok(3));
    let bob = customers.one(Customer::name().eq("Bob")).await.expect("Bob");
    assert_eq!((bob.country.as_deref(), bob.points), (Some("Peru"), 2));
    // Those that are there are changed, by a unique rule.
    let mut upsert = mapped("import");
    upsert[0].1 = String::new();
    upsert.push(("data", "Name,Land,points,junk\r\nAda,Chile,7,x\r\nEve,,8,x\r\n".to_owned()));
    upsert.push(("by", "name".to_owned()));
    post(&mut browser, upsert).await.is(303);
    let ada = customers.one(Customer::name().eq("Ada")).await.expect("Ada");
    assert_eq!((ada.country.as_deref(), ada.points), (Some("Chile"), 7));
    assert_eq!(customers.count(Filter::all()).await, Ok(4));
}

#[each_database(tables())]
async fn json_lines_and_hostile_files(ctx: Ctx) {
    let (site, _state) = site(&ctx).await;
    let mut browser = browser_of(&ctx, &site, "admin@example.org", &["admin"], None).await;
    let path = "/admin/customers/import";
    let lines = "{\"name\":\"Ada\",\"tier\":\"gold\"}\nnothing\n{\"name\":\"Bob\",\"points\":\"x\"}\n[1]\n";
    let page = uploaded(&mut browser, path, lines, "people.jsonl").await;
    page.is(200)
        .has("4 rows: <strong>1</strong> can be imported")
        .has("Line 2: ")
        .has("Line 3: Points")
        .has("Line 4: ");
    let file = carried(&page);
    let done = browser.post(path, &[("file64", &*file), ("format", "jsonl"), ("do", "import_good")]).await;
    done.is(200).has("1 rows were imported");
    let customers = CustomerService::new(&ctx);
    assert_eq!(customers.one(Customer::name().eq("Ada")).await.map(|ada| ada.tier), Ok(Tier::Gold));
    for (text, why) in [
        ("", "Choose a file"),
        ("name\n\"open", "Nothing was imported"),
        ("name,points\na\n", "has 1 cells; the first line has 2"),
        ("name,Name\na,b\n", "Two columns are"),
    ] {
        let page = browser.post(path, &[("data", text), ("format", "csv"), ("do", "check")]).await;
        assert_eq!(page.status, 422, "{text:?}: {}", page.body);
        assert!(page.body.contains(why) || page.body.contains("line"), "{text:?}: {}", page.body);
    }
    let unmapped = [("data", "x\n1\n"), ("field.0", "id"), ("do", "check")];
    browser.post(path, &unmapped).await.is(422).has("none of the fields");
    browser.post(path, &[("data", "x\n1\n"), ("by", "country")]).await.is(422);
    browser.post(path, &[("data", "x\n1\n"), ("format", "xml")]).await.is(422);
    browser.post(path, &[("file64", "!!")]).await.is(422);
    browser.post(path, &[("data", &format!("name\n{}", "x".repeat(1_100_000)))]).await.is(422).has("1 MiB");
    let script = browser.post(path, &[("data", "<script>alert(1)</script>\n<b>\n"), ("format", "csv")]).await;
    script.is(200).lacks("<script>alert").has("&#60;script&#62;");
    // A file of the form of others is not taken, nor one of who may not create.
    send(&browser, path, "x", ("a.csv", b"name\nx\n")).await.is(403);
    send(&browser, path, &browser.csrf, ("a.csv", &[0xff, 0xfe])).await.is(422);
    send(&browser, "/admin/customers/new", &browser.csrf, ("a.csv", b"x")).await.is(400);
    let broken =
        browser.request(Method::POST, path).header("content-type", "multipart/form-data; boundary=limit");
    let broken = Page::of(broken.body("--limit\r\nnothing").send().await.expect("an answer")).await;
    broken.is(400);
    assert_eq!(customers.count(Filter::all()).await, Ok(1));
}
