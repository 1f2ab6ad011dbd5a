//! Opens the database of the settings and checks its tables.

use crate::config::{Environment, Settings, SettingsError};
use crate::db::{Db, DbError, DbOptions, Dialect};
use crate::entity::Registry;
use crate::files;
use crate::migrate::{self, MigrateError, MigrationSources, MigrationState, Migrations, UpOptions};
use crate::state::{AppState, Program};

/// Why an application's database cannot be used; safe and meant for its operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A setting cannot be used.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// The database cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] DbError),
    /// A migration cannot be written or run.
    #[error("{0}")]
    Migrate(#[from] MigrateError),
    /// The database is behind the migrations.
    #[error(
        "{count} migrations are pending, the first is {first}; {}", way_out(.behind.as_deref())
    )]
    Pending {
        /// How many.
        count: usize,
        /// The oldest of them.
        first: String,
        /// A migration before it that waits until no older version of the program runs.
        behind: Option<String>,
    },
    /// The database does not have what the entities need, though no migration is pending.
    #[error("the database does not fit the entities: {}", .0.join("; "))]
    Schema(Vec<String>),
}

impl AppState {
    /// Opens the database of the settings; its tables are left as they are.
    ///
    /// # Errors
    /// [`OpenError`], which names the setting or the entity, or why the database is not available.
    pub async fn open(registry: Registry, settings: Settings) -> Result<Self, OpenError> {
        Self::open_with(registry, settings, Program::default()).await
    }

    /// As [`AppState::open`], of a program that brings migrations or data along.
    pub(crate) async fn open_with(
        registry: Registry,
        settings: Settings,
        program: Program,
    ) -> Result<Self, OpenError> {
        let may_adopt = is_all_external(&registry, &settings, &program.migrations);
        Self::opened(registry, settings, program, may_adopt).await
    }

    async fn opened(
        registry: Registry,
        settings: Settings,
        program: Program,
        may_adopt: bool,
    ) -> Result<Self, OpenError> {
        migrate::check_names(&registry).map_err(MigrateError::from)?;
        let adopted = if may_adopt { adopt(&settings).await.map_err(open_error)? } else { None };
        let db = match adopted {
            Some(db) => (db, true),
            None => (Db::connect(&settings.db_options()).await.map_err(open_error)?, false),
        };
        let secret = settings.secret()?;
        Ok(Self::of(registry, db, &secret, settings, program))
    }

    /// Opens the database and checks its tables: on SQLite, or with `migrate`, pending migrations are applied; otherwise
    /// they are an error. A database of others ([`AppState::is_adopted`]) is left as it is, but with `migrate`.
    ///
    /// # Errors
    /// As [`AppState::open`], when a migration fails or is pending, and when a table or a column is missing.
    pub async fn ready(registry: Registry, settings: Settings, migrate: bool) -> Result<Self, OpenError> {
        Self::ready_with(registry, settings, migrate, Program::default()).await
    }

    /// As [`AppState::ready`], of a program that brings migrations or data along.
    pub(crate) async fn ready_with(
        registry: Registry,
        settings: Settings,
        migrate: bool,
        program: Program,
    ) -> Result<Self, OpenError> {
        let embedded = program.migrations.embedded;
        let may_adopt = !migrate && is_all_external(&registry, &settings, &program.migrations);
        let state = Self::opened(registry, settings, program, may_adopt).await?;
        let db = state.system().db();
        if state.is_adopted() {
            eprintln!("note: {ADOPTED}");
            check_schema(&state).await?;
            check_row_security(&state).await?;
            return Ok(state);
        }
        let is_sqlite = db.dialect() == Dialect::Sqlite;
        let in_production = state.settings().environment == Environment::Production;
        let has_own = embedded.is_some_and(|embedded| !embedded.of(db.dialect()).is_empty());
        if is_sqlite && !in_production && !has_own {
            write_first_migration(&state)?;
        }
        let migrations = state.migrations()?.with_progress(true);
        if is_sqlite || migrate {
            let options = UpOptions { hold_contract: in_production, ..UpOptions::default() };
            match migrations.up_with(db, options).await {
                // An older version that starts again while a newer one is rolled out beside it. Whether it can read the
                // tables is seen below.
                Err(error @ MigrateError::NewerDatabase { .. }) if !is_sqlite => eprintln!("note: {error}"),
                runs => {
                    for run in runs? {
                        eprintln!("applied migration {}_{}", run.version, run.name);
                    }
                }
            }
        }
        check_applied(&migrations, db).await?;
        if let Err(error) = check_schema(&state).await {
            return Err(or_waiting(error, &migrations, db).await);
        }
        check_row_security(&state).await?;
        Ok(state)
    }
}

