//! Fields of one response key can be merged (specification, section 5.3.2).
//!
//! Two walks over the merged selection sets, in place of a comparison of every pair of fields: one for the shapes of the
//! answers, one for names and arguments of what can be selected of one object. Both compare with the first field of a
//! key alone, since what they compare is transitive, so their time is that of the document with its fragments written out.

use std::collections::HashSet;

use async_graphql::parser::types::{BaseType, Type};
use indexmap::IndexMap;

use crate::graphql::syntax::{Argument, Field, Literal, Selection, SelectionSet};
use crate::graphql::type_system::{NamedType, OutputField};
use crate::graphql::validation::context::Validation;

/// Fields looked at. More than the limits let through, but for documents that select much of several interfaces.
const MAX_STEPS: usize = 200_000;

/// A field, the type it is selected of, and its definition.
#[derive(Clone, Copy)]
struct Selected<'a> {
    on: &'a NamedType,
    field: &'a Field<'a>,
    definition: &'a OutputField,
}

/// The fields of merged selection sets, by response key.
type Merged<'a> = IndexMap<&'a str, Vec<Selected<'a>>>;

pub(super) fn check(validation: &mut Validation<'_>) {
    for operation in &validation.document.operations {
        let Some(root) = validation.types.root(operation.ty) else { continue };
        let mut overlap = Overlap { validation, steps: 0 };
        let merged = overlap.merge(&[(root, &operation.selections)]);
        overlap.same_shapes(&merged);
        overlap.same_fields(&merged);
        if overlap.steps > MAX_STEPS {
            validation
                .report(operation.pos, "the selections overlap too much to be checked; send less at once");
        }
        if !validation.mistakes.is_empty() {
            return;
        }
    }
}

struct Overlap<'a, 'v> {
    validation: &'v mut Validation<'a>,
    steps: usize,
}

