//! `/metrics`, for who knows the token: around everything that authenticates clients, for it is not one of them.

use poem::http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, Request, Response};
use subtle::ConstantTimeEq as _;

use crate::auth::bearer_token;
use crate::error::Error;
use crate::http::metrics::{Metrics, Reading, number};
use crate::http::problem::{problem, refuse_writes};
use crate::sql;
use crate::state::AppState;
use crate::tasks::TaskRuns;

/// The path of the numbers.
pub(super) const PATH: &str = "/metrics";
const MEDIA_TYPE: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Answers for the numbers, and passes on the rest.
pub(super) struct MetricsEndpoint<E> {
    inner: E,
    metrics: Metrics,
    token: String,
}

impl<E> MetricsEndpoint<E> {
    pub(super) fn new(inner: E, metrics: Metrics, token: String) -> Self {
        Self { inner, metrics, token }
    }

    fn respond(&self, request: &Request) -> Response {
        if let Some(refused) = refuse_writes(request) {
            return refused;
        }
        if !self.is_allowed(request) {
            return problem(&Error::Unauthenticated, "");
        }
        let mut response = Response::default();
        response.set_status(StatusCode::OK);
        response.set_body(self.metrics.text());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, MEDIA_TYPE);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// Whether the request has the one token, in the one header.
    fn is_allowed(&self, request: &Request) -> bool {
        let token = bearer_token(request.headers()).ok().flatten();
        token.is_some_and(|token| token.as_bytes().ct_eq(self.token.as_bytes()).into())
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for MetricsEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        match request.uri().path() == PATH {
            true => Ok(self.respond(&request)),
            false => self.inner.call(request).await,
        }
    }
}

/// Reads the numbers of the database and of the tasks.
pub(super) fn watch(metrics: &Metrics, state: &AppState) {
    let db = |read: fn(&crate::db::Db) -> f64| {
        let db = state.system().db().clone();
        move || read(&db)
    };
    metrics.read(Reading::counter(
        "entify_db_statements",
        "Statements that were run on the database",
        db(|db| number(db.statements())),
    ));
    for (name, help, read) in [
        (
            "entify_db_connections_open",
            "Connections to the database that are open",
            (|db| f64::from(db.pool_status().open)) as fn(&crate::db::Db) -> f64,
        ),
        ("entify_db_connections_idle", "Connections that wait for work", |db| {
            f64::from(db.pool_status().idle)
        }),
        ("entify_db_connections_waiting", "Statements and transactions that wait for a connection", |db| {
            f64::from(db.pool_status().waiting)
        }),
    ] {
        metrics.read(Reading::gauge(name, help, db(read)));
    }
    metrics.read(Reading::cache("statement_texts", sql::cache::cached_bytes));
    let Some(runs) = state.system().data_opt::<TaskRuns>() else { return };
    let of_tasks = |read: fn(&crate::tasks::TaskRun) -> f64| {
        let runs = runs.clone();
        move || runs.each(read)
    };
    for (name, help, read) in [
        (
            "entify_task_runs",
            "Runs of a task that have ended on this node",
            (|run| number(run.runs)) as fn(&crate::tasks::TaskRun) -> f64,
        ),
        ("entify_task_failures", "Runs of a task that failed", |run| number(run.failures)),
        ("entify_task_seconds", "How long the runs of a task took together", |run| run.took.as_secs_f64()),
    ] {
        metrics.read(Reading::counter(name, help, || 0.0).labelled("task", of_tasks(read)));
    }
    let help = "When the last run of a task ended on this node, in seconds since 1970";
    let last = Reading::gauge("entify_task_last_run_timestamp_seconds", help, || 0.0);
    let last = last.labelled("task", of_tasks(|run| run.last.timestamp_millis() as f64 / 1e3));
    metrics.read(last);
}
