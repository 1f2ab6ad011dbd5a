//! Why an application cannot be served.

use crate::config::SettingsError;
use crate::entity::RegistryError;
#[cfg(feature = "graphql")]
use crate::graphql::{GraphiQlError, ManifestError, SchemaError};
#[cfg(feature = "rest")]
use crate::rest::ApiConflict;
use crate::state::OpenError;

/// Why an application cannot be served; safe and meant for its operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A setting cannot be used.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// The entities do not fit together.
    #[error("{0}")]
    Entities(#[from] RegistryError),
    /// Something was declared in a way that cannot be.
    #[error("{0}")]
    Declaration(String),
    /// Its database cannot be opened, or is not ready.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// A mounted path is not one, or is taken.
    #[error("`{path}` cannot be mounted: {reason}")]
    Mount {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The GraphQL schema does not fit together.
    #[cfg(feature = "graphql")]
    #[error("{0}")]
    Schema(#[from] SchemaError),
    /// The manifest of trusted documents cannot be used.
    #[cfg(feature = "graphql")]
    #[error("{0}")]
    TrustedDocuments(#[from] ManifestError),
    /// GraphiQL's files are missing.
    #[cfg(feature = "graphql")]
    #[error("{0}")]
    GraphiQl(#[from] GraphiQlError),
    /// The REST APIs do not fit together.
    #[cfg(feature = "rest")]
    #[error("{0}")]
    Api(#[from] ApiConflict),
}
