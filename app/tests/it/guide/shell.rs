//! A shell in a folder of its own, in which `cargo run` is a program of ours.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use entify::testing::TestDb;
use tempfile::TempDir;

use crate::guide::blocks::{Block, Printed};
use crate::guide::compare;

/// Where the guide's servers listen; ours take a free port.
const ADDRESS: &str = "127.0.0.1:8000";
/// The guide's PostgreSQL database; ours is a throw-away one.
const POSTGRES: &str = "postgres://me@localhost/store";

/// `cargo`: runs the program, the server in the background.
const CARGO: &str = r#"#!/bin/sh
[ "$1" = run ] || { echo "only 'cargo run' is known here, not 'cargo $1'" >&2; exit 64; }
shift
while [ $# -gt 0 ]; do
    case "$1" in
        -q) shift ;;
        --) shift; break ;;
        *) echo "'cargo run $1' is not known here" >&2; exit 64 ;;
    esac
done
[ "${1:-serve}" = serve ] || exec "$GUIDE_PROGRAM" "$@"
if [ -f "$GUIDE_BIN/server.pid" ]; then
    old=$(cat "$GUIDE_BIN/server.pid")
    kill "$old" 2>/dev/null || true
    while kill -0 "$old" 2>/dev/null; do sleep 0.05; done
    # What the old one has printed must not be taken for the new one's.
    rm -f "$GUIDE_BIN/server.out"
fi
"$GUIDE_PROGRAM" "$@" >"$GUIDE_BIN/server.out" 2>"$GUIDE_BIN/server.err" </dev/null &
echo $! >"$GUIDE_BIN/server.pid"
while ! grep -qs Admin "$GUIDE_BIN/server.out"; do
    kill -0 "$(cat "$GUIDE_BIN/server.pid")" 2>/dev/null || { cat "$GUIDE_BIN/server.err" >&2; exit 1; }
    sleep 0.05
done
cat "$GUIDE_BIN/server.out"
"#;

/// `curl`: leaves the heads of answers where the test finds them.
const CURL: &str = r#"#!/bin/sh
exec "$GUIDE_CURL" -sS --max-time 30 -D "$GUIDE_BIN/head.$$" "$@"
"#;

/// A folder, a program, and what the blocks so far have set.
pub struct Shell {
    folder: TempDir,
    program: &'static str,
    address: String,
}

impl Shell {
    pub fn new(program: &'static str) -> Self {
        let folder = tempfile::Builder::new().prefix("entify-guide-").tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let shell = Self { folder, program, address: format!("127.0.0.1:{port}") };
        for folder in [shell.bin(), shell.workdir()] {
            std::fs::create_dir(folder).unwrap();
        }
        std::fs::write(shell.bin().join("set"), "").unwrap();
        for (name, text) in [("cargo", CARGO), ("curl", CURL)] {
            let file = shell.bin().join(name);
            std::fs::write(&file, text).unwrap();
            let done = Command::new("chmod").arg("+x").arg(file).status().unwrap();
            assert!(done.success());
        }
        shell
    }

    /// The programs that stand in for `cargo` and `curl`, and their files.
    fn bin(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    /// The working directory of the blocks.
    fn workdir(&self) -> PathBuf {
        self.folder.path().join("workdir")
    }

    /// Runs a block and compares what it prints.
    pub fn run(&self, block: &Block) -> Result<(), String> {
        let postgres = if block.code.contains(POSTGRES) {
            match postgres() {
                Some(test) => Some(test),
                None => return Ok(()),
            }
        } else {
            None
        };
        if block.code.contains(ADDRESS) && !self.bin().join("server.pid").exists() {
            self.sh("cargo run >/dev/null\n")?;
        }
        // `cargo` puts the server into the background by itself, and waits until it serves.
        let mut code = block.code.replace("cargo run &", "cargo run").replace(ADDRESS, &self.address);
        if let Some(test) = &postgres {
            code = code.replace(POSTGRES, &format!("'{}'", test.url()));
        }
        let printed = self.sh(&code)?.replace(&self.address, ADDRESS);
        if postgres.is_some() {
            // Its database is dropped with this block.
            self.stop();
        }
        let wrong = match &block.printed {
            None => self.refusals(400),
            Some(Printed::Text(expected)) => (!compare::text(expected, &printed))
                .then(|| format!("printed\n{printed}\ninstead of\n{expected}")),
            Some(Printed::Json(expected)) => {
                let read = |text| serde_json::from_str(text).map_err(|error| format!("{error} in {text}"));
                let same = compare::json(&read(expected)?, &read(&printed)?);
                (!same).then(|| format!("printed\n{printed}\ninstead of\n{expected}"))
            }
        };
        match wrong.or_else(|| self.refusals(500)) {
            Some(wrong) => Err(wrong),
            None => Ok(()),
        }
    }

    /// Runs a script to its end; answers what it prints.
    fn sh(&self, script: &str) -> Result<String, String> {
        for head in self.heads() {
            let _ = std::fs::remove_file(head);
        }
        let script = format!("set -a\n. \"$GUIDE_BIN/set\"\n{script}\nexport -p >\"$GUIDE_BIN/set\"\n");
        let path = std::env::var("PATH").unwrap_or_default();
        let curl = which("curl", &path).ok_or("there is no curl")?;
        let root = crate::store::root();
        let mut command = Command::new("sh");
        command.args(["-e", "-c", &script]).current_dir(self.workdir()).env_clear();
        command.env("PATH", format!("{}:{path}", self.bin().display()));
        command.env("GUIDE_BIN", self.bin()).env("GUIDE_PROGRAM", self.program).env("GUIDE_CURL", curl);
        command.env("BIND", &self.address).env("LOG", "error");
        if self.program == env!("CARGO_BIN_EXE_app") {
            command.env("MIGRATIONS_DIR", root.join("migrations"));
        }
        let output = command.output().map_err(|error| format!("there is no shell: {error}"))?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(printed);
        }
        Err(format!("{}: {printed}{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }

    /// What curl was answered with this status or a greater one.
    fn refusals(&self, least: u16) -> Option<String> {
        let mut refused = String::new();
        for head in self.heads() {
            let text = std::fs::read_to_string(head).unwrap_or_default();
            let status = text.split_whitespace().nth(1).and_then(|status| status.parse::<u16>().ok());
            if status.is_none_or(|status| status >= least) {
                let _ = writeln!(refused, "a request was refused, which the guide does not show:\n{text}");
            }
        }
        (!refused.is_empty()).then_some(refused)
    }

    fn heads(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.bin()).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.to_string_lossy().contains("/head.")).collect()
    }

    /// Ends the server, if there is one.
    fn stop(&self) {
        let note = self.bin().join("server.pid");
        if let Ok(id) = std::fs::read_to_string(&note) {
            let _ = Command::new("kill").arg(id.trim()).status();
            let _ = std::fs::remove_file(note);
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A throw-away database; none, with a message, on a machine without PostgreSQL.
fn postgres() -> Option<TestDb> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(TestDb::postgres(&[]))
}

fn which(name: &str, path: &str) -> Option<PathBuf> {
    path.split(':').map(|folder| Path::new(folder).join(name)).find(|file| file.is_file())
}
