//! SQLite: one transaction for all migrations that follow each other in SQL.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};

use crate::db::{BUSY_TIMEOUT, DbError, SqlitePools};
use crate::files;
use crate::migrate::data::create_cursors;
use crate::migrate::runner::session::Session;
use crate::migrate::runner::watch::Watch;
use crate::migrate::runner::work::{Stopped, perform};
use crate::migrate::runner::{ANOTHER_MIGRATES, Action, Run, WAITING_IS_TOLD, of_sqlx, records};
use crate::migrate::{MigrateError, MigrationRun};

/// Runs what is to be done: migrations in SQL that follow each other in one transaction, and between these, functions
/// of the program, which work through the pool.
///
/// Another process that migrates is waited for: by a lock of the database's folder, since a run may be several
/// transactions, and where folders cannot be locked by the transaction.
pub(super) async fn run(pools: &SqlitePools, run: &Run) -> Result<Vec<MigrationRun>, MigrateError> {
    let _lock = lock(pools, run).await?;
    let mut done = Vec::new();
    let mut remaining: Option<Vec<Action<'_>>> = None;
    loop {
        let rest = in_transaction(pools, run, remaining.take(), &mut done).await?;
        let Some((next, rest)) = rest.split_first() else { return Ok(done) };
        let begun = Instant::now();
        let watch = Watch::start(run, next.entry(), None);
        run.call(*next, watch.batches()).await?;
        drop(watch);
        remaining = Some([&[*next], rest].concat());
        done.extend(next.done(begun));
    }
}

/// The lock of the folder that the database is in; none for one in memory.
async fn lock(pools: &SqlitePools, run: &Run) -> Result<Option<File>, MigrateError> {
    let mut connection = pools.unlimited_writer(&run.db.deadline()).await?;
    let file = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let file = Session::Sqlite(&mut connection).texts(file).await.map_err(of_sqlx)?;
    drop(connection);
    let Some(folder) = file.first().and_then(|file| Path::new(file).parent()).map(Path::to_owned) else {
        return Ok(None);
    };
    if folder.as_os_str().is_empty() {
        return Ok(None);
    }
    let mut locking = tokio::task::spawn_blocking(move || files::lock_folder(&folder));
    let locked = loop {
        match tokio::time::timeout(WAITING_IS_TOLD, &mut locking).await {
            Ok(locked) => break locked,
            Err(_) => run.say(ANOTHER_MIGRATES),
        }
    };
    // Without it the transaction keeps two runs apart.
    Ok(locked.ok().and_then(Result::ok).flatten())
}

/// One transaction that takes the write lock at once. It ends before the next function of the program, which is the first
/// of those returned. One that has been called already is recorded.
///
/// References are off meanwhile and checked at the end, so that a migration can replace a table that others refer to
/// (the only way to change most things on SQLite), and can drop tables that refer to each other.
async fn in_transaction<'r>(
    pools: &SqlitePools,
    run: &'r Run,
    planned: Option<Vec<Action<'r>>>,
    done: &mut Vec<MigrationRun>,
) -> Result<Vec<Action<'r>>, MigrateError> {
    let deadline = run.db.deadline();
    let mut connection = pools.unlimited_writer(&deadline).await?;
    connection.execute("PRAGMA foreign_keys = OFF").await.map_err(of_sqlx)?;
    connection.execute(busy_timeout(deadline.remaining())).await.map_err(of_sqlx)?;
    let work = async {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(of_sqlx)?;
        let session = &mut Session::Sqlite(&mut transaction);
        let is_first = planned.is_none();
        let actions = match planned {
            Some(actions) => actions,
            None => {
                if !run.adopts() {
                    records::check_ours(session).await?;
                }
                records::ensure_table(session).await?;
                run.plan(&records::read(session).await?)?
            }
        };
        let mut finished = Vec::new();
        let mut rest = actions.as_slice();
        while let [action, others @ ..] = rest {
            let called = !is_first && finished.is_empty();
            if action.is_in_rust() && !called {
                session.execute(&create_cursors()).await.map_err(of_sqlx)?;
                break;
            }
            let (begun, _watch) = (Instant::now(), Watch::start(run, action.entry(), None));
            perform(session, action).await.map_err(|stopped: Stopped| stopped.error)?;
            finished.push(if called { None } else { action.done(begun) });
            rest = others;
        }
        let rest = rest.to_vec();
        if !finished.is_empty() {
            check_references(&mut transaction).await?;
        }
        transaction.commit().await.map_err(of_sqlx)?;
        done.extend(finished.into_iter().flatten());
        Ok(rest)
    };
    let result = work.await;
    let reset = match connection.execute("PRAGMA foreign_keys = ON").await {
        Ok(_) => connection.execute(busy_timeout(BUSY_TIMEOUT)).await,
        failed => failed,
    };
    if let Err(error) = reset {
        // Never hand out a connection that does not check references.
        tracing::warn!(%error, "the connection that migrated is closed");
        connection.close_on_drop();
    }
    result
}

fn busy_timeout(time: Duration) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("PRAGMA busy_timeout = {}", time.as_millis()))
}

async fn check_references(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    let broken: Option<(String, Option<i64>, String)> =
        sqlx::query_as("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 1")
            .fetch_optional(connection)
            .await
            .map_err(DbError::from)?;
    match broken {
        Some((table, _, target)) => Err(MigrateError::BrokenReferences { table, target }),
        None => Ok(()),
    }
}
