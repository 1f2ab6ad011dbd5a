//! Clients that hang up at any moment, on a server that listens: a request is executed whole or not at all, and
//! nothing of them is left.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use entify::config::Settings;
use entify::db::{Db, DbOptions, Dialect, Executor, Statement};
use entify::entity::Registry;
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::{TestDb, each_database, serve};
use poem::endpoint::BoxEndpoint;
use poem::error::InternalServerError;
use poem::web::{Data, Json};
use poem::{Endpoint, Middleware, Request, Response, handler, post};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::connections::{nothing_is_open, number};
use crate::support::domain::*;

/// How often a client hangs up, on each database.
const TIMES: u32 = 1_000;

/// Clients at a time: more than there are connections to the database.
const AT_ONCE: u32 = 8;

/// Children of a row that is created with children.
const CHILDREN: usize = 3;

/// How many requests were begun, and how many were answered.
#[derive(Clone, Default)]
struct RequestCounts {
    begun: Arc<AtomicU32>,
    ended: Arc<AtomicU32>,
}

/// The program's own endpoint that creates a user with posts.
#[handler]
async fn make_writer(Data(ctx): Data<&Ctx>, Json(email): Json<String>) -> poem::Result<Json<i64>> {
    let posts = |writer: Id<User>| {
        (0..CHILDREN).map(move |number| PostInput::new(format!("post {number}"), writer)).collect::<Vec<_>>()
    };
    let writer = UserService::new(ctx).create_with(UserInput::new(email)).children(User::posts(), posts);
    Ok(Json(writer.save().await.map_err(InternalServerError)?.id.get()))
}

impl Middleware<BoxEndpoint<'static>> for RequestCounts {
    type Output = CountingEndpoint;

    fn transform(&self, inner: BoxEndpoint<'static>) -> CountingEndpoint {
        CountingEndpoint { inner, counts: self.clone() }
    }
}

struct CountingEndpoint {
    inner: BoxEndpoint<'static>,
    counts: RequestCounts,
}

impl Endpoint for CountingEndpoint {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        self.counts.begun.fetch_add(1, Ordering::Relaxed);
        let answer = self.inner.call(request).await;
        self.counts.ended.fetch_add(1, Ordering::Relaxed);
        answer
    }
}

fn app(counts: &RequestCounts) -> App {
    App::new(all()).mount("/writers", post(make_writer)).with(counts.clone())
}

/// A pseudo-random number, the same in every run.
fn pseudo_random(number: u32, salt: u32, below: u32) -> u32 {
    let mixed = number.wrapping_add(salt.wrapping_mul(0x9E37_79B9)).wrapping_mul(0x85EB_CA6B);
    (mixed ^ (mixed >> 15)).wrapping_mul(0xC2B2_AE35) % below.max(1)
}

/// A client's request: the kinds of writes take turns.
fn request(number: u32) -> String {
    let email = |name: &str| format!("{name}{number}@example.org");
    let graphql = |query: &str, variables: Value| json!({ "query": query, "variables": variables });
    let (method, path, body) = match number % 5 {
        0 => ("POST", "/api/users", json!({ "email": email("single"), "nickname": format!("n{number}") })),
        1 => {
            let (post, mark) = (1 + number % 7, format!("mark {number}"));
            return http("PATCH", &format!("/api/posts/{post}"), &json!({ "title": mark, "body": mark }));
        }
        2 => ("POST", "/writers", json!(email("writer"))),
        3 => {
            let query = "mutation M($inputs: [UserInput!]!) { createUsers(inputs: $inputs) { id posts { totalCount } } }";
            let inputs = json!([{ "email": email("left") }, { "email": email("right") }]);
            ("POST", "/graphql", graphql(query, json!({ "inputs": inputs })))
        }
        _ => {
            let query = "mutation M($input: UserInput!) { createUser(input: $input) { id email } }";
            ("POST", "/graphql", graphql(query, json!({ "input": { "email": email("graph") } })))
        }
    };
    http(method, path, &body)
}

