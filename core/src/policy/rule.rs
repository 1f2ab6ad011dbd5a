//! What a rule means for a principal.

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::entity::{Condition, Op, Rule};
use crate::policy::Action;
use crate::principal::Principal;

impl Rule {
    /// The rows of the entity for which the rule holds. It holds for the system always.
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
            Self::Any(rules) => decisive(rules, principal, true),
            Self::All(rules) => decisive(rules, principal, false),
            Self::Not(rule) => rule.for_all_rows(principal).map(|holds| !holds),
        }
    }
}

fn decisive(rules: &[Rule], principal: &Principal, value: bool) -> Option<bool> {
    let mut all = Some(!value);
    for holds in rules.iter().map(|rule| rule.for_all_rows(principal)) {
        match holds {
            Some(holds) if holds == value => return Some(value),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

/// The rows whose column equals the principal's subject. A subject that cannot stand in the column owns no row.
fn owned(info: &EntityInfo, field: &str, principal: &Principal) -> Condition {
    let column = info.by_name(field);
    let Some((column, subject)) = column.zip(principal.subject().filter(|subject| !subject.is_empty()))
    else {
        return Condition::FALSE;
    };
    match column.kind.subject_value(subject) {
        Some(value) => Condition::column(column.index, Op::Eq(value)),
        None => Condition::FALSE,
    }
}
