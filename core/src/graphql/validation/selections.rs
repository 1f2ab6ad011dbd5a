//! What is selected: fields that the type has, down to leaves, through fragments that can apply.

use async_graphql::parser::types::OperationType;

use crate::graphql::syntax::{Directive, Field, InlineFragment, Selection, SelectionSet, Spread, Word};
use crate::graphql::type_system::NamedType;
use crate::graphql::validation::context::Validation;
use crate::graphql::validation::values::VariableUse;
use crate::graphql::validation::{arguments, directives};

/// What one operation or fragment refers to.
#[derive(Default)]
pub(super) struct References<'a> {
    pub(super) variables: Vec<VariableUse<'a>>,
    pub(super) fragments: Vec<&'a str>,
}

/// What the operations and the fragments of a document refer to, in the document's order.
pub(super) struct DocumentReferences<'a> {
    pub(super) operations: Vec<References<'a>>,
    pub(super) fragments: Vec<References<'a>>,
}

pub(super) fn check<'a>(validation: &mut Validation<'a>) -> DocumentReferences<'a> {
    let document = validation.document;
    let mut operations = Vec::with_capacity(document.operations.len());
    for operation in &document.operations {
        let mut walk = Walk { validation, references: References::default() };
        let location = match operation.ty {
            OperationType::Query => "QUERY",
            OperationType::Mutation => "MUTATION",
            OperationType::Subscription => "SUBSCRIPTION",
        };
        directives::check(walk.validation, &mut walk.references.variables, &operation.directives, location);
        let root = walk.validation.types.root(operation.ty);
        if root.is_none() {
            let message = match operation.ty {
                OperationType::Subscription => "the schema has no subscriptions; ask by a query".to_owned(),
                other => format!("the schema has no {other}"),
            };
            walk.validation.report(operation.pos, message);
        }
        walk.selection_set(&operation.selections, root);
        operations.push(walk.references);
    }
    let mut fragments = Vec::with_capacity(document.fragments.len());
    for fragment in &document.fragments {
        let mut walk = Walk { validation, references: References::default() };
        let found = &mut walk.references.variables;
        directives::check(walk.validation, found, &fragment.directives, "FRAGMENT_DEFINITION");
        let on = walk.condition(fragment.on);
        walk.selection_set(&fragment.selections, on);
        fragments.push(walk.references);
    }
    DocumentReferences { operations, fragments }
}

struct Walk<'a, 'v> {
    validation: &'v mut Validation<'a>,
    references: References<'a>,
}

impl<'a> Walk<'a, '_> {
    /// Checks selections of a type; of an unknown one, what can be checked without it.
    fn selection_set(&mut self, set: &'a SelectionSet<'a>, on: Option<&'a NamedType>) {
        for selection in &set.items {
            match selection {
                Selection::Field(field) => self.field(field, on),
                Selection::Spread(spread) => self.spread(spread, on),
                Selection::Inline(inline) => self.inline(inline, on),
            }
        }
    }

    fn directives(&mut self, directives: &'a [Directive<'a>], location: &str) {
        directives::check(self.validation, &mut self.references.variables, directives, location);
    }

    fn field(&mut self, field: &'a Field<'a>, on: Option<&'a NamedType>) {
        let types = self.validation.types;
        let name = field.name.text;
        let definition = on.and_then(|on| types.field(on, name));
        if let (Some(on), None) = (on, definition) {
            let known = on.fields().into_iter().flat_map(|fields| fields.keys());
            let suggestion = self.validation.suggest(name, known);
            let message = format!("`{}` has no field `{name}`{suggestion}", on.name);
            self.validation.report(field.pos, message);
        }
        self.directives(&field.directives, "FIELD");
        let owner = || format!("the field `{name}`");
        let declared = definition.map(|definition| &definition.arguments);
        let uses = &mut self.references.variables;
        arguments::check(self.validation, uses, &owner, field.pos, declared, &field.arguments);

        let ty = definition.and_then(|definition| types.of(&definition.ty));
        match (&field.selections, ty) {
            (Some(selections), Some(ty)) if !ty.is_composite() => {
                let message = format!("nothing can be selected of `{name}`, which is of type `{}`", ty.name);
                self.validation.report(selections.pos, message);
                self.selection_set(selections, None);
            }
            (None, Some(ty)) if ty.is_composite() => {
                let message = format!(
                    "say what to select of `{name}`, which is of type `{}`: `{name} {{ … }}`",
                    ty.name
                );
                self.validation.report(field.pos, message);
            }
            (Some(selections), ty) => self.selection_set(selections, ty),
            (None, _) => {}
        }
    }

    fn spread(&mut self, spread: &'a Spread<'a>, on: Option<&'a NamedType>) {
        self.directives(&spread.directives, "FRAGMENT_SPREAD");
        self.references.fragments.push(spread.name.text);
        let types = self.validation.types;
        let fragment = self.validation.fragments.get(spread.name.text);
        let condition = fragment.and_then(|fragment| types.get(fragment.on.text));
        if let (Some(on), Some(condition)) = (on, condition) {
            self.possible(spread.pos, on, condition);
        }
    }

    fn inline(&mut self, inline: &'a InlineFragment<'a>, on: Option<&'a NamedType>) {
        self.directives(&inline.directives, "INLINE_FRAGMENT");
        let applies = match inline.on {
            None => on,
            Some(word) => self.condition(word),
        };
        if let (Some(on), Some(condition)) = (on, applies) {
            self.possible(inline.pos, on, condition);
        }
        self.selection_set(&inline.selections, applies);
    }

    /// The type that a fragment is on.
    fn condition(&mut self, on: Word<'a>) -> Option<&'a NamedType> {
        let types = self.validation.types;
        let Some(ty) = types.get(on.text) else {
            let suggestion = self.validation.suggest(on.text, types.types.keys());
            self.validation.report(on.pos, format!("there is no type `{}`{suggestion}", on.text));
            return None;
        };
        if !ty.is_composite() {
            let message = format!("a fragment cannot be on `{}`, of which nothing can be selected", on.text);
            self.validation.report(on.pos, message);
            return None;
        }
        Some(ty)
    }

    fn possible(&mut self, pos: async_graphql::Pos, on: &NamedType, condition: &NamedType) {
        if condition.is_composite() && !on.overlaps(condition) {
            let message =
                format!("a `{}` is never a `{}`, which this fragment is on", on.name, condition.name);
            self.validation.report(pos, message);
        }
    }
}