fn http(method: &str, path: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends the request and disconnects, each time a little later.
async fn hang_up(address: SocketAddr, number: u32) {
    let request = request(number);
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    match number / 5 % 4 {
        // Before all of it is sent, often within the body.
        0 => {
            let length = u32::try_from(request.len()).expect("a short request");
            let sent = (length - pseudo_random(number, 1, 90)) as usize;
            stream.write_all(&request.as_bytes()[..sent]).await.expect("sent");
            tokio::time::sleep(Duration::from_micros(u64::from(pseudo_random(number, 2, 500)))).await;
        }
        // While it is worked on.
        1 | 2 => {
            stream.write_all(request.as_bytes()).await.expect("sent");
            tokio::time::sleep(Duration::from_micros(u64::from(pseudo_random(number, 3, 6_000)))).await;
        }
        // Within the answer, of which some is read.
        _ => {
            stream.write_all(request.as_bytes()).await.expect("sent");
            let mut some = vec![0; 1 + pseudo_random(number, 4, 300) as usize];
            stream.read_exact(&mut some[..1]).await.expect("an answer");
            let _ = stream.read(&mut some).await;
        }
    }
    // Some in good order, some with a reset.
    if number.is_multiple_of(2) {
        let _ = stream.shutdown().await;
    } else {
        let _ = stream.set_zero_linger();
    }
}

async fn prepare(ctx: &Ctx) {
    let author = UserService::new(ctx).create(UserInput::new("author@example.org")).await.expect("a user");
    for number in 0..7 {
        let mark = format!("first {number}");
        let input = PostInput { body: Some(mark.clone()), ..PostInput::new(mark, author.id) };
        PostService::new(ctx).create(input).await.expect("a post");
    }
}

#[each_database(all())]
async fn a_thousand_clients_hang_up_and_leave_nothing_behind(test: TestDb) {
    let (ctx, counts) = (test.ctx(), RequestCounts::default());
    prepare(&ctx).await;
    let address = serve(app(&counts), &test).await;
    let round = |first: u32| {
        tokio::spawn(async move {
            for number in (first..TIMES).step_by(AT_ONCE as usize) {
                hang_up(address, number).await;
            }
        })
    };
    let rounds: Vec<_> = (0..AT_ONCE).map(round).collect();
    for round in rounds {
        round.await.expect("a round");
    }
    nothing_is_open(ctx.db()).await;
    let (begun, ended) = (counts.begun.load(Ordering::Relaxed), counts.ended.load(Ordering::Relaxed));
    println!("{begun} of {TIMES} requests reached the program, {ended} came to their end");
    assert!(begun > TIMES / 2 && ended > TIMES / 4, "hardly any was served");
    assert!(begun - ended > TIMES / 20, "hardly any was dropped");

    // Every row is whole.
    for (what, sql) in [
        (
            "a pair",
            r#"SELECT count(*) FROM "user" a WHERE a.email LIKE 'left%' AND NOT EXISTS
                (SELECT 1 FROM "user" b WHERE b.email = replace(a.email, 'left', 'right'))"#,
        ),
        (
            "a pair",
            r#"SELECT count(*) FROM "user" a WHERE a.email LIKE 'right%' AND NOT EXISTS
                (SELECT 1 FROM "user" b WHERE b.email = replace(a.email, 'right', 'left'))"#,
        ),
        (
            "a writer",
            r#"SELECT count(*) FROM "user" a WHERE a.email LIKE 'writer%' AND 3 <>
                (SELECT count(*) FROM "post" b WHERE b.author_id = a.id)"#,
        ),
        ("an update", r#"SELECT count(*) FROM "post" WHERE title LIKE 'mark%' AND title <> body"#),
        ("a create", r#"SELECT count(*) FROM "user" WHERE email LIKE 'single%' AND nickname IS NULL"#),
    ] {
        assert_eq!(number(ctx.db(), sql).await, 0, "half of {what}");
    }
    // Some of each kind were committed, or the test proves nothing.
    for kind in ["single", "writer", "left", "graph"] {
        let sql = format!("SELECT count(*) FROM \"user\" WHERE email LIKE '{kind}%'");
        assert!(number(ctx.db(), &sql).await > 20, "hardly any {kind}");
    }

    // The server answers, with all of its connections.
    let client = reqwest::Client::new();
    let tasks: Vec<_> = (0..16)
        .map(|after| {
            let body = json!({ "email": format!("after{after}@example.org") });
            tokio::spawn(client.post(format!("http://{address}/api/users")).json(&body).send())
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("a task").expect("an answer").status(), 201);
    }
    nothing_is_open(ctx.db()).await;
    let fresh = entify::db::Db::connect(&entify::db::DbOptions::new(test.url())).await.expect("another pool");
    let committed = number(&fresh, "SELECT count(*) FROM \"user\" WHERE email LIKE 'after%'").await;
    assert_eq!(committed, 16, "read on another connection");
    fresh.close().await;
}

/// A row that takes hours to read, once it is slow.
#[derive(Entity)]
#[entity(policy = public)]
struct Endless {
    slow: bool,
    #[entity(computed(
        sql = "CASE WHEN {slow} THEN (WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000000000) SELECT count(*) FROM numbers a, numbers b) ELSE 0 END"
    ))]
    hours: i64,
}

