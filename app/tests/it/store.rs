//! The program under test: commands and servers of it, each on its own database and in its own folder.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value as Json;

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A store: a database and a folder to run the program in.
pub struct Store {
    url: String,
    folder: PathBuf,
    settings: Vec<(&'static str, String)>,
}

impl Store {
    /// A store on this database.
    pub fn new(url: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("store-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self { url: url.to_owned(), folder, settings: Vec::new() }
    }

    /// A store on a new SQLite file in its folder.
    pub fn sqlite() -> Self {
        let mut store = Self::new("");
        store.url = format!("sqlite://{}", store.folder.join("data/app.db").display());
        store
    }

    /// The same store under one more setting.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((name, value.into()));
        self
    }

    /// A file in the store's folder.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_app"), arguments)
    }

    /// A command of another program, with the same settings.
    pub fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("DATABASE_URL", &self.url)
            .env("BIND", "127.0.0.1:0")
            .env("MIGRATIONS_DIR", root().join("migrations"))
            .env("SECRET_KEY", "a secret of the tests, long enough to be one")
            .env("LOG", "warn")
            .env_remove("ENTIFY_ENV")
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub fn output(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read is gone before it is written to.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed and answers what it prints.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments, "");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must fail and answers what it says on standard error.
    pub fn fail(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments, "");
        assert!(!output.status.success(), "{arguments:?} should have failed");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Starts the server.
    pub fn serve(&self) -> Server {
        self.serve_as(&[])
    }

    /// Starts the server with these variables set.
    pub fn serve_as(&self, variables: &[(&str, &str)]) -> Server {
        let log = self.folder.join("server.log");
        let mut command = self.command(&["serve"]);
        command.envs(variables.iter().copied());
        command.stderr(std::fs::File::create(&log).unwrap());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first =
            lines.next().unwrap_or_else(|| panic!("{}", std::fs::read_to_string(&log).unwrap())).unwrap();
        let base = first.strip_prefix("Serving on ").expect(&first).to_owned();
        // What else it prints is read to its end, so that it never writes into a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Server {
            child,
            base,
            log,
            client: reqwest::Client::builder()
                .cookie_store(true)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A running server; stopped when dropped.
pub struct Server {
    child: Child,
    base: String,
    log: PathBuf,
    pub client: reqwest::Client,
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// What the server has logged by now.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// GET that must succeed, as JSON; with this token, or without one when it is empty.
    pub async fn get(&self, path: &str, token: &str) -> Json {
        let request = authorized(self.client.get(self.url(path)), token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// A GraphQL query that must succeed; answers its `data`.
    pub async fn graphql(&self, query: &str, variables: Json, token: &str) -> Json {
        let body = serde_json::json!({ "query": query, "variables": variables });
        let request = authorized(self.client.post(self.url("/graphql")), token).json(&body);
        let mut answer: Json = request.send().await.unwrap().json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].take()
    }

    /// Tells the server to stop and waits until it did; answers whether it ended well.
    #[cfg(unix)]
    pub fn stop(mut self) -> bool {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap().success()
    }
}

fn authorized(request: reqwest::RequestBuilder, token: &str) -> reqwest::RequestBuilder {
    match token {
        "" => request,
        token => request.bearer_auth(token),
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends bytes and answers everything that comes back until the server closes the connection.
pub fn raw(server: &Server, bytes: &[u8]) -> String {
    let address = server.base.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
