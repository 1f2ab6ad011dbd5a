//! Old schema, new code: start and readiness tell what the database lacks.

use std::path::Path;
use std::time::{Duration, Instant};

use entify::config::Settings;
use entify::db::{Dialect, Executor, Statement};
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::{TestDb, each_database};
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::{Endpoint as _, Request, Response};

/// The release before.
mod before {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Note {
        title: String,
        stars: i32,
    }
}

/// The next one, of which no migration was made.
mod after {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Note {
        title: String,
        #[entity(max_len = 20)]
        colour: Option<String>,
        stars: i32,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Line {
        text: String,
    }
}

/// One that calls a text what was a number.
mod retyped {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Note {
        title: String,
        stars: String,
    }
}

/// No tables: the migrations make them.
const EMPTY: &[&EntityDef] = &[];

fn endpoint(app: App, test: &TestDb) -> BoxEndpoint<'static, Response> {
    let state = AppState::new(app.registry().expect("entities"), test.db().clone(), b"a secret for tests");
    app.into_endpoint(&state).expect("an endpoint")
}

async fn readiness(endpoint: &BoxEndpoint<'static, Response>) -> (StatusCode, String) {
    let request = Request::builder().uri("/readyz".parse().expect("a URI")).finish();
    let response = endpoint.get_response(request).await;
    let status = response.status();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        assert!(response.headers().contains_key("retry-after"));
    }
    (status, response.into_body().into_string().await.expect("a text"))
}

async fn execute(test: &TestDb, sql: &'static str) {
    Executor::Pool(test.db().clone()).execute(Statement::plain(sql)).await.expect(sql);
}

#[each_database(entities![before::Note])]
async fn a_node_whose_columns_are_missing_is_not_ready(test: TestDb) {
    let new = endpoint(App::new(entities![after::Note]), &test);
    let (status, body) = readiness(&new).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    for internal in ["colour", "note", "column", "migrate"] {
        assert!(!body.contains(internal), "{body}");
    }
    // Another process migrates: that is seen within a second, and more columns than are needed are no fault.
    execute(&test, "ALTER TABLE note ADD COLUMN colour text").await;
    execute(&test, "ALTER TABLE note ADD COLUMN of_a_release_to_come integer").await;
    let start = Instant::now();
    while readiness(&new).await.0 != StatusCode::OK {
        assert!(start.elapsed() < Duration::from_secs(5), "it is not seen");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let old = endpoint(App::new(entities![before::Note]), &test);
    assert_eq!(readiness(&old).await.0, StatusCode::OK, "the release before goes on");
    let missing = endpoint(App::new(entities![after::Note, after::Line]), &test);
    assert_eq!(readiness(&missing).await.0, StatusCode::SERVICE_UNAVAILABLE, "a table is missing");
    let retyped = endpoint(App::new(entities![retyped::Note]), &test);
    assert_eq!(readiness(&retyped).await.0, StatusCode::SERVICE_UNAVAILABLE, "a type is another");
}

#[each_database(entities![before::Note])]
async fn readiness_asks_the_catalog_now_and_then(test: TestDb) {
    let endpoint = endpoint(App::new(entities![before::Note]), &test);
    let before = test.db().statements();
    let start = Instant::now();
    for _ in 0..100 {
        assert_eq!(readiness(&endpoint).await.0, StatusCode::OK);
    }
    let asked = test.db().statements() - before - 100;
    assert!(asked <= 1 + start.elapsed().as_secs() / 5, "{asked} times in {:?}", start.elapsed());
}

fn settings(test: &TestDb, migrations: &Path) -> Settings {
    Settings {
        database_url: test.url().to_owned(),
        migrations_dir: migrations.to_owned(),
        secret_key: Some("k".repeat(32)),
        ..Settings::default()
    }
}

#[each_database(EMPTY)]
async fn an_application_does_not_start_on_a_schema_that_it_does_not_fit(test: TestDb) {
    let folder = tempfile::tempdir().expect("a folder");
    let old = App::new(entities![before::Note]);
    entify::migrate::make(folder.path(), Some("initial"), &old.registry().expect("entities")).expect("made");
    let start = async |app: App| {
        let started = app.migrated_state(settings(&test, folder.path())).await;
        started.map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(start(old).await, Ok(()));
    let error = start(App::new(entities![after::Note, after::Line])).await.expect_err("columns are missing");
    assert_eq!(
        error,
        "the database does not fit the entities: the table `note` has no column `colour`; make it with `migrate make` and \
         apply it with `migrate up`; there is no table `line`; make it with `migrate make` and apply it with `migrate up`"
    );
    let error = start(App::new(entities![retyped::Note])).await.expect_err("a type is another");
    let types = match test.db().dialect() {
        Dialect::Sqlite => "is `INTEGER`, not `text`",
        Dialect::Postgres => "is `integer`, not `text",
    };
    assert!(error.contains("the column `stars` of the table `note`") && error.contains(types), "{error}");

    // The framework's own tables are needed as much.
    execute(&test, "ALTER TABLE entify_account DROP COLUMN subject").await;
    execute(&test, "DROP TABLE entify_session").await;
    let error = start(App::new(entities![before::Note])).await.expect_err("the framework's are missing");
    assert!(error.contains("the table `entify_account` has no column `subject`; apply it"), "{error}");
    assert!(error.contains("there is no table `entify_session`"), "{error}");
    let node = endpoint(App::new(entities![before::Note]), &test);
    assert_eq!(readiness(&node).await.0, StatusCode::SERVICE_UNAVAILABLE);
}
