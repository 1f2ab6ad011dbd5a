//! The one error of every operation.
//!
//! A variant carries a stable code, the fields concerned and a message that is safe to show. What the driver
//! reported stays on the server: it is logged where the error is created. What is shown of an error is small, whatever was sent:
//! its `Display` text is cut, and answers list its fields by `listed`.

mod bounds;

use std::borrow::Cow;
use std::time::Duration;

use bounds::summary;
pub(crate) use bounds::{MAX_LISTED, MORE, cut, listed, more};

/// The result of every operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// One or more values break a rule; every broken rule is listed.
    #[error("{}", summary(.0))]
    Validation(Vec<FieldError>),
    /// The request itself is malformed.
    #[error("{}", cut(.0))]
    BadRequest(Cow<'static, str>),
    /// A cursor was reused with another filter, order or principal.
    #[error("this cursor belongs to another query; start again without it")]
    CursorMismatch,
    /// A cursor was not created by this server.
    #[error("this cursor is not valid; start again without it")]
    CursorInvalid,
    /// An anonymous principal requests what needs a sign-in or a token.
    #[error("sign in or send a token to do this")]
    Unauthenticated,
    /// The principal may not do this.
    #[error("you are not allowed to do this")]
    Forbidden,
    /// The principal may not set these fields.
    #[error("{}", summary(.0))]
    ForbiddenFields(Vec<FieldError>),
    /// No such row, or not for this principal.
    #[error("{} was not found", cut(.0))]
    NotFound(Cow<'static, str>),
    /// It violates a unique rule or a reference.
    #[error("{}", summary(.0))]
    Conflict(Vec<FieldError>),
    /// The row has changed since it was read.
    #[error("the row has changed since you read it; read it again")]
    VersionMismatch,
    /// A change of a row with `version(required)` does not say which version it is of.
    #[error(
        "say which version of the row you have read: with `expectedVersion`, or its `ETag` in `If-Match`"
    )]
    VersionRequired,
    /// The request's body is too large.
    #[error("the request is larger than {limit} bytes")]
    PayloadTooLarge {
        /// The greatest size, in bytes.
        limit: usize,
    },
    /// The query requests too much at once.
    #[error("{}", cut(.0))]
    QueryTooComplex(Cow<'static, str>),
    /// Too many requests.
    #[error("too many requests; try again later")]
    RateLimited {
        /// When to try again.
        retry_after: Duration,
    },
    /// The database cannot be reached or is too busy.
    #[error("the service is not available; try again later")]
    Unavailable,
    /// The database was made by others and has not this table of the framework's.
    #[error(
        "the database has no table `{0}`, which this needs; whoever runs the server makes it with `migrate up`"
    )]
    NoTable(Cow<'static, str>),
    /// A stored value that its field cannot hold, written by another program; the log names it.
    #[error("a stored value cannot be read, for its field cannot hold it; the server's log names the row")]
    UnreadableValue,
    /// An error of the application's own, with a code and a status of its own.
    #[error("{}", cut(&.0.message))]
    Application(Box<ApplicationError>),
    /// A fault of the server; details are in its log.
    #[error("an internal error occurred")]
    Internal,
}

/// An error of the application's own: every surface answers it as it answers those of entify.
///
/// An error type of the application becomes one by `From`, so that `?` keeps its code everywhere:
///
/// ```
/// # use entify::prelude::*;
/// # use entify::error::ApplicationError;
/// enum CloseError {
///     AlreadyClosed,
/// }
///
/// impl From<CloseError> for entify::Error {
///     fn from(error: CloseError) -> Self {
///         match error {
///             CloseError::AlreadyClosed => {
///                 ApplicationError::new(409, "ALREADY_CLOSED", "this issue is closed already").on("status").into()
///             }
///         }
///     }
/// }
/// # let error = Error::from(CloseError::AlreadyClosed);
/// # assert_eq!((error.status(), error.code(), error.fields()[0].field.as_ref()), (409, "ALREADY_CLOSED", "status"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationError {
    status: u16,
    code: &'static str,
    message: Cow<'static, str>,
    fields: Vec<FieldError>,
}

impl ApplicationError {
    /// An error with an HTTP status (400 to 599; 500 is taken for any other), a stable code in `SCREAMING_SNAKE_CASE` and a
    /// message that clients may see.
    #[must_use]
    pub fn new(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let status = if (400..600).contains(&status) { status } else { 500 };
        Self { status, code, message: message.into(), fields: Vec::new() }
    }

    /// The same error, about a field, which answers name with the error's code and message.
    #[must_use]
    pub fn on(self, field: impl Into<Cow<'static, str>>) -> Self {
        let error = FieldError { field: field.into(), code: self.code, message: self.message.clone() };
        self.with(error)
    }

    /// The same error, with one more broken rule.
    #[must_use]
    pub fn with(mut self, error: FieldError) -> Self {
        self.fields.push(error);
        self
    }
}

