//! What a request may ask for, checked before validation: some of validation takes time exponential in it.
//!
//! A document is measured once; what the variables of a request make of it, every time.

mod cost;
mod unique_filter;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::Variables;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};

use crate::config::GraphqlLimits;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::graphql::limits::cost::{Cost, CostMeter};
use crate::graphql::syntax::SyntaxLimits;
use crate::graphql::type_system::TypeSystem;

/// Characters of a name. Answers quote names: the keys of their data, the paths of their errors.
const MAX_NAME: usize = 256;
/// Brackets open at once, before a document is parsed.
const MAX_NESTING: usize = 64;
/// Selection sets within each other, fragments counted; what async-graphql's own walks may recurse.
pub(super) const MAX_RECURSION: usize = 64;
/// The price of a filter, a search or an order that no index serves: every row is looked at.
pub(super) const SCAN: u64 = 10_000;
/// The price of a related row that a mutation writes with its row.
pub(super) const RELATED_ROW: u64 = 10;

/// The entities of connections, by the names of their types.
pub(super) type Connections = HashMap<String, &'static EntityInfo>;

/// By what documents are measured.
#[derive(Clone, Copy)]
pub(super) struct Ruler<'a> {
    pub(super) limits: &'a GraphqlLimits,
    pub(super) types: &'a TypeSystem,
    pub(super) connections: &'a Connections,
}

fn too_complex(message: String) -> Error {
    Error::QueryTooComplex(message.into())
}

impl Ruler<'_> {
    /// What the parser takes.
    pub(super) fn syntax(self) -> SyntaxLimits {
        SyntaxLimits { tokens: self.limits.tokens, nesting: MAX_NESTING, name: MAX_NAME }
    }

    /// Refuses a text that is too long to be read at all.
    pub(super) fn check_length(self, document: &str) -> Result<()> {
        let most = self.limits.length;
        if document.len() > most {
            return Err(too_complex(format!("the query is longer than {most} bytes; send less at once")));
        }
        Ok(())
    }

    /// Why a text of too many tokens is refused.
    pub(super) fn too_many_tokens(self) -> Error {
        too_complex(format!("the query has more than {} tokens; send less at once", self.limits.tokens))
    }

    /// Refuses an operation with too many fields on its root type.
    pub(super) fn check_root_fields(self, fields: usize) -> Result<()> {
        let most = self.limits.root_fields;
        if fields > most {
            return Err(too_complex(format!(
                "the operation has {fields} fields on its root type; at most {most} are allowed"
            )));
        }
        Ok(())
    }

    /// Refuses a document that is too large once its fragments are written out, as some of validation does. Linear in the
    /// document: a fragment is measured once, in an order in which each comes behind those that it spreads.
    pub(super) fn check_document(self, document: &ExecutableDocument, fragments: &[&str]) -> Result<()> {
        let variables = Variables::default();
        let mut meter = CostMeter::new(self, document, &variables);
        for name in fragments {
            if let Some((name, _)) = document.fragments.get_key_value(*name) {
                self.check_size(&meter.fragment(name)?)?;
            }
        }
        for (_, operation) in document.operations.iter() {
            self.check_size(&meter.operation(&operation.node)?)?;
        }
        Ok(())
    }

    /// The price of an operation, without what its plans say of it; an operation that nests too deep is refused.
    pub(super) fn price(
        self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Result<u64> {
        let cost = CostMeter::new(self, document, variables).operation(operation)?;
        let most = self.limits.depth;
        if cost.depth > most {
            return Err(too_complex(format!(
                "the query is {} fields deep; at most {most} are allowed",
                cost.depth
            )));
        }
        Ok(cost.complexity.saturating_add(cost.statements))
    }

    /// Refuses what makes validation slow.
    fn check_size(self, cost: &Cost) -> Result<()> {
        let counted = [
            ("fields", cost.fields, self.limits.fields),
            ("aliases", cost.aliases, self.limits.aliases),
            ("directives", cost.directives, self.limits.directives),
        ];
        for (what, count, most) in counted {
            if count > most {
                return Err(too_complex(format!("the query has more than {most} {what}; send less at once")));
            }
        }
        if cost.recursion > MAX_RECURSION {
            return Err(too_complex(format!("the query nests more than {MAX_RECURSION} selections")));
        }
        Ok(())
    }
}

/// Why a text with a name that is too long is refused.
pub(super) fn too_long_name() -> Error {
    too_complex(format!("a name in the query is longer than {MAX_NAME} characters"))
}

/// Why a text that nests too deep to be parsed safely is refused.
pub(super) fn too_deep() -> Error {
    too_complex(format!("the query nests more than {MAX_NESTING} brackets"))
}

/// What the operations of one request have cost so far: they share one budget.
#[derive(Debug, Default)]
pub(super) struct Spent(AtomicU64);

impl Spent {
    /// Pays for an operation, of a budget of `most`.
    ///
    /// # Errors
    /// `QueryTooComplex` when the request costs too much with it.
    pub(super) fn pay(&self, price: u64, most: u64) -> Result<()> {
        let before = self.0.fetch_add(price.min(most + 1), Ordering::Relaxed);
        if before.saturating_add(price) <= most {
            return Ok(());
        }
        let others =
            if before > 0 { format!(" beside {before} for the operations before it") } else { String::new() };
        Err(too_complex(format!(
            "the query costs {price}{others}; at most {most} is allowed: ask for smaller pages, fewer counts and \
             searches, or send less at once"
        )))
    }
}
