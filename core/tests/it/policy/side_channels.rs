//! Ways around a policy that were open once: what is hidden shows through what is not.

#[cfg(feature = "admin")]
use entify::auth::create_account;
use entify::entity::{EntityDef, IntoAssignments as _};
use entify::prelude::*;
use entify::query::ToMany;
#[cfg(feature = "admin")]
use entify::server::AppState;
use entify::service::Records;
use entify::testing::each_database;
use entify::value::Value;

use super::someone;
#[cfg(feature = "admin")]
use crate::support::browser::{Browser, PASSWORD, Site};

/// Cases whose reporter only some may know.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Person {
    #[entity(max_len = 40, unique, filter, sort)]
    name: String,
    #[entity(inverse = reporter)]
    reported: Many<Case>,
    #[entity(through = Watch)]
    watched: Many<Case>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Case {
    #[entity(max_len = 40, filter, sort)]
    title: String,
    #[entity(policy(read = role("police")))]
    reporter: Option<One<Person>>,
    /// Known to the police, and unique.
    #[entity(max_len = 40, unique, policy(read = role("police")))]
    number: Option<String>,
    #[entity(through = Watch)]
    watchers: Many<Person>,
}

/// Who watches is known to the police alone.
#[derive(Entity)]
#[entity(policy = public, unique(case, person))]
pub struct Watch {
    case: One<Case>,
    #[entity(policy(read = role("police")))]
    person: One<Person>,
}

/// Rules that look at what the engine keeps, at other rows of the same entity, and at related ones.
#[derive(Entity)]
#[entity(policy = SheetPolicy, version)]
pub struct Sheet {
    #[entity(max_len = 40, filter)]
    owner: String,
    #[entity(max_len = 40)]
    text: String,
    parent: Option<One<Sheet>>,
    /// Shown to those who own the parent, which the row itself does not tell.
    #[entity(policy(read = ParentOwner))]
    remark: Option<String>,
}

pub struct SheetPolicy;

impl Policy<Sheet> for SheetPolicy {
    fn read(_: &Ctx) -> Decision<Sheet> {
        Decision::Allow
    }

    fn create(_: &Ctx) -> Decision<Sheet> {
        Decision::Allow
    }

    /// Until the third version, one's own, and not below a closed one.
    fn update(ctx: &Ctx) -> Decision<Sheet> {
        let Some(me) = ctx.principal().subject() else { return Decision::Deny };
        let open = Sheet::parent().is_null() | Sheet::parent().is(Sheet::text().ne("closed"));
        (Sheet::version().lt(3) & open & Sheet::owner().eq(me)).into()
    }

    fn delete(_: &Ctx) -> Decision<Sheet> {
        Decision::Allow
    }
}

pub struct ParentOwner;

impl Policy<Sheet> for ParentOwner {
    fn read(ctx: &Ctx) -> Decision<Sheet> {
        match ctx.principal().subject() {
            Some(me) => Sheet::parent().is(Sheet::owner().eq(me)).into(),
            None => Decision::Deny,
        }
    }
}

/// A required field that is not for everyone.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Payment {
    #[entity(max_len = 40, filter)]
    payer: String,
    #[entity(policy(read = owner(payer) | role("staff")))]
    amount: i64,
}

fn entities() -> Vec<&'static EntityDef> {
    entify::entities![Person, Case, Watch, Sheet, Payment].to_vec()
}

/// Racks with parcels, of which only keepers know the code, which is the label, and the rack.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Rack {
    #[entity(max_len = 40)]
    name: String,
    #[entity(inverse = rack)]
    parcels: Many<Parcel>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = code, list(code, rack, place)))]
pub struct Parcel {
    #[entity(max_len = 40, filter, sort, search, policy(read = role("keeper")))]
    code: Option<String>,
    #[entity(filter, policy(read = role("keeper")))]
    rack: Option<One<Rack>>,
    #[entity(max_len = 40, sort)]
    place: String,
}

#[cfg(feature = "admin")]
fn with_accounts() -> Vec<&'static EntityDef> {
    let mut tables = entify::auth::entities().to_vec();
    tables.extend(entify::entities![Rack, Parcel].to_vec());
    tables
}

async fn person(ctx: &Ctx, name: &str) -> PersonModel {
    PersonService::new(ctx).create(PersonInput::new(name)).await.expect("a person")
}

