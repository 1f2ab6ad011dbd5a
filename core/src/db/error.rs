//! What a database says when it refuses, in words that do not depend on the driver.

use std::borrow::Cow;

use sqlx::error::{DatabaseError, ErrorKind};

/// Why a statement failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// The settings cannot be used; safe to show to the operator.
    #[error("{0}")]
    Config(String),
    /// A unique rule: its name, or its columns where the engine names those.
    #[error("unique constraint: {0:?}")]
    Unique(Constraint),
    /// A reference: its name where the engine tells it.
    #[error("foreign key: {0:?}")]
    ForeignKey(Option<String>),
    /// A check constraint: its name.
    #[error("check constraint: {0:?}")]
    Check(Option<String>),
    /// A required column: its name.
    #[error("not null: {0:?}")]
    NotNull(Option<String>),
    /// A number does not fit its column.
    #[error("numeric value out of range")]
    OutOfRange,
    /// The database is away, too busy or shutting down.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A conflict between transactions: the work can be run again.
    #[error("transactions conflicted: {0}")]
    Retry(String),
    /// Anything else; a fault of the engine or the schema.
    #[error("{0}")]
    Other(String),
}

/// How an engine names a unique rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// By the constraint's name.
    Name(String),
    /// By the columns.
    Columns(Vec<String>),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => of_database(&*error),
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.to_string()),
            sqlx::Error::Configuration(error) => Self::Config(error.to_string()),
            error => Self::Other(error.to_string()),
        }
    }
}

fn of_database(error: &dyn DatabaseError) -> DbError {
    let code = error.code().unwrap_or(Cow::Borrowed(""));
    // SQLite has no name to tell: its message ends in `table.column` or the constraint's name.
    let tail = || error.message().rsplit_once("constraint failed: ").map(|(_, tail)| tail.to_owned());
    let name = || error.constraint().map(str::to_owned).or_else(tail);
    match error.kind() {
        ErrorKind::UniqueViolation => DbError::Unique(match error.constraint() {
            Some(name) => Constraint::Name(name.to_owned()),
            None => Constraint::Columns(columns(&tail().unwrap_or_default())),
        }),
        ErrorKind::ForeignKeyViolation => DbError::ForeignKey(error.constraint().map(str::to_owned)),
        ErrorKind::CheckViolation => DbError::Check(name()),
        ErrorKind::NotNullViolation => {
            DbError::NotNull(tail().and_then(|tail| columns(&tail).into_iter().next()))
        }
        _ => of_code(&code, error.message()),
    }
}

/// `user.email, user.nick` as `email`, `nick`.
fn columns(text: &str) -> Vec<String> {
    text.split(", ").map(|part| part.rsplit('.').next().unwrap_or(part).to_owned()).collect()
}

/// SQLSTATE classes of PostgreSQL and primary result codes of SQLite (both documented by their makers).
fn of_code(code: &str, message: &str) -> DbError {
    match code {
        "40001" | "40P01" | "5" | "517" | "261" | "6" | "262" => DbError::Retry(message.to_owned()),
        "22003" => DbError::OutOfRange,
        "57014" | "57P01" | "57P02" | "57P03" | "53300" | "53400" => DbError::Unavailable(message.to_owned()),
        _ if code.starts_with("08") => DbError::Unavailable(message.to_owned()),
        _ => DbError::Other(format!("{message} [{code}]")),
    }
}
