//! The proof of an application's migrations, as one test.

use std::path::Path;

use crate::db::Dialect;
use crate::migrate::verify::{Scratch, Verification, verify};
use crate::migrate::{MigrateError, Migrations};

/// Runs the migrations of a folder up, down and up again on scratch databases of each dialect that the folder has, with rows in
/// every table, as `migrate verify` does. Returns what was seen.
///
/// ```no_run
/// #[test]
/// fn the_migrations_can_be_taken_back() {
///     entify::testing::verify_migrations("migrations");
/// }
/// ```
///
/// # Panics
/// When the schema is not the same afterwards, a migration fails, or the machine has no PostgreSQL although
/// `ENTIFY_REQUIRE_POSTGRES=1`.
pub fn verify_migrations(folder: impl AsRef<Path>) -> Vec<Verification> {
    let folder = folder.as_ref();
    let dialects = [Dialect::Sqlite, Dialect::Postgres]
        .into_iter()
        .filter(|dialect| folder.join(dialect.name()).is_dir());
    let dialects: Vec<Dialect> = dialects.collect();
    assert!(!dialects.is_empty(), "{} has no migrations", folder.display());
    let runtime = super::database::runtime();
    let mut all = Vec::new();
    for dialect in dialects {
        let verified = runtime
            .block_on(on(dialect, folder))
            .unwrap_or_else(|error| panic!("{}: {error}", dialect.name()));
        let Some(verified) = verified else { continue };
        let problems: Vec<String> = verified.problems().collect();
        assert!(problems.is_empty(), "{}:\n{}", dialect.name(), problems.join("\n"));
        all.push(verified);
    }
    all
}

async fn on(dialect: Dialect, folder: &Path) -> Result<Option<Verification>, MigrateError> {
    let migrations = Migrations::load(folder, dialect)?;
    match dialect {
        Dialect::Sqlite => {
            let scratch = Scratch::sqlite();
            verify(&migrations, &scratch).await.map(Some)
        }
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            let Some(server) = super::cluster::TestDatabase::create(&[]) else { return Ok(None) };
            let scratch = Scratch::postgres(&server.url()).await?;
            let verified = verify(&migrations, &scratch).await;
            scratch.remove().await?;
            verified.map(Some)
        }
        #[cfg(not(feature = "postgres"))]
        Dialect::Postgres => Ok(None),
    }
}
