//! Exports and imports.

use entify::prelude::*;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Answer, Api, send};
use crate::support::wire;

#[derive(Entity)]
#[entity(policy(read = public, create = role("clerk"), update = role("clerk"), delete = nobody))]
pub struct Ware {
    #[entity(unique, max_len = 40, filter, sort)]
    code: String,
    #[entity(min_len = 0, max_len = 2000, filter)]
    title: String,
    #[entity(min = 0, filter, sort)]
    price: Decimal,
    #[entity(policy(read = role("clerk")))]
    cost: Option<i32>,
    #[entity(read_only, default = 0)]
    sold: i32,
    part_of: Option<One<Ware>>,
}

fn wares() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Ware].into_iter().chain(entify::idempotency::entities()).collect()
}

async fn api_of(test: TestDb) -> Api {
    Api::of_entities(test, &wares(), Rest::new().import_limit(4_000_000)).await
}

async fn import(api: &Api, query: &str, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = api.request(Method::POST, &format!("/api/wares/import{query}"));
    send(request.header("authorization", "Bearer clerk").header("content-type", kind).body(body)).await
}

async fn count(api: &Api) -> Json {
    api.get("/api/wares?count=exact&limit=1").await.json()["page"]["total"].clone()
}

/// Wares that look like formulas, and others that CSV has to quote.
async fn filled(api: &Api) {
    let csv = "code,title,price,cost\n\
               a,=1+2,1.50,3\n\
               b,\"-x, \"\"y\"\"\nz\",0,\n\
               c,\"\",7,1\n\
               d,@cmd,2,\n";
    let answer = import(api, "", "text/csv", csv).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"count": 4})), "{}", answer.text);
}

#[each_database(wares())]
async fn an_export_has_what_the_list_would_show(test: TestDb) {
    let api = api_of(test).await;
    filled(&api).await;
    let answer = api.get("/api/wares/export?fields=code,title,price&sort=-code&price[gt]=0").await;
    assert_eq!(answer.text, "code,title,price\nd,@cmd,2\nc,\"\",7\na,=1+2,1.5\n");
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"wares.csv\""));
    let escaped =
        api.get("/api/wares/export?format=csv&fields=title,price&sort=code&escape_formulas=true").await;
    assert_eq!(escaped.text, "title,price\n'=1+2,1.5\n\"'-x, \"\"y\"\"\nz\",0\n\"\",7\n'@cmd,2\n");
    let lines = api.get("/api/wares/export?format=jsonl&fields=code,cost&filter={\"code\":{\"in\":[\"a\",\"b\"]}}&sort=code").await;
    assert_eq!(lines.text, "{\"code\":\"a\",\"cost\":null}\n{\"code\":\"b\",\"cost\":null}\n");
    assert_eq!(lines.header("content-type"), Some("application/jsonl"));
    let clerk = api
        .request(Method::GET, "/api/wares/export?fields=cost&sort=code")
        .header("authorization", "Bearer clerk");
    assert_eq!(send(clerk).await.text, "cost\n3\n\n1\n\n");
    let whole = api.get("/api/wares/export").await;
    assert!(
        whole.text.starts_with("id,code,title,price,cost,sold,part_of_id,created_at,updated_at\n"),
        "{}",
        whole.text
    );
    let wants = |accept: &'static str, query: &str| {
        send(api.request(Method::GET, &format!("/api/wares/export{query}")).header("accept", accept))
    };
    assert_eq!(wants("application/jsonl", "").await.header("content-type"), Some("application/jsonl"));
    assert_eq!(wants("*/*", "").await.header("content-type"), whole.header("content-type"));
    wants("application/json", "").await.problem(406, "NOT_ACCEPTABLE");
    wants("text/csv", "?format=jsonl").await.problem(406, "NOT_ACCEPTABLE");
    for (query, reason) in [
        ("format=xlsx", "`format`"),
        ("escape_formulas=1", "`escape_formulas`"),
        ("limit=1", "takes no `limit`"),
        ("cursor=x", "takes no `cursor`"),
        ("include=part_of", "takes no `include`"),
        ("fields=part_of.code", "`part_of.…`"),
        ("fields=nothing", "no field"),
        ("sort=nothing", "sort field"),
        ("colour=red", "unknown parameter"),
        ("codes=x", "did you mean `code`?"),
        ("filter={", "JSON"),
    ] {
        let problem = api.get(&format!("/api/wares/export?{query}")).await.problem(400, "BAD_REQUEST");
        assert!(
            problem["detail"].as_str().is_some_and(|detail| detail.contains(reason)),
            "{query}: {problem}"
        );
    }
    api.get("/api/wares/export?cost=1").await.problem(400, "BAD_REQUEST");
    assert_eq!(api.post("/api/wares/export", json!({})).await.header("allow"), Some("GET, HEAD"));
}