impl From<ApplicationError> for Error {
    fn from(error: ApplicationError) -> Self {
        Self::Application(Box::new(error))
    }
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's wire name (REST spelling); empty when the rule is about the whole.
    pub field: Cow<'static, str>,
    /// A stable snake_case code: `required`, `too_long`, `unique`.
    pub code: &'static str,
    /// What is wrong and the way out.
    pub message: Cow<'static, str>,
}

impl FieldError {
    /// A broken rule on a field.
    #[must_use]
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }

    /// The same error in one of many rows: `email` in row 3 becomes `items.3.email`.
    #[must_use]
    pub fn at(self, position: usize) -> Self {
        let field = match &*self.field {
            "" => format!("items.{position}"),
            field => format!("items.{position}.{field}"),
        };
        Self { field: field.into(), ..self }
    }
}

impl Error {
    /// A malformed request.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::BadRequest(message.into())
    }

    /// Logs the cause and returns the masked [`Error::Internal`].
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::Internal
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Validation(_) => "VALIDATION_FAILED",
            Self::BadRequest(_) => "BAD_REQUEST",
            Self::CursorMismatch => "CURSOR_MISMATCH",
            Self::CursorInvalid => "CURSOR_INVALID",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden | Self::ForbiddenFields(_) => "FORBIDDEN",
            Self::NotFound(_) => "NOT_FOUND",
            Self::Conflict(_) => "CONFLICT",
            Self::VersionMismatch => "VERSION_MISMATCH",
            Self::VersionRequired => "VERSION_REQUIRED",
            Self::PayloadTooLarge { .. } => "PAYLOAD_TOO_LARGE",
            Self::QueryTooComplex(_) => "QUERY_TOO_COMPLEX",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::Unavailable | Self::NoTable(_) => "UNAVAILABLE",
            Self::UnreadableValue => "UNREADABLE_VALUE",
            Self::Application(error) => error.code,
            Self::Internal => "INTERNAL",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Validation(_) => 422,
            Self::BadRequest(_) | Self::CursorMismatch | Self::CursorInvalid | Self::QueryTooComplex(_) => {
                400
            }
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::ForbiddenFields(_) => 403,
            Self::NotFound(_) => 404,
            Self::Conflict(_) => 409,
            Self::VersionMismatch => 412,
            Self::VersionRequired => 428,
            Self::PayloadTooLarge { .. } => 413,
            Self::RateLimited { .. } => 429,
            Self::Unavailable | Self::NoTable(_) => 503,
            Self::Application(error) => error.status,
            Self::UnreadableValue | Self::Internal => 500,
        }
    }

    /// The same error of one of many rows: see [`FieldError::at`].
    #[must_use]
    pub fn at(self, position: usize) -> Self {
        self.map_fields(|error| error.at(position))
    }

    /// The same error, each of its broken rules mapped to another.
    pub(crate) fn map_fields(self, map: impl FnMut(FieldError) -> FieldError) -> Self {
        match self {
            Self::Application(mut error) => {
                error.fields = error.fields.into_iter().map(map).collect();
                Self::Application(error)
            }
            Self::Validation(errors) => Self::Validation(errors.into_iter().map(map).collect()),
            Self::Conflict(errors) => Self::Conflict(errors.into_iter().map(map).collect()),
            Self::ForbiddenFields(errors) => Self::ForbiddenFields(errors.into_iter().map(map).collect()),
            error => error,
        }
    }

    /// The fields concerned, one entry per broken rule. An answer lists the first two dozen, and cuts long texts.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Validation(errors) | Self::Conflict(errors) | Self::ForbiddenFields(errors) => errors,
            Self::Application(error) => &error.fields,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clients depend on these; they do not change.
    #[test]
    fn codes_and_statuses_are_those_of_the_contract() {
        let limited = Error::RateLimited { retry_after: Duration::from_secs(1) };
        let table = [
            (Error::Validation(Vec::new()), "VALIDATION_FAILED", 422),
            (Error::bad_request(""), "BAD_REQUEST", 400),
            (Error::CursorMismatch, "CURSOR_MISMATCH", 400),
            (Error::CursorInvalid, "CURSOR_INVALID", 400),
            (Error::Unauthenticated, "UNAUTHENTICATED", 401),
            (Error::Forbidden, "FORBIDDEN", 403),
            (Error::ForbiddenFields(Vec::new()), "FORBIDDEN", 403),
            (Error::NotFound("".into()), "NOT_FOUND", 404),
            (Error::Conflict(Vec::new()), "CONFLICT", 409),
            (Error::VersionMismatch, "VERSION_MISMATCH", 412),
            (Error::VersionRequired, "VERSION_REQUIRED", 428),
            (Error::PayloadTooLarge { limit: 1 }, "PAYLOAD_TOO_LARGE", 413),
            (Error::QueryTooComplex("".into()), "QUERY_TOO_COMPLEX", 400),
            (limited, "RATE_LIMITED", 429),
            (Error::Unavailable, "UNAVAILABLE", 503),
            (Error::NoTable("".into()), "UNAVAILABLE", 503),
            (Error::UnreadableValue, "UNREADABLE_VALUE", 500),
            (Error::Internal, "INTERNAL", 500),
        ];
        for (error, code, status) in table {
            assert_eq!((error.code(), error.status()), (code, status));
        }
    }
}
