//! The migrations of the framework's own tables.

use std::path::Path;

use entify::db::Dialect;
use entify::entity::EntityDef;
use entify::migrate::{DatabaseSchema, MigrationOrigin, MigrationState, Migrations, ddl};
use entify::testing::{TestDb, each_database, framework_tables};

/// No tables: the migrations make them.
const EMPTY: &[&EntityDef] = &[];

#[each_database(EMPTY)]
async fn they_go_forth_and_back(test: TestDb) {
    let migrations = Migrations::framework(test.db().dialect());
    let steps = migrations.up(test.db()).await.unwrap();
    let names = steps.iter().map(|step| &*step.name).collect::<Vec<_>>();
    assert_eq!(
        names,
        [
            "accounts",
            "history",
            "subjects",
            "leases",
            "rate_limits",
            "sequences",
            "idempotency_keys",
            "actions",
            "saved_views",
            "people"
        ]
    );
    let status = migrations.status(test.db()).await.unwrap();
    assert_eq!(status.len(), names.len());
    assert!(status.iter().all(|one| one.origin == Some(MigrationOrigin::Framework) && one.state == MigrationState::Applied));
    assert_eq!(migrations.down(test.db(), 100).await.unwrap().len(), steps.len());
    assert_eq!(migrations.up(test.db()).await.unwrap().len(), steps.len());
    // A database of the time before history gets it like any later migration.
    migrations.down(test.db(), 9).await.unwrap();
    let pending = migrations.pending(test.db()).await.unwrap();
    assert_eq!(pending.iter().map(|one| one.version).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
}

#[each_database(EMPTY)]
async fn they_make_the_tables_of_the_entities(test: TestDb) {
    let dialect = test.db().dialect();
    Migrations::framework(dialect).up(test.db()).await.unwrap();
    let made = match dialect {
        Dialect::Sqlite => Some(TestDb::sqlite(&framework_tables()).await),
        Dialect::Postgres => TestDb::postgres(&framework_tables()).await,
    };
    let made = made.expect("a database like the first");
    assert_eq!(tables(&test).await, tables(&made).await);
}

/// Columns and indexes of the framework's tables, as the database's catalog has them.
async fn tables(test: &TestDb) -> Vec<String> {
    let (columns, indexes) = match test.db().dialect() {
        Dialect::Sqlite => (
            "SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || coalesce(c.dflt_value, '')
             FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
            "SELECT tbl_name || ': ' || name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE type = 'index'",
        ),
        Dialect::Postgres => (
            "SELECT concat_ws(' ', table_name || '.' || column_name, data_type, character_maximum_length, is_nullable,
             column_default, is_identity, collation_name) FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT tablename || ': ' || indexdef FROM pg_indexes WHERE schemaname = 'public'",
        ),
    };
    let mut found = match test.db().dialect() {
        Dialect::Sqlite => {
            let pool = sqlx::SqlitePool::connect(test.url()).await.unwrap();
            let mut all: Vec<String> = sqlx::query_scalar(columns).fetch_all(&pool).await.unwrap();
            all.extend(sqlx::query_scalar::<_, String>(indexes).fetch_all(&pool).await.unwrap());
            all
        }
        #[cfg(not(feature = "postgres"))]
        Dialect::Postgres => unreachable!("the feature is off"),
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            let pool = sqlx::PgPool::connect(test.url()).await.unwrap();
            let mut all: Vec<String> = sqlx::query_scalar(columns).fetch_all(&pool).await.unwrap();
            all.extend(sqlx::query_scalar::<_, String>(indexes).fetch_all(&pool).await.unwrap());
            all
        }
    };
    found.retain(|line| framework_tables().iter().any(|def| line.starts_with(def.table)));
    found.sort();
    assert!(found.len() > 40, "{found:?}");
    found
}

/// Tables that have not changed since are compared exactly. `ENTIFY_UPDATE_MIGRATIONS=1` writes their files again,
/// which is right only until they have been released.
#[test]
fn new_tables_are_written_as_the_entities_say() {
    let update = std::env::var("ENTIFY_UPDATE_MIGRATIONS").is_ok_and(|value| value == "1");
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect.name());
        let leases = DatabaseSchema::of(&entify::tasks::entities(), dialect);
        let limits = DatabaseSchema::of(&entify::rate_limit::entities(), dialect);
        for (file, statements) in [
            ("4_leases.up.sql", ddl::create(&leases, dialect)),
            ("4_leases.down.sql", ddl::drop(&leases, dialect)),
            ("5_rate_limits.up.sql", ddl::create(&limits, dialect)),
            ("5_rate_limits.down.sql", ddl::drop(&limits, dialect)),
        ] {
            let (path, expected) = (folder.join(file), ddl::script(&statements));
            if update {
                std::fs::write(&path, &expected).unwrap();
            }
            let stored = std::fs::read_to_string(&path).unwrap();
            assert_eq!(stored.replace("\r\n", "\n"), expected, "{}", path.display());
        }
    }
}
