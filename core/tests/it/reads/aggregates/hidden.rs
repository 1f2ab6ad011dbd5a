//! A field that the reader may not read in every row is neither measured, nor grouped by, nor sorted by, nor compared.

use entify::entity::Registry;
use entify::graphql::Schema;
use entify::prelude::*;
use entify::query::{Aggregate, count};
use entify::rest::Rest;
use entify::server::AppState;
use entify::testing::{TestDb, each_database};
use poem::{Endpoint as _, EndpointExt as _, Request};
use serde_json::{Value as Json, json};

use super::someone;

#[derive(Entity)]
#[entity(policy(read = public, write = nobody))]
pub struct Worker {
    #[entity(filter)]
    name: String,
    #[entity(filter, aggregate, policy(read = owner(name) | role("hr")))]
    salary: Option<i64>,
    #[entity(filter)]
    boss: Option<One<Worker>>,
}

#[each_database(entities![Worker], row_security)]
async fn what_is_hidden_in_some_rows_is_not_measured(test: TestDb) {
    let ctx = test.ctx();
    let workers = WorkerService::new(&ctx);
    let zoe =
        workers.create(WorkerInput { salary: Some(900), ..WorkerInput::new("zoe") }).await.expect("a row").id;
    workers
        .create(WorkerInput { salary: Some(100), boss_id: Some(zoe), ..WorkerInput::new("ada") })
        .await
        .expect("a row");
    let of = |subject: &str, roles: &[&str]| ctx.with_principal(someone(subject, roles));
    let (ada, hr) = (of("ada", &[]), of("x", &["hr"]));
    let sum = || Aggregate::of(Worker::salary().sum());
    let found = WorkerService::new(&hr).aggregate(sum()).await.expect("a sum");
    assert_eq!(found.get(Worker::salary().sum()).expect("asked for"), Some(Decimal::from(1000)));
    let workers = WorkerService::new(&ada);
    let refused = |error: Error| {
        assert_eq!(error.code(), "BAD_REQUEST");
        assert!(error.to_string().starts_with("you may not "), "{error}");
    };
    let by = Worker::name().group();
    refused(workers.aggregate(sum()).await.expect_err("measured"));
    let grouped = workers.group_by(Worker::salary().group(), Aggregate::of(count())).await;
    refused(grouped.expect_err("grouped"));
    let over = workers.group_by(Worker::boss().to(Worker::salary().group()), Aggregate::of(count())).await;
    refused(over.expect_err("grouped over a relation"));
    let sorted =
        workers.group_by(by.clone(), Aggregate::of(count()).order(Worker::salary().max().desc())).await;
    refused(sorted.expect_err("sorted"));
    let tested = workers.group_by(by, Aggregate::of(count()).having(Worker::salary().min().gt(5))).await;
    refused(tested.expect_err("compared"));
    let filtered = workers.aggregate(Aggregate::of(count()).filter(Worker::salary().gt(5))).await;
    refused(filtered.expect_err("filtered"));

    let registry = Registry::new(&entities![Worker]).expect("a registry");
    let schema = Schema::builder(&registry).build().expect("a schema");
    let state = AppState::new(registry, test.db().clone(), b"a secret for tests");
    let rest = Rest::new().endpoint(&state).expect("routes").data(ada.clone());
    for query in [
        "sum=salary",
        "count=true&group=salary",
        "count=true&group=boss.salary",
        "count=true&group=name&sort=max.salary",
        "count=true&group=name&having[min.salary][gt]=5",
    ] {
        let uri = format!("/api/workers/aggregate?{query}").parse().expect("an address");
        let response = rest.get_response(Request::builder().uri(uri).finish()).await;
        assert_eq!(response.status().as_u16(), 400, "{query}");
        let body: Json =
            serde_json::from_slice(&response.into_body().into_vec().await.expect("a body")).expect("JSON");
        assert!(
            body["detail"].as_str().is_some_and(|detail| detail.starts_with("you may not ")),
            "{query}: {body}"
        );
    }
    let graphql = schema.endpoint(&state).data(ada);
    for query in [
        "workersAggregate { sum { salary } }",
        "workersGrouped(by: [{ salary: true }]) { count }",
        "workersGrouped(by: [{ boss: { salary: true } }]) { count }",
        "workersGrouped(by: [{ name: true }], orderBy: [{ max: { salary: ASC } }]) { count }",
        "workersGrouped(by: [{ name: true }], having: { min: { salary: { gt: 5 } } }) { count }",
    ] {
        let request = Request::builder()
            .method(poem::http::Method::POST)
            .header("content-type", "application/json")
            .body(json!({ "query": format!("{{ {query} }}") }).to_string());
        let response = graphql.get_response(request).await;
        let body: Json =
            serde_json::from_slice(&response.into_body().into_vec().await.expect("a body")).expect("JSON");
        let message = body["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.starts_with("you may not "), "{query}: {body}");
    }
}
