//! The client of another application: over a real connection, against a real server, on both databases.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{TimeZone as _, Utc};
use entify::auth::create_token;
use entify::client::Client;
use entify::entity::EntityDef;
use entify::error::ApplicationError;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve};
use futures_util::TryStreamExt as _;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Middleware, Request, Response};
use serde_json::json;

/// Who makes wares.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")))]
pub struct Maker {
    #[entity(unique, max_len = 60)]
    name: String,
    #[entity(inverse = maker)]
    wares: Many<Ware>,
}

/// Something of every type.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), version, soft_delete)]
pub struct Ware {
    #[entity(unique, max_len = 60, search)]
    name: String,
    #[entity(filter, sort, min = 0)]
    stock: i64,
    #[entity(scale = 2, precision = 10, filter)]
    price: Option<Decimal>,
    #[entity(default = Grade::Fine, filter)]
    grade: Grade,
    #[entity(filter)]
    made: DateTime<Utc>,
    #[entity(min_len = 0)]
    tags: Vec<String>,
    notes: Option<Json>,
    mark: Option<Bytes>,
    #[entity(filter)]
    ratio: Option<f64>,
    #[entity(write_only)]
    code: Option<String>,
    #[entity(write_only, min_len = 3)]
    secret: Password,
    #[entity(policy(read = role("staff"), write = role("staff")), filter)]
    cost: Option<i32>,
    #[entity(on_delete = restrict, filter)]
    maker: One<Maker>,
}

#[derive(EntityEnum, Debug, PartialEq)]
pub enum Grade {
    Fine,
    VeryFine,
}

/// What REST does not show whole.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Closed {
    #[entity(skip(rest), default = 1)]
    inside: i32,
    name: String,
}

#[entify::actions]
impl Maker {
    /// Counts the wares.
    #[action(policy = role("staff"))]
    async fn close(ctx: &Ctx, maker: MakerModel) -> entify::Result<MakerModel> {
        let _ = ctx;
        Err(ApplicationError::new(409, "ALREADY_CLOSED", format!("{} is closed", maker.name))
            .on("name")
            .into())
    }
}

fn entities() -> Vec<&'static EntityDef> {
    entities![Maker, Ware, Closed]
}

fn tables() -> Vec<&'static EntityDef> {
    let own = entities().into_iter().chain(entify::idempotency::entities());
    own.chain(entify::auth::entities()).collect()
}

/// A client of a served application, with the token of a role.
async fn client_of(app: App, test: &TestDb, role: &str) -> Client {
    let address = serve(app, test).await;
    let (_, token) =
        create_token(&test.ctx(), "of the test", vec![role.to_owned()], None).await.expect("a token");
    Client::new(format!("http://{address}/")).token(token)
}

fn ware(name: &str, stock: i64, maker: Id<Maker>) -> WareInput {
    let made = Utc.with_ymd_and_hms(2024, 2, 29, 23, 59, 59).unwrap();
    WareInput::new(name, stock, made, vec!["a,b".to_owned(), "ü\\".to_owned()], "secret", maker)
}

#[each_database(tables())]
async fn rows_are_the_same_on_both_sides(test: TestDb) {
    let client = client_of(App::new(entities()), &test, "staff").await;
    let (makers, wares): (MakerClient, WareClient) = (MakerClient::new(&client), client.of::<Ware>());
    let maker = makers.create(MakerInput::new("Ünal & Söhne")).await.unwrap();
    let input = WareInput {
        price: Some("12345678.90".parse().unwrap()),
        grade: Some(Grade::VeryFine),
        notes: Some(json!({ "deep": [1, null, "x"], "big": 9_007_199_254_740_993_i64 }).into()),
        mark: Some(vec![0, 255, 7].into()),
        ratio: Some(0.1),
        code: Some("only written".to_owned()),
        cost: Some(3),
        ..ware("Lamp", i64::MAX, maker.id)
    };
    let made = wares.create(input).await.unwrap();
    let stored = WareService::new(&test.ctx()).get(made.id).await.unwrap();
    // What no client sees is none, and a password that nothing verifies.
    assert_eq!((made.code.as_deref(), stored.code.as_deref()), (None, Some("only written")));
    assert!(stored.secret.verify("secret").await.unwrap());
    assert!(!made.secret.verify("").await.unwrap_or(false));
    let seen = WareModel { code: None, secret: made.secret.clone(), ..stored };
    assert_eq!(made, seen);
    assert_eq!((made.stock, made.cost, made.version), (i64::MAX, Some(3), 1));
    assert_eq!(wares.get(made.id).await.unwrap(), seen);

    let patch = WarePatch { stock: 5.into(), price: Change::Set(None), ..WarePatch::default() };
    let changed = wares.update(made.id, patch).await.unwrap();
    assert_eq!((changed.stock, changed.price, changed.version, changed.name.as_str()), (5, None, 2, "Lamp"));
    let added =
        wares.update(made.id, WarePatch { stock: Change::add(-2), ..WarePatch::default() }).await.unwrap();
    assert_eq!(added.stock, 3);
    wares.delete(made.id).await.unwrap();
    assert_eq!(wares.get(made.id).await.unwrap_err().code(), "NOT_FOUND");
    assert!(wares.find(made.id).await.unwrap().is_none());
}

