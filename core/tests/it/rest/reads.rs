//! What of rows is read: `fields`, `include`, `ids`, and in how many statements.

use entify::db::{Dialect, Executor, Statement};
use entify::prelude::*;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::{Answer, Api, send};

#[derive(Entity)]
#[entity(policy = public, history)]
pub struct Singer {
    #[entity(unique, max_len = 80, sort, filter)]
    name: String,
    /// Known to staff alone.
    #[entity(filter, sort, policy(read = role("staff")))]
    fee: Option<i32>,
    #[entity(inverse = singer)]
    songs: Many<Song>,
    #[entity(inverse = singer)]
    secrets: Many<Secret>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Song {
    #[entity(max_len = 80, sort, filter)]
    title: String,
    #[entity(default = 0, sort, filter)]
    seconds: i32,
    #[entity(on_delete = cascade)]
    singer: One<Singer>,
    #[entity(on_delete = set_null)]
    cover_of: Option<One<Song>>,
    #[entity(inverse = cover_of)]
    covers: Many<Song>,
    #[entity(through = Placement)]
    lists: Many<SetList>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct SetList {
    #[entity(max_len = 80, filter)]
    name: String,
    #[entity(through = Placement)]
    songs: Many<Song>,
}

#[derive(Entity)]
#[entity(policy(read = public, create = public, update = public, delete = role("staff") | role("editor")), unique(set_list, song), history)]
pub struct Placement {
    #[entity(on_delete = cascade)]
    set_list: One<SetList>,
    #[entity(on_delete = restrict)]
    song: One<Song>,
}

/// Read by staff alone.
#[derive(Entity)]
#[entity(policy(read = role("staff"), write = public))]
pub struct Secret {
    #[entity(max_len = 80)]
    text: String,
    #[entity(on_delete = cascade)]
    singer: One<Singer>,
}

/// Whose version says which state it is.
#[derive(Entity)]
#[entity(policy = public, version)]
pub struct Counter {
    #[entity(filter)]
    name: String,
    day: Option<NaiveDate>,
}

pub(super) fn music() -> Vec<&'static entify::entity::EntityDef> {
    let own = entify::entities![Singer, Song, SetList, Placement, Secret, Counter];
    own.into_iter().chain(entify::idempotency::entities()).collect()
}

pub(super) async fn api_of(test: TestDb) -> Api {
    Api::of_entities(test, &music(), Rest::new()).await
}

/// Two singers, with five songs and none, a cover, and a list of two songs.
pub(super) async fn filled(api: &Api) -> (Vec<i64>, Vec<i64>, i64) {
    let mut singers = Vec::new();
    for name in ["Ada", "Bob"] {
        singers.push(api.made("/api/singers", json!({"name": name, "fee": 7})).await);
    }
    let mut songs = Vec::new();
    for number in 0..5 {
        let body = json!({"title": format!("s{number}"), "seconds": 100 + number, "singer_id": singers[0]});
        songs.push(api.made("/api/songs", body).await);
    }
    api.patch(&format!("/api/songs/{}", songs[1]), json!({"cover_of_id": songs[0]})).await;
    api.made("/api/secrets", json!({"text": "hush", "singer_id": singers[0]})).await;
    let list = api.made("/api/set-lists", json!({"name": "first"})).await;
    for song in &songs[..2] {
        api.made("/api/placements", json!({"set_list_id": list, "song_id": song})).await;
    }
    (singers, songs, list)
}

fn items(answer: &Answer) -> Vec<Json> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().expect("items").clone()
}

