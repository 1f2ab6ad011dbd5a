//! Commands: what they do, what they refuse, and how they end.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use entify::db::{Executor, Statement};
use entify::entities;
use entify::testing::{TestDb, each_database};

use crate::store::{Store, raw};

#[test]
fn every_command_has_help() {
    let store = Store::sqlite();
    let commands = [
        "",
        "serve",
        "migrate",
        "migrate make",
        "migrate up",
        "migrate down",
        "migrate status",
        "migrate sql",
        "migrate rebase",
        "migrate squash",
        "migrate lint",
        "migrate verify",
        "schema",
        "schema graphql",
        "schema openapi",
        "client",
        "client typescript",
        "account",
        "action",
        "action invoice",
        "action invoice refund",
        "account create",
        "account list",
        "account password",
        "account roles",
        "account subject",
        "account disable",
        "account enable",
        "token",
        "token create",
        "token list",
        "token revoke",
        "import",
        "export",
        "policy",
        "policy explain",
        "seed",
        "routes",
        "check",
        "inspect",
    ];
    for command in commands {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let help = store.run(&arguments);
        assert!(help.contains("Usage:"), "{command}: {help}");
    }
}

#[test]
fn failures_are_one_line() {
    let store = Store::sqlite();
    let missing = store.file("artist.txt", "");
    let below_a_file = missing.join("client");
    let cases: [(&[&str], &str); 10] = [
        (&["client", "typescript", "--out", below_a_file.to_str().unwrap()], "error: cannot write "),
        (&["import", "singer", "a.csv"], "error: there is no entity `singer`"),
        (&["import", "artist", missing.to_str().unwrap()], "error: the extension of"),
        (&["import", "artist", "none.csv"], "error: nothing was imported: none.csv: No such file"),
        (&["account", "create", "a@b.example"], "error: there is no terminal"),
        (&["account", "disable", "a@b.example"], "error: there is no account a@b.example"),
        (&["account", "roles", "a@b.example", "admin"], "error: there is no account a@b.example"),
        (&["account", "password", "a@b.example"], "error: there is no terminal"),
        (&["token", "create", "--name", "x", "--role", "r", "--expires", "soon"], "For more information"),
        (&["token", "revoke", "7"], "error: "),
    ];
    for (arguments, expected) in cases {
        let output = store.fail(arguments);
        let last = output.lines().last().unwrap_or_default();
        assert!(last.starts_with(expected), "{arguments:?}: {output}");
    }
    let mut bad = store.command(&["check"]);
    let output = bad.env("BIND", "nowhere").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert_eq!(
        stderr,
        "error: `BIND` in the environment must be an address and port like 127.0.0.1:8000, not `nowhere`\n"
    );
}

#[test]
fn no_part_of_the_database_url_is_printed() {
    let store = Store::sqlite();
    for command in ["check", "serve", "seed", "migrate up"] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let mut command = store.command(&arguments);
        let output = command
            .env("DATABASE_URL", "postgres://ada:se#cret@127.0.0.1:1/shop")
            .env("LOG", "trace")
            .output();
        let output = output.unwrap();
        assert!(!output.status.success());
        let shown = format!("{output:?}");
        assert!(shown.contains("write `#` as `%23`"), "{shown}");
        assert!(!shown.contains("ada") && !shown.contains("cret") && !shown.contains("shop"), "{shown}");
    }
}

#[test]
fn a_url_to_nothing_is_one_line() {
    let store = Store::sqlite();
    let file = store.file("file", "no folder").display().to_string();
    for url in ["postgres://127.0.0.1:1/shop".to_owned(), format!("sqlite://{file}/shop.db")] {
        for command in ["up", "down", "status", "sql", "rebase", "squash"] {
            let output = store.command(&["migrate", command]).env("DATABASE_URL", &url).output().unwrap();
            assert!(!output.status.success() && output.stdout.is_empty(), "{command}: {output:?}");
            let shown = String::from_utf8(output.stderr).unwrap();
            assert!(shown.starts_with("error: ") && shown.lines().count() == 1, "{command}: {shown}");
        }
    }
}

