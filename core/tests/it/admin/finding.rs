//! Lists: filters on every field and through relations, several orders, columns, sizes, counts, the whole by an address.

use entify::prelude::*;
use entify::testing::each_database;

use super::href;
use super::shop::*;
use crate::support::browser::{Browser, Page};

/// What a list says of how many rows there are.
fn total(page: &Page) -> &str {
    let rest = page.body.split("class=\"total\"><strong>").nth(1).expect("a total");
    rest.split('<').next().unwrap_or_default()
}

async fn follow(browser: &mut Browser, page: &Page) -> Page {
    page.is(303);
    browser.get(page.header("location")).await
}

#[each_database(tables())]
async fn customers_of_brazil_with_invoices_over_10_are_found_by_one_form(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    let customers = filled(&ctx, 40).await;
    let list = browser.get("/admin/customers").await;
    let form = browser.get(&href(&list, "Add filter")).await;
    form.is(200)
        .has("name=\"v.country\"")
        .has("name=\"v.invoices.total\"")
        .has("name=\"v.tier\" value=\"gold\"");
    let sent = [
        ("o.country", "eq"),
        ("v.country", "Brazil"),
        ("o.invoices.total", "gt"),
        ("v.invoices.total", "10"),
        ("o.points", "eq"),
        ("v.points", ""),
    ];
    let found = browser.post("/admin/customers/filter", &sent).await;
    assert_eq!(found.header("location"), "/admin/customers?f.country=Brazil&f.invoices.total%5Bgt%5D=10");
    let page = follow(&mut browser, &found).await;
    page.is(200).has("Country: <strong>Brazil").has("Invoices › Total is more than <strong>10");
    let expected: Vec<i64> = (0..40)
        .filter(|number| number % 4 == 0 && *number > 10)
        .map(|number| customers[number].id.get())
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(keys(&page), expected);
    let page = browser.get("/admin/customers?f.country=Brazil&f.invoices.total%5Bgt%5D=10&size=50").await;
    // A chip is taken out again.
    let without = page.body.split("Country: <strong>Brazil").nth(1).expect("a chip");
    let without = without.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let page = browser.get(&without.replace("&#38;", "&")).await;
    page.is(200).lacks("Country: <strong>").has("Invoices › Total is more than");
    // The form shows what is set, and takes it out when it is emptied.
    let form = browser.get(&href(&page, "Add filter")).await;
    form.has("name=\"v.invoices.total\" type=\"text\" value=\"10\"");
    let action = form.body.split("class=\"panel filters\" method=\"post\" action=\"").nth(1).expect("a form");
    let action = action.split('"').next().unwrap_or_default().replace("&#38;", "&");
    let emptied = browser.post(&action, &[("o.invoices.total", "gt"), ("v.invoices.total", "")]).await;
    assert_eq!(emptied.header("location"), "/admin/customers?size=50");
    // What cannot be read is told at its field, and nothing is lost.
    let wrong = browser.post("/admin/customers/filter", &[("o.points", "eq"), ("v.points", "many")]).await;
    wrong.is(422).has("value=\"many\"").has("aria-invalid");
}

#[each_database(tables())]
async fn ranges_choices_times_and_what_is_not_set(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    filled(&ctx, 24).await;
    let sent = [
        ("o.points", "between"),
        ("v.points", "2"),
        ("w.points", "4"),
        ("o.tier", "in"),
        ("v.tier", "basic"),
        ("v.tier", "gold"),
        ("o.country", "set"),
    ];
    let found = browser.post("/admin/customers/filter", &sent).await;
    assert_eq!(
        found.header("location"),
        "/admin/customers?f.country%5Bnull%5D=false&f.tier%5Bin%5D=basic%2Cgold&f.points%5Bgte%5D=2&f.points%5Blte%5D=4"
    );
    let page = follow(&mut browser, &found).await;
    let expected = (0..24_i64).filter(|number| number % 4 != 2 && (2..=4).contains(&(number % 7))).count();
    assert_eq!(keys(&page).len(), expected);
    page.has("Country is set").has("Tier is one of <strong>Basic, Gold");
    // Times as browsers write them are UTC.
    let times = browser.get("/admin/invoices?f.paid_at%5Bgte%5D=2026-03-10T10%3A00&size=100").await;
    let all = browser.get("/admin/invoices?f.paid_at%5Bnull%5D=false&size=100").await;
    assert!(!keys(&times).is_empty() && keys(&times).len() < keys(&all).len());
    let before = browser.get("/admin/invoices?f.paid_at%5Blt%5D=2026-03-10T10:00:00Z&size=100").await;
    assert_eq!(keys(&before).len() + keys(&times).len(), keys(&all).len());
    // Old links to what is not set.
    let none = browser.get("/admin/customers?f.country%5Bnull%5D=true&size=100").await;
    assert_eq!(keys(&none).len(), 6);
}