async fn case(ctx: &Ctx, title: &str, reporter: Option<Id<Person>>, number: &str) -> CaseModel {
    let input = CaseInput { reporter_id: reporter, number: Some(number.to_owned()), ..CaseInput::new(title) };
    CaseService::new(ctx).create(input).await.expect("a case")
}

#[each_database(entities())]
async fn a_hidden_reference_is_not_told_from_its_other_end(ctx: Ctx) {
    let ada = person(&ctx, "ada").await;
    let theft = case(&ctx, "theft", Some(ada.id), "1").await;
    CaseService::new(&ctx).links(Case::watchers()).set(theft.id, [ada.id]).await.expect("a watcher");
    let seen = async |principal: Principal| {
        let ctx = ctx.with_principal(principal);
        let (people, cases) = (PersonService::new(&ctx), CaseService::new(&ctx));
        let (row, of) = (std::slice::from_ref(&ada), std::slice::from_ref(&theft));
        let reported = people.load_many(Person::reported(), row, Query::default()).await.expect("pages");
        let watched = people.load_many(Person::watched(), row, Query::default()).await.expect("pages");
        let watchers = cases.load_many(Case::watchers(), of, Query::default()).await.expect("pages");
        let some = |many: ToMany<Person, Case>| people.count(many.some(Case::title().eq("theft")));
        let none = |many: ToMany<Person, Case>| people.count(many.none(Case::title().eq("theft")));
        [
            reported[0].items.len() as u64,
            people.count_many(Person::reported(), row, Filter::all()).await.expect("counts")[0],
            some(Person::reported()).await.expect("a count"),
            1 - none(Person::reported()).await.expect("a count"),
            watched[0].items.len() as u64,
            people.count_many(Person::watched(), row, Filter::all()).await.expect("counts")[0],
            some(Person::watched()).await.expect("a count"),
            1 - none(Person::watched()).await.expect("a count"),
            watchers[0].items.len() as u64,
            cases.count_many(Case::watchers(), of, Filter::all()).await.expect("counts")[0],
            cases.count(Case::watchers().some(Person::name().eq("ada"))).await.expect("a count"),
        ]
    };
    assert_eq!(seen(someone("x", &["police"])).await, [1; 11]);
    assert_eq!(seen(someone("ada", &[])).await, [0; 11]);
    assert_eq!(seen(Principal::Anonymous).await, [0; 11]);
}

#[each_database(entities())]
async fn a_hidden_unique_value_is_not_told_by_what_stands_in_the_way(ctx: Ctx) {
    let theft = case(&ctx, "theft", None, "1").await;
    let ada = ctx.with_principal(someone("ada", &[]));
    let cases = CaseService::new(&ada);
    let same = || CaseInput { number: Some("1".into()), ..CaseInput::new("mine") };
    assert_eq!(cases.create(same()).await, Err(Error::Forbidden));
    assert_eq!(cases.get_or_create(Case::number(), same()).await, Err(Error::Forbidden));
    assert_eq!(cases.upsert(Case::number(), same()).await, Err(Error::Forbidden));
    assert_eq!(cases.upsert_many(Case::number(), [same()]).await, Err(Error::Forbidden));
    let other = cases.create(CaseInput::new("other")).await.expect("a case");
    let patch = CasePatch { number: Some("1".to_owned()).into(), ..CasePatch::default() };
    assert_eq!(cases.update(other.id, patch).await, Err(Error::Forbidden));
    let police = ctx.with_principal(someone("x", &["police"]));
    let cases = CaseService::new(&police);
    assert_eq!(cases.create(same()).await.expect_err("a conflict").code(), "CONFLICT");
    assert_eq!(
        cases.get_or_create(Case::number(), same()).await.map(|(row, new)| (row.id, new)),
        Ok((theft.id, false))
    );
    assert_eq!(
        cases.upsert(Case::number(), same()).await.map(|row| (row.id, row.title)),
        Ok((theft.id, "mine".into()))
    );
}