#[each_database(entities![])]
async fn a_schema_that_lacks_a_column_is_told(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    assert!(store.run(&["check"]).contains("schema      ok"));
    let change = Statement::plain("ALTER TABLE playlist_track RENAME COLUMN track_id TO of_another_release");
    Executor::Pool(db.db().clone()).execute(change).await.unwrap();
    for command in ["check", "serve", "seed"] {
        let shown = store.fail(&[command]);
        let line = "the table `playlist_track` has no column `track_id`";
        assert!(shown.lines().any(|shown| shown.contains(line)), "{command}: {shown}");
    }
    let shown = store.fail(&["check"]);
    let part = "`of_another_release` of `playlist_track` is ";
    assert!(shown.contains(part) && shown.contains("no field is stored in it"), "{shown}");
    assert!(shown.contains("no migration did that: undo it by hand"), "{shown}");
    ExitCode::SUCCESS
}

/// The demo has its migrations in it; the guide's program has them in a folder only.
#[each_database(entities![])]
async fn a_server_whose_migrations_are_missing_does_not_start(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    let nowhere = store.file("none", "").with_file_name("nowhere");
    let mut command = store.command_of(env!("CARGO_BIN_EXE_tracker"), &["serve", "--migrate"]);
    command.env("MIGRATIONS_DIR", &nowhere).env("ENTIFY_ENV", "production");
    let output = command.output().unwrap();
    let shown = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{shown}");
    assert!(shown.contains("there is no table `project`; make it with `migrate make`"), "{shown}");
    ExitCode::SUCCESS
}

/// A released program needs no folder.
#[each_database(entities![])]
async fn the_demo_applies_the_migrations_that_it_has_in_it(db: TestDb) -> ExitCode {
    let store = Store::new(db.url()).with("ENTIFY_ENV", "production");
    let folder = store.file("none", "").with_file_name("nowhere").display().to_string();
    let store = store.with("MIGRATIONS_DIR", folder);
    assert!(store.run(&["migrate", "up"]).contains("_initial"));
    let checked = store.run(&["check"]);
    assert!(
        checked.contains("migrations  ok, all applied") && checked.contains("schema      ok"),
        "{checked}"
    );
    ExitCode::SUCCESS
}

#[test]
fn a_fresh_store_is_seeded_once_and_round_trips() {
    let store = Store::sqlite();
    assert_eq!(store.run(&["seed"]), "seeded\n");
    assert!(store.fail(&["seed"]).contains("the store is not empty"));
    assert!(store.run(&["check"]).contains("migrations  ok"));
    let there = store.run(&["export", "artist"]);
    assert_eq!(there.lines().count(), 6, "{there}");
    let copy = Store::sqlite();
    let file = copy.file("artist.csv", &there);
    copy.run(&["import", "artist", file.to_str().unwrap()]);
    // How many albums there are is no part of the file that is read.
    let stored = |csv: &str| -> Vec<Vec<String>> {
        let of_line = |line: &str| {
            let cells = line.split(',').enumerate().filter(|(column, _)| *column != 2);
            cells.map(|(_, cell)| cell.to_owned()).collect()
        };
        csv.lines().map(of_line).collect()
    };
    assert_eq!(stored(&copy.run(&["export", "artist"])), stored(&there), "ids and times are kept");
    let lines = store.run(&["export", "track", "--format", "jsonl"]);
    assert_eq!(lines.lines().count(), 16);
}

#[each_database(entities![])]
async fn a_broken_row_7000_keeps_everything_out(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    let mut text = "name\n".to_owned();
    for row in 1..=8000 {
        let _ = match row {
            7000 => writeln!(text, "{}", "x".repeat(200)),
            _ => writeln!(text, "Artist {row}"),
        };
    }
    let file = store.file("broken.csv", &text);
    let output = store.fail(&["import", "artist", file.to_str().unwrap()]);
    assert!(output.contains("line 7001: name: must have at most 120 characters; has 200"), "{output}");
    assert!(output.ends_with("error: nothing was imported: 1 value is refused\n"), "{output}");
    assert_eq!(store.run(&["export", "artist"]).lines().count(), 1, "the head alone");
    // What only the database knows is told with its line too.
    let text = text.replace(&"x".repeat(200), "Artist 6999");
    let file = store.file("twice.csv", &text);
    let output = store.fail(&["import", "artist", file.to_str().unwrap()]);
    assert!(output.contains("line 7001: name: is taken already"), "{output}");
    assert_eq!(store.run(&["export", "artist"]).lines().count(), 1);
    ExitCode::SUCCESS
}

