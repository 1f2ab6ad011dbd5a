//! The rules an entity declares, as its definition holds them. `policy` evaluates them for a principal.

use std::fmt;

use crate::ctx::Ctx;
use crate::entity::Condition;

/// The rules of one entity.
#[derive(Debug, Clone, Copy, Default)]
pub struct PolicyDef {
    /// Who may read.
    pub read: Rule,
    /// Who may create.
    pub create: Rule,
    /// Who may update.
    pub update: Rule,
    /// Who may delete.
    pub delete: Rule,
}

/// An operation on an entity's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read rows.
    Read,
    /// Create a row.
    Create,
    /// Update a row.
    Update,
    /// Delete a row.
    Delete,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 4] = [Self::Read, Self::Create, Self::Update, Self::Delete];

    /// As it is written in a `policy`: `read`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl PolicyDef {
    /// The same rule for every action.
    #[must_use]
    pub const fn all(rule: Rule) -> Self {
        Self { read: rule, create: rule, update: rule, delete: rule }
    }

    /// The rule of an action.
    #[must_use]
    pub fn rule(&self, action: Action) -> &Rule {
        match action {
            Action::Read => &self.read,
            Action::Create => &self.create,
            Action::Update => &self.update,
            Action::Delete => &self.delete,
        }
    }
}

/// A policy expression.
#[derive(Debug, Clone, Copy, Default)]
pub enum Rule {
    /// Everyone.
    Public,
    /// Whoever is signed in.
    Authenticated,
    /// No one but the system itself.
    #[default]
    Nobody,
    /// Whoever has the role.
    Role(&'static str),
    /// Whoever the row belongs to: the column, by its Rust name, equals the principal's subject. Before it there may be relations
    /// that lead to the row that has it: `project.members.user`.
    Owner(&'static str),
    /// A policy of the application, in Rust: `policy = Type`.
    Custom(&'static dyn DynPolicy),
    /// One of the rules holds: `a | b`.
    Any(&'static [Rule]),
    /// All of the rules hold: `a & b`.
    All(&'static [Rule]),
    /// The rule does not hold: `!a`.
    Not(&'static Rule),
}

impl Rule {
    /// What `owner(…)` names, here and further in.
    #[must_use]
    pub(crate) fn owners(&self) -> Vec<&'static str> {
        match self {
            Self::Owner(path) => vec![path],
            Self::Any(rules) | Self::All(rules) => rules.iter().flat_map(Self::owners).collect(),
            Self::Not(rule) => rule.owners(),
            Self::Public | Self::Authenticated | Self::Nobody | Self::Role(_) | Self::Custom(_) => Vec::new(),
        }
    }

    /// Whether the rule allows everyone, whatever the row.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        matches!(self, Self::Public)
    }
}

/// A policy written in Rust, as the engine calls it.
pub trait DynPolicy: fmt::Debug + Send + Sync {
    /// The rows to which the principal of the context may do this.
    fn decide(&self, action: Action, ctx: &Ctx) -> Condition;

    /// The type's name, for people.
    fn name(&self) -> &'static str;
}
