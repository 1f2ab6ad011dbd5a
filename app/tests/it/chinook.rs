//! The real store: the Chinook files imported by the program, its figures checked through all three surfaces.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Once;

use entify::entities;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use crate::store::{Server, Store, root};

/// Every file, in an order in which none refers to a later one.
const FILES: [(&str, u64); 11] = [
    ("artist", 275),
    ("album", 347),
    ("genre", 25),
    ("media_type", 5),
    ("track", 3503),
    ("playlist", 18),
    ("playlist_track", 8715),
    ("employee", 8),
    ("customer", 59),
    ("invoice", 412),
    ("invoice_line", 2240),
];

/// The folder of the files, `CHINOOK_DIR` or beside the checkout; or `None` with a loud word when they are not there.
///
/// # Panics
/// When they are not there although `ENTIFY_REQUIRE_CHINOOK=1`.
pub fn folder() -> Option<PathBuf> {
    let folder = match std::env::var_os("CHINOOK_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("../shared/data/chinook"),
    };
    if folder.join("artist.csv").exists() {
        return Some(folder);
    }
    let missing =
        format!("the Chinook files are not in {}; set CHINOOK_DIR to their folder", folder.display());
    let required = std::env::var("ENTIFY_REQUIRE_CHINOOK").is_ok_and(|value| value == "1");
    assert!(!required, "ENTIFY_REQUIRE_CHINOOK=1, but {missing}");
    static REPORTED: Once = Once::new();
    // Written past the test harness, which would keep the output of a test that passes to itself.
    REPORTED.call_once(|| {
        let _ = writeln!(std::io::stderr(), "SKIPPED: the tests of the real store did not run: {missing}");
    });
    None
}

/// Imports every file.
pub fn import(store: &Store, folder: &Path) {
    for (entity, count) in FILES {
        let file = folder.join(format!("{entity}.csv"));
        let output = store.run(&["import", entity, file.to_str().unwrap()]);
        assert!(output.starts_with(&format!("{count} rows imported")), "{entity}: {output}");
    }
}

#[each_database(entities![])]
async fn the_figures_are_right_on_every_surface(db: TestDb) -> ExitCode {
    let Some(folder) = folder() else { return ExitCode::SUCCESS };
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    import(&store, &folder);
    let token = store.run(&["token", "create", "--name", "test", "--role", "staff"]);
    let server = store.serve();
    let token = token.trim();
    rest(&server, token).await;
    graphql(&server, token).await;
    best_customers(&server, token).await;
    keys_continue(&server, token).await;
    let made = store.output(
        &["account", "create", "ada@store.example", "--role", "admin", "--password-stdin"],
        "a long enough password\n",
    );
    assert!(made.status.success());
    admin(&server).await;
    ExitCode::SUCCESS
}

