//! `@atomic` and `@dryRun`: how the fields of a mutation are kept.

use async_graphql::parser::types::{OperationDefinition, OperationType};

use crate::ctx::{Ctx, OpenTransaction};
use crate::error::Result;

/// A directive on a whole mutation.
#[derive(Debug)]
pub(super) struct MutationDirective {
    pub(super) name: &'static str,
    pub(super) docs: &'static str,
}

const ATOMIC: MutationDirective = MutationDirective {
    name: "atomic",
    docs: "All fields of the mutation are kept together, or none: when one fails, `data` is null.",
};

const DRY_RUN: MutationDirective = MutationDirective {
    name: "dryRun",
    docs: "Answers what the mutation would answer, and keeps nothing of it.",
};

/// Every one of them.
pub(super) const ALL: [MutationDirective; 2] = [ATOMIC, DRY_RUN];

/// How the fields of an operation are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keeping {
    /// Together, or not at all.
    pub(super) atomic: bool,
    dry_run: bool,
}

impl Keeping {
    /// As the operation's directives say. Whatever runs in a transaction already is kept together with the rest of that.
    pub(super) fn of(operation: &OperationDefinition, ctx: &Ctx) -> Self {
        let has = |directive: MutationDirective| {
            operation.ty == OperationType::Mutation
                && operation.directives.iter().any(|given| given.node.name.node == directive.name)
        };
        Self { atomic: has(ATOMIC) || ctx.in_transaction(), dry_run: has(DRY_RUN) }
    }

    /// The transaction in which the fields run; none where each is kept by itself.
    pub(super) async fn begin(self, ctx: &Ctx) -> Result<Option<OpenTransaction>> {
        if !self.dry_run && (!self.atomic || ctx.in_transaction()) {
            return Ok(None);
        }
        let transaction = ctx.begin().await?;
        Ok(Some(if self.dry_run { transaction.dry() } else { transaction }))
    }

    /// Ends it.
    pub(super) async fn end(self, transaction: OpenTransaction, failed: bool) -> Result<()> {
        if self.dry_run || failed {
            transaction.roll_back().await;
            return Ok(());
        }
        transaction.commit().await
    }
}
