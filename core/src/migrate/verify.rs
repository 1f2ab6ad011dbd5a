//! Proves migrations by running them on a scratch database: up, down and up again, with rows in every table.
//!
//! Before each migration of the application generated rows are put into every table that is there. Afterwards the schema must be the
//! one before after `down`, and the same after both `up`s; which values did not survive is named. On PostgreSQL each
//! statement is also run by itself in a second scratch database, and its lock on each table, its duration and whether it wrote
//! the table anew are read from `pg_locks` and `pg_class`.

mod dump;
#[cfg(feature = "postgres")]
mod observe;
mod rows;
mod scratch;

use std::time::Duration;

use crate::db::{Db, DbError, Dialect};
use crate::migrate::lint::Lock;
use crate::migrate::migrations::{MigrationEntry, MigrationWork};
use crate::migrate::{MigrateError, MigrationOrigin, Migrations};

#[cfg(feature = "postgres")]
pub use observe::observe;
pub use scratch::Scratch;

/// What running the migrations has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Each migration of the application, oldest first.
    pub migrations: Vec<VerifiedMigration>,
}

/// What running one migration has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifiedMigration {
    /// Its version and name: `20240131120000_create_user`.
    pub name: String,
    /// What is wrong, one line each.
    pub problems: Vec<String>,
    /// What did not survive up and down, and what kept rows from being there, one line each.
    pub notes: Vec<String>,
    /// The rows that were there.
    pub rows: usize,
    /// What its statements did; only on PostgreSQL.
    pub statements: Vec<ObservedStatement>,
}

/// What a statement did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedStatement {
    /// Its text, in one line.
    pub statement: String,
    /// How long it took.
    pub elapsed: Duration,
    /// What it did to the tables that were there before the migration.
    pub tables: Vec<ObservedTable>,
}

/// What a statement did to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedTable {
    /// The table.
    pub table: String,
    /// The strongest lock that it took on it, when that is more than the statements before had taken.
    pub lock: Option<Lock>,
    /// Whether its rows were written anew.
    pub rewritten: bool,
}

impl Verification {
    /// What is wrong, one line each.
    pub fn problems(&self) -> impl Iterator<Item = String> {
        self.migrations.iter().flat_map(|migration| {
            migration.problems.iter().map(|problem| format!("{}: {problem}", migration.name))
        })
    }
}

/// Runs the migrations on a scratch database.
///
/// # Errors
/// [`MigrateError`] when the scratch database cannot be used, or the framework's own migrations fail. What is wrong with the
/// application's is in [`Verification::problems`].
pub async fn verify(migrations: &Migrations, scratch: &Scratch) -> Result<Verification, MigrateError> {
    let db = scratch.open().await?;
    let result = round_trips(migrations, &db).await;
    db.close().await;
    let verification = result?;
    #[cfg(feature = "postgres")]
    if migrations.dialect() == Dialect::Postgres {
        return with_statements(verification, migrations, scratch).await;
    }
    Ok(verification)
}

/// With what each statement locks and rewrites, on a second scratch database.
#[cfg(feature = "postgres")]
async fn with_statements(
    mut verification: Verification,
    migrations: &Migrations,
    scratch: &Scratch,
) -> Result<Verification, MigrateError> {
    let second = scratch.another().await?;
    let observed = observe::migrations(migrations, &second).await;
    second.remove().await?;
    for (migration, statements) in verification.migrations.iter_mut().zip(observed?) {
        migration.statements = statements;
    }
    Ok(verification)
}

async fn round_trips(migrations: &Migrations, db: &Db) -> Result<Verification, MigrateError> {
    let own = |entry: &&MigrationEntry| entry.origin == MigrationOrigin::Framework;
    let framework = migrations.entries().iter().take_while(own).count();
    migrations.first(framework).up(db).await?;
    let mut verification = Verification::default();
    for (position, entry) in migrations.entries().iter().enumerate().skip(framework) {
        let mut trip = RoundTrip {
            db,
            until: migrations.first(position + 1),
            verified: VerifiedMigration {
                name: format!("{}_{}", entry.version, entry.name),
                ..VerifiedMigration::default()
            },
        };
        let goes_on = trip.run(entry).await?;
        verification.migrations.push(trip.verified);
        if !goes_on {
            break;
        }
    }
    Ok(verification)
}