async fn rest(server: &Server, token: &str) {
    let artists = server.get("/api/artists?limit=1&count=exact", "").await;
    assert_eq!(artists["page"]["total"], 275);
    let found = server.get("/api/artists?name=AC%2FDC", "").await;
    let id = &found["items"][0]["id"];
    let albums = server.get(&format!("/api/albums?artist_id={id}"), "").await;
    assert_eq!(albums["items"].as_array().unwrap().len(), 2);
    // The tracks of one playlist, paged to the end, each exactly once.
    let mut ids = HashSet::new();
    let mut path = "/api/playlist-tracks?playlist_id=1&limit=100".to_owned();
    loop {
        let page = server.get(&path, "").await;
        for entry in page["items"].as_array().unwrap() {
            assert!(ids.insert(entry["track_id"].as_i64().unwrap()), "a track came twice");
        }
        match page["page"]["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/playlist-tracks?playlist_id=1&limit=100&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(ids.len(), 3290);
    let invoices = server.get("/api/invoices?customer_id=6&limit=100", token).await;
    let totals = invoices["items"].as_array().unwrap().iter();
    assert_eq!(cents(totals.map(|invoice| &invoice["total"])), 4962);
    assert_eq!(server.client.get(server.url("/api/invoices")).send().await.unwrap().status(), 401);
}

/// The sum of exact decimals, which are texts with two digits after the point.
fn cents<'a>(totals: impl Iterator<Item = &'a Json>) -> i64 {
    totals
        .map(|total| {
            let (whole, rest) = total.as_str().unwrap().split_once('.').unwrap();
            assert_eq!(rest.len(), 2);
            whole.parse::<i64>().unwrap() * 100 + rest.parse::<i64>().unwrap()
        })
        .sum()
}

/// All rows of a list.
async fn all(server: &Server, path: &str, token: &str) -> Vec<Json> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{path}?limit=100{cursor}"), token).await;
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["page"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

/// The ten customers of highest revenue in each country, in one request.
async fn best_customers(server: &Server, token: &str) {
    let customers = all(server, "/api/customers", token).await;
    let invoices = all(server, "/api/invoices", token).await;
    assert_eq!((customers.len(), invoices.len()), (59, 412));
    let mut expected: Vec<(String, i64, i64)> = customers
        .iter()
        .map(|customer| {
            let own = invoices.iter().filter(|invoice| invoice["customer_id"] == customer["id"]);
            let revenue = cents(own.map(|invoice| &invoice["total"]));
            (customer["country"].as_str().unwrap().to_owned(), -revenue, customer["id"].as_i64().unwrap())
        })
        .collect();
    expected.sort();
    let mut of_country = std::collections::HashMap::new();
    expected.retain(|(country, ..)| {
        let count = of_country.entry(country.clone()).or_insert(0);
        *count += 1;
        *count <= 10
    });
    assert!(of_country["USA"] > 10, "a country of more than ten: {of_country:?}");
    let found = server
        .get(
            "/api/invoices/aggregate?group=customer.country,customer_id&sum=total&sort=-sum.total&limit=10\
             &per=customer.country",
            token,
        )
        .await;
    let found: Vec<(String, i64, i64)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let key = &group["key"];
            let country = key["customer.country"].as_str().unwrap().to_owned();
            (country, -cents([&group["sum"]["total"]].into_iter()), key["customer_id"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(found, expected);
    let query = "{ invoicesGrouped(
        by: [{ customer: { country: true } }, { customerId: true }], orderBy: [{ sum: { total: DESC } }],
        first: 10, per: [{ customer: { country: true } }]
    ) { key { customer { country } } sum { total } } }";
    let data = server.graphql(query, json!({}), token).await;
    let groups = data["invoicesGrouped"].as_array().unwrap().iter();
    let groups: Vec<(String, i64)> = groups
        .map(|group| {
            let country = group["key"]["customer"]["country"].as_str().unwrap().to_owned();
            (country, -cents([&group["sum"]["total"]].into_iter()))
        })
        .collect();
    let expected: Vec<(String, i64)> =
        expected.into_iter().map(|(country, revenue, _)| (country, revenue)).collect();
    assert_eq!(groups, expected);
}

async fn graphql(server: &Server, token: &str) {
    let query = r#"{
        artists(filter: { name: { eq: "AC/DC" } }) { nodes { albums { totalCount nodes { title } } } }
        all: artists(first: 1) { totalCount }
        customers(filter: { email: { eq: "hholy@gmail.com" } }) {
            nodes { supportRep { lastName } invoices(first: 100) { nodes { total } } }
        }
    }"#;
    let data = server.graphql(query, json!({}), token).await;
    assert_eq!(data["all"]["totalCount"], 275);
    assert_eq!(data["artists"]["nodes"][0]["albums"]["totalCount"], 2);
    let customer = &data["customers"]["nodes"][0];
    assert_eq!(customer["supportRep"]["lastName"], "Johnson");
    let totals = customer["invoices"]["nodes"].as_array().unwrap().iter();
    assert_eq!(cents(totals.map(|invoice| &invoice["total"])), 4962);
    // The same playlist through the to-many relation, paged to the end.
    let query = "query($id: ID!, $after: String) { playlistById(id: $id) {
        tracks(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
    } }";
    let (mut ids, mut after) = (HashSet::new(), Json::Null);
    loop {
        // base64("Playlist:1")
        let variables = json!({ "id": "UGxheWxpc3Q6MQ==", "after": after });
        let data = server.graphql(query, variables, "").await;
        let page = &data["playlistById"]["tracks"];
        for track in page["nodes"].as_array().unwrap() {
            assert!(ids.insert(track["id"].as_str().unwrap().to_owned()), "a track came twice");
        }
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(ids.len(), 3290);
}

async fn keys_continue(server: &Server, token: &str) {
    let body = json!({ "name": "The Paper Lanterns" });
    let request = server.client.post(server.url("/api/artists")).bearer_auth(token).json(&body);
    let made: Json = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(made["id"], 276, "{made}");
}

async fn admin(server: &Server) {
    let page = |path: String| async move {
        let response = server.client.get(server.url(&path)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    };
    let form = page("/admin/sign-in".to_owned()).await;
    let csrf = form
        .split("name=\"_csrf\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a form token");
    let fields = [
        ("_csrf", csrf),
        ("next", "/admin"),
        ("email", "ada@store.example"),
        ("password", "a long enough password"),
    ];
    let request = server.client.post(server.url("/admin/sign-in")).form(&fields);
    assert_eq!(request.send().await.unwrap().status(), 303);
    let albums = page("/admin/albums?q=Let+There+Be+Rock".to_owned()).await;
    assert!(albums.contains("Let There Be Rock") && albums.contains("AC/DC"));
    let artists = page("/admin/artists?q=AC%2FDC".to_owned()).await;
    assert!(artists.contains("AC/DC"));
    assert!(page("/admin/invoices".to_owned()).await.contains("1.98"));
}
