//! Validation of documents (specification, section 5): what is refused here runs nothing.
//!
//! async-graphql has most of the rules, but not all, and some in part; so the rules are here, whole, and it runs what
//! they let through. `tests/it/graphql/validation.rs` compares the verdicts with graphql-js's.
//!
//! | section | file |
//! |---|---|
//! | 5.1, 5.2, 5.5.1.1, 5.5.1.4, 5.5.2.1, 5.5.2.2: operations and fragments as a whole | `structure` |
//! | 5.3.1, 5.3.3, 5.5.1.2, 5.5.1.3, 5.5.2.3: what is selected | `selections` |
//! | 5.3.2: fields of one name | `overlap` |
//! | 5.4: arguments | `arguments` |
//! | 5.6: values | `values` |
//! | 5.7: directives | `directives` |
//! | 5.8: variables | `variables` |
//!
//! Every rule but that of `overlap` looks at each part of a document once; `overlap` writes fragments out, so `limits` come
//! before it.

mod arguments;
mod context;
mod directives;
mod overlap;
mod selections;
mod structure;
mod suggestion;
mod values;
mod variables;

use crate::graphql::syntax::Document;
use crate::graphql::type_system::TypeSystem;

use context::Validation;
pub(super) use context::{Mistake, Mistakes};
pub(super) use structure::FragmentOrder;

/// The rules that need no schema. Only a document that keeps them may be walked through its fragments. Answers the
/// fragments in an order in which each comes behind those that it spreads.
pub(super) fn check_structure<'a>(document: &'a Document<'a>) -> Result<FragmentOrder<'a>, Mistakes> {
    structure::check(document)
}

/// All other rules.
pub(super) fn check(document: &Document<'_>, types: &TypeSystem) -> Result<(), Mistakes> {
    let mut validation = Validation::new(document, types);
    let uses = selections::check(&mut validation);
    variables::check(&mut validation, &uses);
    // Fields are compared by their definitions, so they must be there.
    if validation.mistakes.is_empty() {
        overlap::check(&mut validation);
    }
    validation.finish()
}
