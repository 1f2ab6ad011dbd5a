//! What the store adds to its entities, from the outside.

use entify::entities;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use crate::store::{Server, Store};

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

const JWT_SECRET: &str = "a secret for the tests, of 32 bytes";

/// The answer to a request of somebody with a token, or without one when it is empty.
async fn send(server: &Server, method: &str, path: &str, token: &str, body: Json) -> (u16, Json) {
    let request = server.client.request(method.parse().unwrap(), server.url(path)).json(&body);
    let request = if token.is_empty() { request } else { request.bearer_auth(token) };
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[each_database(entities![])]
async fn a_customer_logs_in_and_reads_what_is_theirs(db: TestDb) {
    let store = Store::new(db.url()).with("JWT_SECRET", JWT_SECRET);
    store.run(&["migrate", "up"]);
    store.run(&["seed"]);
    let staff = store.run(&["token", "create", "--name", "x", "--role", "staff"]);
    let staff = staff.trim();
    let server = store.serve();

    // The hook: an address is kept in one form, whoever writes it, however.
    let new = json!({ "first_name": "Ida", "last_name": "Berg", "email": " Ida@Mail.Example ", "password": "correct horse" });
    let (status, ida) = send(&server, "POST", "/api/customers", staff, new).await;
    assert_eq!((status, &ida["email"]), (201, &json!("ida@mail.example")), "{ida}");
    assert_eq!(ida.get("password"), None, "it is never read");
    let path = format!("/api/customers/{}", ida["id"]);
    let (_, ida) = send(&server, "PATCH", &path, staff, json!({ "email": "IDA.BERG@mail.example" })).await;
    assert_eq!(ida["email"], "ida.berg@mail.example");
    let taken = json!({ "first_name": "A", "last_name": "B", "email": "Ida.Berg@MAIL.example" });
    assert_eq!(send(&server, "POST", "/api/customers", staff, taken).await.0, 409);

    // The login.
    let log_in = async |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        send(&server, "POST", "/api/login", "", body).await
    };
    let (status, token) = log_in("Ida.Berg@mail.example", "correct horse").await;
    assert_eq!((status, &token["expires_in"]), (200, &json!(3600)), "{token}");
    let token = token["token"].as_str().unwrap();
    let mine = server.get("/api/customers", token).await;
    assert_eq!((mine["items"].as_array().unwrap().len(), &mine["items"][0]["id"]), (1, &ida["id"]));
    // Another's password, a wrong one, one of a customer who has none, and of nobody: one answer.
    let noor = server.get("/api/customers?email=noor@mail.example", staff).await["items"][0].clone();
    let refused = log_in("ida.berg@mail.example", "battery staple").await;
    assert_eq!((refused.0, &refused.1["code"]), (401, &json!("UNAUTHENTICATED")));
    for email in [noor["email"].as_str().unwrap(), "nobody@mail.example"] {
        let (status, answer) = log_in(email, "correct horse").await;
        assert_eq!((status, &answer["detail"]), (401, &refused.1["detail"]), "{email}");
    }
    // Only whose it is, and staff, write it.
    let support = store.run(&["token", "create", "--name", "y", "--role", "support", "--subject", "2"]);
    let path = format!("/api/customers/{}", noor["id"]);
    let password = json!({ "password": "battery staple" });
    let (status, answer) = send(&server, "PATCH", &path, support.trim(), password.clone()).await;
    assert_eq!((status, &answer["code"]), (403, &json!("FORBIDDEN")), "{answer}");
    assert_eq!(
        send(&server, "PATCH", &format!("/api/customers/{}", ida["id"]), token, password).await.0,
        200
    );
    assert_eq!(log_in("ida.berg@mail.example", "battery staple").await.0, 200);
    // Guessing is slowed down by the limit on the path: ten in a minute.
    let mut last = 0;
    for _ in 0..11 {
        last = log_in("ida.berg@mail.example", "a guess").await.0;
    }
    assert_eq!(last, 429);
}

#[each_database(entities![])]
async fn what_a_line_comes_to_is_computed_where_it_is_read(db: TestDb) {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    store.run(&["seed"]);
    let staff = store.run(&["token", "create", "--name", "x", "--role", "staff"]);
    let staff = staff.trim();
    let server = store.serve();
    let line = server.get("/api/invoice-lines?limit=1", staff).await["items"][0].clone();
    assert_eq!(line["amount"], "0.99");
    let path = format!("/api/invoice-lines/{}", line["id"]);
    let (status, changed) = send(&server, "PATCH", &path, staff, json!({ "quantity": 3 })).await;
    assert_eq!((status, &changed["amount"]), (200, &json!("2.97")));
    let query = "{ invoiceLines(filter: { amount: { gt: \"1\" } }) { nodes { amount } } }";
    let dear = server.graphql(query, json!({}), staff).await;
    assert_eq!(dear, json!({ "invoiceLines": { "nodes": [{ "amount": "2.97" }] } }));
    let (status, _) = send(&server, "PATCH", &path, staff, json!({ "amount": "1.00" })).await;
    assert_eq!(status, 422, "it cannot be written");
}
