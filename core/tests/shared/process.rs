//! A program that a test starts, and its server.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A command of a program in a folder of its own, on a database. Its server listens where there is room.
pub fn command(program: &str, arguments: &[&str], folder: &Path, url: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("DATABASE_URL", url)
        .env("BIND", "127.0.0.1:0")
        .env("SECRET_KEY", "a secret of the tests, long enough to be one")
        .env("LOG", "warn")
        .env_remove("RUST_BACKTRACE")
        .env_remove("ENTIFY_ENV");
    command
}

/// A server that runs until it is dropped.
pub struct Server {
    pub child: Child,
    /// `http://127.0.0.1:…`
    pub base: String,
    log: PathBuf,
}

impl Server {
    /// Starts it; its log goes to this file. Answers once it listens.
    pub fn start(mut serve: Command, log: PathBuf) -> Self {
        serve.stderr(std::fs::File::create(&log).unwrap()).stdout(Stdio::piped());
        let mut child = serve.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap_or_else(|| panic!("{}", std::fs::read_to_string(&log).unwrap()));
        let base = first.unwrap().strip_prefix("Serving on ").unwrap().to_owned();
        // Who does not read on would stop it when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base, log }
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