#[each_database(tables())]
async fn filters_hold_together_or_one_of_them(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    filled(&ctx, 24).await;
    let both = browser.get("/admin/customers?f.country=Brazil&f.points=3&size=100").await;
    let either = browser.get(&href(&both, "Match any of these filters")).await;
    either.is(200).has("Country is Brazil or Points is 3").lacks("Country: <strong>");
    let expected = (0..24_i64).filter(|number| number % 4 == 0 || number % 7 == 3).count();
    assert_eq!(keys(&either).len(), expected);
    let again = browser.get(&href(&either, "Match all of these filters")).await;
    assert_eq!(keys(&again), keys(&both));
    again.has("Country is Brazil and Points is 3");
    let tree = "%7B%22or%22%3A%5B%7B%22invoices%22%3A%7B%22none%22%3A%7B%7D%7D%7D%2C%7B%22vip%22%3A%7B%22eq%22%3Atrue%7D%7D%5D%7D";
    let page = browser.get(&format!("/admin/customers?filter={tree}&size=100")).await;
    page.is(200).has("none of Invoices (every row) or Vip is Yes");
    let expected = (0..24_i64).filter(|number| number % 4 == 3 || number % 5 == 0).count();
    assert_eq!(keys(&page).len(), expected);
}

#[each_database(tables())]
async fn several_orders_columns_and_sizes(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    let customers = filled(&ctx, 60).await;
    let page = browser.get("/admin/customers?sort=-points,name&cols=points,name&size=50").await;
    page.is(200).has(">Points</a></th>").lacks(">Tier</a>").has("<strong>60</strong> customers");
    let mut expected: Vec<(i64, usize)> =
        (0..60_usize).map(|number| (-(i64::try_from(number % 7).expect("a number")), number)).collect();
    expected.sort_unstable();
    let expected: Vec<i64> = expected.iter().map(|(_, number)| customers[*number].id.get()).collect();
    assert_eq!(keys(&page), expected[..50]);
    let next = browser.get(&href(&page, "Next →")).await;
    assert_eq!(keys(&next), expected[50..]);
    let last = browser.get(&href(&page, "Last »")).await;
    assert_eq!(keys(&last), expected[10..], "the last page is full");
    let first = browser.get(&href(&last, "« First")).await;
    assert_eq!(keys(&first), expected[..50]);
    let previous = browser.get(&href(&last, "← Previous")).await;
    assert_eq!(keys(&previous), expected[..10]);
    // The form sends each key by itself.
    let form =
        browser.get("/admin/customers?cols=points&cols=name&sort=-points&sort=name&sort=&size=50").await;
    assert_eq!(keys(&form), expected[..50]);
    // A relation is sorted by its label, under its own name too.
    let page = browser.get("/admin/invoices?sort=customer,-total&size=100").await;
    assert_eq!(keys(&page), keys(&browser.get("/admin/invoices?sort=customer_id,-total&size=100").await));
    for wrong in [
        "sort=nothing",
        "sort=vip",
        "cols=nothing",
        "size=26",
        "size=1000",
        "f.nothing=1",
        "f.invoices=1",
        "f.invoices.nothing=1",
        "f.points%5Blike%5D=1",
        "f.points=many",
        "filter=%7B",
        "filter=%7B%22nothing%22%3A%7B%7D%7D",
        "deleted=only",
        "sort=name,country,tier,points,id,created_at,updated_at",
    ] {
        browser.get(&format!("/admin/customers?{wrong}")).await.is(400);
    }
    let deep = format!("/admin/customers?f.{}total=1", "invoices.customer.".repeat(3));
    browser.get(&deep).await.is(400);
    let script = browser.get("/admin/customers?f.name=%3Cscript%3Ealert(1)%3C%2Fscript%3E&cols=name").await;
    script.is(200).lacks("<script>alert");
}

