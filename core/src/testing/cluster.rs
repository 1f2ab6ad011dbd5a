//! A PostgreSQL server for the tests of one process.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tempfile::TempDir;

use super::binaries;

/// The server's own user and database.
const USER: &str = "entify";

/// How long the server may take to start, on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest path of a Unix socket that every system accepts.
const MAX_SOCKET_PATH: usize = 100;

/// A database of one test, dropped with it.
#[derive(Debug)]
pub(super) struct TestDatabase {
    server: &'static PostgresServer,
    name: String,
}

impl TestDatabase {
    /// Creates a database and runs the statements in it; `None` when there is no server.
    pub(super) fn create(statements: &[String]) -> Option<Self> {
        let server = server()?;
        let name = unique_name("test");
        match &server.templates {
            Some(templates) => {
                let template = templates.get_or_create(server, statements);
                server.admin(&[format!("CREATE DATABASE {name} TEMPLATE {template}")]);
            }
            None => {
                server.admin(&[format!("CREATE DATABASE {name}")]);
                run(server.options.clone().database(&name), statements)
                    .unwrap_or_else(|error| panic!("cannot create the tables: {error}"));
            }
        }
        Some(Self { server, name })
    }

    pub(super) fn url(&self) -> String {
        self.server.url(&self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(error) = run(self.server.options.clone(), &[sql]) {
            eprintln!("the test database {} is left behind: {error}", self.name);
        }
    }
}

/// Where test databases are created.
#[derive(Debug)]
struct PostgresServer {
    /// Connects to a database from which others can be created.
    options: PgConnectOptions,
    /// The URL, with `{}` for the database.
    url: String,
    /// Absent on a server that outlives this process: a template would be left behind.
    templates: Option<Templates>,
    _cluster: Option<Cluster>,
}

impl PostgresServer {
    fn url(&self, database: &str) -> String {
        self.url.replace("{}", database)
    }

    fn admin(&self, statements: &[String]) {
        run(self.options.clone(), statements).unwrap_or_else(|error| panic!("{statements:?}: {error}"));
    }
}

/// Whether a server is available.
pub(super) fn is_available() -> bool {
    server().is_some()
}

fn server() -> Option<&'static PostgresServer> {
    static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
    let find = || match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) if !url.is_empty() => Some(external(&url)),
        _ => match binaries::find() {
            Some(binaries) => Some(Cluster::start(&binaries)),
            None => {
                report_skipped();
                None
            }
        },
    };
    let server = SERVER.get_or_init(find).as_ref();
    let required = std::env::var("ENTIFY_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    assert!(
        server.is_some() || !required,
        "ENTIFY_REQUIRE_POSTGRES=1, but there are no PostgreSQL binaries (`initdb`, `postgres`) in PATH, \
         `pg_config --bindir` or /usr/lib/postgresql/*/bin, and TEST_POSTGRES_URL is not set"
    );
    server
}

/// Written past the test harness, which captures the output of a test that passes.
fn report_skipped() {
    use std::io::Write as _;
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: the PostgreSQL tests of this program did not run; install the server (`initdb`, `postgres`) or set \
         TEST_POSTGRES_URL"
    );
}

/// The server that `TEST_POSTGRES_URL` names.
fn external(url: &str) -> PostgresServer {
    if let Err(error) = crate::db::Dialect::of_url(url) {
        panic!("TEST_POSTGRES_URL: {error}");
    }
    let options: PgConnectOptions =
        url.parse().unwrap_or_else(|_| panic!("TEST_POSTGRES_URL cannot be read"));
    let (before, query) = match url.split_once('?') {
        Some((before, query)) => (before, format!("?{query}")),
        None => (url, String::new()),
    };
    let authority = before.split_once("://").map_or(0, |(scheme, _)| scheme.len() + 3);
    let base = match before[authority..].find('/') {
        Some(slash) => &before[..authority + slash],
        None => before,
    };
    PostgresServer { options, url: format!("{base}/{{}}{query}"), templates: None, _cluster: None }
}

/// Databases that hold the tables of a set of entities and are copied for each test.
#[derive(Debug, Default)]
struct Templates(Mutex<HashMap<Vec<String>, Arc<OnceLock<String>>>>);

impl Templates {
    fn get_or_create(&self, server: &PostgresServer, statements: &[String]) -> String {
        let cell = {
            let mut templates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            templates.entry(statements.to_vec()).or_default().clone()
        };
        let create = || {
            let name = unique_name("template");
            server.admin(&[format!("CREATE DATABASE {name}")]);
            run(server.options.clone().database(&name), statements)
                .unwrap_or_else(|error| panic!("cannot create the tables: {error}"));
            name
        };
        cell.get_or_init(create).clone()
    }
}

/// A name that no other process uses on a shared server.
fn unique_name(what: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static PROCESS: OnceLock<String> = OnceLock::new();
    let process = PROCESS.get_or_init(|| uuid::Uuid::new_v4().simple().to_string()[..12].to_owned());
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("entify_{what}_{process}_{number}")
}