/// The number of statements, once none has begun for a second.
async fn settled(db: &entify::db::Db) -> u64 {
    let (mut known, mut quiet) = (db.statements(), 0);
    while quiet < 10 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        quiet = if db.statements() == known { quiet + 1 } else { 0 };
        known = db.statements();
    }
    known
}

#[each_database(wares())]
async fn an_export_is_read_as_its_client_takes_it(test: TestDb) {
    let db = test.db().clone();
    let api = api_of(test).await;
    let title = "x".repeat(2_000);
    for block in 0..20 {
        let rows: String = (0..1_000).map(|row| format!("{},{title},1\n", block * 1_000 + row)).collect();
        assert_eq!(import(&api, "", "text/csv", format!("code,title,price\n{rows}")).await.status, 200);
    }
    let before = db.statements();
    let mut stream = tokio::net::TcpStream::connect(api.address()).await.expect("a connection");
    let head = format!("GET /api/wares/export HTTP/1.1\r\nhost: {}\r\n\r\n", api.address());
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut first = [0; 4096];
    stream.read_exact(&mut first).await.expect("an answer");
    // Forty megabytes wait to be read, a thousand rows a statement: what the client does not take is not read.
    let read = settled(&db).await - before;
    assert!((1..15).contains(&read), "{read} statements");
    drop(stream);
    assert!(settled(&db).await - before <= read + 1, "nothing more is read when the client has gone");
    let before = db.statements();
    let whole = api.get("/api/wares/export?format=jsonl&fields=code").await;
    assert_eq!(whole.text.lines().count(), 20_000);
    assert_eq!(db.statements() - before, 21);
}

#[each_database(wares())]
async fn both_formats_are_imported(test: TestDb) {
    let api = api_of(test).await;
    filled(&api).await;
    let row = api.get("/api/wares?code=b").await.json()["items"][0].clone();
    assert_eq!(
        (&row["title"], &row["price"], &row["sold"]),
        (&json!("-x, \"y\"\nz"), &json!("0"), &json!(0))
    );
    let lines =
        "{\"code\":\"e\",\"title\":\"E\",\"price\":\"1\"}\n\n{\"code\":\"f\",\"title\":\"F\",\"price\":2}\n";
    for (kind, code) in [("application/jsonl; charset=utf-8", "e"), ("application/x-ndjson", "g")] {
        let answer = import(
            &api,
            "",
            kind,
            lines.replace("\"e\"", &format!("\"{code}\"")).replace("\"f\"", &format!("\"{code}{code}\"")),
        )
        .await;
        assert_eq!(answer.json(), json!({"count": 2}), "{}", answer.text);
    }
    let dry = import(&api, "?dry_run=true", "text/csv", "code,title,price\nz,Z,1\n").await;
    assert_eq!((dry.json(), count(&api).await), (json!({"count": 1}), json!(8)));
    // What was exported under a unique rule comes back as changes.
    let csv = "code,title,price\na,A,10\nnew,New,1\na,A again,11\n";
    let upserted = import(&api, "?upsert=code", "text/csv", csv).await;
    assert_eq!(upserted.json(), json!({"count": 3}), "{}", upserted.text);
    let row = api.get("/api/wares?code=a").await.json()["items"][0].clone();
    assert_eq!((&row["title"], &row["cost"]), (&json!("A again"), &Json::Null));
    let minimal = api.request(Method::POST, "/api/wares/import").header("authorization", "Bearer clerk");
    let minimal = minimal.header("prefer", "return=minimal").header("content-type", "text/csv");
    let minimal = send(minimal.body("code,title,price\n")).await;
    assert_eq!(
        (minimal.status.as_u16(), minimal.header("preference-applied")),
        (204, Some("return=minimal"))
    );
    let keyed = async |body: &'static str| {
        let request = api.request(Method::POST, "/api/wares/import").header("authorization", "Bearer clerk");
        let request = request.header("content-type", "text/csv").header("idempotency-key", "once");
        send(request.body(body)).await
    };
    let body = "code,title,price\nonce,Once,1\n";
    assert_eq!(keyed(body).await.json(), json!({"count": 1}));
    assert_eq!(keyed(body).await.header("idempotent-replayed"), Some("true"));
    keyed("code,title,price\ntwice,Twice,1\n").await.problem(422, "VALIDATION_FAILED");
    assert_eq!(count(&api).await, json!(10));
}

