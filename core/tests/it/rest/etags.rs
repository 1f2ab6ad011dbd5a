//! Entity tags: reading again only what changed, writing only what is known.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::json;

use super::{Api, send, users};
use crate::support::domain::all;

#[each_database(all())]
async fn an_unchanged_row_is_not_sent_again(test: TestDb) {
    let api = Api::of(test).await;
    let path = format!("/api/users/{}", users(&api, 1).await[0]);
    let tag = api.get(&path).await.header("etag").expect("a tag").to_owned();
    let again = |tag: &str| send(api.request(Method::GET, &path).header("if-none-match", tag));
    for same in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let answer = again(&same).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (304, ""));
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    assert_eq!(again("\"x\"").await.status, 200);
    let changed = api.patch(&path, json!({"nickname": "n"})).await;
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
    assert_eq!(again(&tag).await.status, 200);
}

#[each_database(all())]
async fn a_stale_tag_changes_nothing(test: TestDb) {
    let api = Api::of(test).await;
    let path = format!("/api/users/{}", users(&api, 1).await[0]);
    let stale = api.get(&path).await.header("etag").expect("a tag").to_owned();
    let current = api.patch(&path, json!({"nickname": "first"})).await;
    let current = current.header("etag").expect("a tag").to_owned();
    let with = |method, tag: &str| api.request(method, &path).header("if-match", tag);
    let body = json!({"nickname": "second"});
    send(with(Method::PATCH, &stale).json(&body)).await.problem(412, "VERSION_MISMATCH");
    send(with(Method::PATCH, &format!("W/{current}")).json(&body)).await.problem(412, "VERSION_MISMATCH");
    send(with(Method::DELETE, &stale)).await.problem(412, "VERSION_MISMATCH");
    assert_eq!(api.get(&path).await.json()["nickname"], "first");
    let done = send(with(Method::PATCH, &current).json(&body)).await;
    assert_eq!(done.json()["nickname"], "second", "{}", done.text);
    assert_eq!(send(with(Method::DELETE, "*")).await.status, 204);
    send(with(Method::PATCH, "*").json(&body)).await.problem(404, "NOT_FOUND");
}

#[each_database(all())]
async fn one_of_many_writers_with_the_same_tag_wins(test: TestDb) {
    let api = Api::of(test).await;
    let path = format!("/api/users/{}", users(&api, 1).await[0]);
    let tag = api.get(&path).await.header("etag").expect("a tag").to_owned();
    let writers = (0..8).map(|number| {
        let body = json!({"nickname": format!("writer {number}")});
        send(api.request(Method::PATCH, &path).header("if-match", &tag).json(&body))
    });
    let answers = futures_util::future::join_all(writers).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 7, "{statuses:?}");
}