#[each_database(entities())]
async fn hidden_links_do_not_change_what_a_link_answers(ctx: Ctx) {
    let (ada, bob) = (person(&ctx, "ada").await, person(&ctx, "bob").await);
    let theft = case(&ctx, "theft", None, "1").await;
    let links = CaseService::new(&ctx).links(Case::watchers());
    links.set(theft.id, [ada.id]).await.expect("a watcher");
    let anyone = ctx.with_principal(someone("x", &[]));
    let cases = CaseService::new(&anyone);
    // A pair that stands unseen is refused like any that may not be made.
    assert_eq!(cases.links(Case::watchers()).add(theft.id, [ada.id]).await, Err(Error::Forbidden));
    assert_eq!(cases.links(Case::watchers()).set(theft.id, [ada.id]).await, Err(Error::Forbidden));
    assert_eq!(cases.links(Case::watchers()).add(theft.id, [bob.id]).await, Ok(1));
}

#[each_database(entities())]
async fn a_rule_on_what_the_engine_keeps_is_checked_after_the_change(ctx: Ctx) {
    let me = ctx.with_principal(someone("ada", &[]));
    let sheets = SheetService::new(&me);
    let sheet = sheets.create(SheetInput::new("ada", "a")).await.expect("a sheet");
    let text = |text: &str| SheetPatch { text: text.to_owned().into(), ..SheetPatch::default() };
    assert_eq!(sheets.update(sheet.id, text("b")).await.map(|row| row.version), Ok(2));
    // It would be the third version then, which may not be changed.
    assert_eq!(sheets.update(sheet.id, text("c")).await, Err(Error::Forbidden));
    assert_eq!(sheets.update_many(Sheet::owner().eq("ada"), text("c")).await, Err(Error::Forbidden));
    assert_eq!(sheets.get(sheet.id).await.map(|row| (row.text, row.version)), Ok(("b".into(), 2)));
}

#[each_database(entities())]
async fn a_rule_on_a_row_that_is_its_own_parent_is_checked_after_the_change(ctx: Ctx) {
    let me = ctx.with_principal(someone("ada", &[]));
    let sheets = SheetService::new(&me);
    let sheet = sheets.create(SheetInput::new("ada", "a")).await.expect("a sheet");
    let own = SheetPatch { parent_id: Some(sheet.id).into(), ..SheetPatch::default() };
    SheetService::new(&ctx).update(sheet.id, own).await.expect("its own parent");
    let close = SheetPatch { text: "closed".to_owned().into(), ..SheetPatch::default() };
    assert_eq!(sheets.update(sheet.id, close).await, Err(Error::Forbidden));
}

#[each_database(entities())]
async fn a_write_answers_what_a_read_does(ctx: Ctx) {
    let sheets = SheetService::new(&ctx);
    let parent = sheets.create(SheetInput::new("bob", "p")).await.expect("a sheet").id;
    let input = |owner: &str| SheetInput {
        parent_id: Some(parent),
        remark: Some("well".into()),
        ..SheetInput::new(owner, "c")
    };
    for (principal, shown) in [("bob", Some("well")), ("ada", None)] {
        let me = ctx.with_principal(someone(principal, &[]));
        let sheets = SheetService::new(&me);
        let made = sheets.create(input(principal)).await.expect("a sheet");
        assert_eq!(made.remark.as_deref(), shown);
        assert_eq!(sheets.get(made.id).await, Ok(made.clone()));
        let patch = SheetPatch { text: "d".to_owned().into(), ..SheetPatch::default() };
        let changed = sheets.update(made.id, patch).await.expect("a change");
        assert_eq!(sheets.get(made.id).await, Ok(changed));
    }
}

#[each_database(entities())]
async fn nothing_is_written_that_cannot_be_answered(ctx: Ctx) {
    let made = PaymentService::new(&ctx).create(PaymentInput::new("ada", 5)).await.expect("a payment");
    let anyone = ctx.with_principal(Principal::Anonymous);
    let payments = PaymentService::new(&anyone);
    let hidden = |error: Error| {
        assert_eq!((error.code(), &*error.fields()[0].field), ("FORBIDDEN", "amount"));
    };
    let patch = || PaymentPatch { amount: 6.into(), ..PaymentPatch::default() };
    hidden(payments.create(PaymentInput::new("bob", 1)).await.expect_err("a refusal"));
    hidden(payments.update(made.id, patch()).await.expect_err("a refusal"));
    hidden(payments.delete(made.id).await.expect_err("a refusal"));
    let bob = ctx.with_principal(someone("bob", &[]));
    let payments = PaymentService::new(&bob);
    assert_eq!(payments.create(PaymentInput::new("ada", 1)).await, Err(Error::Forbidden));
    assert_eq!(payments.update(made.id, patch()).await, Err(Error::Forbidden));
    assert_eq!(payments.delete(made.id).await, Err(Error::Forbidden));
    assert_eq!(payments.create(PaymentInput::new("bob", 1)).await.map(|row| row.amount), Ok(1));
    assert_eq!(PaymentService::new(&ctx).get(made.id).await, Ok(made));
    assert_eq!(PaymentService::new(&ctx).count(Filter::all()).await, Ok(2));
    // Where rows are not answered, and where a hidden value can be left out, the write itself is all that counts.
    assert_eq!(payments.update_many(Payment::payer().eq("ada"), patch()).await, Ok(1));
    let untyped = Records::new(&anyone, Payment::def().info());
    let row = untyped.create(PaymentInput::new("eve", 3).into_assignments()).await.expect("a row");
    assert_eq!(*row.get(2), Value::Null);
}

