//! The migrations of the framework's own tables.

use std::path::Path;

use entify::db::Dialect;
use entify::entity::EntityDef;
use entify::migrate::{Migrations, Origin, Schema, State, ddl};
use entify::testing::{TestDb, each_database};

/// No tables: the migrations make them.
const EMPTY: &[&EntityDef] = &[];

each_database! {
    EMPTY,

    async fn they_go_forth_and_back(test: TestDb) {
        let migrations = Migrations::framework(test.db().dialect());
        let steps = migrations.up(test.db()).await.unwrap();
        assert_eq!(steps.iter().map(|step| &*step.name).collect::<Vec<_>>(), ["accounts", "history"]);
        let status = migrations.status(test.db()).await.unwrap();
        assert!(status.iter().all(|one| one.origin == Some(Origin::Framework) && one.state == State::Applied));
        assert_eq!(migrations.down(test.db(), 100).await.unwrap().len(), steps.len());
        assert_eq!(migrations.up(test.db()).await.unwrap().len(), steps.len());
        // A database of the time before history gets it like any later migration.
        migrations.down(test.db(), 1).await.unwrap();
        let pending = migrations.pending(test.db()).await.unwrap();
        assert_eq!(pending.iter().map(|one| one.version).collect::<Vec<_>>(), [2]);
    }
}

/// Compares the migrations with the entities. `ENTIFY_UPDATE_MIGRATIONS=1` writes them anew, which is right only until
/// they have been released.
#[test]
fn they_make_the_tables_of_the_entities() {
    let update = std::env::var("ENTIFY_UPDATE_MIGRATIONS").is_ok_and(|value| value == "1");
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect.name());
        let accounts = Schema::of(&entify::auth::entities(), dialect);
        let history = Schema::of(&entify::history::entities(), dialect);
        for (file, statements) in [
            ("1_accounts.up.sql", ddl::create(&accounts, dialect)),
            ("1_accounts.down.sql", ddl::drop(&accounts, dialect)),
            ("2_history.up.sql", ddl::create(&history, dialect)),
            ("2_history.down.sql", ddl::drop(&history, dialect)),
        ] {
            let (path, expected) = (folder.join(file), ddl::script(&statements));
            if update {
                std::fs::write(&path, &expected).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap();
            assert_eq!(kept.replace("\r\n", "\n"), expected, "{}", path.display());
        }
    }
}