/// What an operator is to know of a database of others.
const ADOPTED: &str = "the database has none of entify's own tables and is left as it is: accounts, sign-in, API tokens and history \
     are not available; `migrate up` makes the tables for them";

/// Whether the application wants nothing of its database but the tables that others made.
fn is_all_external(registry: &Registry, settings: &Settings, migrations: &MigrationSources) -> bool {
    let mut own = registry.iter().filter(|info| !info.def.external);
    let has_entities = registry.iter().next().is_some();
    let dialect = Dialect::of_url(&settings.database_url);
    has_entities
        && own.next().is_none()
        && dialect.is_ok_and(|dialect| migrations.has_none(settings, dialect))
}

/// Opens the database without a change to it; none when it has a table of the framework's.
async fn adopt(settings: &Settings) -> Result<Option<Db>, DbError> {
    let db = Db::connect(&DbOptions { unaltered: true, ..settings.db_options() }).await?;
    if migrate::has_no_framework_tables(&db).await? {
        return Ok(Some(db));
    }
    db.close().await;
    Ok(None)
}

/// Fails when a migration is pending. One that waits until no older version runs is no reason not to start.
async fn check_applied(migrations: &Migrations, db: &Db) -> Result<(), OpenError> {
    let pending = migrations.pending(db).await?;
    let Some(first) = pending.first() else { return Ok(()) };
    let all = migrations.status(db).await?;
    let waits =
        |state: MigrationState, version: i64| state == MigrationState::Waiting && version < first.version;
    let behind = all.iter().find(|status| waits(status.state, status.version));
    Err(OpenError::Pending {
        count: pending.len(),
        first: first.full_name(),
        behind: behind.map(migrate::MigrationStatus::full_name),
    })
}

/// The error with what may be its cause: a change that no two versions can live with is made when all older ones have ended.
async fn or_waiting(error: OpenError, migrations: &Migrations, db: &Db) -> OpenError {
    let OpenError::Schema(mut lines) = error else { return error };
    let all = migrations.status(db).await.unwrap_or_default();
    if let Some(first) = all.iter().find(|status| status.state == MigrationState::Waiting) {
        lines.push(format!(
            "{} waits until no older version of the program runs, and may be what is missing: `migrate up --contract`",
            first.full_name()
        ));
    }
    OpenError::Schema(lines)
}

fn way_out(behind: Option<&str>) -> String {
    match behind {
        None => "apply them with `migrate up` or `serve --migrate`".to_owned(),
        Some(behind) => format!(
            "{behind} comes before it and waits until no older version of the program runs: apply all with \
             `migrate up --contract`"
        ),
    }
}

fn open_error(error: DbError) -> OpenError {
    match error {
        DbError::Config(message) => OpenError::Settings(SettingsError(message)),
        error => OpenError::Database(error),
    }
}

/// Fails unless the database has the tables and columns that the entities need.
async fn check_schema(state: &AppState) -> Result<(), OpenError> {
    let missing =
        migrate::missing_columns(state.system().db(), state.registry()).await.map_err(open_error)?;
    match missing.is_empty() {
        true => Ok(()),
        false => Err(OpenError::Schema(missing)),
    }
}

/// Fails unless the database's policies are active if and only if `DATABASE_RLS` is set; warns of those that are behind the
/// entities.
async fn check_row_security(state: &AppState) -> Result<(), OpenError> {
    for line in
        migrate::inspect_row_security(state.system().db(), state.registry()).await.map_err(open_error)?
    {
        tracing::warn!("{line}; run `migrate make --rls` and `migrate up`");
    }
    Ok(())
}

/// A new application has no migrations yet and can be started all the same.
fn write_first_migration(state: &AppState) -> Result<(), OpenError> {
    let folder = &state.settings().migrations_dir;
    // Another instance that starts now writes the same.
    let _lock = files::lock_folder(folder).map_err(|error| MigrateError::io(folder, &error))?;
    let has_migrations =
        [Dialect::Sqlite, Dialect::Postgres].iter().any(|dialect| folder.join(dialect.name()).exists());
    if has_migrations {
        return Ok(());
    }
    if let Some(migration) = migrate::make(folder, Some("initial"), state.registry())? {
        eprintln!(
            "there were no migrations in {}: wrote {} from the entities, for you to commit",
            folder.display(),
            migration.name
        );
    }
    Ok(())
}