#[each_database(entities![])]
async fn a_row_may_come_before_the_one_it_refers_to(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    let mut text = "id,last_name,first_name,email,reports_to_id\n".to_owned();
    for row in 1..=1200 {
        let _ =
            writeln!(text, "{row},Last,First,e{row}@store.example,{}", if row < 1200 { "1200" } else { "" });
    }
    let file = store.file("employee.csv", &text);
    store.run(&["import", "employee", file.to_str().unwrap()]);
    let file = store.file(
            "dangling.csv",
            "id,last_name,first_name,email,reports_to_id\n2000,L,F,a@store.example,\n2001,L,F,b@store.example,9999\n",
        );
    let output = store.fail(&["import", "employee", file.to_str().unwrap()]);
    assert!(output.contains("line 3: reports_to_id: 9999 does not exist"), "{output}");
    assert_eq!(store.run(&["export", "employee"]).lines().count(), 1201);
    ExitCode::SUCCESS
}

#[each_database(entities![])]
async fn pending_migrations(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    let output = store.output(&["check"], "");
    assert!(!output.status.success(), "nothing is applied yet");
    if db.url().starts_with("postgres") {
        let output = store.fail(&["serve"]);
        assert!(output.contains("migrations are pending"), "{output}");
        store.run(&["migrate", "up"]);
    }
    drop(store.serve());
    let status = store.run(&["migrate", "status"]);
    assert!(!status.is_empty() && status.lines().all(|line| line.starts_with("applied")), "{status}");
    assert!(store.run(&["migrate", "down", "--steps", "1"]).contains("taken back"));
    assert!(store.run(&["migrate", "up"]).contains("applied"));
    ExitCode::SUCCESS
}

#[test]
fn policies_are_explained() {
    let store = Store::sqlite();
    store.run(&["migrate", "up"]);
    let kept = r#"allow where EXISTS(SELECT 1 FROM "customer" AS "t1" WHERE "t1"."id" = "invoice"."customer_id" AND "t1"."support_rep_id" = 42)"#;
    let output = store.run(&["policy", "explain", "--as", "role:support,sub:42", "invoice"]);
    let mut expected = "Invoice\n".to_owned();
    for (what, outcome, rule) in [
        ("read", kept, "InvoicePolicy"),
        ("create", kept, "InvoicePolicy"),
        ("update", kept, "InvoicePolicy"),
        ("delete", "deny", "InvoicePolicy"),
        ("action refund", kept, "InvoicePolicy"),
        ("action open_from_playlist", "deny", "role(\"staff\") | role(\"admin\")"),
    ] {
        let _ = writeln!(expected, "  {what:<25}  {outcome}\n  {:<25}  by {rule}", "");
    }
    assert_eq!(output, expected);
    let output = store.run(&["policy", "explain", "--as", "role:staff,sub:42", "Invoice"]);
    let says = |what: &str, outcome: &str| output.contains(&format!("  {what:<25}  {outcome}\n"));
    assert!(says("read", "allow") && says("delete", "deny") && says("action refund", "allow"), "{output}");
    // Fields with rules of their own follow.
    let output = store.run(&["policy", "explain", "--as", "role:customer,sub:7", "customer"]);
    for line in [
        r#"  read                   allow where "customer"."id" = 7"#,
        r#"  create                 deny"#,
        r#"                         by role("staff") | role("admin")"#,
        r#"  support_rep_id: read   deny"#,
        r#"                         by role("support") | role("staff") | role("admin")"#,
    ] {
        assert!(output.lines().any(|printed| printed == line), "{line}\n{output}");
    }
    // Without an entity all of them, without a principal no one.
    let output = store.run(&["policy", "explain"]);
    assert_eq!(
        output.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).count(),
        11,
        "{output}"
    );
    assert!(
        output
            .starts_with("Artist\n  read          allow\n                by public\n  create        deny\n"),
        "{output}"
    );

    assert_eq!(
        store.fail(&["policy", "explain", "invoise"]),
        "error: there is no entity `invoise`; did you mean `invoice`?\n"
    );
    for (principal, part) in
        [("staff", "staff"), ("role:staff,sub:", "sub:"), ("sub:1,sub:2", "sub:2"), ("", "")]
    {
        let output = store.fail(&["policy", "explain", "--as", principal, "invoice"]);
        let expected =
            format!("`{part}` is not a part of a principal; write `anonymous`, or roles and a subject");
        assert!(output.contains(&expected), "{principal}: {output}");
    }
}

