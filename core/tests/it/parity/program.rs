//! The application's program, on the database of the test. It is this program, run again.

use std::process::Command;

use entify::prelude::*;
use entify::testing::TestDb;
use tempfile::TempDir;

use super::store::entities;

/// The arguments, one a line.
const ARGUMENTS: &str = "PARITY_ARGUMENTS";
/// What the program prints last.
const END: &str = "end of the program: ";

/// Not a test: the program that the test of parity runs.
#[test]
#[ignore = "run by the test of parity, as a program of its own"]
fn the_program() {
    let arguments = std::env::var(ARGUMENTS).expect("run by a test");
    let arguments = std::iter::once("program").chain(arguments.lines()).map(Into::into);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let code = runtime.block_on(App::new(entities()).run_with(arguments.collect::<Vec<_>>()));
    let success = format!("{code:?}") == format!("{:?}", std::process::ExitCode::SUCCESS);
    println!("{END}{success}");
}

pub(super) struct Program {
    folder: TempDir,
    url: String,
}

impl Program {
    /// The program on an empty database, whose tables it makes.
    pub(super) fn new(test: &TestDb) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Self { folder, url: test.url().to_owned() };
        program.run(&["migrate", "make", "first"]).expect("a migration");
        program.run(&["migrate", "up"]).expect("tables");
        program
    }

    /// A file that a command reads.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    /// Runs a command to its end; what it says on standard error, when it fails.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<(), String> {
        let output = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "--ignored", "--nocapture", "parity::program::the_program"])
            .current_dir(self.folder.path())
            .env(ARGUMENTS, arguments.join("\n"))
            .env("DATABASE_URL", &self.url)
            .env("MIGRATIONS_DIR", self.folder.path().join("migrations"))
            .env("SECRET_KEY", "a secret of the tests, long enough to be one")
            .env("LOG", "error")
            .env_remove("ENTIFY_ENV")
            .output()
            .expect("a process");
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let ended = stdout.split_once(END).unwrap_or_else(|| panic!("it broke off: {stdout}\n{stderr}")).1;
        if ended.starts_with("true") { Ok(()) } else { Err(stderr) }
    }
}
