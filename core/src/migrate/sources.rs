//! Where an application's migrations come from: its folder, or the program itself, and functions of the program.

use crate::config::{Environment, Settings};
use crate::ctx::Ctx;
use crate::db::Dialect;
use crate::migrate::data::DataStep;
use crate::migrate::files;
use crate::migrate::{EmbeddedMigrations, MigrateError, Migrations};

/// What a program brings along of its migrations.
#[derive(Debug, Clone, Default)]
pub(crate) struct MigrationSources {
    pub(crate) embedded: Option<EmbeddedMigrations>,
    pub(crate) data: Vec<DataStep>,
}

impl MigrationSources {
    /// Whether the application has no migration for this database, wherever one may be.
    pub(crate) fn has_none(&self, settings: &Settings, dialect: Dialect) -> bool {
        let embedded = self.embedded.is_none_or(|embedded| embedded.of(dialect).is_empty());
        let folder = settings.migrations_dir.join(dialect.name());
        // A folder that cannot be read has some: what is wrong with it is said where they are read.
        embedded && self.data.is_empty() && files::read(&folder).is_ok_and(|files| files.is_empty())
    }

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
