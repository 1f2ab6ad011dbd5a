//! `check`: whether the application could serve; `routes`: what it would.

use crate::cli::failure::{Failure, Outcome};
use crate::entity::EntityInfo;
use crate::migrate::live::{self, Comparison};
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

/// Whether the application could serve, and every difference between its entities, its migrations and its database.
pub(super) async fn check(app: &App) -> Outcome {
    let registry = app.registry()?;
    super::print_line(format_args!("entities    ok, {}", registry.iter().count()));
    let settings = super::settings()?;
    super::print_line(format_args!("settings    ok, {:?}", settings.environment));
    let state = app.state(settings).await?;
    let db = state.system().db();
    super::print_line(format_args!("database    ok, {}", db.dialect().name()));
    if state.is_adopted() {
        super::print_line("migrations  none: the tables are those of others, and entify's own are not there");
        let wrong = differences(&state, false, false).await?;
        return if wrong.is_empty() { Ok(()) } else { Err(Failure::lines(wrong)) };
    }
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
    }
    let mut wrong = differences(&state, !unapplied.is_empty(), waiting > 0).await?;
    if unapplied.is_empty() {
        wrong.extend(row_security(&state).await);
    } else {
        wrong.push(format!("{}; see `migrate status` and `migrate up`", unapplied.join(", ")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::lines(wrong)) }
}

/// What the database lacks of what the entities need, or has in another way. Prints what it has beside. `between`: a contract
/// migration waits, and until then the database has what two versions need.
async fn differences(state: &AppState, pending: bool, between: bool) -> Result<Vec<String>, Failure> {
    let (db, folder) = (state.system().db(), &state.settings().migrations_dir);
    let compared = match between {
        true => Err("two versions of the program may run".to_owned()),
        // A standby, a role that may create nothing, an engine without all of PostgreSQL's catalogs.
        false => {
            live::compare(db, state.registry(), folder, pending).await.map_err(|error| error.to_string())
        }
    };
    let compared = match compared {
        Ok(compared) => compared,
        Err(reason) => {
            super::print_line(format_args!(
                "note: the database is compared by tables, columns and types only ({reason})"
            ));
            let missing = migrate::missing_columns(db, state.registry()).await;
            let differences = missing.map_err(|error| Failure::new(error.to_string()))?;
            Comparison { differences, notes: Vec::new() }
        }
    };
    for note in &compared.notes {
        super::print_line(format_args!("note: {note}"));
    }
    for hint in state.registry().iter().flat_map(EntityInfo::unindexed_owners) {
        super::print_line(format_args!("note: {hint}"));
    }
    if compared.differences.is_empty() {
        super::print_line("schema      ok");
    }
    Ok(compared.differences)
}

/// What is wrong with row-level security: the database's policies are those of the entities, or there are none and
/// `DATABASE_RLS` is off.
async fn row_security(state: &AppState) -> Option<String> {
    let db = state.system().db();
    match migrate::inspect_row_security(db, state.registry()).await {
        Err(error) => Some(error.to_string()),
        Ok(outdated) if !outdated.is_empty() => {
            Some(format!("{}; run `migrate make --rls` and `migrate up`", outdated.join("; ")))
        }
        Ok(_) => {
            if db.row_security() {
                super::print_line("row-level security  ok");
            }
            None
        }
    }
}
