//! The service without types: what the surfaces call.
//!
//! This is the handle. Its reads are in [`read`](super::read), [`list`](super::list) and
//! [`related`](super::related), its writes in [`write`](super::write).

use crate::ctx::Ctx;
use crate::db::Dialect;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::query::Deleted;
use crate::spans::{self, Scope};
use crate::sql::RowScope;

/// A service without its context. It is moved unchanged into transactions, where it is bound to the
/// context of the transaction, so that nothing that the caller has set is lost.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnboundRecords {
    pub(super) info: &'static EntityInfo,
    pub(super) deleted: Deleted,
    pub(super) typed: bool,
}

impl UnboundRecords {
    /// The same service for another context.
    pub(super) fn bind(self, ctx: &Ctx) -> Records<'_> {
        let Self { info, deleted, typed } = self;
        Records { ctx, info, deleted, typed }
    }
}

/// The repository service of one entity, for one context, in untyped rows.
#[derive(Debug, Clone, Copy)]
pub struct Records<'c> {
    pub(super) ctx: &'c Ctx,
    pub(super) info: &'static EntityInfo,
    /// Which rows are read.
    pub(super) deleted: Deleted,
    /// Whether written rows are returned as models, in which a required field cannot be hidden.
    pub(super) typed: bool,
}

impl<'c> Records<'c> {
    /// The service of an entity.
    #[must_use]
    pub fn new(ctx: &'c Ctx, info: &'static EntityInfo) -> Self {
        UnboundRecords { info, deleted: Deleted::Hidden, typed: false }.bind(ctx)
    }

    /// The service of an entity that returns models.
    pub(super) fn typed(ctx: &'c Ctx, info: &'static EntityInfo) -> Self {
        UnboundRecords { info, deleted: Deleted::Hidden, typed: true }.bind(ctx)
    }

    /// The service without its context.
    pub(super) fn unbound(&self) -> UnboundRecords {
        let Self { info, deleted, typed, .. } = *self;
        UnboundRecords { info, deleted, typed }
    }

    /// The same service, which returns rows and not models.
    pub(super) fn untyped(self) -> Self {
        Self { typed: false, ..self }
    }

    /// Rows of another entity, in the same context.
    pub(super) fn of(&self, info: &'static EntityInfo, deleted: Deleted) -> Self {
        Self { info, deleted, ..*self }
    }

    /// The same service, on deleted rows or others.
    pub(super) fn among(&self, deleted: Deleted) -> Self {
        Self { deleted, ..*self }
    }

    /// The same service, whose reads include deleted rows (`soft_delete`). Related rows and writes are
    /// always about rows that are not deleted.
    #[must_use]
    pub fn with_deleted(self) -> Self {
        Self { deleted: Deleted::Included, ..self }
    }

    /// The same service, whose reads return deleted rows only (`soft_delete`).
    #[must_use]
    pub fn only_deleted(self) -> Self {
        Self { deleted: Deleted::Only, ..self }
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

    /// The rows and cells that the principal may read.
    pub(super) fn row_scope(&self) -> Result<RowScope<'c>> {
        RowScope::of(self.info, self.deleted, self.ctx)
    }

    /// Every row, for the engine itself.
    pub(super) fn unrestricted_scope(&self) -> RowScope<'c> {
        RowScope::unrestricted(self.info, self.deleted)
    }

    /// The span of an operation.
    pub(super) fn scope(&self, operation: &'static str) -> Scope {
        spans::operation(operation, self.info.def.name)
    }

    pub(super) fn not_found(&self) -> Error {
        Error::NotFound(self.info.def.name.into())
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.ctx.db().dialect()
    }
}