#[each_database(tables())]
async fn lists_are_filtered_sorted_and_read_page_by_page(test: TestDb) {
    let client = client_of(App::new(entities()), &test, "staff").await;
    let maker = client.of::<Maker>().create(MakerInput::new("Ada")).await.unwrap();
    let wares = client.of::<Ware>();
    let names = ["a,b", "c\\d", "e&f=g", "h i", "ü#?%"];
    let inputs = names.iter().zip(1..).map(|(name, stock)| WareInput {
        price: (stock % 2 == 0).then(|| Decimal::new(stock * 100, 2)),
        ..ware(name, stock, maker.id)
    });
    let made = wares.create_many(inputs).await.unwrap();
    assert_eq!(made.iter().map(|ware| ware.name.as_str()).collect::<Vec<_>>(), names);

    let found = |filter: Filter<Ware>| {
        let query = Query::filter(filter).order(Ware::stock().asc());
        async { wares.list(query).await.unwrap().items.iter().map(|ware| ware.stock).collect::<Vec<_>>() }
    };
    assert_eq!(found(Ware::name().is_in(names)).await, [1, 2, 3, 4, 5]);
    assert_eq!(found(Ware::name().is_in(["c\\d", "e&f=g", "nothing"])).await, [2, 3]);
    assert_eq!(found(Ware::name().eq("ü#?%") & Ware::grade().eq(Grade::Fine)).await, [5]);
    assert_eq!(found(Ware::stock().gt(1) & Ware::stock().lte(3)).await, [2, 3]);
    assert_eq!(found(Ware::price().is_null()).await, [1, 3, 5]);
    assert_eq!(found(Ware::price().gte(Decimal::new(350, 2))).await, [4]);
    assert_eq!(found(Ware::maker().is_in([maker.id]) & Ware::name().contains(" ")).await, [4]);
    assert_eq!(found(Ware::made().lt(Utc::now()) & Ware::name().starts_with("h")).await, [4]);

    let query = || Query::default().order(Ware::stock().desc()).first(2);
    let page = wares.list(query().with_total()).await.unwrap();
    assert_eq!(
        (page.items.len(), page.has_next, page.has_previous, page.total, page.limit),
        (2, true, false, Some(5), 2)
    );
    let next = wares.list(query().after(page.end_cursor.unwrap())).await.unwrap();
    assert_eq!(next.items.iter().map(|ware| ware.stock).collect::<Vec<_>>(), [3, 2]);
    assert!(next.has_previous);
    let all: Vec<WareModel> = wares.stream(query()).try_collect().await.unwrap();
    assert_eq!(all.iter().map(|ware| ware.stock).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    assert_eq!(wares.count(Ware::stock().gte(3)).await.unwrap(), 3);

    let refused = wares.list(Query::default().last(2)).await.unwrap_err();
    assert_eq!(refused.code(), "BAD_REQUEST");
    let order = Ware::price().asc().nulls_first();
    assert_eq!(wares.list(Query::default().order(order)).await.unwrap_err().code(), "BAD_REQUEST");

    let patch = WarePatch { grade: Grade::VeryFine.into(), ..WarePatch::default() };
    assert_eq!(wares.update_many(Ware::stock().gte(4), patch).await.unwrap(), 2);
    assert_eq!(found(Ware::grade().eq(Grade::VeryFine)).await, [4, 5]);
    assert_eq!(wares.delete_where(Ware::grade().eq(Grade::VeryFine)).await.unwrap(), 2);
    assert_eq!(wares.count(Filter::all()).await.unwrap(), 3);
}

#[each_database(tables())]
async fn errors_are_those_of_the_service(test: TestDb) {
    let client = client_of(App::new(entities()), &test, "staff").await;
    let makers = client.of::<Maker>();
    let maker = makers.create(MakerInput::new("Ada")).await.unwrap();
    let ctx = test.ctx();
    let there = MakerService::new(&ctx);
    for name in ["Ada", "", &"x".repeat(61)] {
        let here = makers.create(MakerInput::new(name)).await.unwrap_err();
        assert_eq!(here, there.create(MakerInput::new(name)).await.unwrap_err());
        assert_eq!(here.fields()[0].field, "name");
    }
    let unknown = Id::<Maker>::new(-1);
    assert_eq!(makers.get(unknown).await.unwrap_err(), there.get(unknown).await.unwrap_err());
    let wares = client.of::<Ware>();
    let wrong = wares.create_many([ware("A", 1, maker.id), ware("B", -1, maker.id)]).await.unwrap_err();
    assert_eq!((wrong.code(), &*wrong.fields()[0].field), ("VALIDATION_FAILED", "operations.1.values.stock"));
    assert_eq!(wares.count(Filter::all()).await.unwrap(), 0);
    let anonymous = Client::new(format!("http://{}", address_of(&client)));
    let refused = anonymous.of::<Maker>().create(MakerInput::new("B")).await.unwrap_err();
    assert_eq!(refused, Error::Unauthenticated);
    // A required field that the reader may not see has no model.
    let closed = client.of::<Closed>().create(ClosedInput::new("x")).await.unwrap_err();
    assert_eq!((closed.code(), &*closed.fields()[0].field), ("FORBIDDEN", "inside"));
    let path = format!("/api/makers/{}/close", maker.id.get());
    let own = client.send(Method::POST, &path, None).await.unwrap_err();
    let expected = ApplicationError::new(409, "ALREADY_CLOSED", "Ada is closed").on("name");
    assert_eq!(own, expected.into());
}

/// The address that a client speaks to.
fn address_of(client: &Client) -> String {
    let shown = format!("{client:?}");
    assert!(!shown.contains("ent_"), "a token must not reach a log: {shown}");
    shown.split("http://").nth(1).and_then(|rest| rest.split('"').next()).expect("an address").to_owned()
}

#[each_database(tables())]
async fn a_row_is_changed_only_as_it_was_read(test: TestDb) {
    let client = client_of(App::new(entities()), &test, "staff").await;
    let makers = client.of::<Maker>();
    let maker = makers.create(MakerInput::new("Ada")).await.unwrap();
    let read = makers.get_tagged(maker.id).await.unwrap();
    assert_eq!(read.row, maker);
    let renamed = |name: &str| MakerPatch { name: name.to_owned().into(), ..MakerPatch::default() };
    makers.if_match(&read.tag).update(maker.id, renamed("Bea")).await.unwrap();
    let stale = makers.if_match(&read.tag).update(maker.id, renamed("Cleo")).await.unwrap_err();
    assert_eq!(stale, Error::VersionMismatch);
    assert_eq!(makers.if_match(&read.tag).delete(maker.id).await.unwrap_err(), Error::VersionMismatch);
    let trial = makers.dry_run().update(maker.id, renamed("Dora")).await.unwrap();
    assert_eq!((trial.name.as_str(), makers.get(maker.id).await.unwrap().name.as_str()), ("Dora", "Bea"));
    makers.delete(maker.id).await.unwrap();
}

/// Loses the answers of the next requests that write, after they were carried out.
#[derive(Debug, Clone)]
struct Losing(Arc<AtomicU32>);

struct LosingEndpoint<E>(E, Losing);

impl<E: Endpoint> Middleware<E> for Losing {
    type Output = LosingEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        LosingEndpoint(inner, self.clone())
    }
}

