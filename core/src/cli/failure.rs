//! Why a command failed, for the person at the terminal.

use crate::config::SettingsError;
use crate::db::DbError;
use crate::entity::RegistryError;
use crate::error::Error;
use crate::migrate::MigrateError;
use crate::server::StartError;
use crate::state::OpenError;

/// What a command ends with.
pub(super) type Outcome = Result<(), Failure>;

/// Why a command failed: one line.
#[derive(Debug)]
pub(super) struct Failure(String);

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.replace('\n', " "))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal | Error::UnreadableValue => {
                Self::new("an internal error occurred; the log above says more")
            }
            Error::Unavailable => {
                Self::new("the database is not available; is it running, and is DATABASE_URL right?")
            }
            error => Self(error.to_string()),
        }
    }
}

macro_rules! displayed_as_is {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        }
    )*};
}

displayed_as_is!(SettingsError, StartError, OpenError, RegistryError, DbError, MigrateError);
