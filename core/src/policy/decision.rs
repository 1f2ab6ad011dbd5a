//! Policies that the application writes in Rust.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::ctx::Ctx;
use crate::entity::{Condition, DynPolicy, Entity};
use crate::policy::Action;
use crate::query::{Filter, ToOne};

/// The decision of a [`Policy`]: yes, no, or only for the rows that match a filter.
///
/// Decisions are joined like rules: `Decision::from(ctx.principal().has_role("staff")) | Post::published().eq(true)`.
#[derive(Debug, Clone)]
pub enum Decision<E> {
    /// For every row.
    Allow,
    /// For no row.
    Deny,
    /// For the rows that match. The filter reads every row of related entities, whoever the principal is.
    Filter(Filter<E>),
}

impl<E> Decision<E> {
    fn into_condition(self) -> Condition {
        match self {
            Self::Allow => Condition::TRUE,
            Self::Deny => Condition::FALSE,
            Self::Filter(filter) => filter.into_condition(),
        }
    }

    /// The same for rows that refer to an `E`: `InvoicePolicy::read(ctx).through(InvoiceLine::invoice())`. A row that
    /// refers to none is not among them.
    #[must_use]
    pub fn through<F: Entity>(self, relation: ToOne<F, E>) -> Decision<F>
    where
        E: Entity,
    {
        let reference = relation.key();
        let optional = F::def().info().columns.get(reference.index()).is_some_and(|column| column.nullable);
        match self {
            Self::Allow if optional => Decision::Filter(reference.is_not_null()),
            Self::Allow => Decision::Allow,
            Self::Deny => Decision::Deny,
            Self::Filter(filter) => Decision::Filter(relation.is(filter)),
        }
    }

    fn of(condition: Condition) -> Self {
        if condition.is_always() {
            Self::Allow
        } else if condition.is_never() {
            Self::Deny
        } else {
            Self::Filter(Filter::from_condition(condition))
        }
    }
}

impl<E> From<bool> for Decision<E> {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allow } else { Self::Deny }
    }
}

impl<E> From<Filter<E>> for Decision<E> {
    fn from(filter: Filter<E>) -> Self {
        Self::Filter(filter)
    }
}

impl<E, D: Into<Self>> BitOr<D> for Decision<E> {
    type Output = Self;

    fn bitor(self, other: D) -> Self {
        Self::of(self.into_condition().either(other.into().into_condition()))
    }
}

impl<E, D: Into<Self>> BitAnd<D> for Decision<E> {
    type Output = Self;

    fn bitand(self, other: D) -> Self {
        Self::of(self.into_condition().both(other.into().into_condition()))
    }
}

impl<E> Not for Decision<E> {
    type Output = Self;

    fn not(self) -> Self {
        Self::of(self.into_condition().negated())
    }
}

/// Rules written in Rust, for `#[entity(policy = Type)]` or as a part of an expression.
///
/// Methods that are not written deny.
///
/// ```
/// # use entify::prelude::*;
/// # #[derive(Entity)]
/// # #[entity(policy = public)]
/// # pub struct User { email: String }
/// # #[derive(Entity)]
/// # #[entity(policy = PostPolicy)]
/// # pub struct Post { published: bool, author: One<User> }
/// struct PostPolicy;
///
/// impl Policy<Post> for PostPolicy {
///     fn read(ctx: &Ctx) -> Decision<Post> {
///         Decision::from(ctx.principal().has_role("editor")) | Post::published().eq(true)
///     }
///
///     fn update(ctx: &Ctx) -> Decision<Post> {
///         match ctx.principal().subject() {
///             // Also through relations, however far.
///             Some(me) => Post::author().is(User::email().eq(me)).into(),
///             None => Decision::Deny,
///         }
///     }
/// }
/// ```
///
/// The system itself ([`Principal::System`](crate::principal::Principal::System)) is always allowed. A policy is
/// called at least once for each operation and must be consistent within one: it decides by the context only and reads
/// no database.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no policy of `{E}`",
    label = "`policy` asks for `impl Policy<{E}> for {Self}`",
    note = "write `impl Policy<{E}> for {Self} {{ … }}` with what it allows; what it does not say is denied"
)]
pub trait Policy<E: Entity>: 'static {
    /// Which rows the principal may read.
    fn read(ctx: &Ctx) -> Decision<E> {
        let _ = ctx;
        Decision::Deny
    }

    /// Which rows the principal may create: the new row must match.
    fn create(ctx: &Ctx) -> Decision<E> {
        let _ = ctx;
        Decision::Deny
    }

    /// Which rows the principal may change: the row must match before and after.
    fn update(ctx: &Ctx) -> Decision<E> {
        let _ = ctx;
        Decision::Deny
    }

    /// Which rows the principal may delete, and restore.
    fn delete(ctx: &Ctx) -> Decision<E> {
        let _ = ctx;
        Decision::Deny
    }
}

/// The policy `P` of the entity `E`.
pub struct PolicyOf<E, P>(PhantomData<fn() -> (E, P)>);

impl<E: Entity, P: Policy<E>> PolicyOf<E, P> {
    /// The one value.
    pub const NEW: Self = Self(PhantomData);
}

impl<E, P> fmt::Debug for PolicyOf<E, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::any::type_name::<P>())
    }
}

impl<E: Entity, P: Policy<E>> DynPolicy for PolicyOf<E, P> {
    fn decide(&self, action: Action, ctx: &Ctx) -> Condition {
        let decision = match action {
            Action::Read => P::read(ctx),
            Action::Create => P::create(ctx),
            Action::Update => P::update(ctx),
            Action::Delete => P::delete(ctx),
        };
        decision.into_condition()
    }

    fn name(&self) -> &'static str {
        let name = std::any::type_name::<P>();
        name.rsplit("::").next().unwrap_or(name)
    }
}
