//! Who may do what, to which rows and fields: the rules an entity declares, and what they mean for one principal.
//!
//! A rule says for a principal which rows it holds for, as a [`Condition`]: every row, none, or those that match. What
//! is read is narrowed by that condition in SQL, what is written is checked against it; the engine asks nowhere else.
//! The rules themselves see every row: what they look into is not narrowed by the rules of other entities.

mod acting;
mod decision;
mod explain;
pub(crate) mod rls;
mod row;
mod rule;
mod words;

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::query::Condition;

pub(crate) use acting::Acting;
pub use decision::{Decision, DynPolicy, Policy, PolicyOf};
pub use explain::{Explained, ExplainedRows, explain};
pub use rule::Rule;

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

/// What is done to an entity's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl EntityInfo {
    /// The rows to which the principal of the context may do this.
    pub(crate) fn permitted(&self, action: Action, ctx: &Ctx) -> Condition {
        self.def.policy.rule(action).rows(self, action, ctx)
    }

    /// Whether there may be rows to which the principal may do this. Surfaces ask this to leave out what would be
    /// refused; the service decides.
    #[must_use]
    pub fn permits(&self, action: Action, ctx: &Ctx) -> bool {
        !self.permitted(action, ctx).is_never()
    }

    /// The rows to which the principal may do this, if there may be any.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for an anonymous principal, [`Error::Forbidden`] for a known one.
    pub(crate) fn authorize(&self, action: Action, ctx: &Ctx) -> Result<Condition> {
        let rows = self.permitted(action, ctx);
        if rows.is_never() { Err(self.refused(action, ctx)) } else { Ok(rows) }
    }

    /// The refusal of an action. The log says which rule it was.
    pub(crate) fn refused(&self, action: Action, ctx: &Ctx) -> Error {
        let rule = self.def.policy.rule(action);
        refused(ctx, format_args!("{} of {}: only {rule}", action.name(), self.def.name))
    }
}

/// The refusal of what a rule does not allow, told to the log in full and to the client in general.
pub(crate) fn refused(ctx: &Ctx, what: std::fmt::Arguments<'_>) -> Error {
    tracing::debug!(target: "entify::policy", principal = ctx.principal().id(), "denied: {what}");
    if ctx.principal().is_authenticated() { Error::Forbidden } else { Error::Unauthenticated }
}
