//! `routes` and `check`.

use crate::cli::failure::{Failure, Outcome};
use crate::migrate::{self, Migrations, State};
use crate::server::{App, ServedPath, served_paths};
use crate::state::AppState;

/// What is served where.
pub(super) fn routes(app: &App) -> Outcome {
    for ServedPath { methods, path, purpose } in served_paths(app)? {
        super::say(format_args!("{methods:<16} {path:<32} {purpose}"));
    }
    Ok(())
}

/// Whether the application could serve.
pub(super) async fn check(app: &App) -> Outcome {
    let registry = app.registry()?;
    super::say(format_args!("entities    ok, {}", registry.iter().count()));
    let settings = super::settings()?;
    super::say(format_args!("settings    ok, {:?}", settings.environment));
    let state = AppState::open(registry, settings).await?;
    let db = state.system().db();
    super::say(format_args!("database    ok, {}", db.dialect().name()));
    let migrations = Migrations::load(&state.settings().migrations_dir, db.dialect())?;
    let wrong: Vec<_> = migrations
        .status(db)
        .await?
        .into_iter()
        .filter(|status| status.state != State::Applied)
        .map(|status| format!("{}_{} is {}", status.version, status.name, status.state.name()))
        .collect();
    if wrong.is_empty() {
        super::say(format_args!("migrations  ok, all applied"));
        return check_row_security(&state).await;
    }
    Err(Failure::new(format!("{}; see `migrate status` and `migrate up`", wrong.join(", "))))
}

/// Whether the database's own policies are those of the entities, or rightly absent.
async fn check_row_security(state: &AppState) -> Outcome {
    let db = state.system().db();
    let outdated =
        migrate::examine(db, state.registry()).await.map_err(|fault| Failure::new(fault.to_string()))?;
    if !outdated.is_empty() {
        let lines = outdated.join("; ");
        return Err(Failure::new(format!("{lines}; run `migrate make --rls` and `migrate up`")));
    }
    if db.row_security() {
        super::say("row-level security  ok");
    }
    Ok(())
}
