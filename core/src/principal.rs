//! The principal of an operation.
//!
//! A known principal has two names, which are never mixed up. Its *id* identifies it: `account:7`, `token:3`,
//! `jwt:<issuer>#<sub>`; it goes to logs, history and cursors, and no two principals share one. Its *subject* is what
//! the application's own rows know it by: `owner(customer_id)` in a policy compares a column with it. For a JWT that is
//! `sub`; accounts and API tokens have none unless one is set (`account create --subject 42`), so that the
//! account with the number 7 does not own what belongs to the customer with the number 7.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::types::Scalar;

/// The principal of an operation: anonymous, a subject with roles, or the system itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Principal {
    /// Not authenticated.
    #[default]
    Anonymous,
    /// A signed-in account or the bearer of a token.
    Subject(Arc<Subject>),
    /// The application itself: commands, imports, background work. Every rule allows it.
    System,
}

/// A known principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its identifier in the whole application: `account:7`, `token:3`, `jwt:https://login.example#42`.
    pub id: String,
    /// The value by which rows refer to it, for `owner(…)`: `42`. Without one it owns nothing.
    pub subject: Option<String>,
    /// A name for people.
    pub name: String,
    /// The roles held.
    pub roles: Vec<String>,
    /// The other claims of a JWT; empty for others. For policies written in Rust.
    pub claims: Map<String, Value>,
}

impl Subject {
    /// A known principal that owns nothing and has no claims.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, roles: Vec<String>) -> Self {
        Self { id: id.into(), subject: None, name: name.into(), roles, claims: Map::new() }
    }

    /// The same with the subject by which rows refer to it.
    #[must_use]
    pub fn owning(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// The same with claims.
    #[must_use]
    pub fn with_claims(self, claims: Map<String, Value>) -> Self {
        Self { claims, ..self }
    }

    /// A claim of the JWT, by its name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// Whether the role is held.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }
}

impl From<Subject> for Principal {
    fn from(subject: Subject) -> Self {
        Self::Subject(Arc::new(subject))
    }
}

impl Principal {
    /// A known principal that owns nothing and has no claims; [`Subject`] makes others.
    #[must_use]
    pub fn known(id: impl Into<String>, name: impl Into<String>, roles: Vec<String>) -> Self {
        Subject::new(id, name, roles).into()
    }

    /// Whether the principal is authenticated.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        !matches!(self, Self::Anonymous)
    }

    /// Whether this is the application itself.
    #[must_use]
    pub fn is_system(&self) -> bool {
        matches!(self, Self::System)
    }

    /// Whether the principal holds the role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        matches!(self, Self::Subject(subject) if subject.has_role(role))
    }

    /// The value by which rows refer to the principal: `owner(…)` compares a column with it. Most have none and own
    /// nothing.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Subject(subject) => subject.subject.as_deref(),
            Self::Anonymous | Self::System => None,
        }
    }

    /// The subject as a key or another value, for policies in Rust: `subject_as::<Id<Customer>>()`. As in `owner(…)`, a
    /// value has one spelling: the subject `042` is not the number 42.
    #[must_use]
    pub fn subject_as<T: Scalar>(&self) -> Option<T> {
        let subject = self.subject().filter(|subject| !subject.is_empty())?;
        T::from_value(T::KIND.subject_value(subject)?).ok()
    }

    /// A claim of the principal's JWT, by its name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Subject(subject) => subject.claim(name),
            Self::Anonymous | Self::System => None,
        }
    }

    /// Which sort of principal it is, for logs: `anonymous`, `account`, `token`, `jwt`, `system`, or `own` for one of an
    /// authenticator of the application's own.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::System => "system",
            Self::Subject(subject) => match subject.id.split(':').next() {
                Some("account") => "account",
                Some("token") => "token",
                Some("jwt") => "jwt",
                _ => "own",
            },
        }
    }

    /// The identifier: what cursors, history and logs are bound to.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Subject(subject) => &subject.id,
            Self::System => "system",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Principal, Subject};

    #[test]
    fn an_id_is_not_a_subject() {
        let account = Subject::new("account:7", "Ada", vec!["staff".into()]);
        let mapped = Principal::from(account.clone().owning("42"));
        let account = Principal::from(account);
        assert_eq!((account.id(), account.subject()), ("account:7", None));
        assert_eq!((mapped.id(), mapped.subject()), ("account:7", Some("42")));
        assert_eq!((mapped.kind(), Principal::Anonymous.kind()), ("account", "anonymous"));
        assert_eq!(Principal::known("shop:3", "x", Vec::new()).kind(), "own");
        assert!(mapped.has_role("staff") && !mapped.has_role("admin"));
        for nobody in [Principal::Anonymous, Principal::System] {
            assert_eq!((nobody.subject(), nobody.claim("sub")), (None, None));
            assert!(!nobody.has_role("staff"));
        }
    }

    #[test]
    fn a_subject_is_a_value_in_one_spelling() {
        let called = |subject: &str| Principal::from(Subject::new("x", "x", Vec::new()).owning(subject));
        assert_eq!(called("42").subject_as(), Some(42_i64));
        assert_eq!(called("ada").subject_as(), Some("ada".to_owned()));
        for other in ["", "042", "+42", " 42", "4e1", "ada"] {
            assert_eq!(called(other).subject_as::<i64>(), None, "{other:?}");
        }
        assert_eq!(called("").subject_as::<String>(), None);
        assert_eq!(Principal::System.subject_as::<i64>(), None);
    }
}
