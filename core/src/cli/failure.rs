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

/// Why a command failed: one line, or one for each thing that is wrong with the entities or the schema.
#[derive(Debug)]
pub(super) struct Failure(Vec<String>);

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(vec![message.into()])
    }

    /// Several things that are wrong, a line each.
    pub(super) fn lines(lines: Vec<String>) -> Self {
        Self(lines)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> = self.0.iter().map(|line| line.replace('\n', " ")).collect();
        f.write_str(&lines.join("\nerror: "))
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
            error => Self::new(error.to_string()),
        }
    }
}

macro_rules! displayed_as_is {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.to_string())
            }
        }
    )*};
}

displayed_as_is!(SettingsError, OpenError, DbError, MigrateError);

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        Self(error.problems().iter().map(ToString::to_string).collect())
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Entities(error) => error.into(),
            error => Self::new(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::RegistryProblem;

    #[test]
    fn each_thing_that_is_wrong_with_the_entities_has_its_line() {
        let unlisted = |entity| RegistryProblem::Unlisted { entity, relation: "to", target: "B" };
        let error = RegistryError::unless_none([unlisted("A"), unlisted("A"), unlisted("C")]).unwrap_err();
        let line =
            |entity| format!("`{entity}.to` leads to `B`, which is not listed; add it to `entities![…]`");
        let failure = Failure::from(StartError::Entities(error));
        assert_eq!(failure.to_string(), format!("{}\nerror: {}", line("A"), line("C")));
    }
}