impl<'a> Overlap<'a, '_> {
    fn merge(&mut self, sets: &[(&'a NamedType, &'a SelectionSet<'a>)]) -> Merged<'a> {
        let mut merged = Merged::new();
        let mut visited = HashSet::new();
        for (on, set) in sets {
            self.collect(on, set, &mut visited, &mut merged);
        }
        merged
    }

    fn collect(
        &mut self,
        on: &'a NamedType,
        set: &'a SelectionSet<'a>,
        visited: &mut HashSet<&'a str>,
        merged: &mut Merged<'a>,
    ) {
        let types = self.validation.types;
        for selection in &set.items {
            self.steps += 1;
            match selection {
                Selection::Field(field) => {
                    if let Some(definition) = types.field(on, field.name.text) {
                        let selected = Selected { on, field, definition };
                        merged.entry(field.response_key()).or_default().push(selected);
                    }
                }
                Selection::Inline(inline) => {
                    let on = inline.on.and_then(|on| types.get(on.text)).unwrap_or(on);
                    self.collect(on, &inline.selections, visited, merged);
                }
                Selection::Spread(spread) => {
                    let fragment = self.validation.fragments.get(spread.name.text).copied();
                    if let Some(fragment) = fragment.filter(|_| visited.insert(spread.name.text))
                        && let Some(on) = types.get(fragment.on.text)
                    {
                        self.collect(on, &fragment.selections, visited, merged);
                    }
                }
            }
        }
    }

    /// What is selected of the values of fields.
    fn merge_children(&mut self, fields: &[Selected<'a>]) -> Merged<'a> {
        let types = self.validation.types;
        let children: Vec<_> = fields
            .iter()
            .filter_map(|one| Some((types.of(&one.definition.ty)?, one.field.selections.as_ref()?)))
            .collect();
        self.merge(&children)
    }

    /// `SameResponseShape`: whatever object it is of, a key has values of one form.
    fn same_shapes(&mut self, merged: &Merged<'a>) {
        for (key, fields) in merged {
            let (first, others) = (fields[0], &fields[1..]);
            for other in others {
                if !self.same_shape(&first.definition.ty, &other.definition.ty) {
                    let reason = format!(
                        "they are of the types `{}` and `{}`",
                        first.definition.ty, other.definition.ty
                    );
                    self.conflict(key, first, *other, &reason);
                }
            }
            if self.goes_on(first) {
                let children = self.merge_children(fields);
                self.same_shapes(&children);
            }
        }
    }

    fn same_shape(&self, left: &Type, right: &Type) -> bool {
        let bases = match (&left.base, &right.base) {
            (BaseType::List(left), BaseType::List(right)) => self.same_shape(left, right),
            (BaseType::Named(left), BaseType::Named(right)) => {
                let is_composite =
                    |name: &str| self.validation.types.get(name).is_some_and(NamedType::is_composite);
                left == right || (is_composite(left) && is_composite(right))
            }
            _ => false,
        };
        bases && left.nullable == right.nullable
    }

    /// `FieldsInSetCanMerge`, as to names and arguments: what is selected of one object under one key is one field.
    fn same_fields(&mut self, merged: &Merged<'a>) {
        for (key, fields) in merged {
            for group in groups(fields) {
                let (first, others) = (group[0], &group[1..]);
                for other in others {
                    let (left, right) = (first.field, other.field);
                    if left.name.text != right.name.text {
                        let reason = format!("`{}` and `{}` are two fields", left.name.text, right.name.text);
                        self.conflict(key, first, *other, &reason);
                    } else if !same_arguments(&left.arguments, &right.arguments) {
                        self.conflict(key, first, *other, "their arguments differ");
                    }
                }
                if self.goes_on(first) {
                    let children = self.merge_children(&group);
                    self.same_fields(&children);
                }
            }
        }
    }

    /// Whether to look at what is selected of a field's values.
    fn goes_on(&self, field: Selected<'a>) -> bool {
        field.field.selections.is_some() && self.validation.mistakes.is_empty() && self.steps <= MAX_STEPS
    }

    fn conflict(&mut self, key: &str, left: Selected<'a>, right: Selected<'a>, reason: &str) {
        let message = format!("the fields `{key}` conflict: {reason}; give one of them another alias");
        self.validation.report_at(vec![left.field.pos, right.field.pos], message);
    }
}

/// Which of the fields of a key can be selected of one object: those of one object type, and with each of them those of
/// interfaces and unions.
fn groups<'a>(fields: &[Selected<'a>]) -> Vec<Vec<Selected<'a>>> {
    let mut objects: IndexMap<&str, Vec<Selected<'a>>> = IndexMap::new();
    let abstracts: Vec<_> = fields.iter().filter(|field| !field.on.is_object()).copied().collect();
    for field in fields.iter().filter(|field| field.on.is_object()) {
        objects.entry(field.on.name.as_str()).or_insert_with(|| abstracts.clone()).push(*field);
    }
    if objects.is_empty() { vec![abstracts] } else { objects.into_values().collect() }
}

/// Whether two fields have the same arguments, in whatever order.
fn same_arguments(left: &[Argument<'_>], right: &[Argument<'_>]) -> bool {
    left.len() == right.len()
        && left.iter().all(|one| {
            right.iter().any(|other| {
                one.name.text == other.name.text && same_value(&one.value.literal, &other.value.literal)
            })
        })
}

/// Whether two values are written alike; the order of an object's members says nothing.
fn same_value(left: &Literal<'_>, right: &Literal<'_>) -> bool {
    match (left, right) {
        (Literal::Null, Literal::Null) => true,
        (Literal::Boolean(left), Literal::Boolean(right)) => left == right,
        (Literal::Variable(left), Literal::Variable(right))
        | (Literal::Int(left), Literal::Int(right))
        | (Literal::Float(left), Literal::Float(right))
        | (Literal::Enum(left), Literal::Enum(right)) => left == right,
        (Literal::String { text: left, block }, Literal::String { text: right, block: other }) => {
            left == right && block == other
        }
        (Literal::List(left), Literal::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same_value(&left.literal, &right.literal))
        }
        (Literal::Object(left), Literal::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    right.iter().any(|(other, one)| {
                        name.text == other.text && same_value(&value.literal, &one.literal)
                    })
                })
        }
        _ => false,
    }
}
