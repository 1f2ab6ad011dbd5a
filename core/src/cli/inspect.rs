//! `routes` and `check`.

use crate::cli::failure::{Failure, Outcome};
use crate::migrate::{self, MigrationState};
use crate::server::{App, ServedPath, served_paths};
use crate::state::AppState;

/// What is served where.
pub(super) fn routes(app: &App) -> Outcome {
    for ServedPath { methods, path, purpose } in served_paths(app)? {
        super::print_line(format_args!("{methods:<16} {path:<32} {purpose}"));
    }
    Ok(())
}

/// Whether the application could serve.
pub(super) async fn check(app: &App) -> Outcome {
    let registry = app.registry()?;
    super::print_line(format_args!("entities    ok, {}", registry.iter().count()));
    let settings = super::settings()?;
    super::print_line(format_args!("settings    ok, {:?}", settings.environment));
    let state = AppState::open_with(registry, settings, app.migrations.clone()).await?;
    let db = state.system().db();
    super::print_line(format_args!("database    ok, {}", db.dialect().name()));
    let mut waiting = 0;
    let unapplied: Vec<_> = state
        .migrations()?
        .status(db)
        .await?
        .into_iter()
        .inspect(|status| waiting += usize::from(status.state == MigrationState::Waiting))
        .filter(|status| !matches!(status.state, MigrationState::Applied | MigrationState::Waiting))
        .map(|status| format!("{}_{} is {}", status.version, status.name, status.state.name()))
        .collect();
    if unapplied.is_empty() {
        match waiting {
            0 => super::print_line("migrations  ok, all applied"),
            _ => super::print_line(format_args!(
                "migrations  ok, {waiting} waiting until no older version runs"
            )),
        }
        check_schema(&state).await?;
        return check_row_security(&state).await;
    }
    Err(Failure::new(format!("{}; see `migrate status` and `migrate up`", unapplied.join(", "))))
}

/// Whether the database has the tables and columns that the entities need.
async fn check_schema(state: &AppState) -> Outcome {
    let missing = migrate::missing_columns(state.system().db(), state.registry())
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    if missing.is_empty() {
        super::print_line("schema      ok");
        return Ok(());
    }
    Err(Failure::new(missing.join("; ")))
}

/// Whether the database's policies are those of the entities, or there are none and `DATABASE_RLS` is off.
async fn check_row_security(state: &AppState) -> Outcome {
    let db = state.system().db();
    let outdated = migrate::inspect_row_security(db, state.registry())
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    if !outdated.is_empty() {
        let lines = outdated.join("; ");
        return Err(Failure::new(format!("{lines}; run `migrate make --rls` and `migrate up`")));
    }
    if db.row_security() {
        super::print_line("row-level security  ok");
    }
    Ok(())
}
