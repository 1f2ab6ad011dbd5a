//! Collecting the fields of selection sets (the specification's `CollectFields`).

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value as Literal;

use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::plan_cache::Places;

/// A response key as it is written: `"name":`.
pub(super) type ResponseKey = Box<str>;

/// Every field with one response key; their selections are merged.
#[derive(Debug, Clone)]
pub(super) struct CollectedField<'a> {
    pub(super) response_key: &'a Name,
    pub(super) fields: Vec<&'a Positioned<Field>>,
    /// Other root fields of the same name and arguments, under other response keys: what they select is fetched together.
    pub(super) twins: Vec<CollectedField<'a>>,
    /// Its position among the fields of the operation.
    pub(super) position: usize,
}

impl<'a> CollectedField<'a> {
    /// A field that stands once under its response key.
    pub(super) fn new(response_key: &'a Name, field: &'a Positioned<Field>) -> Self {
        Self { response_key, fields: vec![field], twins: Vec::new(), position: 0 }
    }

    /// Where it stands in the document, and what is selected of it; each twin's after a mark. By that a plan of it is known.
    pub(super) fn places(&self) -> Places {
        let mut places = Vec::new();
        for (position, field) in self.all().enumerate() {
            if position > 0 {
                // No line has the number 0.
                places.push((0, 0));
            }
            for field in &field.fields {
                places.push((field.pos.line, field.pos.column));
                // One field may have been put together of several.
                let selected = field.node.selection_set.node.items.iter();
                places.extend(selected.map(|item| (item.pos.line, item.pos.column)));
            }
        }
        places.into()
    }

    /// It and its twins.
    pub(super) fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.twins)
    }

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

/// Bytes of members besides what is within them.
pub(super) fn members_size<T>(members: &[(ResponseKey, T)]) -> usize {
    members.iter().map(|(key, _)| key.len() + 16 + size_of::<(ResponseKey, T)>()).sum()
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
                    None => collected.push(CollectedField::new(key, field)),
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

/// The root fields to resolve: a field with those of the same name and arguments as its twins, where `has_twins` says that they
/// are answered together.
pub(super) fn gather_twins<'a>(
    fields: &[CollectedField<'a>],
    has_twins: impl Fn(&Name) -> bool,
) -> Vec<CollectedField<'a>> {
    let mut gathered: Vec<CollectedField<'a>> = Vec::with_capacity(fields.len());
    for (position, field) in fields.iter().enumerate() {
        let first = field.first();
        let field = CollectedField { position, ..field.clone() };
        let is_twin = |other: &CollectedField<'_>| {
            let other = other.first();
            other.name.node == first.name.node && same_arguments(&other.arguments, &first.arguments)
        };
        match gathered.iter_mut().find(|other| is_twin(other)) {
            Some(known) if has_twins(&first.name.node) => known.twins.push(field),
            _ => gathered.push(field),
        }
    }
    gathered
}

/// Arguments as they are written.
pub(super) type Arguments = Vec<(Positioned<Name>, Positioned<Literal>)>;

/// Whether two fields have the same arguments, in whatever order.
pub(super) fn same_arguments(one: &Arguments, other: &Arguments) -> bool {
    let has = |(name, value): &(Positioned<Name>, Positioned<Literal>)| {
        other.iter().any(|(known, same)| known.node == name.node && same.node == value.node)
    };
    one.len() == other.len() && one.iter().all(has)
}
