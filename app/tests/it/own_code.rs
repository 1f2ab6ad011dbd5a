//! What the store adds to its entities, from the outside.

use serde_json::json;

use crate::store::Store;

#[tokio::test]
async fn one_number_on_both_apis_a_file_and_a_page_behind_the_sign_in() {
    let store = Store::sqlite();
    store.run(&["seed"]);
    let staff = store.run(&["token", "create", "--name", "x", "--role", "staff"]);
    let routes = store.run(&["routes"]);
    for expected in ["/m3u", "/admin/sales", "/api/revenue", "daily revenue                    every 1d"] {
        assert!(routes.contains(expected), "{expected}: {routes}");
    }
    let server = store.serve();

    let all = server.get("/api/revenue", staff.trim()).await;
    assert_ne!(all, json!("0"), "the seed has invoices");
    assert_eq!(server.get("/api/revenue?country=Nowhere", staff.trim()).await, json!("0"));
    assert_eq!(server.graphql("{ revenue }", json!({}), staff.trim()).await, json!({ "revenue": all }));
    let anonymous = server.client.get(server.url("/api/revenue")).send().await.unwrap();
    assert_eq!(anonymous.status(), 401, "who may read no invoice gets no sum");

    let playlist = server.get("/api/playlists?limit=1", "").await["items"][0].clone();
    let file = server.client.get(server.url(&format!("/m3u/{}", playlist["id"]))).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "audio/x-mpegurl");
    let file = file.text().await.unwrap();
    let name = playlist["name"].as_str().unwrap();
    assert!(file.starts_with(&format!("#EXTM3U\n#PLAYLIST:{name}\n#EXTINF:")), "{file}");
    let lost = server.client.get(server.url("/m3u/999999")).send().await.unwrap();
    assert_eq!(lost.status(), 404);

    let page = server.client.get(server.url("/admin/sales")).send().await.unwrap();
    assert_eq!(page.headers()["location"], "/admin/sign-in?next=%2Fadmin%2Fsales");
}