fn members(row: &Json) -> Vec<&str> {
    row.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[each_database(music())]
async fn fields_are_shown_as_asked_for(test: TestDb) {
    let api = api_of(test).await;
    let (singers, songs, _) = filled(&api).await;
    let rows = items(&api.get("/api/songs?fields=id,title&sort=id").await);
    assert_eq!(rows[0], json!({"id": songs[0], "title": "s0"}));
    let rows = items(&api.get("/api/songs?fields=title&fields=singer.name&sort=id&limit=1").await);
    assert_eq!(rows, [json!({"title": "s0", "singer": {"name": "Ada"}})]);
    // An entity of which no field is named is whole.
    let row = api.get(&format!("/api/songs/{}?fields=singer.name", songs[0])).await.json();
    assert_eq!(row["singer"], json!({"name": "Ada"}));
    assert_eq!(row["seconds"], 100);
    let row = api.get(&format!("/api/singers/{}?fields=name,songs.title", singers[0])).await.json();
    assert_eq!(members(&row), ["name", "songs"]);
    assert_eq!(row["songs"]["items"][0], json!({"title": "s0"}));
    // What a client may not see is null, as ever.
    let row = api.get(&format!("/api/singers/{}?fields=fee", singers[0])).await.json();
    assert_eq!(row, json!({"fee": null}));
    // A cursor is good whatever is shown.
    let first = api.get("/api/songs?fields=title&limit=2&sort=-seconds").await.json();
    let cursor = first["page"]["next_cursor"].as_str().expect("a cursor");
    let next = items(&api.get(&format!("/api/songs?fields=id&limit=2&sort=-seconds&cursor={cursor}")).await);
    assert_eq!(next, [json!({"id": songs[2]}), json!({"id": songs[1]})]);
}

#[each_database(music())]
async fn related_rows_are_included_in_a_statement_a_level(test: TestDb) {
    let db = test.db().clone();
    let api = api_of(test).await;
    let (singers, songs, list) = filled(&api).await;
    let cases = [
        ("/api/songs?sort=id", 1),
        ("/api/songs?sort=id&include=singer", 2),
        ("/api/songs?sort=id&include=singer.songs(limit:2,sort:-seconds)", 3),
        ("/api/songs?sort=id&include=singer.songs(limit:2),lists,covers.singer", 6),
        ("/api/songs?sort=id&include=covers(count:exact)", 3),
    ];
    for (path, statements) in cases {
        let before = db.statements();
        let answer = api.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert_eq!(db.statements() - before, statements, "{path}");
    }
    let rows = items(
        &api.get("/api/songs?sort=id&include=singer.songs(limit:2,sort:-seconds),covers,cover_of,lists")
            .await,
    );
    assert_eq!(rows[0]["singer"]["id"], singers[0]);
    let page = &rows[4]["singer"]["songs"];
    assert_eq!(page["items"][0]["id"], songs[4]);
    assert_eq!((&page["page"]["limit"], &page["page"]["has_next"]), (&json!(2), &json!(true)));
    assert_eq!((&rows[0]["cover_of"], &rows[1]["cover_of"]["id"]), (&Json::Null, &json!(songs[0])));
    assert_eq!(rows[0]["covers"]["items"][0]["id"], songs[1]);
    assert_eq!(rows[0]["lists"]["items"][0]["id"], list);
    assert_eq!(rows[2]["lists"]["items"], json!([]));
    // The page goes on at the address of the relation.
    let cursor = page["page"]["next_cursor"].as_str().expect("a cursor");
    let rest = format!("/api/singers/{}/songs?limit=2&sort=-seconds&cursor={cursor}", singers[0]);
    let ids: Vec<i64> = items(&api.get(&rest).await).iter().filter_map(|row| row["id"].as_i64()).collect();
    assert_eq!(ids, [songs[2], songs[1]]);
    let counted = items(&api.get("/api/songs?sort=id&include=covers(count:exact)&limit=1").await);
    assert_eq!(counted[0]["covers"]["page"]["total"], 1);
}

#[each_database(music())]
async fn hidden_related_rows_are_absent(test: TestDb) {
    let api = api_of(test).await;
    let (singers, ..) = filled(&api).await;
    let path = format!("/api/singers/{}?include=secrets(count:exact)", singers[0]);
    let seen = api.get(&path).await;
    let none =
        json!({"items": [], "page": {"next_cursor": null, "limit": 20, "has_next": false, "total": 0}});
    assert_eq!(seen.json()["secrets"], none, "{}", seen.text);
    assert_eq!(seen.json()["fee"], Json::Null);
    let staff = send(api.request(Method::GET, &path).header("authorization", "Bearer staff")).await;
    assert_eq!(staff.json()["secrets"]["items"][0]["text"], "hush");
    assert_eq!((&staff.json()["fee"], staff.header("etag") == seen.header("etag")), (&json!(7), false));
    api.get(&format!("/api/singers/{}/secrets", singers[0])).await.problem(401, "UNAUTHENTICATED");
}

#[each_database(music())]
async fn rows_are_read_by_their_keys_in_the_order_of_the_keys(test: TestDb) {
    let db = test.db().clone();
    let api = api_of(test).await;
    let (_, songs, _) = filled(&api).await;
    let before = db.statements();
    let path = format!("/api/songs?ids={},{},{}&ids={}", songs[3], songs[0], i64::MAX, songs[4]);
    let answer = api.get(&path).await;
    assert_eq!(db.statements() - before, 1);
    let ids: Vec<i64> = items(&answer).iter().filter_map(|row| row["id"].as_i64()).collect();
    assert_eq!(ids, [songs[3], songs[0], songs[4]]);
    assert_eq!(answer.json()["page"], json!({"next_cursor": null, "limit": 4, "has_next": false}));
    let rows = items(&api.get(&format!("/api/songs?ids={}&include=singer&fields=title", songs[2])).await);
    assert_eq!((&rows[0]["title"], &rows[0]["singer"]["name"]), (&json!("s2"), &json!("Ada")));
    for (query, reason) in [
        ("ids=".to_owned(), "ids"),
        ("ids=x".to_owned(), "ids"),
        (format!("ids={0},{0}", songs[0]), "twice"),
        ("ids=1&limit=2".to_owned(), "`limit`"),
        ("ids=1&sort=id".to_owned(), "`sort`"),
        ("filter={}&ids=1".to_owned(), "`filter`"),
        ("ids=9223372036854775808".to_owned(), "ids"),
        (format!("ids={}", (0..10_000).map(|id| id.to_string()).collect::<Vec<_>>().join(",")), "100 keys"),
    ] {
        let answer = api.get(&format!("/api/songs?{query}")).await;
        let detail = answer.problem(400, "BAD_REQUEST")["detail"].to_string();
        assert!(detail.contains(reason) && detail.len() < 400, "{query}: {detail}");
    }
    send(api.request(Method::GET, "/api/secrets?ids=1")).await.problem(401, "UNAUTHENTICATED");
}

#[each_database(music())]
async fn what_cannot_be_shown_is_said(test: TestDb) {
    let api = api_of(test).await;
    let cases = [
        ("fields=", "BAD_REQUEST", "names none"),
        ("fields=titel", "BAD_REQUEST", "did you mean `title`?"),
        ("fields=title,title", "BAD_REQUEST", "twice"),
        ("fields=singer", "BAD_REQUEST", "`singer.id`"),
        ("fields=singer.nam", "BAD_REQUEST", "did you mean `name`?"),
        ("fields=sanger.name", "BAD_REQUEST", "no relation"),
        ("fields=title%00", "BAD_REQUEST", "NUL"),
        ("include=", "BAD_REQUEST", "names none"),
        ("include=sanger", "BAD_REQUEST", "did you mean `singer`?"),
        ("include=title", "BAD_REQUEST", "no relation"),
        ("include=singer(limit:5)", "BAD_REQUEST", "one row"),
        ("include=covers(limit:0)", "BAD_REQUEST", "limit"),
        ("include=covers(limit:101)", "BAD_REQUEST", "limit"),
        ("include=covers(limit:1,limit:2)", "BAD_REQUEST", "twice"),
        ("include=covers(limit:1),covers(limit:2)", "BAD_REQUEST", "twice"),
        ("include=covers(sort:nothing)", "BAD_REQUEST", "sort field"),
        ("include=covers(colour:red)", "BAD_REQUEST", "no option"),
        ("include=covers(count:estimate)", "BAD_REQUEST", "exact"),
        ("include=covers(limit:1", "BAD_REQUEST", "`)` is missing"),
        ("include=covers..singer", "BAD_REQUEST", "relation is expected"),
        ("include=covers.covers.covers.covers.covers", "QUERY_TOO_COMPLEX", "4 levels"),
        ("include=covers(limit:100).covers(limit:100)", "QUERY_TOO_COMPLEX", "10000"),
        (
            "include=singer.songs.singer,singer.secrets.singer,covers.singer,covers.lists,covers.cover_of,covers.covers,\
             cover_of.singer,cover_of.lists,cover_of.covers,cover_of.cover_of,lists.songs.singer,lists.songs.lists,lists.songs.covers",
            "QUERY_TOO_COMPLEX",
            "16 relations",
        ),
    ];
    for (query, code, reason) in cases {
        for path in ["/api/songs?limit=1&", "/api/songs?"] {
            let answer = api.get(&format!("{path}{query}")).await;
            let detail = answer.problem(400, code)["detail"].as_str().expect("a text").to_owned();
            assert!(detail.contains(reason) && detail.len() < 500, "{query}: {detail}");
        }
    }
    // A name that only staff may know is not suggested, and what is sorted by in secret is refused.
    let answer = api.get("/api/singers?fields=fea").await;
    assert!(!answer.text.contains("did you mean"), "{}", answer.text);
    let (singers, ..) = filled(&api).await;
    assert_eq!(api.get(&format!("/api/songs/{}", singers[0])).await.status, 200);
    let sorted = api.get("/api/songs?include=singer.songs(sort:-title),lists.songs").await;
    assert_eq!(sorted.status, 200, "{}", sorted.text);
    let bomb = format!("/api/songs?include={}", vec!["covers"; 4_000].join("."));
    assert_eq!(api.get(&bomb).await.status, 400);
    api.get(&format!("/api/songs/{}?limit=1", singers[0])).await.problem(400, "BAD_REQUEST");
}

#[each_database(music())]
async fn a_version_answers_for_the_row(test: TestDb) {
    let (db, ctx) = (test.db().clone(), test.ctx());
    let api = api_of(test).await;
    let id = api.made("/api/counters", json!({"name": "a", "day": "2024-01-01"})).await;
    let path = format!("/api/counters/{id}");
    let tag_of = |answer: &Answer| answer.header("etag").expect("a tag").to_owned();
    let whole = tag_of(&api.get(&path).await);
    let named = tag_of(&api.get(&format!("{path}?fields=name")).await);
    assert_ne!(whole, named, "another representation");
    let changed = api.patch(&path, json!({"name": "b"})).await;
    assert_eq!(tag_of(&changed), tag_of(&api.get(&path).await));
    assert_ne!(tag_of(&changed), whole);
    // Others have written what a date cannot be: whoever reads the row fails, and whoever only asks for its state does not.
    let broken = match db.dialect() {
        Dialect::Sqlite => "UPDATE counter SET day = 'no day'",
        Dialect::Postgres => "UPDATE counter SET day = 'infinity'",
    };
    let database = Executor::Pool(ctx.db().clone());
    if db.dialect() == Dialect::Sqlite {
        let unchecked = Statement::plain("PRAGMA ignore_check_constraints = on");
        database.execute(unchecked).await.expect("unchecked");
    }
    database.execute(Statement::plain(broken)).await.expect("changed");
    let known = |tag: &str, path: &str| send(api.request(Method::GET, path).header("if-none-match", tag));
    assert_eq!(api.get(&path).await.status, 500);
    let answer = known(&tag_of(&changed), &path).await;
    assert_eq!((answer.status.as_u16(), tag_of(&answer)), (304, tag_of(&changed)));
    assert_eq!(known(&whole, &path).await.status, 500, "another state is read");
    let name_only = tag_of(&api.get(&format!("{path}?fields=name")).await);
    assert_eq!(known(&name_only, &format!("{path}?fields=name")).await.status, 304);
    let head = send(api.request(Method::HEAD, &path).header("if-none-match", tag_of(&changed))).await;
    assert_eq!(head.status, 304);
    send(api.request(Method::GET, &path).header("if-match", &whole)).await.problem(412, "VERSION_MISMATCH");
    let gone = api.delete(&path).await;
    assert!(gone.status == 204 || gone.status == 500, "{}", gone.text);
}

#[each_database(music())]
async fn head_is_get_without_a_body(test: TestDb) {
    let api = api_of(test).await;
    let (singers, songs, list) = filled(&api).await;
    for path in [
        "/api/songs".to_owned(),
        format!("/api/songs?ids={}", songs[0]),
        format!("/api/songs/{}?include=singer", songs[0]),
        format!("/api/singers/{}/songs?limit=1", singers[0]),
        format!("/api/singers/{}/history", singers[0]),
        format!("/api/set-lists/{list}/songs"),
        "/api/songs/export?format=csv".to_owned(),
    ] {
        let (get, head) = (api.get(&path).await, send(api.request(Method::HEAD, &path)).await);
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        for name in ["content-type", "etag", "link", "content-disposition"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
        if let Some(length) = head.header("content-length").filter(|length| *length != "0") {
            assert_eq!(length.parse::<usize>().ok(), Some(get.text.len()), "{path}");
        }
    }
}
