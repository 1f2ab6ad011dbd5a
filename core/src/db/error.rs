//! Errors of the databases, the same for both drivers.

use std::borrow::Cow;

use sqlx::error::{DatabaseError, ErrorKind};

use crate::error::{Error, FieldError};

/// Why a statement failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// The settings cannot be used; safe to show to the operator.
    #[error("{0}")]
    Config(String),
    /// A unique rule: its name, or its columns where the engine names those.
    #[error("unique constraint: {0:?}")]
    Unique(Constraint),
    /// A reference: its name where the engine reports it.
    #[error("foreign key: {0:?}")]
    ForeignKey(Option<String>),
    /// A check constraint: its name.
    #[error("check constraint: {0:?}")]
    Check(Option<String>),
    /// A required column: its name.
    #[error("not null: {0:?}")]
    NotNull(Option<String>),
    /// A number or a time does not fit its column.
    #[error("numeric value out of range")]
    OutOfRange,
    /// The greatest key is taken: there are no more.
    #[error("there are no more keys")]
    KeysExhausted,
    /// SQLite: the disk is full, or there are no more keys.
    #[error("the database is full: {0}")]
    Full(String),
    /// A row that row-level security does not let the principal write.
    #[error("row-level security: {0}")]
    RowSecurity(String),
    /// A value is larger than the engine can store, or than it can store in an index.
    #[error("value too large: {0}")]
    TooLarge(String),
    /// A stored value that its field cannot hold, written by another program: the entity, the field and the key.
    #[error("{0}")]
    Unreadable(String),
    /// The database is not reachable or too busy; the statement was not executed.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The connection broke: whether the statement was executed is not known. What only reads can be run again.
    #[error("the connection to the database was lost: {0}")]
    Lost(String),
    /// Others hold what this waited for, SQLite's lock or every connection; nothing was done.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// A conflict between transactions, which undid this one: the work can be run again.
    #[error("transactions conflicted: {0}")]
    Retry(String),
    /// The database has not this table of the framework's: its migrations were not run.
    #[error("there is no table `{0}`; make it with `migrate up`")]
    NoTable(String),
    /// Anything else; an error of the engine or the schema.
    #[error("{0}")]
    Other(String),
}

/// A statement that a connection has prepared and that returns other types now: a migration has changed a column. It did not
/// run, and does once it is prepared anew.
pub(super) const STALE_PLAN: &str = "a migration has changed what the prepared statement returns";

/// How an engine names a unique rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// By the constraint's name.
    Name(String),
    /// By the columns.
    Columns(Vec<String>),
}

impl DbError {
    /// Whether a conflict with others rolled the work back, so that it can be run again.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Retry(_) | Self::Busy(_))
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => of_database(&*error),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => {
                Self::Unavailable(error.to_string())
            }
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
                Self::Lost(error.to_string())
            }
            // Its message may quote a part of the URL.
            sqlx::Error::Configuration(_) => {
                Self::Config("`DATABASE_URL` has a parameter that cannot be used".to_owned())
            }
            error => Self::Other(error.to_string()),
        }
    }
}

fn of_database(error: &dyn DatabaseError) -> DbError {
    // SQLite reports no name: its message ends in `table.column` or the constraint's name.
    let tail = || error.message().rsplit_once("constraint failed: ").map(|(_, tail)| tail.to_owned());
    let name = || error.constraint().map(str::to_owned).or_else(tail);
    match error.kind() {
        ErrorKind::UniqueViolation => DbError::Unique(match error.constraint() {
            Some(name) => Constraint::Name(name.to_owned()),
            None => unique(&tail().unwrap_or_default()),
        }),
        ErrorKind::ForeignKeyViolation => DbError::ForeignKey(error.constraint().map(str::to_owned)),
        ErrorKind::CheckViolation => DbError::Check(name()),
        ErrorKind::NotNullViolation => {
            let sqlite = || tail().and_then(|tail| columns(&tail).into_iter().next());
            DbError::NotNull(postgres_column(error).or_else(sqlite))
        }
        _ => {
            let code = error.code().unwrap_or(Cow::Borrowed(""));
            if code == "0A000" && routine(error) == Some("RevalidateCachedQuery") {
                return DbError::Retry(STALE_PLAN.to_owned());
            }
            if code == "42501" && is_row_security(error) {
                return DbError::RowSecurity(error.message().to_owned());
            }
            of_code(&code, error.message())
        }
    }
}

