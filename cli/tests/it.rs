//! The command, as a person uses it: from nothing to the first GraphQL answer, and what it refuses.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::json;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn entify(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_entify")).args(arguments).current_dir(folder).output().unwrap()
}

fn texts(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A new application on this checkout, with the versions of dependencies that are built already.
fn new_app(folder: &Path, name: &str, more: &[&str]) -> PathBuf {
    let core = root().join("core");
    let mut arguments = vec!["new", name, "--path", core.to_str().unwrap()];
    arguments.extend(more);
    let made = entify(folder, &arguments);
    assert!(made.status.success(), "{}", texts(&made));
    let app = folder.join(name);
    std::fs::copy(root().join("Cargo.lock"), app.join("Cargo.lock")).unwrap();
    app
}

/// Cargo in the application, with the workspace's builds of its dependencies.
fn cargo(app: &Path, arguments: &[&str]) -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned();
    let mut command = Command::new(env!("CARGO"));
    let (subcommand, rest) = arguments.split_first().unwrap();
    command
        .args([subcommand, "--offline"])
        .args(rest)
        .current_dir(app)
        .env("CARGO_TARGET_DIR", target)
        .env("BIND", "127.0.0.1:0")
        .env_remove("DATABASE_URL")
        .env_remove("RUST_BACKTRACE");
    command
}

#[tokio::test]
async fn a_new_application_tests_itself_and_answers() {
    let folder = tempfile::tempdir().unwrap();
    let app = new_app(folder.path(), "shop-floor", &[]);
    let tested = cargo(&app, &["test", "--quiet"]).output().unwrap();
    assert!(tested.status.success(), "{}", texts(&tested));
    assert!(texts(&tested).contains("4 passed"), "{}", texts(&tested));
    let seeded = cargo(&app, &["run", "--quiet", "--", "seed"]).output().unwrap();
    assert!(seeded.status.success(), "{}", texts(&seeded));

    let mut server = cargo(&app, &["run", "--quiet"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let base = lines.next().unwrap().unwrap().strip_prefix("Serving on ").unwrap().to_owned();
    let query = json!({ "query": "{ projects(first: 5) { totalCount nodes { name tasks { nodes { title done } } } } }" });
    let answer = reqwest::Client::new().post(format!("{base}/graphql")).json(&query).send().await.unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    // `cargo run` has become the program: it is the process that was started.
    server.kill().unwrap();
    server.wait().unwrap();
    let tasks = json!({ "nodes": [{ "title": "Change a struct", "done": false }] });
    let nodes = json!([{ "name": "Learn entify", "tasks": tasks }]);
    assert_eq!(answer, json!({ "data": { "projects": { "totalCount": 1, "nodes": nodes } } }));
    assert!(
        app.join("migrations/sqlite/schema.json").is_file(),
        "the first start writes the first migration"
    );
    // What a person changes next: nothing is found that has to be decided.
    let lint = cargo(&app, &["run", "--quiet", "--", "migrate", "lint"]).output().unwrap();
    assert!(lint.status.success(), "{}", texts(&lint));
}

#[test]
fn every_file_is_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    for (name, db) in [("one", "sqlite"), ("two", "postgres")] {
        let app = new_app(folder.path(), name, &["--db", db]);
        for file in [
            "Cargo.toml",
            "README.md",
            "Taskfile.yml",
            "Dockerfile",
            "compose.yaml",
            ".env.example",
            ".gitignore",
            ".dockerignore",
            ".github/workflows/ci.yml",
            "src/main.rs",
            "src/lib.rs",
            "src/entities.rs",
            "src/entities/project.rs",
            "src/entities/task.rs",
            "tests/tasks.rs",
        ] {
            let text =
                std::fs::read_to_string(app.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            let marks = ["{{name}}", "{{module}}", "{{entify}}", "{{#", "{{/"];
            assert!(marks.iter().all(|mark| !text.contains(mark)), "{file}: {text}");
        }
        let env = std::fs::read_to_string(app.join(".env")).unwrap_or_default();
        assert_eq!(env.contains("DATABASE_URL=postgres://two:two@127.0.0.1:5432/two"), db == "postgres");
        let taskfile = std::fs::read_to_string(app.join("Taskfile.yml")).unwrap();
        assert!(taskfile.contains("migrate make {{.CLI_ARGS}}"), "{taskfile}");
    }
}

/// The packages that a manifest optimizes in debug builds, in order.
fn optimized(manifest: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(manifest).unwrap();
    let mut lines = text.lines().peekable();
    let mut packages = Vec::new();
    while let Some(line) = lines.next() {
        let package = line.strip_prefix("[profile.dev.package.").and_then(|rest| rest.strip_suffix(']'));
        if let Some(package) = package.filter(|_| lines.peek() == Some(&"opt-level = 3")) {
            packages.push(package.to_owned());
        }
    }
    packages
}

#[test]
fn a_debug_build_hashes_passwords_as_fast_as_ours() {
    let folder = tempfile::tempdir().unwrap();
    let app = new_app(folder.path(), "quick", &[]);
    let ours = optimized(&root().join("Cargo.toml"));
    assert!(ours.contains(&"argon2".to_owned()), "{ours:?}");
    assert_eq!(optimized(&app.join("Cargo.toml")), ours);
    // The README has them for who writes a manifest by hand.
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for package in &ours {
        let lines = format!("[profile.dev.package.{package}]\nopt-level = 3\n");
        assert!(readme.contains(&lines), "{package}");
    }
    // A name that is none of a dependency would be a warning of each build.
    let tree = cargo(&app, &["tree", "--edges", "normal", "--prefix", "none"]).output().unwrap();
    let tree = texts(&tree);
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for package in &ours {
        assert!(names.contains(&package.as_str()), "{package} is no dependency of an application: {tree}");
    }
}

#[test]
fn what_cannot_be_made_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("there")).unwrap();
    for (arguments, reason) in [
        (&["new", "there"][..], "`there` is there already"),
        (&["new", "Shop"], "`Shop` cannot name a package"),
        (&["new", "../shop"], "`../shop` cannot name a package"),
        (&["new", "test"], "`test` means something to Rust or cargo"),
        (&["new", "shop", "--path", "."], "is not the folder of the package `entify`"),
        (&["new", "shop", "--path", "nowhere"], "nowhere: "),
    ] {
        let refused = entify(folder.path(), arguments);
        let text = texts(&refused);
        assert!(!refused.status.success() && text.contains(reason) && text.lines().count() == 1, "{text}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_database_is_inspected_without_an_application() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = entify(folder.path(), &["inspect", "sqlite://nothing.db"]);
    assert!(
        !nothing.status.success() && texts(&nothing).contains("there is no file nothing.db"),
        "{}",
        texts(&nothing)
    );
}
