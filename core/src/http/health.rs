//! `/livez` and `/readyz`: whether the process is alive, and whether it can serve requests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use poem::http::{HeaderValue, header};
use poem::{Endpoint, Request, Response};
use tokio::sync::Mutex;

use crate::db::DbError;
use crate::http::problem;
use crate::migrate;
use crate::state::AppState;

/// `GET /livez`: the process answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Live;

impl Endpoint for Live {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok(problem::refuse_writes(&request).unwrap_or_else(ok))
    }
}

/// How long a schema that fits is taken to do so, and one that does not: a migration of another process is seen then.
const CHECKED_FOR: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(1));

/// `GET /readyz`: the database answers a trivial statement, and has the tables and columns that the entities need.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    state: AppState,
    schema: Arc<Mutex<Option<SchemaCheck>>>,
}

/// What the schema was found to be.
#[derive(Debug, Clone, Copy)]
struct SchemaCheck {
    fits: bool,
    at: Instant,
    /// The migrations that this process had run.
    changes: u64,
}

impl Ready {
    /// Readiness of an application.
    #[must_use]
    pub(crate) fn new(state: &AppState) -> Self {
        Self { state: state.clone(), schema: Arc::default() }
    }

    /// Whether the database has what the entities need. Asks the catalog every few seconds, however often this is called.
    async fn schema_fits(&self) -> Result<bool, DbError> {
        let db = self.state.system().db();
        let mut known = self.schema.lock().await;
        if let Some(check) = *known
            && check.changes == db.schema_changes()
            && check.at.elapsed() < if check.fits { CHECKED_FOR.0 } else { CHECKED_FOR.1 }
        {
            return Ok(check.fits);
        }
        let changes = db.schema_changes();
        let missing = migrate::missing_columns(db.probe(), self.state.registry()).await?;
        for line in &missing {
            tracing::warn!("not ready: {line}");
        }
        let fits = missing.is_empty();
        *known = Some(SchemaCheck { fits, at: Instant::now(), changes });
        Ok(fits)
    }
}

impl Endpoint for Ready {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Some(refused) = problem::refuse_writes(&request) {
            return Ok(refused);
        }
        let ready = match self.state.system().db().probe().ping().await {
            Ok(()) => self.schema_fits().await,
            Err(error) => Err(error),
        };
        Ok(match ready {
            Ok(true) => ok(),
            Ok(false) => {
                let reason = "the database's tables are not those that this version needs";
                problem::unavailable(reason, &problem::request_id(&request))
            }
            Err(error) => {
                tracing::warn!(cause = %error, "not ready");
                problem::problem(&crate::Error::Unavailable, &problem::request_id(&request))
            }
        })
    }
}

fn ok() -> Response {
    let mut response = Response::default();
    response.set_body("ok\n");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
