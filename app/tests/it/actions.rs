//! The actions of the store, over its APIs and its command line.

use entify::entities;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use crate::store::{Server, Store};

/// A store with its first rows, and tokens of an administrator and of somebody from the staff.
fn seeded(db: &TestDb) -> (Store, [String; 2]) {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    store.run(&["seed"]);
    let token =
        |role: &str| store.run(&["token", "create", "--name", role, "--role", role]).trim().to_owned();
    let tokens = ["admin", "staff"].map(token);
    (store, tokens)
}

async fn post(server: &Server, path: &str, token: &str, body: Json) -> (u16, Json) {
    let request = server.client.post(server.url(path)).bearer_auth(token).json(&body);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[each_database(entities![])]
async fn the_store_has_four(db: TestDb) {
    let (store, [admin, staff]) = seeded(&db);
    let server = store.serve();
    let one = async |path: &str| server.get(path, &staff).await["items"][0].clone();

    // An invoice of a playlist, and a part of it back.
    let playlist = one("/api/playlists?limit=1").await;
    let customer = one("/api/customers?limit=1").await;
    let purchase = json!({ "playlist_id": playlist["id"], "customer_id": customer["id"] });
    let (status, invoice) = post(&server, "/api/invoices/open-from-playlist", &staff, purchase).await;
    assert_eq!(status, 200, "{invoice}");
    let lines =
        server.get(&format!("/api/invoice-lines?invoice_id={}&count=exact", invoice["id"]), &staff).await;
    assert!(lines["page"]["total"].as_i64().unwrap() > 1, "{lines}");
    let refund = format!("/api/invoices/{}/refund", invoice["id"]);
    let (status, less) = post(&server, &refund, &staff, json!({ "amount": "0.99" })).await;
    let cents = |json: &Json| json.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    assert_eq!((status, cents(&invoice["total"]) - cents(&less["total"])), (200, 99));
    let (status, refused) = post(&server, &refund, &staff, json!({ "amount": "1000" })).await;
    assert_eq!(
        (status, &refused["code"], &refused["errors"][0]["field"]),
        (409, &json!("REFUND_TOO_LARGE"), &json!("amount"))
    );

    // Two artists are one.
    let artists = server.get("/api/artists?limit=2", "").await;
    let [kept, other] = [0, 1].map(|at| artists["items"][at]["id"].clone());
    let merge = format!("/api/artists/{kept}/merge");
    let merged = json!({ "other_id": other });
    assert_eq!(post(&server, &merge, &staff, merged.clone()).await.0, 403);
    let (status, same) = post(&server, &merge, &admin, json!({ "other_id": kept })).await;
    assert_eq!((status, &same["errors"][0]["code"]), (422, &json!("same")));
    let before = server.get(&format!("/api/albums?artist_id[in]={kept},{other}&count=exact"), "").await;
    assert_eq!(post(&server, &merge, &admin, merged).await.0, 200);
    let after = server.get(&format!("/api/albums?artist_id={kept}&count=exact"), "").await;
    assert_eq!(before["page"]["total"], after["page"]["total"]);
    let gone = server.client.get(server.url(&format!("/api/artists/{other}"))).send().await.unwrap();
    assert_eq!(gone.status(), 404);

    // A genre has one price.
    let genre = server.graphql("{ genres(first: 1) { nodes { id } } }", json!({}), "").await;
    let id = &genre["genres"]["nodes"][0]["id"];
    let reprice =
        "mutation ($id: ID!) { repriceGenre(id: $id, input: { unitPrice: \"1.29\" }) { tracks unitPrice } }";
    let priced = server.graphql(reprice, json!({ "id": id }), &staff).await;
    assert_eq!(priced["repriceGenre"]["unitPrice"], "1.29");
    let tracks = priced["repriceGenre"]["tracks"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(tracks > 0, "{priced}");
}

#[each_database(entities![])]
async fn they_are_commands_too(db: TestDb) {
    let (store, _) = seeded(&db);
    let help = store.run(&["action", "--help"]);
    for entity in ["artist", "genre", "invoice"] {
        assert!(help.contains(entity), "{help}");
    }
    let help = store.run(&["action", "invoice", "--help"]);
    assert!(help.contains("refund") && help.contains("open_from_playlist"), "{help}");
    let help = store.run(&["action", "invoice", "refund", "--help"]);
    assert!(
        help.contains("--amount <VALUE>") && help.contains("--dry-run") && help.contains("<ID>"),
        "{help}"
    );

    let dry = store.run(&["action", "genre", "reprice", "1", "--unit-price", "0.5", "--dry-run"]);
    assert!(dry.contains("\"unit_price\":\"0.5"), "{dry}");
    let row: Json = serde_json::from_str(&dry).unwrap();
    assert!(row["tracks"].as_i64().unwrap() > 0, "{row}");
    let unchanged = store.run(&["export", "track", "--format", "jsonl"]);
    assert!(!unchanged.contains("\"unit_price\":\"0.50\""), "nothing is kept of a dry run");
    store.run(&["action", "Genre", "reprice", "1", "--unit_price", "0.5", "--as", "role:staff"]);
    assert!(store.run(&["export", "track", "--format", "jsonl"]).contains("\"unit_price\":\"0.50\""));

    for (arguments, said) in [
        (&["action", "genre", "reprice", "1"][..], "nothing was done: --unit-price is required"),
        (&["action", "genre", "reprice", "1", "--unit-price", "-1"], "--unit-price must be at least 0"),
        (
            &["action", "genre", "reprice", "999", "--unit-price", "1"],
            "nothing was done: Genre was not found",
        ),
        (&["action", "genre", "reprice", "x", "--unit-price", "1"], "Genre was not found"),
        (
            &["action", "genre", "reprice", "1", "--unit-price", "1", "--as", "anonymous"],
            "sign in or send a token",
        ),
        (
            &["action", "artist", "merge", "1", "--other-id", "999", "--as", "role:admin"],
            "--other-id does not exist",
        ),
        (&["action", "genre", "repric", "1"], "repric"),
        (&["action", "album", "x"], "album"),
    ] {
        let failure = store.fail(arguments);
        assert!(failure.contains(said), "{arguments:?}: {failure}");
    }

    let routes = store.run(&["routes"]);
    for path in ["/api/invoices/{id}/refund", "/api/invoices/open-from-playlist", "Genre: action reprice"] {
        assert!(routes.contains(path), "{routes}");
    }
    let explained = store.run(&["policy", "explain", "--as", "role:support,sub:3", "Invoice"]);
    assert!(explained.contains("action refund") && explained.contains("by InvoicePolicy"), "{explained}");
    assert!(explained.contains("action open_from_playlist  deny"), "{explained}");
}
