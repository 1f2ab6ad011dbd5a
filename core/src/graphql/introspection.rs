//! Whether a document asks for the schema.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// Whether any part of a document, used or not, asks for `__schema` or `__type`. `__typename` is about rows.
pub(super) fn introspects(document: &ExecutableDocument) -> bool {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).any(selects)
}

// As deep as a document may nest, which is checked before it is parsed.
fn selects(set: &SelectionSet) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => {
            matches!(field.node.name.node.as_str(), "__schema" | "__type")
                || selects(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => selects(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => false,
    })
}