impl<E: Endpoint> Endpoint for LosingEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let writes = request.method() == Method::POST;
        let answer = self.0.get_response(request).await;
        let left = &self.1.0;
        if writes && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
        {
            let lost = Response::builder().status(StatusCode::BAD_GATEWAY).header("retry-after", "0");
            return Ok(lost.body("<h1>Bad Gateway</h1>"));
        }
        Ok(answer)
    }
}

#[each_database(tables())]
async fn a_write_whose_answer_is_lost_is_done_once(test: TestDb) {
    let left = Arc::new(AtomicU32::new(2));
    let app = App::new(entities()).with(Losing(left.clone()));
    let client = client_of(app, &test, "staff").await;
    let makers = client.of::<Maker>();
    makers.create(MakerInput::new("Ada")).await.unwrap();
    assert_eq!((left.load(Ordering::SeqCst), makers.count(Filter::all()).await.unwrap()), (0, 1));
    // Who sends nothing again learns nothing.
    left.store(1, Ordering::SeqCst);
    let once = client.clone().retries(0).of::<Maker>();
    assert_eq!(once.create(MakerInput::new("Bea")).await.unwrap_err(), Error::Unavailable);
    // A later run of the program sends it again with the same key.
    left.store(1, Ordering::SeqCst);
    let keyed = once.idempotency_key("order-7");
    assert_eq!(keyed.create(MakerInput::new("Cleo")).await.unwrap_err(), Error::Unavailable);
    assert_eq!(keyed.create(MakerInput::new("Cleo")).await.unwrap().name, "Cleo");
    assert_eq!(makers.count(Filter::all()).await.unwrap(), 3);
    // Of any other operation nobody knows whether it may be done twice.
    left.store(1, Ordering::SeqCst);
    let body = json!({ "name": "Dora" });
    let other = client.send(Method::POST, "/api/makers", Some(&body)).await.unwrap_err();
    assert_eq!((other, makers.count(Filter::all()).await.unwrap()), (Error::Unavailable, 4));
    let found = client.send(Method::GET, "/api/makers?name=Dora", None).await.unwrap();
    assert_eq!(found["items"][0]["name"], "Dora");
}

#[tokio::test]
async fn an_application_that_does_not_answer_is_not_available() {
    // Nothing listens at port 9.
    let client = Client::new("http://127.0.0.1:9").retries(1);
    assert_eq!(client.of::<Maker>().list(Query::default()).await.unwrap_err(), Error::Unavailable);
    let nowhere = Client::new("not an address").of::<Maker>().list(Query::default()).await.unwrap_err();
    assert_eq!(nowhere.code(), "BAD_REQUEST");
}