fn has_way_back(entry: &MigrationEntry) -> bool {
    match &entry.work {
        MigrationWork::Sql { down, .. } => down.is_some(),
        MigrationWork::Data(step) => step.down.is_some(),
    }
}

/// One migration, up, down and up.
struct RoundTrip<'d> {
    db: &'d Db,
    /// The migrations up to this one.
    until: Migrations,
    verified: VerifiedMigration,
}

impl RoundTrip<'_> {
    /// Whether the next one can be tried.
    async fn run(&mut self, entry: &MigrationEntry) -> Result<bool, MigrateError> {
        let made = rows::fill(self.db).await?;
        self.verified.rows = made.count;
        self.verified.notes.extend(made.notes);
        let (schema, data) = (dump::schema(self.db).await?, rows::read(self.db).await?);
        if !self.up().await? {
            return Ok(false);
        }
        let after = dump::schema(self.db).await?;
        if !has_way_back(entry) {
            self.verified.problems.push("it has no `.down.sql`, so it cannot be taken back".to_owned());
            return Ok(true);
        }
        if !self.down().await? {
            return Ok(true);
        }
        let back = dump::schema(self.db).await?;
        // What was validated stays so: PostgreSQL has no way back, and needs none.
        self.compare("after up and down", &dump::as_valid(&schema), &dump::as_valid(&back));
        let kept = rows::read(self.db).await?;
        self.verified.notes.extend(rows::lost(&data, &kept));
        if !self.up().await? {
            return Ok(false);
        }
        self.compare("after the second up", &after, &dump::schema(self.db).await?);
        Ok(true)
    }

    fn compare(&mut self, when: &str, expected: &[String], found: &[String]) {
        let missing = expected
            .iter()
            .filter(|line| !found.contains(line))
            .map(|line| format!("{when} there is no {line}"));
        let extra = found
            .iter()
            .filter(|line| !expected.contains(line))
            .map(|line| format!("{when} there is {line}"));
        self.verified.problems.extend(missing.chain(extra));
    }

    /// With the rows, or without them when an assertion says that it cannot be.
    async fn up(&mut self) -> Result<bool, MigrateError> {
        let Err(error) = self.until.up(self.db).await else { return Ok(true) };
        if !self.retry_without_rows(&error, "up").await? {
            return Ok(false);
        }
        let Err(error) = self.until.up(self.db).await else { return Ok(true) };
        self.verified.problems.push(format!("up: {error}"));
        Ok(false)
    }

    async fn down(&mut self) -> Result<bool, MigrateError> {
        let Err(error) = self.until.down(self.db, 1).await else { return Ok(true) };
        if !self.retry_without_rows(&error, "down").await? {
            return Ok(false);
        }
        let Err(error) = self.until.down(self.db, 1).await else { return Ok(true) };
        self.verified.problems.push(format!("down: {error}"));
        Ok(false)
    }

    /// A migration that stops at its assertion does what it should; one that fails on rows should have asked.
    async fn retry_without_rows(
        &mut self,
        error: &MigrateError,
        direction: &str,
    ) -> Result<bool, MigrateError> {
        if let MigrateError::Database(error @ DbError::Unavailable(_)) = error {
            return Err(error.clone().into());
        }
        if matches!(error, MigrateError::Assertion { .. }) {
            self.verified.notes.push(format!(
                "{direction} stops at an assertion with the rows that were there, and is run without"
            ));
        } else {
            self.verified.problems.push(format!("{direction} fails with rows in the tables: {error}"));
        }
        rows::delete(self.db).await?;
        Ok(true)
    }
}
