//! Who may do what: the rules an entity declares and how they judge a principal.

use crate::error::{Error, Result};
use crate::principal::Principal;

/// The rules of one entity.
#[derive(Debug)]
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

/// A policy expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Everyone.
    Public,
    /// Whoever is signed in.
    Authenticated,
    /// No one but the system itself.
    Nobody,
    /// Whoever has the role.
    Role(&'static str),
    /// One of the rules holds: `a | b`.
    Any(&'static [Rule]),
    /// All of the rules hold: `a & b`.
    All(&'static [Rule]),
    /// The rule does not hold: `!a`.
    Not(&'static Rule),
}

/// What is done to an entity's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Read rows.
    Read,
    /// Make a row.
    Create,
    /// Change a row.
    Update,
    /// Remove a row.
    Delete,
}

impl Rule {
    /// Whether the rule holds for the principal. The system may do everything.
    #[must_use]
    pub fn allows(&self, principal: &Principal) -> bool {
        principal.is_system() || self.holds(principal)
    }

    fn holds(&self, principal: &Principal) -> bool {
        match self {
            Rule::Public => true,
            Rule::Authenticated => principal.is_authenticated(),
            Rule::Nobody => false,
            Rule::Role(role) => principal.has_role(role),
            Rule::Any(rules) => rules.iter().any(|rule| rule.holds(principal)),
            Rule::All(rules) => rules.iter().all(|rule| rule.holds(principal)),
            Rule::Not(rule) => !rule.holds(principal),
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

    /// Lets the action pass or says why not.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for an anonymous principal, [`Error::Forbidden`] for a known one.
    pub fn authorize(&self, action: Action, principal: &Principal) -> Result<()> {
        if self.rule(action).allows(principal) {
            Ok(())
        } else if principal.is_authenticated() {
            Err(Error::Forbidden)
        } else {
            Err(Error::Unauthenticated)
        }
    }
}