#[each_database(tables())]
async fn counts_end_at_a_thousand(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    let customer = CustomerService::new(&ctx).create(CustomerInput::new("One")).await.expect("a customer");
    let invoices =
        |count: i32| (0..count).map(move |number| InvoiceInput::new(Decimal::from(number), customer.id));
    InvoiceService::new(&ctx).create_many(invoices(999)).await.expect("invoices");
    assert_eq!(total(&browser.get("/admin/invoices").await), "999");
    let before = ctx.db().statements();
    browser.get("/admin/invoices?size=25").await.is(200);
    let few = ctx.db().statements() - before;
    InvoiceService::new(&ctx).create_many(invoices(1)).await.expect("an invoice");
    assert_eq!(total(&browser.get("/admin/invoices").await), "1,000");
    InvoiceService::new(&ctx).create_many(invoices(2_000)).await.expect("invoices");
    assert_eq!(total(&browser.get("/admin/invoices").await), "1,000+");
    assert_eq!(total(&browser.get("/admin/invoices?f.total%5Blt%5D=10").await), "21");
    // A list of many rows costs what one of few costs.
    let before = ctx.db().statements();
    browser.get("/admin/invoices?size=25").await.is(200);
    assert_eq!(ctx.db().statements() - before, few);
    assert!(few <= 7, "the session, its account, the page, the count, the labels, the views: {few}");
}

#[each_database(tables())]
async fn values_of_enums_and_booleans_are_counted(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    filled(&ctx, 30).await;
    let page = browser.get("/admin/customers").await;
    page.has(">Gold (10)</option>")
        .has(">Basic (20)</option>")
        .has(">Yes (6)</option>")
        .has(">No (24)</option>");
    // What one filter leaves is what the others count; its own values are counted without it.
    let page = browser.get("/admin/customers?f.tier=gold").await;
    page.has(" selected>Gold (10)</option>").has(">Basic (20)</option>").has(">Yes (2)</option>");
    let many = (0..1_100).map(|number| CustomerInput::new(format!("More {number}")));
    CustomerService::new(&ctx).create_many(many).await.expect("customers");
    browser.get("/admin/customers").await.has(">Gold</option>").has("<strong>1,000+</strong>");
}

/// A small generator: the same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % most
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// A filter that may be right or wrong.
fn filter(numbers: &mut Numbers) -> (String, String) {
    let fields: &[(&str, &[&str])] = &[
        ("name", &["Customer 003", "customer", "Customer 01", ""]),
        ("country", &["Brazil", "Chile", "Austria, Lower", "a"]),
        ("tier", &["gold", "basic", "silver"]),
        ("vip", &["true", "false", "maybe"]),
        ("points", &["0", "3", "5", "many"]),
        ("id", &["1", "7", "20"]),
        ("invoices.total", &["5", "10.5", "12", "x"]),
        ("invoices.paid_at", &["2026-03-10T10:00:00Z", "yesterday"]),
        ("invoices.customer.points", &["2", "6"]),
        ("invoices.customer_id", &["4", "9"]),
    ];
    let operators = [
        "",
        "",
        "",
        "[ne]",
        "[gt]",
        "[gte]",
        "[lt]",
        "[lte]",
        "[in]",
        "[nin]",
        "[null]",
        "[contains]",
        "[starts_with]",
    ];
    let (field, values) = fields[numbers.below(fields.len())];
    let operator = numbers.one(&operators);
    let text = match operator {
        "[in]" | "[nin]" => format!("{},{}", numbers.one(values), numbers.one(values)),
        "[null]" => numbers.one(&["true", "false", "no"]).to_owned(),
        _ => numbers.one(values).to_owned(),
    };
    (format!("{field}{operator}"), text)
}

