//! Who is asking.

use std::sync::Arc;

/// Who is asking: nobody known, a subject with roles, or the system itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Principal {
    /// Nobody known.
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
    /// A stable identifier: `account:7`, `token:3`.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// The roles held.
    pub roles: Vec<String>,
}

impl Principal {
    /// A known principal.
    #[must_use]
    pub fn subject(id: impl Into<String>, name: impl Into<String>, roles: Vec<String>) -> Self {
        Self::Subject(Arc::new(Subject { id: id.into(), name: name.into(), roles }))
    }

    /// Whether the principal is known.
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
        matches!(self, Self::Subject(subject) if subject.roles.iter().any(|held| held == role))
    }

    /// The identifier that cursors and logs are bound to.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Subject(subject) => &subject.id,
            Self::System => "system",
        }
    }
}
