//! The programs: their commands, their worker, their migrations.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use entify::entities;
use entify::prelude::*;
use entify::testing::{TestDb, ctx_of, each_database, verify_migrations};
use issue_tracker::entities::{Issue, IssuePatch, IssueService, Member, MemberService, Role};
use issue_tracker::own_code::mail::Mailer;

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// A program of the package on a database, in a folder of its own.
struct Program<'t> {
    url: &'t str,
    folder: tempfile::TempDir,
}

impl<'t> Program<'t> {
    fn of(url: &'t str) -> Self {
        Self { url, folder: tempfile::tempdir().expect("a folder") }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("DATABASE_URL", self.url)
            .env("MIGRATIONS_DIR", package().join("migrations"))
            .env("SECRET_KEY", "a secret of the tests, long enough to be one")
            .env_remove("ENTIFY_ENV")
            .env("LOG", "warn,issue_tracker=info")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn output(&self, arguments: &[&str], input: &str) -> Output {
        let mut child =
            self.command(env!("CARGO_BIN_EXE_issue-tracker"), arguments).spawn().expect("a program");
        // A command that does not read is gone before it is written to.
        let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
        child.wait_with_output().expect("an end")
    }

    fn run(&self, arguments: &[&str], input: &str) -> String {
        let output = self.output(arguments, input);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("a text")
    }
}

#[test]
fn the_migrations_can_be_taken_back() {
    assert!(!verify_migrations(package().join("migrations")).is_empty());
}

#[each_database(entities![], only(sqlite))]
async fn the_migrations_are_current(test: TestDb) {
    let program = Program::of(test.url());
    for dialect in ["sqlite", "postgres"] {
        let copy = program.folder.path().join("migrations").join(dialect);
        std::fs::create_dir_all(&copy).expect("a folder");
        for entry in std::fs::read_dir(package().join("migrations").join(dialect)).expect("migrations") {
            let entry = entry.expect("a file");
            std::fs::copy(entry.path(), copy.join(entry.file_name())).expect("a copy");
        }
    }
    let mut make = program.command(env!("CARGO_BIN_EXE_issue-tracker"), &["migrate", "make"]);
    let made = make.env("MIGRATIONS_DIR", program.folder.path().join("migrations")).output().expect("an end");
    assert_eq!(String::from_utf8_lossy(&made.stdout), "nothing changed\n");
}

#[each_database(entities![])]
async fn a_command_adds_the_first_member(test: TestDb) -> entify::Result<()> {
    let program = Program::of(test.url());
    program.run(&["migrate", "up"], "");
    let said =
        program.run(&["add-member", "acme", "ada@acme.example", "--manager"], "correct horse battery\n");
    assert_eq!(said, "ada@acme.example is a member of acme\n");
    let ctx = ctx_of(&issue_tracker::app(Mailer::default()), &test);
    assert_eq!(MemberService::new(&ctx).one(Member::id().is_not_null()).await?.role, Role::Manager);
    // She is one already, and who is new needs a password: neither leaves anything.
    for (arguments, input, expected) in [
        (["add-member", "acme", "ada@acme.example"], "", "exists already"),
        (["add-member", "globex", "bob@globex.example"], "short\n", "password"),
    ] {
        let output = program.output(&arguments, input);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && errors.contains(expected), "{errors}");
    }
    assert_eq!(Service::<issue_tracker::entities::Organisation>::new(&ctx).count(Filter::all()).await?, 1);
    Ok(())
}

/// A program that runs beside the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[each_database(entities![])]
async fn the_worker_runs_the_tasks_without_the_server(test: TestDb) -> entify::Result<()> {
    let program = Program::of(test.url());
    program.run(&["migrate", "up"], "");
    program.run(&["seed"], "");
    let ctx = ctx_of(&issue_tracker::app(Mailer::default()), &test);
    let issues = IssueService::new(&ctx);
    let issue = issues.one(Issue::title().eq("The page of acme is empty")).await?;
    let yesterday = ctx.now().date_naive().pred_opt();
    issues.update(issue.id, IssuePatch { due: Change::Set(yesterday), ..IssuePatch::default() }).await?;

    let worker = program.command(env!("CARGO_BIN_EXE_worker"), &[]).spawn().expect("a worker");
    let mut worker = Running(worker);
    let mut reminded = false;
    for _ in 0..500 {
        reminded = issues.get(issue.id).await?.reminded_at.is_some();
        if reminded {
            break;
        }
        entify::tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(reminded, "the worker runs the task at once");
    let stop = Command::new("kill").args(["-TERM", &worker.0.id().to_string()]).status().expect("a signal");
    assert!(stop.success() && worker.0.wait().expect("an end").success());
    Ok(())
}

#[each_database(entities![], only(sqlite))]
async fn what_is_served_is_listed(test: TestDb) {
    let program = Program::of(test.url());
    program.run(&["migrate", "up"], "");
    let routes = program.run(&["routes"], "");
    for expected in ["/api/login", "/api/issues/{id}/close", "/csv", "overdue issues"] {
        assert!(routes.contains(expected), "{expected} is not in {routes}");
    }
    let mut wrong = program.command(env!("CARGO_BIN_EXE_issue-tracker"), &["check"]);
    let wrong = wrong.env("APP_LOGIN_MINUTES", "soon").output().expect("an end");
    let errors = String::from_utf8_lossy(&wrong.stderr);
    assert!(!wrong.status.success() && errors.contains("APP_LOGIN_MINUTES"), "{errors}");
}