fn query(prefix: &str, filters: &[(String, String)]) -> String {
    let pairs = filters.iter().map(|(name, text)| {
        let escaped = |text: &str| {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                        char::from(byte).to_string()
                    }
                    byte => format!("%{byte:02X}"),
                })
                .collect::<String>()
        };
        format!("{prefix}{}={}", escaped(name), escaped(text))
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[each_database(tables())]
async fn a_filter_finds_what_rest_finds(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    filled(&ctx, 60).await;
    let (mut numbers, mut found, mut refused) = (Numbers(20_261_128), 0, 0);
    for _ in 0..80 {
        let mut filters: Vec<(String, String)> = Vec::new();
        for _ in 0..=numbers.below(3) {
            let next = filter(&mut numbers);
            // What comes twice is refused by one and replaced by the other; an empty value is no filter of a form.
            if filters.iter().all(|(name, _)| *name != next.0) && !next.1.trim().is_empty() {
                filters.push(next);
            }
        }
        let rest = browser.get(&format!("/api/customers?limit=100&sort=id&{}", query("", &filters))).await;
        let admin =
            browser.get(&format!("/admin/customers?size=100&sort=id&{}", query("f.", &filters))).await;
        assert_eq!(rest.status, admin.status, "{filters:?}\n{}\n{}", rest.body, admin.body);
        if rest.status != 200 {
            refused += 1;
            continue;
        }
        let json: serde_json::Value = serde_json::from_str(&rest.body).expect("JSON");
        let items = json["items"].as_array().expect("rows");
        let ids: Vec<i64> = items.iter().map(|row| row["id"].as_i64().expect("an id")).collect();
        assert_eq!(keys(&admin), ids, "{filters:?}");
        found += usize::from(!ids.is_empty() && ids.len() < 60);
    }
    assert!(found > 10 && refused > 5, "{found} found some rows, {refused} were refused");
}

#[each_database(tables())]
async fn what_a_rule_hides_is_not_filtered_counted_or_offered(ctx: Ctx) {
    let (site, _state) = site(&ctx).await;
    let mut support = browser_of(&ctx, &site, "support@example.org", &["admin"], Some("7")).await;
    let mut boss = browser_of(&ctx, &site, "boss@example.org", &["admin", "boss"], None).await;
    for (text, agent, verdict) in
        [("mine", "7", Some("guilty")), ("zebra", "8", None), ("third", "8", Some("guilty"))]
    {
        let verdict = verdict.map(str::to_owned);
        ClaimService::new(&ctx)
            .create(ClaimInput { verdict, ..ClaimInput::new(text, agent) })
            .await
            .expect("a claim");
    }
    let page = support.get("/admin/claims").await;
    page.has("<strong>1</strong> claim").has(">mine</a>").lacks("zebra");
    support.get("/admin/claims?f.verdict=guilty").await.is(400).lacks("mine");
    support.get("/admin/claims?sort=verdict").await.is(400);
    let tree = "%7B%22verdict%22%3A%7B%22eq%22%3A%22guilty%22%7D%7D";
    support.get(&format!("/admin/claims?filter={tree}")).await.is(400);
    support.get("/admin/claims/filter").await.is(200).lacks("verdict").lacks("Verdict");
    boss.get("/admin/claims/filter").await.is(200).has("name=\"v.verdict\"");
    boss.get("/admin/claims?f.verdict=guilty").await.has("<strong>2</strong> claims");
    // Nor jumped to.
    support.get("/admin/search?q=zebra").await.is(200).has("Nothing was found");
    boss.get("/admin/search?q=zebra").await.has(">zebra</a>");
}

#[each_database(tables())]
async fn lists_rows_and_actions_are_jumped_to(ctx: Ctx) {
    let (_site, mut browser) = opened(&ctx).await;
    let customers = filled(&ctx, 5).await;
    browser.get("/admin/search").await.is(200).lacks("<p>Nothing was found");
    let page = browser.get("/admin/search?q=customer").await;
    page.has("href=\"/admin/customers\">Customers</a>").has("href=\"/admin/customers/new\">New customer</a>");
    let id = customers[3].id.get();
    page.has(&format!("href=\"/admin/customers/{id}\">Customer 003</a>"));
    let json = browser.get(&format!("/admin/search?format=json&q={id}")).await;
    assert_eq!(json.header("content-type"), "application/json");
    json.has(&format!("\"href\":\"/admin/customers/{id}\""));
    browser.get("/admin/search?q=%00").await.is(400);
    browser.get(&format!("/admin/search?q={}", "x".repeat(300))).await.is(400);
    browser.get("/admin/search?q=%3Cscript%3E").await.is(200).lacks("<script>\"").has("&#60;script&#62;");
}
