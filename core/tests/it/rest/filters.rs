//! Filters: trees of JSON, and flat ones through relations.

use entify::testing::{TestDb, each_database};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::reads::{api_of, filled, music};
use super::{Api, send};

/// The query of a tree.
fn tree(filter: &Json) -> String {
    let text: String = form_urlencoded::byte_serialize(filter.to_string().as_bytes()).collect();
    format!("filter={text}")
}

async fn titles(api: &Api, query: &str) -> Vec<String> {
    let answer = api.get(&format!("/api/songs?sort=title&fields=title&{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let items = answer.json()["items"].as_array().expect("items").clone();
    items.iter().map(|row| row["title"].as_str().expect("a title").to_owned()).collect()
}

#[each_database(music())]
async fn a_tree_says_what_flat_filters_cannot(test: TestDb) {
    let api = api_of(test).await;
    filled(&api).await;
    let cases: [(Json, &[&str]); 12] = [
        (json!({}), &["s0", "s1", "s2", "s3", "s4"]),
        (json!({"or": []}), &[]),
        (json!({"or": [{"title": {"eq": "s0"}}, {"seconds": {"gte": 104}}]}), &["s0", "s4"]),
        (json!({"and": [{"seconds": {"gt": 100}}, {"seconds": {"lt": 103}}]}), &["s1", "s2"]),
        (json!({"seconds": {"gt": 100, "lt": 103}}), &["s1", "s2"]),
        (json!({"not": {"title": {"in": ["s0", "s1", "s2"]}}}), &["s3", "s4"]),
        (json!({"title": {"ends_with": "4"}}), &["s4"]),
        (json!({"cover_of_id": {"null": false}}), &["s1"]),
        (json!({"singer": {"name": {"eq": "Bob"}}}), &[]),
        (json!({"lists": {"some": {"name": {"eq": "first"}}}}), &["s0", "s1"]),
        (json!({"lists": {"none": {}}, "singer": {"name": {"eq": "Ada"}}}), &["s2", "s3", "s4"]),
        (json!({"covers": {"every": {"seconds": {"gt": 200}}}}), &["s1", "s2", "s3", "s4"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(titles(&api, &tree(&filter)).await, expected, "{filter}");
    }
    // With flat filters, and where a filter chooses what is written.
    let both = format!("{}&seconds[lt]=102", tree(&json!({"not": {"title": {"eq": "s0"}}})));
    assert_eq!(titles(&api, &both).await, ["s1"]);
    let chosen = tree(&json!({"or": [{"title": {"eq": "s2"}}, {"title": {"eq": "s3"}}]}));
    let answer = api.patch(&format!("/api/songs?{chosen}"), json!({"seconds": 1})).await;
    assert_eq!(answer.json(), json!({"count": 2}));
    assert_eq!(titles(&api, "seconds=1").await, ["s2", "s3"]);
    let answer = api.delete(&format!("/api/songs?{chosen}&seconds=1&max_affected=2")).await;
    assert_eq!(answer.json(), json!({"count": 2}), "{}", answer.text);
    api.delete("/api/songs?filter={}").await.problem(400, "BAD_REQUEST");
}

#[each_database(music())]
async fn flat_filters_lead_through_relations(test: TestDb) {
    let api = api_of(test).await;
    let (singers, songs, _) = filled(&api).await;
    let cases: [(String, &[&str]); 9] = [
        ("singer.name=Ada&seconds[lte]=101".to_owned(), &["s0", "s1"]),
        ("singer.name=Bob".to_owned(), &[]),
        ("singer.name[in]=Bob&singer.name[in]=Ada&title=s3".to_owned(), &["s3"]),
        (format!("singer.id={}&title=s0", singers[0]), &["s0"]),
        ("lists.name=first".to_owned(), &["s0", "s1"]),
        ("covers.title=s1".to_owned(), &["s0"]),
        ("cover_of.singer.name=Ada".to_owned(), &["s1"]),
        // Of one row, not of two.
        ("singer.songs.title=s0&singer.songs.seconds=104".to_owned(), &[]),
        ("singer.songs.title=s0&singer.songs.seconds=100&title=s4".to_owned(), &["s4"]),
    ];
    for (query, expected) in cases {
        assert_eq!(titles(&api, &query).await, expected, "{query}");
    }
    let answer = api.patch("/api/songs?cover_of.title=s0", json!({"title": "cover"})).await;
    assert_eq!(answer.json(), json!({"count": 1}), "{}", answer.text);
    assert_eq!(api.get(&format!("/api/songs/{}", songs[1])).await.json()["title"], "cover");
}

#[each_database(music())]
async fn a_filter_reveals_nothing_that_is_hidden(test: TestDb) {
    let api = api_of(test).await;
    filled(&api).await;
    let fee = tree(&json!({"singer": {"fee": {"eq": 7}}}));
    let secret = tree(&json!({"singer": {"secrets": {"some": {}}}}));
    for query in ["singer.fee=7".to_owned(), fee.clone()] {
        let answer = api.get(&format!("/api/songs?{query}")).await;
        let problem = answer.problem(400, "BAD_REQUEST");
        assert_eq!(problem["detail"], "you may not filter by `fee`; leave it out");
    }
    // Rows that may not be read are absent.
    assert_eq!(titles(&api, &secret).await, [""; 0]);
    assert_eq!(titles(&api, "singer.secrets.id[gt]=0").await, [""; 0]);
    for query in [fee, secret] {
        let path = format!("/api/songs?{query}");
        let staff = send(api.request(Method::GET, &path).header("authorization", "Bearer staff")).await;
        assert_eq!(staff.json()["items"].as_array().map(Vec::len), Some(5), "{}", staff.text);
    }
}

#[each_database(music())]
async fn a_broken_filter_names_its_place(test: TestDb) {
    let api = api_of(test).await;
    let deep = |levels: usize| format!("filter={}{{}}{}", "{\"not\":".repeat(levels), "}".repeat(levels));
    let wide = tree(&json!({"or": vec![json!({"title": {"eq": "x"}}); 300]}));
    let many = tree(&json!({"title": {"in": vec!["x"; 501]}}));
    let cases = [
        ("filter=".to_owned(), "BAD_REQUEST", "not a valid JSON object"),
        ("filter={".to_owned(), "BAD_REQUEST", "not a valid JSON object"),
        ("filter=[]".to_owned(), "BAD_REQUEST", "not a valid JSON object"),
        ("filter=%7B%22title%22:%7B%22eq%22:%22%ff%22%7D%7D".to_owned(), "BAD_REQUEST", "UTF-8"),
        ("filter={}&filter={}".to_owned(), "BAD_REQUEST", "comes twice"),
        (r#"filter={"title":{"eq":"a"},"title":{"eq":"b"}}"#.to_owned(), "BAD_REQUEST", "twice"),
        (
            tree(&json!({"titel": {"eq": "x"}})),
            "BAD_REQUEST",
            "`filter.titel` is no field or relation of a Song to filter by; did you mean `title`?",
        ),
        (tree(&json!({"or": [{}, {"seconds": {"gt": "x"}}]})), "BAD_REQUEST", "`filter.or.1.seconds.gt`"),
        (tree(&json!({"or": {}})), "BAD_REQUEST", "`filter.or` must be a list"),
        (tree(&json!({"not": []})), "BAD_REQUEST", "`filter.not` must be an object"),
        (tree(&json!({"title": "x"})), "BAD_REQUEST", "`filter.title` must be an object"),
        (tree(&json!({"title": {"eq": null}})), "BAD_REQUEST", "`filter.title.eq` cannot be null"),
        (tree(&json!({"cover_of_id": {"eq": null}})), "BAD_REQUEST", "{\"null\": true}"),
        (
            tree(&json!({"title": {"like": "x"}})),
            "BAD_REQUEST",
            "`like` is not an operator of `filter.title`",
        ),
        (tree(&json!({"title": {"contains": "a\u{0}"}})), "BAD_REQUEST", "NUL"),
        (tree(&json!({"title": {"in": "x"}})), "BAD_REQUEST", "`filter.title.in` must be a list"),
        (tree(&json!({"seconds": {"in": [1, "x"]}})), "BAD_REQUEST", "`filter.seconds.in.1`"),
        (tree(&json!({"lists": {"any": {}}})), "BAD_REQUEST", "`filter.lists.any` is not one of"),
        (tree(&json!({"lists": {"some": {"colour": {}}}})), "BAD_REQUEST", "`filter.lists.some.colour`"),
        (deep(11), "QUERY_TOO_COMPLEX", "10 levels"),
        (deep(500), "BAD_REQUEST", "not a valid JSON object"),
        (wide, "QUERY_TOO_COMPLEX", "200 tests"),
        (many, "BAD_REQUEST", "500 values"),
        ("singer.songs.singer.songs.singer.name=x".to_owned(), "QUERY_TOO_COMPLEX", "4 relations"),
        ("singer=1".to_owned(), "BAD_REQUEST", "`singer.id=…`"),
        ("singer.nam=1".to_owned(), "BAD_REQUEST", "did you mean `name`?"),
        ("sanger.name=1".to_owned(), "BAD_REQUEST", "did you mean `singer`?"),
        ("singer.name[gt][lt]=1".to_owned(), "BAD_REQUEST", "operator"),
        ("singer.name=a&singer.name=b".to_owned(), "BAD_REQUEST", "comes twice"),
        (".=1".to_owned(), "BAD_REQUEST", "no field"),
    ];
    for (query, code, reason) in cases {
        let answer = api.get(&format!("/api/songs?{query}")).await;
        let detail = answer.problem(400, code)["detail"].as_str().expect("a text").to_owned();
        assert!(detail.contains(reason), "{}: {detail}", &query[..query.len().min(200)]);
        assert!(detail.len() < 600, "{detail}");
    }
}
