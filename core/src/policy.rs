//! Who may do what, to which rows and fields: the rules an entity declares, and what they mean for one principal.
//!
//! For a principal, a rule is a condition on rows: every row, none, or those that match. What
//! is read is restricted by that condition in SQL, what is written is checked against it; there are no other checks.
//! The rules themselves see every row: the tables they read are not restricted by the rules of other entities.
//!
//! # Expressions
//!
//! `public`, `authenticated`, `nobody`, `role("…")` and `owner(field)`, joined by `|`, `&`, `!` and parentheses. Every
//! action has a rule; `write` stands for `create`, `update` and `delete`.
//!
//! ```
//! # use entify::prelude::*;
//! #[derive(Entity)]
//! #[entity(policy(
//!     read = public,
//!     create = authenticated,
//!     update = (owner(author) & !role("frozen")) | role("staff"),
//!     delete = nobody,
//! ))]
//! pub struct Post {
//!     author: String,
//!     title: String,
//!     /// Null for everyone but staff and the author, and rejected as a filter or an order. Set only by staff.
//!     #[entity(filter, policy(read = owner(author) | role("staff"), write = role("staff")))]
//!     score: Option<i32>,
//! }
//! ```
//!
//! # In Rust
//!
//! A type with [`Policy`] decides by the context, by itself (`policy = Type`) or within an expression
//! (`read = PostPolicy | role("staff")`). It returns a [`Decision`]: yes, no, or a filter of the service's.
//!
//! ```
//! # use entify::prelude::*;
//! # #[derive(Entity)]
//! # #[entity(policy = public)]
//! # pub struct Team { lead: String }
//! #[derive(Entity)]
//! #[entity(policy = DocPolicy)]
//! pub struct Doc {
//!     open: bool,
//!     team: One<Team>,
//! }
//!
//! pub struct DocPolicy;
//!
//! impl Policy<Doc> for DocPolicy {
//!     fn read(ctx: &Ctx) -> Decision<Doc> {
//!         Decision::from(Doc::open().eq(true)) | Self::update(ctx)
//!     }
//!
//!     fn update(ctx: &Ctx) -> Decision<Doc> {
//!         match ctx.principal().subject() {
//!             Some(me) => Doc::team().is(Team::lead().eq(me)).into(),
//!             None => Decision::Deny,
//!         }
//!     }
//! }
//!
//! /// A page is readable with its document.
//! #[derive(Entity)]
//! #[entity(policy = PagePolicy)]
//! pub struct Page {
//!     text: String,
//!     doc: One<Doc>,
//! }
//!
//! pub struct PagePolicy;
//!
//! impl Policy<Page> for PagePolicy {
//!     fn read(ctx: &Ctx) -> Decision<Page> {
//!         DocPolicy::read(ctx).through(Page::doc())
//!     }
//! }
//! ```
//!
//! # Effects
//!
//! | | result |
//! |---|---|
//! | a row that may not be read | absent: `NOT_FOUND`, in no list, count, relation, search or filter |
//! | a row that may be read but not written | `FORBIDDEN` |
//! | an action that no row at all allows | `FORBIDDEN`, `UNAUTHENTICATED` for the anonymous |
//! | a field that may not be read | null, on every surface; refused as a filter or an order |
//! | a field that may not be written | `FORBIDDEN`, with the field |
//!
//! [`explain`](crate::service::explain) and the command `policy explain` report what the rules mean for a principal,
//! and the log's target `entify::policy` (on in development) which rule denied a request.

mod decision;
mod hidden_cells;
mod rule_rows;

use crate::ctx::Ctx;
use crate::entity::{ActionDef, Condition, EntityInfo};
use crate::error::{Error, Result};

pub use crate::entity::Action;
#[doc(hidden)]
pub use crate::entity::{DynPolicy, PolicyDef, Rule};
#[doc(hidden)]
pub use decision::PolicyOf;
pub use decision::{Decision, Policy};

impl EntityInfo {
    /// The rows to which the principal of the context may do this.
    pub(crate) fn permitted(&self, action: Action, ctx: &Ctx) -> Condition {
        self.def.policy.rule(action).rows(self, action, ctx)
    }

    /// Whether there may be rows to which the principal may do this. Surfaces use this to leave out what would be
    /// refused; the service enforces it.
    #[must_use]
    pub fn permits(&self, action: Action, ctx: &Ctx) -> bool {
        !self.permitted(action, ctx).is_never()
    }

    /// Whether the principal may do this to every row.
    #[must_use]
    pub fn permits_every_row(&self, action: Action, ctx: &Ctx) -> bool {
        self.permitted(action, ctx).is_always()
    }

    /// The rows to which the principal may do this, if there may be any.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for an anonymous principal, [`Error::Forbidden`] for a known one.
    pub(crate) fn authorize(&self, action: Action, ctx: &Ctx) -> Result<Condition> {
        let rows = self.permitted(action, ctx);
        if rows.is_never() { Err(self.refused(action, ctx)) } else { Ok(rows) }
    }

    /// The rows to which the principal may do an action, of those that it may read. For an action of the entity as a whole, every
    /// row or none.
    pub(crate) fn permitted_action(&self, action: &ActionDef, ctx: &Ctx) -> Condition {
        // A policy in Rust knows no actions: it is asked for what is most like it.
        let like = match action {
            ActionDef { read: true, .. } => Action::Read,
            ActionDef { collection: true, .. } => Action::Create,
            ActionDef { .. } => Action::Update,
        };
        let rows = action.rule.rows(self, like, ctx);
        if action.collection && !rows.is_always() { Condition::FALSE } else { rows }
    }

    /// Whether there may be rows to which the principal may do an action.
    #[cfg_attr(not(feature = "admin"), allow(dead_code))]
    pub(crate) fn permits_action(&self, action: &ActionDef, ctx: &Ctx) -> bool {
        !self.permitted_action(action, ctx).is_never()
    }

    /// As [`EntityInfo::permitted_action`], if there may be any.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for an anonymous principal, [`Error::Forbidden`] for a known one.
    pub(crate) fn authorize_action(&self, action: &ActionDef, ctx: &Ctx) -> Result<Condition> {
        let rows = self.permitted_action(action, ctx);
        if rows.is_never() { Err(self.refused_action(action, ctx)) } else { Ok(rows) }
    }

    /// The error for an action that its rule does not allow.
    pub(crate) fn refused_action(&self, action: &ActionDef, ctx: &Ctx) -> Error {
        refused(ctx, format_args!("{} of {}: only {}", action.name, self.def.name, action.rule))
    }

    /// The error for an action that is not allowed. The log names the rule.
    pub(crate) fn refused(&self, action: Action, ctx: &Ctx) -> Error {
        let rule = self.def.policy.rule(action);
        refused(ctx, format_args!("{} of {}: only {rule}", action.name(), self.def.name))
    }
}

/// The error for what a rule does not allow: logged in full, reported to the client without details.
pub(crate) fn refused(ctx: &Ctx, what: std::fmt::Arguments<'_>) -> Error {
    tracing::debug!(target: "entify::policy", principal = ctx.principal().id(), "denied: {what}");
    if ctx.principal().is_authenticated() { Error::Forbidden } else { Error::Unauthenticated }
}
