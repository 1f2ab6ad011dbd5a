//! One request that asks for much: it pays before it runs, and leaves the others their connections.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use entify::config::Settings;
use entify::db::{Db, DbOptions};
use entify::entity::Registry;
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::{TestDb, each_database};
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::{Endpoint as _, Request};
use serde_json::{Value as Json, json};

/// A text that no index finds.
#[derive(Entity)]
#[entity(policy = public)]
struct Memo {
    #[entity(max_len = 2000, filter, sort, search)]
    title: String,
    #[entity(index, filter, sort)]
    number: i32,
}

/// A row whose making takes a while.
#[derive(Entity)]
#[entity(policy = public, hooks)]
struct Slow {
    name: String,
}

impl Hooks for Slow {
    async fn before_create(_ctx: &Ctx, _input: &mut SlowInput) -> entify::Result<()> {
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(())
    }
}

/// Connections of the pool.
const CONNECTIONS: u32 = 8;
/// Those that one request may hold.
const SHARE: u32 = 2;

struct Site {
    endpoint: Arc<BoxEndpoint<'static>>,
    db: Db,
}

impl Site {
    async fn open(test: &TestDb, statement_timeout: Duration) -> Self {
        let entities = entities![Memo, Slow];
        let mut options = DbOptions::new(test.url());
        options.max_connections = CONNECTIONS;
        options.statement_timeout = statement_timeout;
        let db = Db::connect(&options).await.expect("a database");
        let registry = Registry::new(&entities).expect("a registry");
        let state =
            AppState::with_settings(registry, db.clone(), b"a secret of the tests", Settings::default());
        let endpoint = App::new(entities).into_endpoint(&state).expect("an endpoint");
        Self { endpoint: Arc::new(endpoint), db }
    }

    async fn get(&self, path: &str) -> u16 {
        let request = Request::builder().uri(path.parse().expect("a path")).finish();
        self.endpoint.get_response(request).await.status().as_u16()
    }

    async fn post(&self, body: Json) -> Json {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/graphql".parse().expect("a path"))
            .content_type("application/json")
            .body(body.to_string());
        let response = self.endpoint.get_response(request).await;
        response.into_body().into_json().await.expect("an answer in JSON")
    }

    async fn query(&self, query: &str) -> Json {
        self.post(json!({ "query": query })).await
    }
}

fn code(answer: &Json) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("no error")
}

async fn fill(ctx: &Ctx, rows: i32) {
    for start in (0..rows).step_by(1000) {
        let inputs = (start..start + 1000).map(|number| MemoInput::new("lorem ipsum ".repeat(100), number));
        MemoService::new(ctx).create_many(inputs).await.expect("rows");
    }
}

fn scans(count: usize) -> String {
    (0..count).fold(String::new(), |mut query, number| {
        let filter = format!("filter: {{ title: {{ contains: \"x{number}\" }} }}");
        let _ = write!(query, "a{number}: memos(first: 1, {filter}) {{ totalCount }} ");
        query
    })
}

