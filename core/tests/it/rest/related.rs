//! The rows of relations at addresses of their own, links, and the changes of a row.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::reads::{api_of, filled, music};
use super::{Answer, Api, send};

fn ids(answer: &Answer) -> Vec<i64> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let items = answer.json()["items"].as_array().expect("items").clone();
    items.iter().filter_map(|row| row["id"].as_i64()).collect()
}

async fn put(api: &Api, path: &str, body: Option<Json>) -> Answer {
    let request = api.request(Method::PUT, path);
    let request = request.header("authorization", "Bearer editor");
    send(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

async fn delete(api: &Api, path: &str) -> Answer {
    send(api.request(Method::DELETE, path).header("authorization", "Bearer editor")).await
}

#[each_database(music())]
async fn the_rows_of_a_relation_are_a_list(test: TestDb) {
    let db = test.db().clone();
    let api = api_of(test).await;
    let (singers, songs, list) = filled(&api).await;
    let path = format!("/api/singers/{}/songs", singers[0]);
    let before = db.statements();
    let answer = api.get(&format!("{path}?sort=-seconds&limit=2&seconds[gt]=101&count=exact")).await;
    assert_eq!(db.statements() - before, 3);
    assert_eq!(ids(&answer), [songs[4], songs[3]]);
    assert_eq!(answer.json()["page"]["total"], 3);
    let link = answer.header("link").expect("a link");
    let next = link.strip_prefix('<').and_then(|link| link.split('>').next()).expect("an address");
    assert_eq!(ids(&api.get(next).await), [songs[2]]);
    // The cursor is of this relation.
    let cursor = answer.json()["page"]["next_cursor"].as_str().expect("a cursor").to_owned();
    let elsewhere = format!("/api/songs?sort=-seconds&limit=2&seconds[gt]=101&cursor={cursor}");
    api.get(&elsewhere).await.problem(400, "CURSOR_MISMATCH");
    assert_eq!(ids(&api.get(&format!("/api/singers/{}/songs", singers[1])).await), [0; 0]);
    assert_eq!(ids(&api.get(&format!("/api/set-lists/{list}/songs?sort=-id")).await), [songs[1], songs[0]]);
    let shown = api.get(&format!("/api/set-lists/{list}/songs?fields=title,singer.name&limit=1")).await;
    assert_eq!(shown.json()["items"][0], json!({"title": "s0", "singer": {"name": "Ada"}}));
    for (path, status) in [
        ("/api/singers/4000000/songs".to_owned(), 404),
        ("/api/singers/x/songs".to_owned(), 404),
        (format!("{path}?colour=red"), 400),
        (format!("{path}?ids=1"), 400),
        (format!("{path}/{}", songs[0]), 404),
        (format!("/api/singers/{}/song", singers[0]), 404),
        (format!("{path}/{}/x", songs[0]), 404),
        (format!("/api/singers/{}/", singers[0]), 404),
        ("/api/singers//songs".to_owned(), 404),
    ] {
        let answer = api.get(&path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
    let answer = put(&api, &path, Some(json!({"ids": []}))).await;
    answer.problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    let answer = api.post(&format!("/api/set-lists/{list}/songs"), json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET, HEAD, PUT")));
    let answer = api.get(&format!("/api/set-lists/{list}/songs/{}", songs[0])).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("PUT, DELETE")));
}

#[each_database(music())]
async fn rows_are_linked_and_unlinked(test: TestDb) {
    let api = api_of(test).await;
    let (_, songs, list) = filled(&api).await;
    let path = format!("/api/set-lists/{list}/songs");
    let linked = async || ids(&api.get(&format!("{path}?sort=id")).await);
    for _ in 0..2 {
        let answer = put(&api, &format!("{path}/{}", songs[2]), None).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    }
    assert_eq!(linked().await, songs[..3]);
    let dry = delete(&api, &format!("{path}/{}?dry_run=true", songs[0])).await;
    assert_eq!((dry.status.as_u16(), linked().await.len()), (204, 3));
    assert_eq!(delete(&api, &format!("{path}/{}", songs[0])).await.status, 204);
    delete(&api, &format!("{path}/{}", songs[0])).await.problem(404, "NOT_FOUND");
    assert_eq!(linked().await, songs[1..3]);
    let set = json!({"ids": [songs[4], songs[2]]});
    let dry = put(&api, &format!("{path}?dry_run=true"), Some(set.clone())).await;
    assert_eq!((dry.status.as_u16(), linked().await), (204, songs[1..3].to_vec()));
    assert_eq!(put(&api, &path, Some(set)).await.status, 204);
    assert_eq!(linked().await, [songs[2], songs[4]]);
    // The joining rows are rows like others: their changes are recorded, and what stayed was not written.
    let rows = api.get(&format!("/api/placements?set_list_id={list}&sort=id")).await;
    let kept = ids(&rows)[0];
    assert_eq!(
        api.get(&format!("/api/placements/{kept}/history")).await.json()["items"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(put(&api, &path, Some(json!({"ids": []}))).await.status, 204);
    assert_eq!(linked().await, [0; 0]);
    let all: Vec<i64> = songs.clone();
    assert_eq!(put(&api, &path, Some(json!({"ids": all}))).await.status, 204);
    // A key is used once.
    let keyed = || {
        let request = api.request(Method::DELETE, &format!("{path}/{}", songs[0]));
        send(request.header("authorization", "Bearer editor").header("idempotency-key", "k1"))
    };
    assert_eq!(keyed().await.status, 204);
    let again = keyed().await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (204, Some("true")));
}

#[each_database(music())]
async fn links_that_cannot_be_are_refused(test: TestDb) {
    let api = api_of(test).await;
    let (_, songs, list) = filled(&api).await;
    let path = format!("/api/set-lists/{list}/songs");
    put(&api, &format!("{path}/4000000"), None).await.problem(404, "NOT_FOUND");
    put(&api, &format!("{path}/x"), None).await.problem(404, "NOT_FOUND");
    put(&api, &format!("/api/set-lists/4000000/songs/{}", songs[0]), None).await.problem(404, "NOT_FOUND");
    put(&api, "/api/set-lists/4000000/songs", Some(json!({"ids": []}))).await.problem(404, "NOT_FOUND");
    let missing = put(&api, &path, Some(json!({"ids": [songs[0], 4_000_000, songs[1], 4_000_001]}))).await;
    let broken = missing.broken(409, "CONFLICT");
    let expected = [("ids.1", "reference"), ("ids.3", "reference")];
    assert_eq!(broken, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    for (body, field) in [
        (json!({"ids": 1}), "ids"),
        (json!({"ids": ["x"]}), "ids.0"),
        (json!({"ids": [songs[0], songs[0]]}), "ids.1"),
        (json!({"ids": [null]}), "ids.0"),
        (json!({"ids": [], "idz": []}), "idz"),
        (json!({"ids": (0..1_001).collect::<Vec<_>>()}), "ids"),
    ] {
        let broken = put(&api, &path, Some(body.clone())).await.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken[0].0, field, "{body}");
    }
    put(&api, &path, Some(json!({}))).await.problem(400, "BAD_REQUEST");
    put(&api, &path, None).await.problem(415, "UNSUPPORTED_MEDIA_TYPE");
    put(&api, &format!("{path}?colour=red"), Some(json!({"ids": []}))).await.problem(400, "BAD_REQUEST");
    // Whoever may not delete joining rows may not remove links, be it by setting others.
    send(api.request(Method::DELETE, &format!("{path}/{}", songs[0]))).await.problem(401, "UNAUTHENTICATED");
    let other = api.request(Method::PUT, &path).header("authorization", "Bearer guest");
    send(other.json(&json!({"ids": [songs[3]]}))).await.problem(403, "FORBIDDEN");
    assert_eq!(ids(&api.get(&format!("{path}?sort=id")).await), songs[..2]);
    let more = api.request(Method::PUT, &path).json(&json!({"ids": songs[..3]}));
    assert_eq!(send(more).await.status, 204);
}

#[each_database(music())]
async fn the_changes_of_a_row_are_a_list(test: TestDb) {
    let api = api_of(test).await;
    let (singers, ..) = filled(&api).await;
    let row = format!("/api/singers/{}", singers[1]);
    for name in ["Adah", "Adela"] {
        assert_eq!(
            send(
                api.request(Method::PATCH, &row)
                    .header("authorization", "Bearer staff")
                    .json(&json!({"name": name, "fee": 8}))
            )
            .await
            .status,
            200
        );
    }
    let path = format!("{row}/history");
    let first = api.get(&format!("{path}?limit=2")).await;
    let json = first.json();
    assert_eq!(json["items"][0]["kind"], "update", "{}", first.text);
    assert_eq!(json["items"][0]["changes"], json!([{"field": "name", "before": "Adah", "after": "Adela"}]));
    assert_eq!((&json["items"][0]["by"], &json["items"][0]["action"]), (&json!("token:1"), &Json::Null));
    assert!(json["items"][0]["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{}", first.text);
    // Who may not read a value learns that it changed, and no more.
    let hidden = json["items"][1]["changes"].as_array().expect("changes").clone();
    assert!(hidden.contains(&json!({"field": "fee", "before": null, "after": null})), "{}", first.text);
    let staff = send(api.request(Method::GET, &path).header("authorization", "Bearer staff")).await.json();
    let shown = staff["items"][1]["changes"].as_array().expect("changes").clone();
    assert!(shown.contains(&json!({"field": "fee", "before": 7, "after": 8})), "{staff}");
    let link = first.header("link").expect("a link");
    let next = link.strip_prefix('<').and_then(|link| link.split('>').next()).expect("an address");
    let last = api.get(next).await.json();
    assert_eq!((&last["items"][0]["kind"], &last["items"][0]["by"]), (&json!("create"), &json!("anonymous")));
    assert_eq!(last["page"], json!({"next_cursor": null, "limit": 2, "has_next": false}));
    assert_eq!(api.delete(&row).await.status, 204);
    assert_eq!(api.get(&path).await.json()["items"][0]["kind"], "delete");
    for (path, status) in [
        ("/api/singers/4000000/history", 404),
        ("/api/singers/x/history", 404),
        ("/api/songs/1/history", 404),
    ] {
        assert_eq!(api.get(path).await.status, status, "{path}");
    }
    for query in ["limit=0", "cursor=x", "sort=at", "limit=1&limit=2"] {
        assert_eq!(api.get(&format!("{path}?{query}")).await.status, 400, "{query}");
    }
    let answer = api.post(&path, json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET, HEAD")));
}
