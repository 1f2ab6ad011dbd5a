//! What statements do on PostgreSQL: locks, rewrites, durations.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use crate::db::{DbError, Dialect, quoted};
use crate::migrate::lint::{Lock, Script};
use crate::migrate::migrations::MigrationWork;
use crate::migrate::verify::{ObservedStatement, ObservedTable, Scratch, rows};
use crate::migrate::{MigrateError, MigrationOrigin, Migrations};

/// The tables of this backend's locks, its schema's own alone.
const LOCKS: &str = "SELECT c.relname::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.locktype = \
     'relation' AND l.pid = $1 AND c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace";

const TABLES: &str = "SELECT oid::bigint, relname::text, coalesce(pg_relation_filenode(oid), 0)::bigint FROM pg_class WHERE relkind IN ('r', \
     'p') AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE '\\_entify%'";

/// How long a statement that runs outside a transaction is kept waiting to be looked at.
const LOOK: Duration = Duration::from_secs(5);

/// The statements of each migration of the application, run one by one.
pub(super) async fn migrations(
    migrations: &Migrations,
    scratch: &Scratch,
) -> Result<Vec<Vec<ObservedStatement>>, MigrateError> {
    let db = scratch.open().await?;
    let framework =
        migrations.entries().iter().take_while(|entry| entry.origin == MigrationOrigin::Framework).count();
    migrations.first(framework).up(&db).await?;
    let mut all = Vec::new();
    for (position, entry) in migrations.entries().iter().skip(framework).enumerate() {
        rows::fill(&db).await?;
        let MigrationWork::Sql { up, .. } = &entry.work else {
            // A migration in Rust changes rows, in batches of its own.
            migrations.first(framework + position + 1).up(&db).await?;
            all.push(Vec::new());
            continue;
        };
        let sql = &*up.sql;
        let mut observed = observe(scratch.url(), sql).await;
        if observed.is_err() {
            // An assertion that the rows do not meet, most of all.
            rows::delete(&db).await?;
            observed = observe(scratch.url(), sql).await;
        }
        // What fails even so is told by the round trip.
        let Ok(statements) = observed else { break };
        all.push(statements);
    }
    db.close().await;
    Ok(all)
}

/// Runs a migration's statements one by one on this database of PostgreSQL and looks at what each of them does. What is
/// in a transaction is committed at the end.
///
/// # Errors
/// [`DbError`] when a statement fails or an assertion is false; nothing is kept then, but for what ran outside a transaction.
pub async fn observe(url: &str, sql: &str) -> Result<Vec<ObservedStatement>, DbError> {
    let script = Script::of(Dialect::Postgres, sql);
    let mut connection = PgConnection::connect(url).await?;
    for assert in &script.asserts {
        let holds: bool =
            sqlx::query_scalar(AssertSqlSafe((*assert).to_owned())).fetch_one(&mut connection).await?;
        if !holds {
            return Err(DbError::Other(format!("assertion is false: {assert}")));
        }
    }
    let mut observer = Observer::new(connection).await?;
    let mut observed = Vec::new();
    if script.outside_transaction() {
        for statement in &script.statements {
            observed.push(observer.outside(url, statement.text).await?);
        }
    } else {
        observer.connection.execute("BEGIN").await?;
        for statement in &script.statements {
            observed.push(observer.inside(statement.text).await?);
        }
        observer.connection.execute("COMMIT").await?;
    }
    observer.connection.close().await?;
    Ok(observed)
}

/// A table before a statement.
#[derive(Debug, Clone)]
struct TableBefore {
    name: String,
    file: i64,
    lock: Option<Lock>,
}

struct Observer {
    connection: PgConnection,
    pid: i32,
    /// By their numbers, which names change.
    tables: BTreeMap<i64, TableBefore>,
}

impl Observer {
    async fn new(mut connection: PgConnection) -> Result<Self, DbError> {
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await?;
        let mut tables = BTreeMap::new();
        for row in connection.fetch_all(TABLES).await? {
            let (oid, name, file) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            tables.insert(oid, TableBefore { name, file, lock: None });
        }
        Ok(Self { connection, pid, tables })
    }