#[each_database(entities![Memo, Slow])]
async fn what_costs_too_much_runs_nothing(test: TestDb) {
    let site = Site::open(&test, Duration::from_secs(30)).await;
    let introspections = (0..99).fold(String::new(), |mut query, number| {
        let _ = write!(query, "i{number}: __schema {{ types {{ name fields {{ name }} }} }} ");
        query
    });
    let nested = (0..99).fold(String::new(), |mut query, number| {
        let _ = write!(query, "t{number}: types {{ fields {{ name args {{ name }} }} }} ");
        query
    });
    let before = site.db.statements();
    let refused = [
        format!("{{ {} }}", scans(100)),
        format!("{{ {introspections} }}"),
        format!("{{ __schema {{ {nested} }} }}"),
        format!("{{ {} memos(search: \"x\") {{ nodes {{ id }} }} }}", scans(18)),
        format!("{{ {} memos(orderBy: {{ title: ASC }}) {{ nodes {{ id }} }} }}", scans(18)),
    ];
    for query in &refused {
        let answer = site.query(query).await;
        assert_eq!(code(&answer), "QUERY_TOO_COMPLEX", "{answer}");
    }
    assert_eq!(site.db.statements(), before, "nothing ran");

    let served = [
        format!("{{ {} }}", scans(18)),
        // What an index serves is no scan.
        (0..90).fold("{".to_owned(), |query, number| {
            format!("{query} a{number}: memos(first: 1, filter: {{ number: {{ gt: {number} }} }}) {{ totalCount }}")
        }) + "}",
        include_str!("../graphql/introspection.graphql").to_owned(),
    ];
    for query in &served {
        let answer = site.query(query).await;
        assert_eq!(answer["errors"], Json::Null, "{answer}");
    }

    let one = json!({ "query": format!("{{ {} }}", scans(10)) });
    let answers = site.post(Json::Array(vec![one; 10])).await;
    let codes: Vec<_> = answers.as_array().expect("answers").iter().map(code).collect();
    let paid = codes.iter().filter(|code| **code == "no error").count();
    assert_eq!((codes.len(), paid, codes[9]), (10, 1, "QUERY_TOO_COMPLEX"), "{codes:?}");
}

#[each_database(entities![Memo, Slow])]
async fn one_request_leaves_the_others_their_connections(test: TestDb) {
    fill(&test.ctx(), 10_000).await;
    let site = Arc::new(Site::open(&test, Duration::from_secs(30)).await);
    assert_eq!((site.get("/readyz").await, site.get("/api/memos/1").await), (200, 200));
    let alone = median(&site).await;
    let over = Arc::new(AtomicBool::new(false));
    let hostile = {
        let (site, over) = (Arc::clone(&site), Arc::clone(&over));
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                let answer = site.query(&format!("{{ {} }}", scans(18))).await;
                assert_eq!(answer["errors"], Json::Null, "{answer}");
            }
        })
    };
    let held = {
        let (site, over) = (Arc::clone(&site), Arc::clone(&over));
        tokio::spawn(async move {
            let mut most = 0;
            while !over.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(1)).await;
                let status = site.db.pool_status();
                most = most.max(status.open.saturating_sub(status.idle));
            }
            most
        })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let beside = median(&site).await;
    over.store(true, Ordering::Relaxed);
    hostile.await.expect("the hostile one");
    let most = held.await.expect("the watch");
    println!(
        "a get takes {alone:?} alone, {beside:?} beside it, which held {most} of {CONNECTIONS} connections"
    );
    assert!(beside < Duration::from_millis(100).max(3 * alone), "{beside:?} beside it, {alone:?} alone");
    // One is that of the get, which so never waits for one.
    assert!((1..=SHARE + 1).contains(&most), "{most} of {CONNECTIONS} connections were held");
}

/// The time that a get by id takes in the middle: a busy machine makes some slow.
async fn median(site: &Site) -> Duration {
    let mut times = Vec::new();
    for _ in 0..25 {
        tokio::time::sleep(Duration::from_millis(2)).await;
        let start = Instant::now();
        assert_eq!(site.get("/api/memos/1").await, 200);
        times.push(start.elapsed());
    }
    times.sort();
    assert_eq!(site.get("/readyz").await, 200);
    times[times.len() / 2]
}

/// What only some may read, of which no index says which.
#[derive(Entity)]
#[entity(policy = DraftPolicy)]
struct Draft {
    published: bool,
}

struct DraftPolicy;

impl Policy<Draft> for DraftPolicy {
    fn read(ctx: &Ctx) -> Decision<Draft> {
        Decision::from(ctx.principal().has_role("editor")) | Draft::published().eq(true)
    }
}

/// The same with an index.
#[derive(Entity)]
#[entity(policy = NoticePolicy)]
struct Notice {
    #[entity(index)]
    published: bool,
}

struct NoticePolicy;

impl Policy<Notice> for NoticePolicy {
    fn read(_ctx: &Ctx) -> Decision<Notice> {
        Notice::published().eq(true).into()
    }
}