/// The column that PostgreSQL names beside its message.
#[allow(unused_variables)]
fn postgres_column(error: &dyn DatabaseError) -> Option<String> {
    #[cfg(feature = "postgres")]
    if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return error.column().map(str::to_owned);
    }
    None
}

/// Whether a policy refused the row. PostgreSQL's code is that of any missing permission.
fn is_row_security(error: &dyn DatabaseError) -> bool {
    routine(error) == Some("ExecWithCheckOptions")
}

/// The routine in PostgreSQL's source that reports the error: its messages are translated, and codes are of many errors.
#[allow(unused_variables)]
fn routine(error: &dyn DatabaseError) -> Option<&str> {
    #[cfg(feature = "postgres")]
    if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return error.routine();
    }
    None
}

/// SQLite names a unique rule by its columns, or by its index where that is over expressions: `index 'uq_user_email'`.
fn unique(text: &str) -> Constraint {
    match text.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        Some(name) => Constraint::Name(name.to_owned()),
        None => Constraint::Columns(columns(text)),
    }
}

/// `user.email, user.nick` as `email`, `nick`.
fn columns(text: &str) -> Vec<String> {
    text.split(", ").map(|part| part.rsplit('.').next().unwrap_or(part).to_owned()).collect()
}

/// What the names of the framework's own tables begin with.
const FRAMEWORK: &str = "entify_";

/// The table of the framework's that a message names: a database that was made by others has none of them.
fn framework_table(message: &str) -> Option<String> {
    // Messages of PostgreSQL are translated, and quote in many ways.
    let name = &message[message.find(FRAMEWORK)?..];
    let end = name.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    Some(name[..end.unwrap_or(name.len())].to_owned())
}

/// SQLSTATEs of PostgreSQL, which have five characters, and extended result codes of SQLite, which are numbers of at
/// most four digits (both are documented).
fn of_code(code: &str, message: &str) -> DbError {
    let message = message.to_owned();
    if code.len() != 5 {
        return of_sqlite(code.parse().unwrap_or(0), message);
    }
    match code {
        // Serialization failure, deadlock.
        "40001" | "40P01" => DbError::Retry(message),
        "22003" | "22008" => DbError::OutOfRange,
        "2200H" => DbError::KeysExhausted,
        "42P01" if let Some(table) = framework_table(&message) => DbError::NoTable(table),
        // A text too long for a B-tree, an array too long for the wire.
        "54000" => DbError::TooLarge(message),
        // The server ends the connection, or does not know the outcome of the statement.
        "57P01" | "57P02" | "57P05" | "25P03" | "40003" => DbError::Lost(message),
        // Cancelled by a timeout, starting up, out of connections, memory or disk, a lock that was not to be had,
        // a standby that took over and is not a primary yet.
        "57014" | "57P03" | "55P03" | "25006" => DbError::Unavailable(message),
        // Messages that quote the user or the database of the URL.
        "28P01" => DbError::Other("the server refuses the user name or the password [28P01]".to_owned()),
        "28000" => DbError::Other(
            "the server does not let this user in: there is no such role, it may not log in, or no line of pg_hba.conf \
             allows it [28000]"
                .to_owned(),
        ),
        "3D000" => DbError::Other("the server has no database of this name [3D000]".to_owned()),
        "53300" => DbError::Unavailable("the server has no connection left [53300]".to_owned()),
        _ if code.starts_with("53") => DbError::Unavailable(message),
        _ if code.starts_with("08") => DbError::Lost(message),
        _ => DbError::Other(format!("{message} [{code}]")),
    }
}

