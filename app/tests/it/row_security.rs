//! The second wall by the command line: made, applied, kept to, taken back.

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
async fn the_wall_is_made_kept_to_and_taken_back(db: TestDb) {
    let folder = migrations(&["sqlite", "postgres"]);
    let (walled, open) = (store(db.url(), folder.path(), true), store(db.url(), folder.path(), false));
    walled.run(&["migrate", "up"]);
    let said = walled.fail(&["check"]);
    assert!(said.contains("have no row-level security; make it with `migrate make --rls`"), "{said}");
    assert!(walled.fail(&["serve"]).contains("have no row-level security"));

    let made = walled.run(&["migrate", "make", "--rls"]);
    let files: Vec<&str> = made.lines().collect();
    assert!(files[0].starts_with("migration ") && files[0].ends_with("_row_security"), "{made}");
    assert_eq!(files.len(), 4, "{made}");
    assert!(files[1..].iter().all(|file| file.contains("/postgres/")), "{made}");
    assert_eq!(walled.run(&["migrate", "make", "--rls"]), "nothing changed\n");
    assert_eq!(walled.run(&["migrate", "make"]), "nothing changed\n");
    let newest = |store: &Store| store.run(&["migrate", "status"]).lines().last().unwrap().to_owned();
    assert!(newest(&walled).starts_with("pending"));
    assert!(walled.run(&["migrate", "up"]).contains("_row_security"));
    assert!(newest(&walled).starts_with("applied"));
    assert!(walled.run(&["check"]).contains("row-level security  ok"));

    // Without the setting every table would seem empty.
    for command in ["check", "serve"] {
        let said = open.fail(&[command]);
        assert!(said.contains("set `DATABASE_RLS=true`"), "{said}");
    }
    // A superuser walks through.
    let superuser =
        db.url().replace("&options[role]=entify_rls", "").replace("?options[role]=entify_rls", "");
    let said = store(&superuser, folder.path(), true).fail(&["check"]);
    assert!(said.contains("is a superuser or has BYPASSRLS"), "{said}");

    // A rule that has changed since is told.
    let changed = Statement::plain("COMMENT ON POLICY entify_read ON artist IS 'read: nobody'");
    Executor::Pool(db.db().clone()).execute(changed).await.unwrap();
    let said = walled.fail(&["check"]);
    assert!(
        said.contains(
            "policy `entify_read` of `artist` was created from the rule `read: nobody`, which is `read: public` now"
        ),
        "{said}"
    );

    walled.run(&["seed"]);
    let staff = walled.run(&["token", "create", "--name", "x", "--role", "staff"]);
    let server = walled.serve();
    assert!(count(&server.get("/api/artists", "").await) > 0);
    let refused = server.client.get(server.url("/api/customers")).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(count(&server.get("/api/customers", staff.trim()).await) > 0);
    let answer = server
        .client
        .post(server.url("/api/artists"))
        .bearer_auth(staff.trim())
        .json(&serde_json::json!({ "name": "Behind the wall" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    drop(server);
    assert!(walled.run(&["export", "artist"]).contains("Behind the wall"));

    walled.run(&["migrate", "down"]);
    assert!(newest(&walled).starts_with("pending"));
    // There is no wall any more: whoever asks sees all.
    let all = Statement::plain("SELECT count(*) FROM customer");
    let counted = Executor::Pool(db.db().clone()).read(all, &Layout::default().and(Kind::I64)).await.unwrap();
    assert!(matches!(counted[0].get(0), Value::Int(customers) if *customers > 0), "{counted:?}");
    walled.run(&["migrate", "up"]);
    assert!(walled.run(&["check"]).contains("row-level security  ok"));
}

#[test]
fn the_wall_is_refused_where_it_cannot_stand() {
    let folder = migrations(&["sqlite"]);
    let sqlite = |rls| {
        let file = folder.path().join("app.db");
        store(&format!("sqlite://{}", file.display()), folder.path(), rls)
    };
    let said = sqlite(false).fail(&["migrate", "make", "--rls"]);
    assert!(
        said.starts_with("error: row-level security is PostgreSQL's") && said.lines().count() == 1,
        "{said}"
    );
    assert!(said.contains("then `migrate make --rls`"), "{said}");
    let said = sqlite(true).fail(&["serve"]);
    assert!(
        said.starts_with("error: `DATABASE_RLS` needs PostgreSQL") && said.lines().count() == 1,
        "{said}"
    );
    let help = sqlite(false).run(&["migrate", "make", "--help"]);
    assert!(help.contains("--rls"), "{help}");
    assert!(
        sqlite(false).fail(&["migrate", "make", "x", "--empty", "--rls"]).contains("cannot be used with")
    );
}
