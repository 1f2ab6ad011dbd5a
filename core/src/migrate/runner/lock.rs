//! PostgreSQL: one process migrates a database at a time.
//!
//! Who waits asks again and again, and does not wait within a statement: that would have a snapshot, which
//! `CREATE INDEX CONCURRENTLY` of the process that migrates waits for.

use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};

use crate::db::PostgresPool;
use crate::migrate::MigrateError;
use crate::migrate::runner::session::{Session, code};
use crate::migrate::runner::{ANOTHER_MIGRATES, Run, WAITING_IS_TOLD, of_sqlx};

/// A table with one row, whose lock stands for the run.
const LOCK_TABLE: &str = "_entify_migration_lock";

/// What keeps other runs away, until it is released or its connection ends.
pub(super) enum RunLock {
    /// Of the session that migrates.
    Advisory(i64),
    /// Of a transaction on a connection of its own.
    Row(PgConnection),
}

impl RunLock {
    /// Waits until no other process migrates.
    pub(super) async fn acquire(
        run: &Run,
        pool: &PostgresPool,
        connection: &mut PgConnection,
    ) -> Result<Self, MigrateError> {
        // Through pgbouncer a session's lock may be on another connection than the next statement.
        if run.settings().advisory_lock
            && run.db.persistent()
            && let Some(key) = advisory_key(&mut Session::Postgres(connection)).await?
        {
            let query = format!("SELECT pg_try_advisory_lock({key})");
            let mut waiting = Waiting::new(run);
            while !Session::Postgres(connection).holds(&query).await.map_err(of_sqlx)? {
                waiting.pause().await;
            }
            return Ok(Self::Advisory(key));
        }
        let mut own = pool.acquire(&run.db.deadline()).await?.detach();
        lock_row(run, &mut own).await?;
        Ok(Self::Row(own))
    }

    pub(super) async fn release(self, connection: &mut PgConnection) {
        let released = match self {
            Self::Advisory(key) => {
                let query = format!("SELECT pg_advisory_unlock({key})");
                Session::Postgres(connection).execute(&query).await
            }
            Self::Row(own) => own.close().await,
        };
        if let Err(error) = released {
            tracing::debug!(%error, "the lock of the migrations ends with its connection");
        }
    }
}

/// The key that sqlx's own runner takes, for that it waits too; `None` where there are no such locks.
async fn advisory_key(session: &mut Session<'_>) -> Result<Option<i64>, MigrateError> {
    let rows = session.texts("SELECT current_database() || ' ' || version()").await.map_err(of_sqlx)?;
    let Some(name_and_version) = rows.into_iter().next() else { return Ok(None) };
    // It takes the function for a word.
    if name_and_version.contains("CockroachDB") {
        return Ok(None);
    }
    let known = session.execute("SELECT pg_try_advisory_lock(0), pg_advisory_unlock(0)").await;
    if known.is_err() {
        return Ok(None);
    }
    let name = session.texts("SELECT current_database()").await.map_err(of_sqlx)?;
    Ok(name.first().map(|name| 0x3d32_ad9e * i64::from(crc32(name.as_bytes()))))
}

/// CRC-32 as in zlib.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

async fn lock_row(run: &Run, connection: &mut PgConnection) -> Result<(), MigrateError> {
    let mut session = Session::Postgres(connection);
    let create = format!("CREATE TABLE IF NOT EXISTS {LOCK_TABLE} (id INTEGER PRIMARY KEY)");
    match session.execute(&create).await {
        // Another process makes it at the same time, which `IF NOT EXISTS` does not see.
        Err(error) if matches!(code(&error).as_deref(), Some("23505" | "42P07" | "42710")) => {}
        made => made.map_err(of_sqlx)?,
    }
    let insert = format!("INSERT INTO {LOCK_TABLE} (id) VALUES (1) ON CONFLICT DO NOTHING");
    session.execute(&insert).await.map_err(of_sqlx)?;
    let lock = format!("SELECT id FROM {LOCK_TABLE} WHERE id = 1 FOR UPDATE NOWAIT");
    let mut waiting = Waiting::new(run);
    loop {
        session.execute("BEGIN").await.map_err(of_sqlx)?;
        // Nothing else is done on this connection until the run ends.
        if let Err(error) = session.execute("SET LOCAL idle_in_transaction_session_timeout = 0").await {
            tracing::debug!(%error, "this engine has no such timeout");
            session.execute("ROLLBACK").await.map_err(of_sqlx)?;
            session.execute("BEGIN").await.map_err(of_sqlx)?;
        }
        match session.execute(&lock).await {
            Ok(()) => return Ok(()),
            Err(error) if code(&error).as_deref() == Some("55P03") => {
                session.execute("ROLLBACK").await.map_err(of_sqlx)?;
                waiting.pause().await;
            }
            Err(error) => return Err(of_sqlx(error)),
        }
    }
}

/// Waits for another process, and tells that it does.
struct Waiting<'r> {
    run: &'r Run,
    pause: Duration,
    told: Instant,
}

impl<'r> Waiting<'r> {
    fn new(run: &'r Run) -> Self {
        Self { run, pause: Duration::from_millis(20), told: Instant::now() }
    }

    async fn pause(&mut self) {
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(Duration::from_millis(500));
        if self.told.elapsed() >= WAITING_IS_TOLD {
            self.told = Instant::now();
            self.run.say(ANOTHER_MIGRATES);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_zlib() {
        assert_eq!(super::crc32(b"123456789"), 0xcbf4_3926);
    }
}
