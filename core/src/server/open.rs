//! From settings to a state that can serve.

use crate::config::{Settings, SettingsError};
use crate::db::{Db, DbError};
use crate::entity::{Registry, RegistryError};
use crate::server::AppState;

/// Why an application cannot start; safe and meant for its operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting cannot be used.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// The entities do not fit together.
    #[error("{0}")]
    Entities(#[from] RegistryError),
    /// The database cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] DbError),
    /// A mounted path is not one, or is taken.
    #[error("`{path}` cannot be mounted: {reason}")]
    Mount {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Opens the database of the settings.
pub(crate) async fn state(registry: Registry, settings: Settings) -> Result<AppState, StartError> {
    let db = Db::connect(&settings.db_options()).await.map_err(|error| match error {
        DbError::Config(message) => StartError::Settings(SettingsError(message)),
        error => StartError::Database(error),
    })?;
    let secret = settings.secret()?;
    Ok(AppState::with_settings(registry, db, &secret, settings))
}
