//! Policy expressions.

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::policy::{Action, DynPolicy};
use crate::principal::Principal;
use crate::query::{Condition, Op};
use crate::types::Kind;
use crate::value::Value;

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
    /// Whoever the row belongs to: the column, by its Rust name, equals the principal's subject.
    Owner(&'static str),
    /// What the application's own code decides: `policy = Type`.
    Custom(&'static dyn DynPolicy),
    /// One of the rules holds: `a | b`.
    Any(&'static [Rule]),
    /// All of the rules hold: `a & b`.
    All(&'static [Rule]),
    /// The rule does not hold: `!a`.
    Not(&'static Rule),
}

impl Rule {
    /// Whether the rule lets everyone pass, whatever the row.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        matches!(self, Self::Public)
    }

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
    match as_value(column.kind, subject) {
        Some(value) => Condition::column(column.index, Op::Eq(value)),
        None => Condition::FALSE,
    }
}

/// A subject as a value of the kind, in its one spelling: `042` is not the number 42.
pub(crate) fn as_value(kind: Kind, subject: &str) -> Option<Value> {
    match kind {
        Kind::Text if !subject.contains('\0') => Some(Value::Text(subject.to_owned())),
        Kind::I16 | Kind::I32 | Kind::I64 => {
            kind.decode_text(subject).ok().filter(|value| value.to_text() == subject)
        }
        Kind::Uuid => {
            kind.decode_text(subject).ok().filter(|value| value.to_text().eq_ignore_ascii_case(subject))
        }
        _ => None,
    }
}