#[tokio::test]
async fn the_log_of_development_names_the_rule_that_denied() {
    let store = Store::sqlite();
    let token = store.run(&["token", "create", "--name", "x", "--role", "guest"]);
    for (environment, names_rule) in [("development", true), ("production", false)] {
        store.run(&["migrate", "up"]);
        let server = store.serve_as(&[("ENTIFY_ENV", environment)]);
        let url = server.url("/api/genres");
        let body = serde_json::json!({"name": "Fado"});
        let refused = server.client.post(&url).bearer_auth(token.trim()).json(&body).send().await.unwrap();
        assert_eq!(refused.status(), 403);
        let answer = refused.text().await.unwrap();
        assert!(!answer.contains("staff"), "the client does not learn the rule: {answer}");
        let expected = r#"denied: create of Genre: only role("staff") | role("admin")"#;
        let log = server.log();
        assert_eq!(log.contains(expected) && log.contains("token:1"), names_rule, "{environment}: {log}");
        assert_eq!(log.contains("denied"), names_rule, "{log}");
    }
}

#[test]
fn the_server_stops_in_order() {
    let server = Store::sqlite().serve();
    assert!(server.stop());
}

#[test]
fn a_slow_client_is_dropped() {
    let store = Store::sqlite();
    store.file("entify.toml", "header_timeout = \"300ms\"\n");
    let server = store.serve();
    for beginning in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        let start = Instant::now();
        let answer = raw(&server, beginning.as_bytes());
        assert!(start.elapsed().as_secs() < 5, "{beginning:?} was waited for");
        assert!(!answer.contains("200"), "{answer}");
    }
    let whole = raw(&server, b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(whole.starts_with("HTTP/1.1 200"), "{whole}");
}

#[tokio::test]
async fn answers_outside_the_surfaces() {
    let store = Store::sqlite();
    store.file("entify.toml", "cors_origins = [\"https://shop.example\"]\n");
    let server = store.serve();
    let get = |path: &str| server.client.get(server.url(path));
    let lost = get("/nowhere").send().await.unwrap();
    assert_eq!(lost.status(), 404);
    assert_eq!(lost.headers()["content-type"], "application/problem+json");
    let home = get("/").send().await.unwrap();
    assert_eq!(home.headers()["x-content-type-options"], "nosniff");
    assert!(home.text().await.unwrap().contains("/api/artists"));
    assert_eq!(get("/readyz").send().await.unwrap().status(), 200);
    let deleted = server.client.delete(server.url("/")).send().await.unwrap();
    assert_eq!(deleted.status(), 405);
    assert_eq!(deleted.headers()["allow"], "GET, HEAD, OPTIONS");
    let listed = get("/api/artists").header("origin", "https://shop.example").send().await.unwrap();
    assert_eq!(listed.headers()["access-control-allow-origin"], "https://shop.example");
    for (path, origin) in [("/api/artists", "https://evil.example"), ("/admin", "https://shop.example")] {
        let other = get(path).header("origin", origin).send().await.unwrap();
        assert!(!other.headers().contains_key("access-control-allow-origin"), "{path} {origin}");
    }
    let preflight = server
        .client
        .request(reqwest::Method::OPTIONS, server.url("/api/artists"))
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 204);
}