    async fn inside(&mut self, sql: &str) -> Result<ObservedStatement, DbError> {
        let start = Instant::now();
        self.connection.execute(AssertSqlSafe(sql.to_owned())).await?;
        let elapsed = start.elapsed();
        let locks = locks(&mut self.connection, self.pid).await?;
        self.compare(sql, elapsed, &locks).await
    }

    /// What has changed since the statement before.
    async fn compare(
        &mut self,
        sql: &str,
        elapsed: Duration,
        locks: &BTreeMap<String, Lock>,
    ) -> Result<ObservedStatement, DbError> {
        let mut files: BTreeMap<i64, (String, i64)> = BTreeMap::new();
        for row in self.connection.fetch_all(TABLES).await? {
            files.insert(row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?));
        }
        let mut observed = Vec::new();
        for (oid, before) in &mut self.tables {
            let (name, file) = files.get(oid).cloned().unwrap_or_else(|| (before.name.clone(), before.file));
            // A dropped table is known by its name no more; what drops it takes the strongest lock.
            let held =
                if files.contains_key(oid) { locks.get(&name).copied() } else { Some(Lock::AccessExclusive) };
            let lock = held.filter(|lock| before.lock.is_none_or(|known| *lock > known));
            let rewritten = file != before.file;
            if lock.is_some() || rewritten {
                observed.push(ObservedTable { table: before.name.clone(), lock, rewritten });
            }
            *before = TableBefore { name, file, lock: held.max(before.lock) };
        }
        Ok(ObservedStatement {
            statement: sql.split_whitespace().collect::<Vec<_>>().join(" "),
            elapsed,
            tables: observed,
        })
    }

    /// A statement that cannot be in a transaction has released its locks once it is done. So it is made to wait: another
    /// transaction holds a weak lock on every table, which such statements wait for while they hold theirs.
    async fn outside(&mut self, url: &str, sql: &str) -> Result<ObservedStatement, DbError> {
        let (mut blocker, mut watcher) =
            (PgConnection::connect(url).await?, PgConnection::connect(url).await?);
        blocker.execute("BEGIN").await?;
        for table in self.tables.values() {
            let lock = format!("LOCK TABLE {} IN ROW EXCLUSIVE MODE", quoted(&table.name));
            blocker.execute(AssertSqlSafe(lock)).await?;
        }
        let pid = self.pid;
        let start = Instant::now();
        let is_done = AtomicBool::new(false);
        let watch = async {
            let seen = seen_waiting(&mut watcher, pid, &is_done).await;
            blocker.execute("COMMIT").await?;
            seen
        };
        let run = async {
            let done = self.connection.execute(AssertSqlSafe(sql.to_owned())).await;
            is_done.store(true, Ordering::Relaxed);
            done
        };
        let (done, seen) = tokio::join!(run, watch);
        done?;
        let seen = seen?;
        let elapsed = start.elapsed();
        let result = self.compare(sql, elapsed, &seen).await;
        for table in self.tables.values_mut() {
            table.lock = None;
        }
        result
    }
}

/// The locks of a backend that waits for another transaction; none of one that is done without.
async fn seen_waiting(
    watcher: &mut PgConnection,
    pid: i32,
    is_done: &AtomicBool,
) -> Result<BTreeMap<String, Lock>, DbError> {
    let mut seen = BTreeMap::new();
    let start = Instant::now();
    while start.elapsed() < LOOK && !is_done.load(Ordering::Relaxed) {
        let waits: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted)")
                .bind(pid)
                .fetch_one(&mut *watcher)
                .await?;
        // After the question, so that what it waits with is seen.
        for (table, lock) in locks(watcher, pid).await? {
            let known = seen.entry(table).or_insert(lock);
            *known = lock.max(*known);
        }
        if waits {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(seen)
}

/// The strongest lock of a backend on each table.
async fn locks(connection: &mut PgConnection, pid: i32) -> Result<BTreeMap<String, Lock>, DbError> {
    let rows = sqlx::query(LOCKS).bind(pid).fetch_all(connection).await?;
    let mut locks: BTreeMap<String, Lock> = BTreeMap::new();
    for row in rows {
        let (table, mode): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if let Some(lock) = Lock::of_mode(&mode) {
            let known = locks.entry(table).or_insert(lock);
            *known = lock.max(*known);
        }
    }
    Ok(locks)
}
