//! Opens the database of the settings and checks its tables.

use crate::config::{Environment, Settings, SettingsError};
use crate::db::{Db, DbError, Dialect};
use crate::entity::Registry;
use crate::files;
use crate::migrate::{self, MigrateError, Migrations};
use crate::state::AppState;

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
        "{count} migrations are pending, the first is {first}; apply them with `migrate up` or `serve --migrate`"
    )]
    Pending {
        /// How many.
        count: usize,
        /// The oldest of them.
        first: String,
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
        migrate::check_names(&registry).map_err(MigrateError::from)?;
        let db = Db::connect(&settings.db_options()).await.map_err(open_error)?;
        let secret = settings.secret()?;
        Ok(Self::with_settings(registry, db, &secret, settings))
    }

    /// Opens the database and checks its tables: on SQLite, or with `migrate`, pending migrations are applied; otherwise
    /// they are an error.
    ///
    /// # Errors
    /// As [`AppState::open`], when a migration fails or is pending, and when a table or a column is missing.
    pub async fn ready(registry: Registry, settings: Settings, migrate: bool) -> Result<Self, OpenError> {
        let state = Self::open(registry, settings).await?;
        let db = state.system().db();
        let is_sqlite = db.dialect() == Dialect::Sqlite;
        if is_sqlite && state.settings().environment == Environment::Development {
            write_first_migration(&state)?;
        }
        let migrations = Migrations::load(&state.settings().migrations_dir, db.dialect())?;
        if is_sqlite || migrate {
            for run in migrations.up(db).await? {
                eprintln!("applied migration {}_{}", run.version, run.name);
            }
            check_schema(&state).await?;
            check_row_security(&state).await?;
            return Ok(state);
        }
        let pending = migrations.pending(db).await?;
        match pending.first() {
            None => {
                check_schema(&state).await?;
                check_row_security(&state).await?;
                Ok(state)
            }
            Some(first) => Err(OpenError::Pending {
                count: pending.len(),
                first: format!("{}_{}", first.version, first.name),
            }),
        }
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
