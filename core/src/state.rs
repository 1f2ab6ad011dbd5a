//! What every request of an application shares.

mod open;

use std::sync::Arc;

use crate::config::Settings;
use crate::ctx::{Ctx, Data};
use crate::db::Db;
use crate::entity::Registry;
use crate::idempotency::Expired;
use crate::migrate::{MigrateError, MigrationSources, Migrations};

pub use open::OpenError;

/// The entities, the database and the settings of a running application. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Inner>);

/// What a program brings along besides its entities.
#[derive(Debug, Clone, Default)]
pub(crate) struct Program {
    pub(crate) migrations: MigrationSources,
    /// What its contexts share, by type.
    pub(crate) data: Data,
}

#[derive(Clone)]
struct Inner {
    registry: Registry,
    system: Ctx,
    secret: Vec<u8>,
    settings: Settings,
    migrations: MigrationSources,
    adopted: bool,
}

// Written by hand: the secret must not reach a log.
impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState")
            .field("registry", &self.registry)
            .field("system", &self.system)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl AppState {
    /// The state of an application on an open database, with default settings. `secret` signs cursors and form
    /// tokens.
    #[must_use]
    pub fn new(registry: Registry, db: Db, secret: &[u8]) -> Self {
        Self::with_settings(registry, db, secret, Settings::default())
    }

    /// The state of an application on an open database.
    #[must_use]
    pub fn with_settings(registry: Registry, db: Db, secret: &[u8], settings: Settings) -> Self {
        Self::of(registry, (db, false), secret, settings, Program::default())
    }

    fn of(
        registry: Registry,
        (db, adopted): (Db, bool),
        secret: &[u8],
        settings: Settings,
        program: Program,
    ) -> Self {
        let Program { migrations, data } = program;
        // An invalid cost was refused when the settings were read.
        let cost = settings.password_cost().unwrap_or_default();
        let system = Ctx::system(db, secret)
            .with_all_data(&data)
            .with_data(settings.clone())
            .with_data(Expired::default())
            .with_entities(registry.clone())
            .with_password_cost(cost)
            .with_suggestions(settings.suggests_names())
            .with_nested_limits(settings.nested_limits());
        Self(Arc::new(Inner { registry, system, secret: secret.to_vec(), settings, migrations, adopted }))
    }

    /// The same state, whose contexts have this data too.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) fn with_data(&self, data: &Data) -> Self {
        let system = self.0.system.with_all_data(data);
        Self(Arc::new(Inner { system, ..Inner::clone(&self.0) }))
    }

    /// The same state, whose contexts are changed.
    #[cfg(feature = "testing")]
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) fn with_system(&self, change: impl FnOnce(&Ctx) -> Ctx) -> Self {
        let system = change(&self.0.system);
        Self(Arc::new(Inner { system, ..Inner::clone(&self.0) }))
    }

    /// The entities.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// A context of the system itself.
    #[must_use]
    pub fn system(&self) -> &Ctx {
        &self.0.system
    }

    /// The application's migrations: those of its folder or of the program, and its data migrations.
    ///
    /// # Errors
    /// [`MigrateError`] when a file or a name is none of a migration.
    pub fn migrations(&self) -> Result<Migrations, MigrateError> {
        self.0.migrations.load(&self.0.settings, &self.0.system)
    }

    /// Whether the database is that of others, in which nothing of the framework's is: every entity is `external`, there is no
    /// migration of the application, and none of the framework's was run. It is read and written, and not changed otherwise; there
    /// are no accounts, sessions and API tokens, and no history.
    #[must_use]
    pub fn is_adopted(&self) -> bool {
        self.0.adopted
    }

    /// The application's secret.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.0.secret
    }

    /// The settings: limits, roles, timeouts.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }
}
