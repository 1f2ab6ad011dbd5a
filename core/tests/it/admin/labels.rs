//! What rows are called, and lists that are sorted by it.

use entify::prelude::*;
use entify::testing::each_database;

use super::href;
use crate::options::with_accounts;
use crate::support::browser::signed_in_to;

#[derive(Entity)]
#[entity(policy = public, admin(label = "{last_name}, {first_name} ({nickname})"))]
pub struct Buyer {
    first_name: String,
    last_name: String,
    nickname: Option<String>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = "#{id} · {buyer}", list(id, buyer)))]
pub struct Bill {
    street: Option<String>,
    buyer: One<Buyer>,
    #[entity(inverse = bill)]
    positions: Many<Position>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = "{bill.buyer} x{number}", list(number, bill)))]
pub struct Position {
    #[entity(sort)]
    number: i32,
    bill: One<Bill>,
}

/// Without a text that every row has.
#[derive(Entity)]
#[entity(policy = public, admin(list(place, owner)))]
pub struct Parcel {
    street: Option<String>,
    place: i32,
    #[entity(on_delete = set_null)]
    owner: Option<One<Person>>,
}

/// Rows that not everyone may see.
#[derive(Entity)]
#[entity(policy(read = owner(tenant) | role("all"), write = public))]
pub struct Person {
    #[entity(sort)]
    name: String,
    tenant: String,
}

fn shop() -> Vec<&'static entify::entity::EntityDef> {
    entities![Buyer, Bill, Position, Parcel, Person]
}

#[each_database(with_accounts(&shop()))]
async fn a_label_is_a_template_of_fields(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &shop()).await;
    let buyers = BuyerService::new(&ctx);
    let ada = buyers.create(BuyerInput::new("Ada", "Lovelace")).await.expect("a buyer");
    let nicknamed = BuyerInput { nickname: Some("Amazing".into()), ..BuyerInput::new("Grace", "Hopper") };
    let grace = buyers.create(nicknamed).await.expect("a buyer");
    let input = BillInput { street: Some("Main Street".into()), ..BillInput::new(ada.id) };
    let bill = BillService::new(&ctx).create(input).await.expect("a bill");
    let position =
        PositionService::new(&ctx).create(PositionInput::new(3, bill.id)).await.expect("a position");
    let parcel = ParcelInput { street: Some("Main Street".into()), ..ParcelInput::new(1) };
    let parcel = ParcelService::new(&ctx).create(parcel).await.expect("a parcel");

    browser.get(&format!("/admin/buyers/{}", ada.id)).await.has("<h1>Lovelace, Ada</h1>");
    browser.get(&format!("/admin/buyers/{}", grace.id)).await.has("<h1>Hopper, Grace (Amazing)</h1>");
    let named = format!("#{} · Lovelace, Ada", bill.id);
    browser.get(&format!("/admin/bills/{}", bill.id)).await.has(&format!("<h1>{named}</h1>"));
    browser.get("/admin/positions").await.has(&format!(">{named}</a>"));
    browser.get(&format!("/admin/positions/{}", position.id)).await.has("<h1>Lovelace, Ada x3</h1>");
    browser.get("/admin/positions/new").await.has(&format!(">{named}</option>"));
    browser
        .get(&format!("/admin/parcels/{}", parcel.id))
        .await
        .has(&format!("<h1>Parcel #{}</h1>", parcel.id));
    browser.get("/admin/bills/lookup?q=1").await.has(&named);
}

/// The texts of links to rows of an entity, page after page.
async fn listed(
    browser: &mut crate::support::browser::Browser,
    path: &str,
    of: &str,
    back: bool,
) -> Vec<String> {
    let (mut page, mut seen) = (browser.get(path).await, Vec::new());
    loop {
        page.is(200);
        let before = format!("<td><a href=\"/admin/{of}/");
        let links = page.body.split(&before).skip(1);
        let texts = links.map(|link| link.split_once('>').expect("a text").1.split('<').next().expect("it"));
        let texts = texts.map(str::to_owned).collect::<Vec<_>>();
        if back {
            seen.splice(0..0, texts);
        } else {
            seen.extend(texts);
        }
        let (rel, link) = if back { ("rel=\"prev\"", "← Previous") } else { ("rel=\"next\"", "Next →") };
        if !page.body.contains(rel) {
            return seen;
        }
        page = browser.get(&href(&page, link)).await;
    }
}

#[each_database(with_accounts(&shop()))]
async fn a_list_sorted_by_a_relation_is_sorted_by_what_it_shows(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &shop()).await;
    let mut buyers = Vec::new();
    for number in 0..8 {
        // Later rows have earlier names; two have the same.
        let input = BuyerInput::new(format!("F{}", number % 2), format!("Name {}", (9 - number) / 2));
        buyers.push(BuyerService::new(&ctx).create(input).await.expect("a buyer"));
    }
    let inputs = (0..64).map(|number| BillInput::new(buyers[number * 5 % 8].id));
    BillService::new(&ctx).create_many(inputs.collect::<Vec<_>>()).await.expect("bills");
    for (sort, back) in [("buyer_id", false), ("-buyer_id", false)] {
        let found = listed(&mut browser, &format!("/admin/bills?sort={sort}"), "buyers", back).await;
        assert_eq!(found.len(), 64, "no row is lost or twice: {found:?}");
        let mut sorted = found.clone();
        sorted.sort();
        if sort.starts_with('-') {
            sorted.reverse();
        }
        assert_eq!(found, sorted, "{sort}");
    }
    let first = browser.get("/admin/bills?sort=buyer_id").await;
    first.has("aria-sort=\"ascending\"");
    let second = browser.get(&href(&first, "Next →")).await;
    let back = browser.get(&href(&second, "← Previous")).await;
    let rows = |page: &crate::support::browser::Page| {
        page.body.split("<tbody>").nth(1).expect("rows").split("</tbody>").next().expect("an end").to_owned()
    };
    assert_eq!(rows(&first), rows(&back));
}

#[each_database(with_accounts(&shop()))]
async fn an_order_by_a_label_shows_no_row_that_is_hidden(ctx: Ctx) {
    let system = ctx.with_principal(Principal::System);
    let people = PersonService::new(&system);
    for (name, tenant) in [("Zoe", "account"), ("Ann", "other"), ("Bea", "account")] {
        let person = people.create(PersonInput::new(name, tenant)).await.expect("a person");
        let parcel = ParcelInput { owner_id: Some(person.id), ..ParcelInput::new(1) };
        ParcelService::new(&system).create(parcel).await.expect("a parcel");
    }
    ParcelService::new(&system).create(ParcelInput::new(1)).await.expect("a parcel of no one");
    let (_site, mut browser) = signed_in_to(&ctx, &shop()).await;
    use entify::auth::{Account, AccountPatch};
    let subject = AccountPatch { subject: Some("account".to_owned()).into(), ..AccountPatch::default() };
    Service::<Account>::new(&system).update(Id::new(1), subject).await.expect("a subject");
    let found = listed(&mut browser, "/admin/parcels?sort=owner_id", "people", false).await;
    // The hidden one is where those without an owner are, and called by nothing but its key.
    assert_eq!(found, ["Bea", "Zoe", "Person #2"]);
    let found = listed(&mut browser, "/admin/parcels?sort=-owner_id", "people", false).await;
    assert_eq!(found, ["Person #2", "Zoe", "Bea"]);
}
