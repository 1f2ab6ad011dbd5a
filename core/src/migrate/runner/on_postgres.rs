//! PostgreSQL: a transaction for each migration, tried again when others hold its locks.

use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};

use crate::db::{PostgresPool, SYSTEM};
use crate::migrate::data::create_cursors;
use crate::migrate::runner::indexes::perform_outside;
use crate::migrate::runner::lock::RunLock;
use crate::migrate::runner::session::Session;
use crate::migrate::runner::watch::Watch;
use crate::migrate::runner::work::{Stopped, perform, sql};
use crate::migrate::runner::{Action, Run, of_sqlx, records};
use crate::migrate::{MigrateError, MigrationRun};

/// How long is waited before a migration is tried again, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(20));

/// Runs what is to be done on a connection of its own, which is closed at the end: that also resets its settings.
pub(super) async fn run(pool: &PostgresPool, run: &Run) -> Result<Vec<MigrationRun>, MigrateError> {
    let mut connection = pool.acquire(&run.db.deadline()).await?.detach();
    let result = on_connection(pool, run, &mut connection).await;
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "the connection that migrated did not close properly");
    }
    result
}

async fn on_connection(
    pool: &PostgresPool,
    run: &Run,
    connection: &mut PgConnection,
) -> Result<Vec<MigrationRun>, MigrateError> {
    let mut session = Session::Postgres(connection);
    if session.texts("SHOW transaction_read_only").await.is_ok_and(|on| on == ["on"]) {
        return Err(MigrateError::ReadOnly);
    }
    if !run.adopts() {
        records::check_ours(&mut session).await?;
    }
    let lock = RunLock::acquire(run, pool, connection).await?;
    let mut migrator = Migrator { run, settings: Vec::new(), backend: None };
    let result = migrator.run(&mut Session::Postgres(connection)).await;
    lock.release(connection).await;
    result
}

struct Migrator<'r> {
    run: &'r Run,
    /// What each transaction begins with.
    settings: Vec<String>,
    /// The process of PostgreSQL that runs the migrations.
    backend: Option<i32>,
}

impl<'r> Migrator<'r> {
    async fn run(&mut self, session: &mut Session<'_>) -> Result<Vec<MigrationRun>, MigrateError> {
        self.prepare(session).await?;
        records::ensure_table(session).await?;
        let applied = records::read(session).await?;
        let mut done = Vec::new();
        for action in self.run.plan(&applied)? {
            let begun = Instant::now();
            let watch = Watch::start(self.run, action.entry(), self.backend);
            match sql(&action) {
                Some(text) if text.header.no_transaction => {
                    perform_outside(self.run, session, &action, text)
                        .await
                        .map_err(|stopped| stopped.error)?;
                }
                _ => {
                    if action.is_in_rust() {
                        session.execute(&create_cursors()).await.map_err(of_sqlx)?;
                        self.run.call(action, watch.batches()).await?;
                    }
                    self.patiently(session, &action, &watch).await?;
                }
            }
            done.extend(action.done(begun));
        }
        Ok(done)
    }

    /// A long migration is no error, waiting for a lock is; and migrations read and change every row, also where row-level
    /// security holds for their own role.
    async fn prepare(&mut self, session: &mut Session<'_>) -> Result<(), MigrateError> {
        let lock_timeout = self.run.settings().lock_timeout.as_millis();
        let mut settings = vec!["statement_timeout = 0".to_owned(), format!("lock_timeout = {lock_timeout}")];
        if let Err(error) = session.execute(&format!("SELECT set_config('{SYSTEM}', 'on', false)")).await {
            tracing::debug!(%error, "this engine has no custom settings, and so no policies that read them");
        } else {
            settings.push(format!("{SYSTEM} = 'on'"));
        }
        // Through pgbouncer a setting holds for its transaction alone.
        self.settings = settings.iter().map(|setting| format!("SET LOCAL {setting}")).collect();
        for setting in settings {
            session.execute(&format!("SET {setting}")).await.map_err(of_sqlx)?;
        }
        let backend = session.texts("SELECT pg_backend_pid()").await.ok();
        self.backend = backend.and_then(|pid| pid.first()?.parse().ok());
        Ok(())
    }

    /// Tries again what was rolled back because others held a lock, with growing pauses: meanwhile they go on.
    async fn patiently(
        &self,
        session: &mut Session<'_>,
        action: &Action<'_>,
        watch: &Watch,
    ) -> Result<(), MigrateError> {
        let (begun, mut pause) = (Instant::now(), PAUSES.0);
        let patience = self.run.settings().lock_patience;
        loop {
            let Err(stopped) = self.in_transaction(session, action).await else { return Ok(()) };
            if !stopped.is_conflict() {
                return Err(stopped.error);
            }
            if begun.elapsed() + pause > patience {
                return Err(MigrateError::Locked {
                    name: action.entry().full_name(),
                    waited: begun.elapsed(),
                    holders: watch.holders(),
                });
            }
            let name = action.entry().full_name();
            let seconds = pause.as_secs_f32();
            self.run.say(&format!("migration {name} did not get a lock; it is tried again in {seconds} s"));
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn in_transaction(&self, session: &mut Session<'_>, action: &Action<'_>) -> Result<(), Stopped> {
        session.execute("BEGIN").await.map_err(Stopped::of_runner)?;
        let result = async {
            for setting in &self.settings {
                session.execute(setting).await.map_err(Stopped::of_runner)?;
            }
            perform(session, action).await?;
            // Constraints that are checked now are the migration's own.
            let ended = session.execute("COMMIT").await;
            ended.map_err(|error| Stopped::of(action.entry(), error, "", 0))
        }
        .await;
        if result.is_err()
            && let Err(error) = session.execute("ROLLBACK").await
        {
            tracing::debug!(%error, "the transaction ends with its connection");
        }
        result
    }
}
