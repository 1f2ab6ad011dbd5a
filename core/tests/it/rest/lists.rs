//! Lists: pages, filters, orders, search, totals.

use std::collections::BTreeSet;

use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, users};
use crate::support::domain::all;
use crate::support::wire;

/// The `field` of each item.
fn each(answer: &super::Answer, field: &str) -> Vec<Json> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().expect("items").iter().map(|item| item[field].clone()).collect()
}

async fn posts(api: &Api) -> i64 {
    let author = users(api, 1).await[0];
    for (title, stars, price, at) in [
        ("alpha", 1, "1.00", None),
        ("beta, gamma", 2, "2.50", Some("2024-01-01T00:00:00Z")),
        ("gamma 100%", 3, "2.50", Some("2024-06-01T00:00:00+02:00")),
        ("delta_x", 5, "99999999.99", Some("2025-01-01T00:00:00Z")),
    ] {
        let body =
            json!({"title": title, "stars": stars, "price": price, "published_at": at, "author_id": author});
        api.made("/api/posts", body).await;
    }
    author
}

#[each_database(all())]
async fn pages_follow_each_other_and_hold_each_row_once(test: TestDb) {
    let api = Api::of(test).await;
    let keys: BTreeSet<i64> = users(&api, 7).await.into_iter().collect();
    let first = api.get("/api/users?limit=3&sort=-email").await;
    let json = first.json();
    assert_eq!(json["page"]["limit"], 3);
    assert_eq!(json["page"]["has_next"], true);
    assert!(json["page"].get("total").is_none(), "no total unless asked for");
    let mut seen: Vec<i64> = Vec::new();
    let mut answer = first;
    loop {
        seen.extend(each(&answer, "id").iter().filter_map(Json::as_i64));
        let page = answer.json()["page"].clone();
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(page["has_next"], false);
            assert_eq!(answer.header("link"), None);
            break;
        };
        let link = answer.header("link").expect("a link").to_owned();
        let target =
            link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("a link");
        assert_eq!(target, format!("/api/users?limit=3&sort=-email&cursor={cursor}"));
        answer = api.get(target).await;
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), keys);
    let whole = api.get("/api/users").await.json();
    assert_eq!(whole["page"], json!({"next_cursor": null, "limit": 20, "has_next": false}));
}

#[each_database(all())]
async fn every_operator_selects(test: TestDb) {
    let api = Api::of(test).await;
    let author = posts(&api).await;
    let by_author = format!("author_id={author}");
    let nobody = format!("author_id[ne]={author}");
    let of_two = format!("author_id[in]={author},{}", i64::MAX);
    let cases: [(&str, &[i64]); 25] = [
        ("stars=3", &[3]),
        ("stars[eq]=3", &[3]),
        ("stars[ne]=3", &[1, 2, 5]),
        ("stars[gt]=2", &[3, 5]),
        ("stars[gte]=2&stars[lt]=5", &[2, 3]),
        ("stars[lte]=1", &[1]),
        ("stars[in]=1,5", &[1, 5]),
        ("stars[nin]=1,5", &[2, 3]),
        ("stars%5Bin%5D=1%2C5", &[1, 5]),
        ("published_at[null]=true", &[1]),
        ("published_at[null]=false", &[2, 3, 5]),
        ("published_at[gte]=2024-05-31T22:00:00Z", &[3, 5]),
        ("published_at[lt]=2024-06-01T00:00:00%2B02:00", &[2]),
        ("title[contains]=gamma", &[2, 3]),
        ("title[contains]=100%25", &[3]),
        ("title[contains]=_", &[5]),
        ("title[starts_with]=gamma+1", &[3]),
        ("title[ends_with]=_x", &[5]),
        ("title[in]=beta%5C,%20gamma,alpha", &[1, 2]),
        ("price=2.5", &[2, 3]),
        ("price[gt]=2.50", &[5]),
        (&by_author, &[1, 2, 3, 5]),
        (&nobody, &[]),
        (&of_two, &[1, 2, 3, 5]),
        ("q=GAMMA", &[2, 3]),
    ];
    for (query, expected) in cases {
        let answer = api.get(&format!("/api/posts?sort=stars&{query}")).await;
        let stars: Vec<i64> = each(&answer, "stars").iter().filter_map(Json::as_i64).collect();
        assert_eq!(stars, expected, "{query}");
    }
}

