//! Evaluates a rule for a principal.

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo, Rule, all_hold, any_holds};
use crate::policy::Action;
use crate::principal::Principal;

impl Rule {
    /// The rows of the entity for which the rule holds. It always holds for the system.
    pub(crate) fn rows(&self, info: &EntityInfo, action: Action, ctx: &Ctx) -> Condition {
        if ctx.principal().is_system() { Condition::TRUE } else { self.holds(info, action, ctx) }
    }

    fn holds(&self, info: &EntityInfo, action: Action, ctx: &Ctx) -> Condition {
        let principal = ctx.principal();
        let each = |rules: &'static [Rule]| rules.iter().map(move |rule| rule.holds(info, action, ctx));
        match self {
            Self::Owner(field) => owned(info, field, principal),
            Self::Custom(policy) => policy.decide(action, ctx),
            Self::Any(rules) => each(rules).fold(Condition::FALSE, Condition::either),
            Self::All(rules) => each(rules).fold(Condition::TRUE, Condition::both),
            Self::Not(rule) => rule.holds(info, action, ctx).negated(),
            Self::Public | Self::Authenticated | Self::Nobody | Self::Role(_) => {
                Condition::constant_of(self.for_all_rows(principal) == Some(true))
            }
        }
    }

    /// Whether the rule holds for the principal, where that is the same for every row.
    #[must_use]
    pub fn for_all_rows(&self, principal: &Principal) -> Option<bool> {
        match self {
            _ if principal.is_system() => Some(true),
            Self::Public => Some(true),
            Self::Authenticated => Some(principal.is_authenticated()),
            Self::Nobody => Some(false),
            Self::Role(role) => Some(principal.has_role(role)),
            Self::Owner(_) if principal.subject().is_none() => Some(false),
            Self::Owner(_) | Self::Custom(_) => None,
            Self::Any(rules) => any_holds(rules.iter().map(|rule| rule.for_all_rows(principal))),
            Self::All(rules) => all_hold(rules.iter().map(|rule| rule.for_all_rows(principal))),
            Self::Not(rule) => rule.for_all_rows(principal).map(|holds| !holds),
        }
    }
}

/// The rows whose column equals the principal's subject, or that lead to such a row. A subject that is no value of the column owns
/// no row.
fn owned(info: &EntityInfo, path: &str, principal: &Principal) -> Condition {
    let subject = principal.subject().filter(|subject| !subject.is_empty());
    // What is wrong with a way is told at start: `Registry::new`.
    match (info.owner_path(path), subject) {
        (Ok(path), Some(subject)) => path.rows(subject),
        _ => Condition::FALSE,
    }
}
