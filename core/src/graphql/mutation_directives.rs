//! `@atomic` and `@dryRun`: what is kept of a mutation.

use async_graphql::parser::types::{OperationDefinition, OperationType};

use crate::ctx::Ctx;
use crate::service::Keeping;

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

/// What is kept of an operation, as its directives say. Whatever runs in a transaction is kept together with the rest of that.
pub(super) fn keeping(operation: &OperationDefinition, ctx: &Ctx) -> Keeping {
    let has = |directive: MutationDirective| {
        operation.ty == OperationType::Mutation
            && operation.directives.iter().any(|given| given.node.name.node == directive.name)
    };
    let together = has(ATOMIC) || ctx.in_transaction();
    match (has(DRY_RUN), together) {
        (true, together) => Keeping::Nothing { together },
        (false, true) => Keeping::Together,
        (false, false) => Keeping::Each,
    }
}
