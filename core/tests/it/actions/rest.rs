//! Actions over REST.

use entify::prelude::*;
use entify::testing::{Answer, Client, TestDb, each_database, framework_tables};
use poem::Request;
use poem::http::Method;
use serde_json::{Value as Json, json};

use super::store::*;
use crate::support::openapi;

fn all() -> Vec<&'static entify::entity::EntityDef> {
    [&entities![Buyer, Bill][..], &framework_tables()].concat()
}

fn broken(answer: &Answer) -> Vec<(String, String)> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
}

async fn send(client: &Client, method: Method, path: &str, headers: &[(&str, &str)], body: &Json) -> Answer {
    let mut request = Request::builder().method(method).uri_str(path).content_type("application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(body.to_string())).await
}

#[each_database(all())]
async fn an_action_answers_the_row_as_its_reader_sees_it(test: TestDb) {
    let client = client(&test, "ada", "guest").await;
    let bill = bill(client.ctx(), "ada").await;
    let path = format!("/api/bills/{}", bill.id);
    let paid = client.post(&format!("{path}/pay"), &json!({ "amount": "2.50", "tags": ["a"] })).await;
    assert_eq!(paid.status(), 200, "{}", paid.text());
    assert_eq!((&paid.json()["paid"], &paid.json()["remark"]), (&json!("2.5"), &Json::Null));
    let now = client.get(&path).await;
    assert_eq!((now.json(), now.header("etag")), (paid.json(), paid.header("etag")));
}

#[each_database(all())]
async fn what_is_wrong_with_a_request_is_told(test: TestDb) {
    let client = client(&test, "ada", "guest").await;
    let bill = bill(client.ctx(), "ada").await;
    let path = format!("/api/bills/{}/pay", bill.id);
    let wrong = json!({ "amount": 0, "note": "x".repeat(21), "way": "gold", "colour": 1 });
    let wrong = client.post(&path, &wrong).await;
    assert_eq!(wrong.status(), 422);
    let expected =
        [("colour", "unknown_field"), ("amount", "too_small"), ("way", "choice"), ("note", "too_long")];
    assert_eq!(broken(&wrong), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    assert_eq!(broken(&client.post(&path, &json!({})).await), [("amount".into(), "required".into())]);
    assert_eq!(client.post(&path, &json!([])).await.status(), 400);
    for (path, status) in [
        ("/api/bills/999/pay".to_owned(), 404),
        ("/api/bills/x/pay".to_owned(), 404),
        (format!("/api/bills/{}/pai", bill.id), 404),
        (format!("/api/bills/{}/pay/now", bill.id), 404),
        (format!("/api/bills/{}/step", bill.id), 403),
        (format!("/api/bills/{}/pay?x=1", bill.id), 400),
        ("/api/bills/pay".to_owned(), 405),
    ] {
        assert_eq!(client.post(&path, &json!({ "amount": 1 })).await.status(), status, "{path}");
    }
    let get = client.get(&path).await;
    assert_eq!((get.status(), get.header("allow")), (405, "POST, OPTIONS"));
    let media_type = Request::builder().method(Method::POST).uri_str(&path).body("{\"amount\":1}");
    assert_eq!(client.send(media_type).await.status(), 415);
    let anonymous = Client::new(App::new(entities![Buyer, Bill]), &test);
    assert_eq!(anonymous.post(&path, &json!({ "amount": 1 })).await.status(), 401);
}

#[each_database(all())]
async fn an_action_without_input_takes_no_body(test: TestDb) {
    let client = client(&test, "eve", "staff").await;
    let bill = bill(client.ctx(), "ada").await;
    let forget = format!("/api/bills/{}/forget", bill.id);
    let refused = client.post(&forget, &json!({ "why": "x" })).await;
    assert_eq!((refused.status(), broken(&refused)), (422, vec![("why".into(), "unknown_field".into())]));
    let empty = Request::builder().method(Method::POST).uri_str(&forget).finish();
    let gone = client.send(empty).await;
    assert_eq!((gone.status(), gone.body().len()), (204, 0));
    assert_eq!(client.post(&forget, &json!({})).await.status(), 404);
    let month = client.post("/api/bills/open-month", &json!({})).await;
    assert_eq!(month.status(), 200);
    assert_eq!(month.json()["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(month.json()["items"][0]["remark"], "none");
}

#[each_database(all())]
async fn what_only_reads_is_got(test: TestDb) {
    let client = client(&test, "eve", "staff").await;
    let bill = bill(client.ctx(), "ada").await;
    let balance = client.get(&format!("/api/bills/{}/balance", bill.id)).await;
    let expected = json!({ "open": "10", "bills": 1, "buyer_id": bill.buyer_id.get() });
    assert_eq!((balance.status(), balance.json()), (200, expected));
    let owed = |query: String| {
        let client = client.clone();
        async move { client.get(&format!("/api/bills/owed?{query}")).await }
    };
    let found = owed(format!("buyer_id={}&at_least=1.5", bill.buyer_id)).await;
    assert_eq!(found.json(), json!({ "open": "10", "bills": 1, "buyer_id": null }));
    assert_eq!(owed(format!("buyer_id={}&at_least=10", bill.buyer_id)).await.status(), 204);
    assert_eq!(owed("at_least=-1".to_owned()).await.status(), 422);
    assert_eq!(owed("buyer_id=x".to_owned()).await.status(), 422);
    assert_eq!(owed("buyer_id=1&colour=1".to_owned()).await.status(), 400);
    assert_eq!(owed("buyer_id=1&buyer_id=1".to_owned()).await.status(), 400);
    let posted = client.post("/api/bills/owed", &json!({})).await;
    assert_eq!((posted.status(), posted.header("allow")), (405, "GET, HEAD, OPTIONS"));
}

#[each_database(all())]
async fn preconditions_dry_runs_and_keys_hold(test: TestDb) {
    let client = client(&test, "ada", "guest").await;
    let bill = bill(client.ctx(), "ada").await;
    let path = format!("/api/bills/{}", bill.id);
    let tag = client.get(&path).await.header("etag").to_owned();
    let pay = format!("{path}/pay");
    let one = json!({ "amount": 1 });
    let dry = client.post(&format!("{pay}?dry_run=true"), &one).await;
    assert_eq!((dry.status(), &dry.json()["paid"]), (200, &json!("1")));
    assert_eq!(client.get(&path).await.header("etag"), tag, "nothing was kept");
    let stale = send(&client, Method::POST, &pay, &[("if-match", "\"x\"")], &one).await;
    assert_eq!(stale.status(), 412);
    let paid = send(&client, Method::POST, &pay, &[("if-match", &tag)], &one).await;
    assert_eq!((paid.status(), &paid.json()["paid"]), (200, &json!("1")));
    let key = [("idempotency-key", "k-1")];
    for _ in 0..2 {
        let once = send(&client, Method::POST, &pay, &key, &one).await;
        assert_eq!((once.status(), &once.json()["paid"]), (200, &json!("2")));
    }
    let other = send(&client, Method::POST, &pay, &key, &json!({ "amount": 2 })).await;
    assert_eq!(other.status(), 422);
    let now = client.get(&path).await.json();
    assert_eq!(now["paid"], "2");
}

#[test]
fn openapi_has_every_action() {
    let registry = entify::entity::Registry::new(&entities![Buyer, Bill]).expect("entities");
    let spec = entify::rest::spec(&registry, "Store", "1").expect("a document");
    let spec = openapi::read(&spec);
    let pay = &spec["paths"]["/api/bills/{id}/pay"]["post"];
    assert_eq!(pay["operationId"], "pay_bill");
    let body = &pay["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["$ref"], "#/components/schemas/PaymentInput");
    let statuses: Vec<&str> =
        pay["responses"].as_object().expect("responses").keys().map(String::as_str).collect();
    assert_eq!(
        statuses,
        [
            "200", "204", "400", "401", "403", "404", "406", "408", "409", "412", "413", "415", "422", "429",
            "500", "503"
        ]
    );
    let input = &spec["components"]["schemas"]["PaymentInput"];
    assert_eq!((&input["required"], &input["additionalProperties"]), (&json!(["amount"]), &json!(false)));
    assert_eq!(input["properties"]["way"]["default"], "cash");
    let month = &spec["paths"]["/api/bills/open-month"]["post"];
    assert_eq!(month["operationId"], "open_month_bills");
    let owed = &spec["paths"]["/api/bills/owed"]["get"];
    let parameters = owed["parameters"].as_array().expect("parameters");
    let parameters: Vec<_> = parameters.iter().map(|one| (&one["name"], &one["required"])).collect();
    assert_eq!(parameters, [(&json!("buyer_id"), &json!(true)), (&json!("at_least"), &json!(false))]);
    assert_eq!(owed["responses"]["204"]["description"], "There is none.");
    assert_eq!(spec["paths"]["/api/bills/{id}/forget"]["post"]["deprecated"], true);
}