/// Runs statements on a connection of their own. Tests have a runtime each, so this takes a thread and a runtime
/// that end with it.
fn run(options: PgConnectOptions, statements: &[String]) -> Result<(), sqlx::Error> {
    let work = async move {
        let mut connection = PgConnection::connect_with(&options).await?;
        for sql in statements {
            connection.execute(AssertSqlSafe(sql.clone())).await?;
        }
        connection.close().await
    };
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(work)
        });
        thread.join().unwrap_or(Err(sqlx::Error::WorkerCrashed))
    })
}

/// A server that this process has started.
#[derive(Debug)]
struct Cluster {
    /// Its standard input is what keeps the server alive.
    _keeper: Child,
    _folder: TempDir,
}

/// Runs the server and waits for the end of its standard input, which comes when the test process ends, however it
/// ends. Then the server is stopped and its folder removed.
const KEEPER: &str = r#"
trap '' INT TERM HUP
folder=$1
shift
"$@" </dev/null >"$folder/log" 2>&1 &
server=$!
read -r _
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

impl Cluster {
    fn start(binaries: &binaries::Binaries) -> PostgresServer {
        let folder = tempfile::Builder::new()
            .prefix("entify-pg-")
            .tempdir()
            .unwrap_or_else(|error| panic!("no temporary folder for PostgreSQL: {error}"));
        let user = binaries::unprivileged_user();
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(folder.path(), Some(uid), Some(gid))
                .unwrap_or_else(|error| panic!("cannot hand over {}: {error}", folder.path().display()));
        }
        let data = folder.path().join("data");
        initialise(binaries, &data, user);
        let address = Address::choose(folder.path());
        let keeper = start_keeper(binaries, folder.path(), &address, user);
        let options = address.options(folder.path());
        wait_until_ready(&options, folder.path());
        PostgresServer {
            options,
            url: address.url(folder.path()),
            templates: Some(Templates::default()),
            _cluster: Some(Self { _keeper: keeper, _folder: folder }),
        }
    }
}

fn initialise(binaries: &binaries::Binaries, data: &Path, user: Option<(u32, u32)>) {
    let mut failure = String::new();
    // As most databases in use, one with a natural-language collation by default: what must sort as on SQLite has to name
    // its collation. Not every system has every locale.
    let root: &[&str] = &["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=und"];
    for locale in [root, &["--locale=en_US.UTF-8"], &["--locale=C.UTF-8"], &["--locale=C"]] {
        let output = command(&binaries.initdb, data.parent(), user)
            .args(["--no-sync", "--no-instructions", "--auth=trust", "--encoding=UTF8"])
            .arg(format!("--username={USER}"))
            .args(locale)
            .arg("-D")
            .arg(data)
            .output();
        match output {
            Ok(output) if output.status.success() => return,
            Ok(output) => failure = String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => failure = error.to_string(),
        }
    }
    panic!("{} failed: {failure}", binaries.initdb.display());
}

fn start_keeper(
    binaries: &binaries::Binaries,
    folder: &Path,
    address: &Address,
    user: Option<(u32, u32)>,
) -> Child {
    use std::os::unix::process::CommandExt as _;
    let mut keeper = command(Path::new("/bin/sh"), Some(folder), user);
    keeper
        .args(["-c", KEEPER, "entify-postgres"])
        .arg(folder)
        .arg(&binaries.postgres)
        .arg("-D")
        .arg(folder.join("data"))
        .args(address.arguments(folder));
    for setting in [
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=200",
        "shared_buffers=64MB",
    ] {
        keeper.args(["-c", setting]);
    }
    keeper
        // An interrupt from the keyboard reaches the tests only.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start PostgreSQL: {error}"))
}

fn command(program: &Path, folder: Option<&Path>, user: Option<(u32, u32)>) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

fn wait_until_ready(options: &PgConnectOptions, folder: &Path) {
    let start = Instant::now();
    while let Err(error) = run(options.clone(), &["SELECT 1".to_owned()]) {
        if start.elapsed() > START_TIMEOUT {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            panic!("PostgreSQL did not start: {error}\n{log}");
        }
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Where the cluster listens.
enum Address {
    /// A Unix socket in its folder.
    Socket,
    /// A port of this machine, where the folder's path is too long for a socket.
    Port(u16),
}

impl Address {
    fn choose(folder: &Path) -> Self {
        if folder.join(".s.PGSQL.5432").as_os_str().len() <= MAX_SOCKET_PATH {
            return Self::Socket;
        }
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        match free {
            Ok(address) => Self::Port(address.port()),
            Err(error) => panic!("no free port for PostgreSQL: {error}"),
        }
    }

    fn arguments(&self, folder: &Path) -> Vec<PathBuf> {
        match self {
            Self::Socket => vec!["-h".into(), "".into(), "-k".into(), folder.into()],
            Self::Port(port) => vec![
                "-h".into(),
                "127.0.0.1".into(),
                "-p".into(),
                port.to_string().into(),
                "-k".into(),
                "".into(),
            ],
        }
    }

    fn options(&self, folder: &Path) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass().username(USER).database("postgres");
        match self {
            Self::Socket => options.socket(folder).port(5432),
            Self::Port(port) => options.host("127.0.0.1").port(*port),
        }
    }

    fn url(&self, folder: &Path) -> String {
        match self {
            Self::Socket => format!("postgres://{USER}@localhost:5432/{{}}?host={}", folder.display()),
            Self::Port(port) => format!("postgres://{USER}@127.0.0.1:{port}/{{}}"),
        }
    }
}