#[each_database(entities())]
async fn many_rows_are_judged_by_rules_that_look_further(ctx: Ctx) {
    let bob = SheetService::new(&ctx).create(SheetInput::new("bob", "p")).await.expect("a sheet").id;
    let input = || SheetInput { parent_id: Some(bob), ..SheetInput::new("ada", "c") };
    let sheets = SheetService::new(&ctx);
    for _ in 0..2 {
        sheets.create_many((0..16_000).map(|_| input())).await.expect("sheets");
    }
    let me = ctx.with_principal(someone("ada", &[]));
    let text = SheetPatch { text: "d".to_owned().into(), ..SheetPatch::default() };
    assert_eq!(SheetService::new(&me).update_many(Sheet::owner().eq("ada"), text).await, Ok(32_000));
}

#[cfg(feature = "admin")]
#[each_database(with_accounts())]
async fn admin_pages_work_around_what_is_hidden(ctx: Ctx) {
    let state = AppState::new(
        entify::entity::Registry::new(&entify::entities![Rack, Parcel]).expect("a registry"),
        ctx.db().clone(),
        b"a secret for tests",
    );
    create_account(&ctx, "plain@example.org", PASSWORD, vec!["admin".into()]).await.expect("an account");
    create_account(&ctx, "keeper@example.org", PASSWORD, vec!["admin".into(), "keeper".into()])
        .await
        .expect("an account");
    let rack = RackService::new(&ctx).create(RackInput::new("north")).await.expect("a rack").id;
    let parcel =
        ParcelInput { code: Some("SECRET-7".into()), rack_id: Some(rack), ..ParcelInput::new("left") };
    let parcel = ParcelService::new(&ctx).create(parcel).await.expect("a parcel").id;
    let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;

    let mut plain = Browser::new(&site);
    plain.sign_in("plain@example.org", PASSWORD).await.is(303);
    for path in [
        "/admin/parcels".to_owned(),
        format!("/admin/parcels/{parcel}"),
        format!("/admin/parcels/{parcel}/edit"),
        format!("/admin/parcels/{parcel}/delete"),
        "/admin/parcels/lookup".to_owned(),
        "/admin/parcels/lookup?q=SECRET".to_owned(),
    ] {
        plain.get(&path).await.is(200).lacks("SECRET-7").lacks("north");
    }
    let list = plain.get("/admin/parcels").await;
    list.has("left").has("sort=place").lacks("sort=code").lacks("f.rack");
    plain.get("/admin/parcels?sort=code").await.is(400);
    plain.get(&format!("/admin/racks/{rack}")).await.is(200).has("north").lacks("left");
    // Whether or not there are any.
    let empty = RackService::new(&ctx).create(RackInput::new("south")).await.expect("a rack").id;
    for rack in [rack, empty] {
        plain.get(&format!("/admin/racks/{rack}/delete")).await.is(200).has("may not see").lacks("parcel (");
    }

    let mut keeper = Browser::new(&site);
    keeper.sign_in("keeper@example.org", PASSWORD).await.is(303);
    keeper.get("/admin/parcels").await.is(200).has("SECRET-7").has("north").has("sort=code");
    keeper.get("/admin/parcels/lookup?q=SECRET").await.is(200).has("SECRET-7");
    keeper.get(&format!("/admin/racks/{rack}")).await.is(200).has("left");
    keeper.get(&format!("/admin/racks/{rack}/delete")).await.is(200).has("<strong>1</strong> parcel (Rack)");
}