/// Whether the server still works for somebody, and whether all connections are back.
async fn all_is_quiet(db: &Db, what: &str) {
    let start = Instant::now();
    loop {
        let status = db.pool_status();
        let running = match db.dialect() {
            Dialect::Sqlite => 0,
            Dialect::Postgres => {
                let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                               AND pid <> pg_backend_pid() AND state <> 'idle'";
                number(db, running).await
            }
        };
        if status.open == status.idle && running == 0 {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(3), "{what}: {status:?}, {running} running");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// However a request ends before its statement does, the statement ends with it.
#[each_database(entities![Endless])]
async fn a_slow_statement_ends_with_its_request(test: TestDb) {
    let settings = Settings { request_timeout: Duration::from_millis(700), ..Settings::default() };
    let mut options = DbOptions::new(test.url());
    (options.statement_timeout, options.max_connections) = (Duration::from_secs(120), 2);
    let db = Db::connect(&options).await.expect("a pool");
    let ctx = Ctx::system(db.clone(), b"a secret for tests");
    EndlessService::new(&ctx).create(EndlessInput::new(false)).await.expect("a row");
    let slow = Statement::plain("UPDATE endless SET slow = true");
    assert_eq!(Executor::Pool(db.clone()).execute(slow).await, Ok(1));
    let state = AppState::with_settings(
        Registry::new(&entities![Endless]).expect("entities"),
        db.clone(),
        b"a secret for tests",
        settings,
    );
    let endpoint = Arc::new(App::new(entities![Endless]).into_endpoint(&state).expect("an endpoint"));
    let get = |path: &str| Request::builder().uri(path.parse().expect("a path")).finish();
    let paths = [
        "/api/endlesses",
        "/graphql?query=%7B__typename%20endlesses%7Bnodes%7Bhours%7D%7D%7D",
        "/graphql?query=%7Ba:endlesses%7Bnodes%7Bhours%7D%7D%20b:endlesses%7Bnodes%7Bhours%7D%7D%7D",
    ];
    for path in paths {
        // The client hangs up.
        let left = Duration::from_millis(150);
        let answer = tokio::time::timeout(left, endpoint.get_response(get(path))).await;
        assert!(answer.is_err(), "{path} is not slow: {:?}", answer.map(|answer| answer.status()));
        all_is_quiet(&db, path).await;
        // Its time is over.
        let answer = endpoint.get_response(get(path)).await;
        assert_eq!(answer.status(), 503, "{path}");
        all_is_quiet(&db, path).await;
    }
}