/// A condition of the policy costs what the same filter costs.
#[each_database(entities![Draft, Notice])]
async fn what_the_policy_looks_for_has_its_price(test: TestDb) {
    let entities = entities![Draft, Notice];
    let registry = Registry::new(&entities).expect("a registry");
    let (db, secret) = (test.ctx().db().clone(), b"a secret of the tests");
    let state = AppState::with_settings(registry, db.clone(), secret, Settings::default());
    let schema = entify::graphql::Schema::builder(state.registry()).build().expect("a schema");
    let endpoint = schema.endpoint(&state);
    let query = async |ctx: &Ctx, field: &str, count: usize| {
        // Equal fields are one.
        let fields: String = (1..=count)
            .map(|number| format!("a{number}: {field}(first: {number}) {{ nodes {{ id }} }} "))
            .collect();
        let body = json!({ "query": format!("{{ {fields} }}") }).to_string();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/graphql".parse().expect("a path"))
            .content_type("application/json")
            .body(body);
        request.set_data(ctx.clone());
        let before = db.statements();
        let answer: Json = endpoint.get_response(request).await.into_body().into_json().await.expect("JSON");
        (code(&answer).to_owned(), db.statements() - before)
    };
    let anonymous = test.ctx().with_principal(Principal::Anonymous);
    let editor = Subject::new("account:1", "editor", vec!["editor".to_owned()]);
    let editor = test.ctx().with_principal(Principal::Subject(Arc::new(editor)));
    let served = |count| ("no error".to_owned(), count);
    let refused = || ("QUERY_TOO_COMPLEX".to_owned(), 0);
    assert_eq!(query(&anonymous, "drafts", 19).await, served(19));
    assert_eq!(query(&anonymous, "drafts", 21).await, refused());
    assert_eq!(query(&editor, "drafts", 21).await, served(21));
    assert_eq!(query(&anonymous, "notices", 21).await, served(21));
}

#[each_database(entities![Memo, Slow])]
async fn readiness_has_a_connection_that_no_load_takes(test: TestDb) {
    let site = Site::open(&test, Duration::from_secs(30)).await;
    let ctx = Ctx::system(site.db.clone(), b"secret");
    let (held, release) = tokio::sync::watch::channel(false);
    let mut holders = Vec::new();
    // On SQLite there is one writer: readers are held by lists that nobody reads on.
    for _ in 0..CONNECTIONS {
        let (ctx, mut release) = (ctx.clone(), release.clone());
        holders.push(tokio::spawn(async move {
            ctx.transaction(move |ctx| async move {
                MemoService::new(&ctx).count(entify::query::Filter::default()).await?;
                let _ = release.wait_for(|over| *over).await;
                Ok(())
            })
            .await
        }));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    for _ in 0..5 {
        let start = Instant::now();
        assert_eq!(site.get("/readyz").await, 200);
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
    held.send(true).expect("holders");
    for holder in holders {
        holder.await.expect("a task").expect("a transaction");
    }
}

#[each_database(entities![Memo, Slow])]
async fn the_statements_of_a_request_have_one_time_together(test: TestDb) {
    let site = Site::open(&test, Duration::from_millis(900)).await;
    let creates: String =
        (0..12).map(|number| format!("a{number}: createSlow(input: {{ name: \"x\" }}) {{ id }} ")).collect();
    let start = Instant::now();
    let answer = site.query(&format!("mutation {{ {creates} }}")).await;
    let errors = answer["errors"].as_array().expect("errors");
    assert!((6..12).contains(&errors.len()), "{answer}");
    assert!(errors.iter().all(|error| error["extensions"]["code"] == "UNAVAILABLE"), "{answer}");
    let made = SlowService::new(&test.ctx()).count(entify::query::Filter::default()).await.expect("a count");
    assert_eq!(made as usize, 12 - errors.len(), "what was answered is what is there");
    // What comes too late does not run its hooks either.
    assert!(start.elapsed() < Duration::from_millis(2_500), "{:?}", start.elapsed());
}