#[each_database(all())]
async fn a_list_that_is_given_several_times_adds_up(test: TestDb) {
    let api = Api::of(test).await;
    posts(&api).await;
    let cases: [(&str, &[i64]); 5] = [
        ("sort=stars&stars[in]=1&stars[in]=5", &[1, 5]),
        ("sort=stars&stars[in]=1,2&stars%5Bin%5D=5", &[1, 2, 5]),
        ("sort=stars&stars[nin]=1&stars[nin]=5", &[2, 3]),
        // A backslash at the end of one part is no escape of what follows.
        ("sort=stars&title[in]=x%5C&title[in]=beta%5C,%20gamma&title[in]=alpha", &[1, 2]),
        ("sort=-price&sort=-stars", &[5, 3, 2, 1]),
    ];
    for (query, expected) in cases {
        let answer = api.get(&format!("/api/posts?{query}")).await;
        let stars: Vec<i64> = each(&answer, "stars").iter().filter_map(Json::as_i64).collect();
        assert_eq!(stars, expected, "{query}");
    }
    let parts = |count: i64| (0..count).map(|value| format!("&stars[in]={value}")).collect::<String>();
    assert_eq!(api.get(&format!("/api/posts?{}", parts(500))).await.status, 200);
    for query in [parts(501).as_str(), "stars[gt]=1&stars[gt]=2", "sort=stars&sort=-stars", "q=a&q=b"] {
        api.get(&format!("/api/posts?{query}")).await.problem(400, "BAD_REQUEST");
    }
}

#[each_database(all())]
async fn a_link_is_a_uri_whatever_the_request_was(test: TestDb) {
    let api = Api::of(test).await;
    posts(&api).await;
    let target = "/api/posts?stars[gte]=1&title[contains]=a&limit=1&title[ne]={^|`}";
    let answer = wire::request(api.address(), "GET", target, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let link = answer.header("link").strip_prefix('<').expect("a link");
    let target = link.strip_suffix(">; rel=\"next\"").expect("one target");
    let encoded =
        "/api/posts?stars%5Bgte%5D=1&title%5Bcontains%5D=a&limit=1&title%5Bne%5D=%7B%5E%7C%60%7D&cursor=";
    assert!(target.starts_with(encoded), "{target}");
    assert_eq!(each(&api.get(target).await, "stars"), [2]);
    let link = api.get("/api/posts?stars[gte]=1&limit=1").await.header("link").expect("a link").to_owned();
    assert!(link.starts_with("</api/posts?stars%5Bgte%5D=1&limit=1&cursor="), "{link}");
}

#[each_database(all())]
async fn orders_and_totals(test: TestDb) {
    let api = Api::of(test).await;
    posts(&api).await;
    let stars = async |query: &str| each(&api.get(&format!("/api/posts?{query}")).await, "stars");
    assert_eq!(stars("sort=-price,stars").await, [5, 2, 3, 1]);
    assert_eq!(stars("sort=published_at").await, [2, 3, 5, 1], "nulls last when ascending");
    assert_eq!(stars("sort=-published_at").await, [1, 5, 3, 2], "nulls first when descending");
    for count in ["exact", "estimate"] {
        let page = api.get(&format!("/api/posts?count={count}&limit=1")).await.json()["page"].clone();
        assert!(page["total"].is_u64(), "{page}");
    }
    let page = api.get("/api/posts?count=exact&stars[gt]=1&limit=1").await.json()["page"].clone();
    assert_eq!(page["total"], 3);
}

#[each_database(all())]
async fn enums_filter_by_their_wire_names(test: TestDb) {
    let api = Api::of(test).await;
    users(&api, 2).await;
    api.made("/api/users", json!({"email": "held@example.org", "status": "on_hold"})).await;
    assert_eq!(each(&api.get("/api/users?status=on_hold").await, "email"), ["held@example.org"]);
    assert_eq!(each(&api.get("/api/users?status[in]=active,blocked").await, "id").len(), 2);
    assert_eq!(each(&api.get("/api/users?nickname[null]=true&status[ne]=active").await, "id").len(), 1);
}

#[each_database(all())]
async fn hidden_and_unknown_sort_fields_are_a_400(test: TestDb) {
    let api = Api::of(test).await;
    for field in ["password", "-password", "nothing", "body", "id;drop"] {
        let list = if field == "body" { "/api/posts" } else { "/api/users" };
        api.get(&format!("{list}?sort={field}")).await.problem(400, "BAD_REQUEST");
    }
    api.get("/api/users?limit=101").await.problem(400, "BAD_REQUEST");
}
