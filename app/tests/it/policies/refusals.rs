//! Invalid credentials: refused everywhere, also where no credentials are needed.

use entify::testing::TestDb;
use reqwest::Method;
use serde_json::json;

use super::caller::{bad_credentials, open};
use super::oracle::World;
use crate::store::Store;

#[tokio::test]
async fn bad_credentials_open_nothing() {
    let database = TestDb::sqlite(&[] as &[&entify::entity::EntityDef]).await;
    let store = Store::new(database.url());
    store.run(&["migrate", "up"]);
    World::small(&store);
    let bad = bad_credentials(&store);
    let server = open(&store);
    let description = server.get("/openapi.json", "").await;
    let mut asked = 0;
    let mut places = vec![
        ("GET".to_owned(), "/openapi.json".to_owned()),
        ("GET".to_owned(), "/graphql".to_owned()),
        ("POST".to_owned(), "/graphql".to_owned()),
        ("GET".to_owned(), "/admin".to_owned()),
        ("GET".to_owned(), "/admin/customers".to_owned()),
    ];
    for (path, methods) in description["paths"].as_object().unwrap() {
        let path = format!("/api{}", path.strip_prefix("/api").unwrap_or(path)).replace("{id}", "1");
        places
            .extend(methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    assert!(places.iter().any(|place| *place == ("GET".to_owned(), "/api/artists".to_owned())), "{places:?}");
    for (what, token) in &bad {
        for (method, path) in &places {
            let method: Method = method.parse().unwrap();
            let mut request = server.client.request(method.clone(), server.url(path)).bearer_auth(token);
            if method == Method::POST || method == Method::PATCH {
                request = request.json(&json!({"query": "{ artists { totalCount } }"}));
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{what}: {method} {path}");
            let asked_for =
                answer.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
            assert!(asked_for.is_some_and(|value| value.starts_with("Bearer")), "{what}: {method} {path}");
            asked += 1;
        }
    }
    assert!(asked > 300, "{asked}");
    // Without any it is open.
    server.get("/api/artists", "").await;
}
