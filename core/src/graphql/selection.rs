//! Collecting the fields of selection sets (the specification's `CollectFields`).

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned};

use crate::graphql::execution_context::ExecutionContext;

/// A response key as it is written: `"name":`.
pub(super) type ResponseKey = Box<str>;

/// Every field with one response key; their selections are merged.
#[derive(Debug)]
pub(super) struct CollectedField<'a> {
    pub(super) response_key: &'a Name,
    pub(super) fields: Vec<&'a Positioned<Field>>,
}

impl<'a> CollectedField<'a> {
    /// The field whose name and arguments count: validation has made sure that all have the same.
    pub(super) fn first(&self) -> &'a Field {
        &self.fields[0].node
    }

    /// The selection sets of all.
    pub(super) fn selection_sets(&self) -> Vec<&'a SelectionSet> {
        self.fields.iter().map(|field| &field.node.selection_set.node).collect()
    }

    /// The response key as it is written.
    pub(super) fn written_key(&self) -> ResponseKey {
        // A GraphQL name needs no escapes.
        format!("\"{}\":", self.response_key).into()
    }
}

/// Gathers the fields of selection sets by response key, through the fragments that apply.
pub(super) fn collect_fields<'a>(
    context: &ExecutionContext<'a>,
    sets: &[&'a SelectionSet],
    applies: &dyn Fn(&str) -> bool,
) -> Vec<CollectedField<'a>> {
    let mut collected = Vec::new();
    let mut visited = Vec::new();
    for set in sets {
        collect(context, set, applies, &mut visited, &mut collected);
    }
    collected
}

fn collect<'a>(
    context: &ExecutionContext<'a>,
    set: &'a SelectionSet,
    applies: &dyn Fn(&str) -> bool,
    visited: &mut Vec<&'a Name>,
    collected: &mut Vec<CollectedField<'a>>,
) {
    for selection in &set.items {
        if !context.includes(selection.node.directives()) {
            continue;
        }
        match &selection.node {
            Selection::Field(field) => {
                let key = &field.node.response_key().node;
                match collected.iter_mut().find(|known| known.response_key == key) {
                    Some(known) => known.fields.push(field),
                    None => collected.push(CollectedField { response_key: key, fields: vec![field] }),
                }
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                if condition.is_none_or(|condition| applies(&condition.node.on.node)) {
                    collect(context, &fragment.node.selection_set.node, applies, visited, collected);
                }
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                if visited.contains(&name) {
                    continue;
                }
                visited.push(name);
                if let Some(fragment) = context.fragments.get(name)
                    && applies(&fragment.node.type_condition.node.on.node)
                {
                    collect(context, &fragment.node.selection_set.node, applies, visited, collected);
                }
            }
        }
    }
}
