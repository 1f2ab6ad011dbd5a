//! The database that all servers use: made by entify's own migrations, filled by SQL.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use entify::testing::TestDb;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _};
use tempfile::TempDir;

use crate::Result;

/// Users in the table; each has ten posts, each of them ten comments.
pub(crate) const USERS: i64 = 1_000;

/// Comments in the table.
pub(crate) const COMMENTS: u64 = 100_000;

/// Posts at the start.
const POSTS: i64 = 10_000;

/// The rows, interleaved so that neighbouring posts have different authors.
const FILL: [&str; 5] = [
    r#"INSERT INTO "user" (email, name, status)
       SELECT 'user' || n || '@example.org', 'User number ' || n, CASE WHEN n % 10 = 0 THEN 'blocked' ELSE 'active' END
       FROM generate_series(1, 1000) n ORDER BY n"#,
    r"INSERT INTO post (title, body, stars, author_id)
      SELECT 'Post number ' || n, repeat(md5(n::text) || ' ', 4), n % 6, (n - 1) % 1000 + 1
      FROM generate_series(1, 10000) n ORDER BY n",
    r"INSERT INTO comment (body, post_id, author_id)
      SELECT 'Comment ' || n || ': ' || md5(n::text), (n - 1) % 10000 + 1, (n * 7) % 1000 + 1
      FROM generate_series(1, 100000) n ORDER BY n",
    "VACUUM ANALYZE",
    "CHECKPOINT",
];

/// A database with the three tables.
#[derive(Debug)]
pub(crate) struct Database {
    url: String,
    /// Migrations, the servers' working folder and scripts.
    folder: TempDir,
    _throw_away: Option<TestDb>,
}

impl Database {
    /// The empty database at the URL, or a throw-away one.
    pub(crate) async fn open(url: Option<&str>) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("entify-bench-").tempdir()?;
        if let Some(url) = url {
            return Ok(Self { url: url.to_owned(), folder, _throw_away: None });
        }
        let made = TestDb::postgres(&[]).await.ok_or(
            "no PostgreSQL; install its server (Debian: `apt install postgresql`) or set BENCH_DATABASE_URL",
        )?;
        made.db().close().await;
        Ok(Self { url: made.url().to_owned(), folder, _throw_away: Some(made) })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes the tables by the commands of the entify server.
    pub(crate) fn migrate(&self, engine: &Path) -> Result<()> {
        for arguments in [&["migrate", "make", "initial"][..], &["migrate", "up"]] {
            let output = self.command(engine).args(arguments).output()?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                return Err(format!("`engine {}` failed: {said}", arguments.join(" ")).into());
            }
        }
        Ok(())
    }

    /// A server program with its settings.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder())
            .env("DATABASE_URL", self.url())
            .env("MIGRATIONS_DIR", self.folder().join("migrations"))
            .env("SECRET_KEY", "a key for measurements only, of 32 bytes and more")
            .env("ENTIFY_ENV", "production")
            .env("LOG", "warn")
            .stdin(Stdio::null());
        command
    }

    pub(crate) async fn fill(&self) -> Result<()> {
        let mut connection = self.connect().await?;
        let rows: i64 =
            sqlx::query_scalar(r#"SELECT count(*) FROM "user""#).fetch_one(&mut connection).await?;
        if rows > 0 {
            return Err("the database already has users; it must be empty".into());
        }
        for statement in FILL {
            connection.execute(statement).await?;
        }
        Ok(connection.close().await?)
    }

    /// Removes what scenarios made.
    pub(crate) async fn tidy(&self) -> Result<()> {
        let mut connection = self.connect().await?;
        self.settle(&mut connection).await?;
        for (table, filled) in [("post", POSTS), ("\"user\"", USERS), ("entify_idempotency_key", 0)] {
            let delete = format!("DELETE FROM {table} WHERE id > {filled}");
            let removed = connection.execute(sqlx::AssertSqlSafe(delete)).await?;
            if removed.rows_affected() > 0 {
                connection.execute(sqlx::AssertSqlSafe(format!("VACUUM ANALYZE {table}"))).await?;
            }
        }
        Ok(connection.close().await?)
    }

    /// Waits until what the load generator asked for last and did not wait for is done.
    async fn settle(&self, connection: &mut PgConnection) -> Result<()> {
        const BUSY: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' \
                            AND pid <> pg_backend_pid()";
        for _ in 0..300 {
            let busy: i64 = sqlx::query_scalar(BUSY).fetch_one(&mut *connection).await?;
            if busy == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("the servers are still busy after 30 s".into())
    }

    /// Transactions committed so far. Connections report theirs when they end.
    pub(crate) async fn transactions(&self) -> Result<i64> {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut connection = self.connect().await?;
        let count =
            sqlx::query_scalar("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
                .fetch_one(&mut connection)
                .await?;
        connection.close().await?;
        Ok(count)
    }

    async fn connect(&self) -> Result<PgConnection> {
        let options: PgConnectOptions = self.url.parse()?;
        Ok(PgConnection::connect_with(&options).await?)
    }
}
