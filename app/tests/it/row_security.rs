//! The second wall by the command line: output, applied, kept to, taken back.

use std::path::Path;

use entify::db::{Executor, Layout, Statement};
use entify::entities;
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use entify::value::Value;
use serde_json::Value as Json;

use crate::store::{Store, root};

/// A folder with the demo's migrations of one database, or of both.
fn migrations(dialects: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for dialect in dialects {
        let to = folder.path().join(dialect);
        std::fs::create_dir(&to).unwrap();
        for file in std::fs::read_dir(root().join("migrations").join(dialect)).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    folder
}

fn store(url: &str, migrations: &Path, rls: bool) -> Store {
    Store::new(url)
        .with("MIGRATIONS_DIR", migrations.to_str().unwrap())
        .with("DATABASE_RLS", if rls { "true" } else { "false" })
}

fn count(page: &Json) -> usize {
    page["items"].as_array().map_or(0, Vec::len)
}

#[each_database(entities![], only(row_security))]
async fn row_security_is_created_enforced_and_reverted(db: TestDb) {
    let folder = migrations(&["sqlite", "postgres"]);
    let (secured, open) = (store(db.url(), folder.path(), true), store(db.url(), folder.path(), false));
    secured.run(&["migrate", "up"]);
    let stderr = secured.fail(&["check"]);
    assert!(stderr.contains("have no row-level security; make it with `migrate make --rls`"), "{stderr}");
    assert!(secured.fail(&["serve"]).contains("have no row-level security"));

    let output = secured.run(&["migrate", "make", "--rls"]);
    let files: Vec<&str> = output.lines().collect();
    assert!(files[0].starts_with("migration ") && files[0].ends_with("_row_security"), "{output}");
    assert_eq!(files.len(), 4, "{output}");
    assert!(files[1..].iter().all(|file| file.contains("/postgres/")), "{output}");
    assert_eq!(secured.run(&["migrate", "make", "--rls"]), "nothing changed\n");
    assert_eq!(secured.run(&["migrate", "make"]), "nothing changed\n");
    let newest = |store: &Store| store.run(&["migrate", "status"]).lines().last().unwrap().to_owned();
    assert!(newest(&secured).starts_with("pending"));
    assert!(secured.run(&["migrate", "up"]).contains("_row_security"));
    assert!(newest(&secured).starts_with("applied"));
    assert!(secured.run(&["check"]).contains("row-level security  ok"));

    // Without the setting every table would appear empty.
    for command in ["check", "serve"] {
        let stderr = open.fail(&[command]);
        assert!(stderr.contains("set `DATABASE_RLS=true`"), "{stderr}");
    }
    // A superuser bypasses it.
    let superuser =
        db.url().replace("&options[role]=entify_rls", "").replace("?options[role]=entify_rls", "");
    let stderr = store(&superuser, folder.path(), true).fail(&["check"]);
    assert!(stderr.contains("is a superuser or has BYPASSRLS"), "{stderr}");

    // A rule that has changed since is reported.
    let changed = Statement::plain("COMMENT ON POLICY entify_read ON artist IS 'read: nobody'");
    Executor::Pool(db.db().clone()).execute(changed).await.unwrap();
    let stderr = secured.fail(&["check"]);
    assert!(
        stderr.contains(
            "policy `entify_read` of `artist` was created from the rule `read: nobody`, which is `read: public` now"
        ),
        "{stderr}"
    );

    secured.run(&["seed"]);
    let staff = secured.run(&["token", "create", "--name", "x", "--role", "staff"]);
    let server = secured.serve();
    assert!(count(&server.get("/api/artists", "").await) > 0);
    let refused = server.client.get(server.url("/api/customers")).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(count(&server.get("/api/customers", staff.trim()).await) > 0);
    let answer = server
        .client
        .post(server.url("/api/artists"))
        .bearer_auth(staff.trim())
        .json(&serde_json::json!({ "name": "Behind row security" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    drop(server);
    assert!(secured.run(&["export", "artist"]).contains("Behind row security"));

    secured.run(&["migrate", "down"]);
    assert!(newest(&secured).starts_with("pending"));
    // Without policies every statement reads all rows.
    let all = Statement::plain("SELECT count(*) FROM customer");
    let counted =
        Executor::Pool(db.db().clone()).read(all, &Layout::default().with_column(Kind::I64)).await.unwrap();
    assert!(matches!(counted[0].get(0), Value::Int(customers) if *customers > 0), "{counted:?}");
    secured.run(&["migrate", "up"]);
    assert!(secured.run(&["check"]).contains("row-level security  ok"));
}

#[test]
fn row_security_is_refused_without_postgres() {
    let folder = migrations(&["sqlite"]);
    let sqlite = |rls| {
        let file = folder.path().join("app.db");
        store(&format!("sqlite://{}", file.display()), folder.path(), rls)
    };
    let stderr = sqlite(false).fail(&["migrate", "make", "--rls"]);
    assert!(
        stderr.starts_with("error: row-level security is PostgreSQL's") && stderr.lines().count() == 1,
        "{stderr}"
    );
    assert!(stderr.contains("then `migrate make --rls`"), "{stderr}");
    let stderr = sqlite(true).fail(&["serve"]);
    assert!(
        stderr.starts_with("error: `DATABASE_RLS` needs PostgreSQL") && stderr.lines().count() == 1,
        "{stderr}"
    );
    let help = sqlite(false).run(&["migrate", "make", "--help"]);
    assert!(help.contains("--rls"), "{help}");
    assert!(
        sqlite(false).fail(&["migrate", "make", "x", "--empty", "--rls"]).contains("cannot be used with")
    );
}
