//! The service without types: what the surfaces call.
//!
//! Here is the handle alone. What it reads is in [`read`](super::read), [`list`](super::list) and
//! [`related`](super::related), what it writes in [`write`](super::write).

use crate::ctx::Ctx;
use crate::db::Dialect;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::policy::Action;

/// The repository service of one entity, for one context, in untyped rows.
#[derive(Debug, Clone, Copy)]
pub struct Records<'c> {
    pub(super) ctx: &'c Ctx,
    pub(super) info: &'static EntityInfo,
}

impl<'c> Records<'c> {
    /// The service of an entity.
    #[must_use]
    pub fn new(ctx: &'c Ctx, info: &'static EntityInfo) -> Self {
        Self { ctx, info }
    }

    /// The context.
    #[must_use]
    pub fn ctx(&self) -> &'c Ctx {
        self.ctx
    }

    /// The entity.
    #[must_use]
    pub fn info(&self) -> &'static EntityInfo {
        self.info
    }

    pub(super) fn authorize(&self, action: Action) -> Result<()> {
        self.info.def.policy.authorize(action, self.ctx.principal())
    }

    pub(super) fn not_found(&self) -> Error {
        Error::NotFound(self.info.def.name.into())
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.ctx.db().dialect()
    }
}
