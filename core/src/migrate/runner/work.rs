//! What one migration does on a connection, within the transaction or outside it.

use std::time::Instant;

use sqlx::Error;

use crate::db::Dialect;
use crate::migrate::MigrateError;
use crate::migrate::data::CURSORS;
use crate::migrate::header::NO_TRANSACTION;
use crate::migrate::migrations::{MigrationEntry, MigrationText, MigrationWork};
use crate::migrate::runner::session::{Session, code, reason};
use crate::migrate::runner::{Action, assertion, is_read_only, of_sqlx, records};
use crate::migrate::script::{Script, ScriptStep};

/// Why a migration stopped, and the code of the database's error.
#[derive(Debug)]
pub(super) struct Stopped {
    pub(super) error: MigrateError,
    pub(super) code: Option<String>,
}

impl From<MigrateError> for Stopped {
    fn from(error: MigrateError) -> Self {
        Self { error, code: None }
    }
}

impl Stopped {
    /// The migration's own SQL failed.
    pub(super) fn of(entry: &MigrationEntry, error: Error, text: &str, lines_before: usize) -> Self {
        let code = code(&error);
        match of_sqlx_unless_refused(error) {
            Ok(error) => Self { error: entry.failed(reason(&error, text, lines_before)), code },
            Err(error) => Self { error, code },
        }
    }

    /// A statement of the runner's failed.
    pub(super) fn of_runner(error: Error) -> Self {
        let code = code(&error);
        Self { error: of_sqlx(error), code }
    }

    /// Whether it was rolled back because of others, so that it can be tried again.
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self.code.as_deref(), Some("55P03" | "40P01" | "40001"))
    }
}

/// Errors of the connection are none of the migration, nor is a database that takes no writes.
fn of_sqlx_unless_refused(error: Error) -> Result<Error, MigrateError> {
    match error {
        Error::Database(_) if !is_read_only(&error) => Ok(error),
        error => Err(of_sqlx(error)),
    }
}

/// The SQL that an action runs, if it does.
pub(super) fn sql<'m>(action: &Action<'m>) -> Option<&'m MigrationText> {
    match (action, &action.entry().work) {
        (Action::Apply(_), MigrationWork::Sql { up, .. }) => Some(up),
        (Action::Revert(_), MigrationWork::Sql { down, .. }) => down.as_ref(),
        _ => None,
    }
}

/// Whether the migration can be run, so that nothing begins when one of many cannot.
pub(super) fn check_runnable(action: &Action<'_>, dialect: Dialect) -> Result<(), MigrateError> {
    let entry = action.entry();
    let direction = if matches!(action, Action::Revert(_)) { "down" } else { "up" };
    if matches!((action, &entry.work), (Action::Revert(_), MigrationWork::Sql { down: None, .. })) {
        return Err(MigrateError::NoDown { version: entry.version, name: entry.name.clone() });
    }
    let Some(text) = sql(action) else { return Ok(()) };
    let file = format!("{}/{}.{direction}.sql", dialect.name(), entry.full_name());
    if text.header.unwritten {
        return Err(MigrateError::Unwritten { version: entry.version, name: entry.name.clone(), file });
    }
    let wrong = |reason: String| Err(MigrateError::file(file.clone(), reason));
    if let Some(problem) = text.header.problems.first() {
        return wrong(problem.clone());
    }
    if text.header.no_transaction && dialect == Dialect::Sqlite {
        return wrong(format!(
            "`{NO_TRANSACTION}` is not possible on SQLite, where a run is one transaction"
        ));
    }
    let script = match Script::parse(&text.sql, dialect) {
        Ok(script) => script,
        Err(problem) => return wrong(format!("line {}: {}", problem.line, problem.reason)),
    };
    if text.header.no_transaction {
        return match script.statements.get(1) {
            Some(second) => wrong(format!(
                "line {}: a file that begins with `{NO_TRANSACTION}` holds one statement, so that it is done or not; write a \
                 file for each",
                second.line
            )),
            None => Ok(()),
        };
    }
    match script.transaction_control() {
        Some(statement) => wrong(format!(
            "line {}: `{}` would end the transaction in which the file is run; leave it out",
            statement.line,
            statement.verb[0].to_uppercase()
        )),
        None => Ok(()),
    }
}

/// Does what an action does, and records it, within the transaction that is open.
pub(super) async fn perform(session: &mut Session<'_>, action: &Action<'_>) -> Result<(), Stopped> {
    let (entry, begun) = (action.entry(), Instant::now());
    if let Action::Record(_) = action {
        for version in entry.replaces() {
            records::remove(session, *version).await.map_err(Stopped::of_runner)?;
        }
    }
    if let Some(text) = sql(action) {
        run_script(session, entry, text).await?;
    }
    if action.is_in_rust() {
        session.execute(&format!("DROP TABLE IF EXISTS {CURSORS}")).await.map_err(Stopped::of_runner)?;
    }
    record(session, action, begun).await
}

/// Records that it is done.
pub(super) async fn record(
    session: &mut Session<'_>,
    action: &Action<'_>,
    begun: Instant,
) -> Result<(), Stopped> {
    let done = match action {
        Action::Revert(entry) => records::remove(session, entry.version).await,
        Action::Apply(entry) | Action::Record(entry) => {
            records::insert(session, entry, begun.elapsed()).await
        }
    };
    done.map_err(Stopped::of_runner)
}

async fn run_script(
    session: &mut Session<'_>,
    entry: &MigrationEntry,
    text: &MigrationText,
) -> Result<(), Stopped> {
    let script =
        Script::parse(&text.sql, session.dialect()).map_err(|problem| entry.failed(problem.reason))?;
    #[cfg(feature = "sqlite")]
    let mut rebuild = super::rebuild::Rebuild::new(&text.sql);
    for step in &script.steps {
        match step {
            ScriptStep::Sql { text, lines_before } => {
                let ran = session.execute(text).await;
                ran.map_err(|error| Stopped::of(entry, error, text, *lines_before))?;
            }
            ScriptStep::Assert(assertion) => assertion::check(session, entry, assertion).await?,
            #[cfg(feature = "sqlite")]
            ScriptStep::Rebuild(table) => rebuild.begin(session, table).await.map_err(Stopped::of_runner)?,
            #[cfg(feature = "sqlite")]
            ScriptStep::Part => rebuild.restore(session, entry).await?,
            #[cfg(not(feature = "sqlite"))]
            ScriptStep::Rebuild(_) | ScriptStep::Part => {}
        }
    }
    #[cfg(feature = "sqlite")]
    rebuild.restore(session, entry).await?;
    Ok(())
}