/// The low byte of an extended result code is the primary one.
fn of_sqlite(code: u32, message: String) -> DbError {
    match code & 0xff {
        1 if message.starts_with("no such table: ")
            && let Some(table) = framework_table(&message) =>
        {
            DbError::NoTable(table)
        }
        // BUSY_SNAPSHOT: what was read is no longer the newest, and waiting does not help. LOCKED, within the process.
        5 if code == 517 => DbError::Retry(message),
        6 => DbError::Retry(message),
        // BUSY, after a wait.
        5 => DbError::Busy(message),
        13 => DbError::Full(message),
        // READONLY, INTERRUPT, IOERR, CANTOPEN, PROTOCOL: the file, not the statement.
        8 | 9 | 10 | 14 | 15 => DbError::Unavailable(format!("{message} [{code}]")),
        // TOOBIG.
        18 => DbError::TooLarge(message),
        _ => DbError::Other(format!("{message} [{code}]")),
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        let conflict = |code, message| Error::Conflict(vec![FieldError::new("", code, message)]);
        let invalid = |code, message| Error::Validation(vec![FieldError::new("", code, message)]);
        match error {
            DbError::Unavailable(_)
            | DbError::Full(_)
            | DbError::Lost(_)
            | DbError::Busy(_)
            | DbError::Retry(_) => {
                tracing::warn!(%error, "database not available");
                Error::Unavailable
            }
            DbError::NoTable(table) => Error::NoTable(table.into()),
            DbError::RowSecurity(_) => {
                tracing::debug!(target: "entify::policy", %error, "denied");
                Error::Forbidden
            }
            DbError::Unreadable(_) => {
                tracing::error!(%error, "a stored value cannot be read");
                Error::UnreadableValue
            }
            DbError::KeysExhausted => {
                conflict("exhausted", "there are no more keys: the greatest one is taken")
            }
            DbError::OutOfRange => Error::bad_request("a number is out of range"),
            DbError::TooLarge(_) => {
                tracing::warn!(%error, "refused by the database");
                invalid("too_large", "a value is larger than can be kept")
            }
            DbError::Unique(_) => conflict("unique", "a row with these values exists already"),
            DbError::ForeignKey(_) => conflict("reference", "a related row is missing or still points here"),
            DbError::Check(_) | DbError::NotNull(_) | DbError::Config(_) | DbError::Other(_) => {
                Error::internal(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_conflict_can_be_run_again() {
        for code in ["40001", "40P01", "517", "6", "262", "518"] {
            assert!(matches!(of_code(code, ""), DbError::Retry(_)), "{code}");
        }
        for code in ["5", "261", "773"] {
            assert!(matches!(of_code(code, ""), DbError::Busy(_)), "{code}");
        }
    }

    #[test]
    fn what_may_have_been_executed_is_not_called_undone() {
        for code in ["57P01", "57P02", "08006", "08003", "40003"] {
            assert!(matches!(of_code(code, ""), DbError::Lost(_)), "{code}");
        }
        for code in ["57014", "57P03", "53300", "53100", "10", "14", "3338"] {
            assert!(matches!(of_code(code, ""), DbError::Unavailable(_)), "{code}");
        }
        assert!(matches!(of_code("42601", ""), DbError::Other(_)));
        assert!(matches!(of_code("1", ""), DbError::Other(_)));
    }

    #[test]
    fn a_table_of_the_framework_that_is_missing_is_named() {
        for (code, message) in [
            ("42P01", "relation \"entify_token\" does not exist"),
            ("42P01", "Relation »entify_token« existiert nicht"),
            ("1", "no such table: entify_token"),
        ] {
            assert_eq!(of_code(code, message), DbError::NoTable("entify_token".to_owned()), "{message}");
        }
        for (code, message) in [
            ("42P01", "relation \"token\" does not exist"),
            ("1", "no such table: token"),
            ("1", "no such column: entify_token.id"),
            ("42703", "column entify_token.id does not exist"),
        ] {
            assert!(matches!(of_code(code, message), DbError::Other(_)), "{message}");
        }
    }

    #[test]
    fn nothing_of_the_url_is_quoted() {
        for code in ["28P01", "28000", "3D000", "53300"] {
            let message =
                of_code(code, "no pg_hba.conf entry for user \"ada\", database \"shop\"").to_string();
            assert!(!message.contains("ada") && !message.contains("shop"), "{message}");
            assert!(message.contains(code));
        }
    }

    #[test]
    fn sqlite_names_columns_or_an_index() {
        let columns = |names: &[&str]| Constraint::Columns(names.iter().map(ToString::to_string).collect());
        assert_eq!(unique("user.email"), columns(&["email"]));
        assert_eq!(unique("post_tag.post_id, post_tag.tag_id"), columns(&["post_id", "tag_id"]));
        assert_eq!(unique("index 'uq_user_email'"), Constraint::Name("uq_user_email".to_owned()));
    }
}