#[each_database(wares())]
async fn what_cannot_be_imported_is_told_by_row(test: TestDb) {
    let api = api_of(test).await;
    filled(&api).await;
    let csv = "code,title,price\nk,K,1\nl,L,-1\nm,M,x\n,N,\n";
    let answer = import(&api, "", "text/csv", csv).await;
    let broken = answer.broken(422, "VALIDATION_FAILED");
    let fields: Vec<&str> = broken.iter().map(|(field, _)| field.as_str()).collect();
    for field in ["rows.1.price", "rows.2.price", "rows.3.price"] {
        assert!(fields.contains(&field), "{fields:?}");
    }
    assert!(answer.text.contains("(line 3)"), "{}", answer.text);
    let lines = "{\"code\":\"k\",\"title\":\"K\",\"price\":1}\n{\"code\":\"l\",\"titel\":\"L\",\"price\":1,\"id\":5,\"sold\":2}\nnot json\n[]\n";
    let answer = import(&api, "", "application/jsonl", lines).await;
    let broken = answer.broken(422, "VALIDATION_FAILED");
    for (field, code) in [
        ("rows.1.titel", "unknown_field"),
        ("rows.1.id", "read_only"),
        ("rows.1.sold", "read_only"),
        ("rows.2", "json"),
        ("rows.3", "type"),
    ] {
        assert!(broken.contains(&(field.to_owned(), code.to_owned())), "{field}: {broken:?}");
    }
    assert!(answer.text.contains("did you mean `title`?"), "{}", answer.text);
    let taken = import(&api, "", "text/csv", "code,title,price\nn,N,1\na,A,1\n").await;
    assert_eq!(taken.broken(409, "CONFLICT"), [("rows.1.code".to_owned(), "unique".to_owned())]);
    let missing = import(&api, "", "text/csv", "code,title,price,part_of_id\nn,N,1,\no,O,1,4000000\n").await;
    assert_eq!(missing.broken(409, "CONFLICT")[0].0, "rows.1.part_of_id");
    let many: String = (0..5_000).map(|row| format!("{row},T,-1\n")).collect();
    let answer = import(&api, "", "text/csv", format!("code,title,price\n{many}")).await;
    let broken = answer.broken(422, "VALIDATION_FAILED");
    assert!(broken.len() < 50 && answer.text.len() < 20_000, "{}", broken.len());
    for (kind, body, reason) in [
        ("text/csv", &b""[..], "is empty"),
        ("text/csv", b"code,title\n\"a", "quote that is not closed"),
        ("text/csv", b"code,title\n\"a\"b,c", "closing quote"),
        ("text/csv", b"code,title\na", "has 1 cells"),
        ("text/csv", b"code,code\na,b", "twice"),
        ("text/csv", b"code,titel\na,b", "did you mean `title`?"),
        ("text/csv", b"id,code\n1,b", "`id` is set by the server"),
        ("text/csv", b"code,sold\na,1", "`sold` cannot be written"),
        ("text/csv", b"code,title\n\xe4,b", "UTF-8"),
        ("text/csv", b"\xff\xfec\0", "UTF-16"),
    ] {
        let answer = import(&api, "", kind, body.to_vec()).await;
        let problem = answer.problem(400, "BAD_REQUEST");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(reason)), "{problem}");
    }
    let nul = import(&api, "", "text/csv", "code,title,price\na\0,b,1").await;
    assert_eq!(nul.broken(422, "VALIDATION_FAILED")[0].1, "nul");
    for kind in ["application/json", "text/plain", "text/csv; charset=iso-8859-1"] {
        import(&api, "", kind, "code\n").await.problem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    for query in ["?upsert=title", "?upsert=nothing", "?colour=red", "?dry_run=1"] {
        let answer = import(&api, query, "text/csv", "code,title,price\nq,Q,1\n").await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
    }
    let refused = |role: Option<&str>| {
        let request = api.request(Method::POST, "/api/wares/import").header("content-type", "text/csv");
        let request = match role {
            Some(role) => request.header("authorization", format!("Bearer {role}")),
            None => request,
        };
        send(request.body("code,title,price\nr,R,1\n"))
    };
    refused(None).await.problem(401, "UNAUTHENTICATED");
    refused(Some("guest")).await.problem(403, "FORBIDDEN");
    assert_eq!(count(&api).await, json!(4), "nothing of it was kept");
    let answer = api.get("/api/wares/import").await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("POST")));
}

#[each_database(wares())]
async fn a_file_that_is_too_large_is_refused(test: TestDb) {
    let api = Api::of_entities(test, &wares(), Rest::new().import_limit(1_000)).await;
    let large = format!("code,title,price\n{}", "x".repeat(1_000));
    import(&api, "", "text/csv", large.clone()).await.problem(413, "PAYLOAD_TOO_LARGE");
    let head = format!(
        "POST /api/wares/import HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nauthorization: Bearer clerk\r\n\
         content-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n",
        api.address()
    );
    let chunked = format!("{head}{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    assert_eq!(wire::exchange(api.address(), chunked.as_bytes()).await.status, 413);
    let whole = import(&api, "", "text/csv", "code,title,price\na,A,1\n").await;
    assert_eq!((whole.json(), count(&api).await), (json!({"count": 1}), json!(1)));
}
