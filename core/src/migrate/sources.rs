//! Where an application's migrations come from: its folder, or the program itself, and functions of the program.

use crate::config::{Environment, Settings};
use crate::ctx::Ctx;
use crate::migrate::data::DataStep;
use crate::migrate::{EmbeddedMigrations, MigrateError, Migrations};

/// What a program brings along of its migrations.
#[derive(Debug, Clone, Default)]
pub(crate) struct MigrationSources {
    pub(crate) embedded: Option<EmbeddedMigrations>,
    pub(crate) data: Vec<DataStep>,
}

impl MigrationSources {
    /// The application's migrations for the database of the context.
    ///
    /// In production those in the program win, so that a release is one file and a folder that lies about changes nothing. In
    /// development the folder wins where it exists: it has what was written since the program was built.
    pub(crate) fn load(&self, settings: &Settings, ctx: &Ctx) -> Result<Migrations, MigrateError> {
        let (dialect, folder) = (ctx.db().dialect(), &settings.migrations_dir);
        let in_program =
            settings.environment == Environment::Production || !folder.join(dialect.name()).is_dir();
        let migrations = match &self.embedded {
            Some(embedded) if in_program => {
                Migrations::framework(dialect).with_embedded(embedded.of(dialect))
            }
            _ => Migrations::load(folder, dialect)?,
        };
        Ok(migrations.with_data(&self.data, ctx)?.with_lock_timeout(settings.migrate_lock_timeout))
    }
}