#[test]
fn instances_that_start_at_once_on_an_empty_folder_agree() {
    let store = Store::sqlite();
    let folder = store.file("none", "").with_file_name("new");
    for round in 0..3 {
        let migrations = folder.join(format!("migrations{round}"));
        let url = format!("sqlite://{}/store{round}.db?mode=rwc", folder.display());
        let start = |_| {
            // The demo has its migrations in it; the guide's program writes its first.
            let mut command = store.command_of(env!("CARGO_BIN_EXE_tracker"), &["export", "project"]);
            command.env("MIGRATIONS_DIR", &migrations).env("DATABASE_URL", &url);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        };
        let instances: Vec<_> = (0..6).map(start).collect();
        for instance in instances {
            let output = instance.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let written = |extension: &str| {
            let files = std::fs::read_dir(migrations.join("sqlite")).unwrap();
            let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
            names.filter(|name| name.ends_with(extension)).count()
        };
        assert_eq!((written(".up.sql"), written(".down.sql"), written(".part")), (1, 1, 0), "written once");
        let output = start(0).wait_with_output().unwrap();
        assert!(output.status.success(), "later: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[each_database(entities![])]
async fn entities_are_written_for_the_tables_of_a_database(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    for sql in [
        r#"CREATE TABLE "Singers" ("SingerId" integer PRIMARY KEY, "Name" varchar(20) NOT NULL)"#,
        "CREATE VIEW seen AS SELECT 1 AS one",
    ] {
        Executor::Pool(db.db().clone()).execute(Statement::plain(sql)).await.unwrap();
    }
    let out = store.file("none", "").with_file_name("entities");
    let arguments = ["inspect", db.url(), "--read", "public", "--out", out.to_str().unwrap()];
    let shown = store.run(&arguments);
    assert!(
        shown.contains("note: the view `seen` is no entity: the rows of a view have no key\n"),
        "{shown}"
    );
    assert!(shown.contains("wrote 1 entities to ") && shown.contains("`mod entities;`"), "{shown}");
    let source = std::fs::read_to_string(out.join("singer.rs")).unwrap();
    assert!(source.contains("policy(read = public, write = nobody)"), "{source}");
    assert!(
        source.contains("    #[entity(max_len = 20, min_len = 0, column = \"Name\")]\n    name: String,\n"),
        "{source}"
    );
    assert!(out.join("mod.rs").is_file());
    let again = store.fail(&arguments);
    assert!(again.contains("is there already; name a new folder with `--out`"), "{again}");
    ExitCode::SUCCESS
}

#[test]
fn a_database_that_is_none_has_no_entities() {
    let store = Store::sqlite();
    let folder = store.file(
        "text.db",
        "not a database, but a text of some length, longer than a header of a hundred bytes is at the least",
    );
    let out = folder.with_file_name("written");
    let fails = |url: &str| {
        let shown = store.fail(&["inspect", url, "--out", out.to_str().unwrap()]);
        assert_eq!(shown.lines().count(), 1, "{shown}");
        assert!(!out.exists(), "{shown}");
        shown
    };
    let missing = folder.with_file_name("missing.db");
    let shown = fails(&format!("sqlite://{}", missing.display()));
    assert!(shown.starts_with("error: there is no file ") && !missing.exists(), "{shown}");
    assert!(
        fails(&format!("sqlite://{}", folder.display())).starts_with("error: the database cannot be "),
        "a text"
    );
    assert!(fails("mysql://a@b/c").starts_with("error: "), "another database");
    assert!(
        fails("postgres://ada:secret@127.0.0.1:1/shop").contains("the database cannot be read"),
        "no server"
    );
}

#[each_database(entities![], only(postgres))]
async fn a_database_that_is_only_read_is_compared_by_its_columns(db: TestDb) -> ExitCode {
    let store = Store::new(db.url());
    store.run(&["migrate", "up"]);
    let run = async |sql: &str| {
        Executor::Pool(db.db().clone()).execute(Statement::plain(sql)).await.unwrap();
    };
    run("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$").await;
    let shown = store.run(&["check"]);
    assert!(shown.contains("note: the database is compared by tables, columns and types only"), "{shown}");
    assert!(shown.contains("schema      ok"), "{shown}");
    ExitCode::SUCCESS
}
