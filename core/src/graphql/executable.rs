//! A document as async-graphql's types, which run: literals are coerced to the types of their places.
//!
//! One value where a list is expected becomes a list of one, at any depth, and a whole number where an id is expected
//! becomes its text; so all that reads arguments later finds the form that the schema says.

use async_graphql::parser::types::{
    self as executable, BaseType, DocumentOperations, ExecutableDocument, Type,
};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value as Coerced;
use serde_json::Number;

use crate::graphql::syntax::{
    Argument, Directive, Document, Field, Fragment, Literal, Operation, Selection, SelectionSet, Value, Word,
};
use crate::graphql::type_system::{InputValues, NamedKind, NamedType, TypeSystem};

/// The document as it runs. What the schema does not have stays as it is written: validation refuses it.
pub(super) fn executable(document: &Document<'_>, types: &TypeSystem) -> ExecutableDocument {
    let writer = Writer { types };
    let operations = match document.operations.as_slice() {
        [only] if only.name.is_none() => DocumentOperations::Single(writer.operation(only)),
        all => DocumentOperations::Multiple(
            all.iter()
                .filter_map(|operation| Some((Name::new(operation.name?.text), writer.operation(operation))))
                .collect(),
        ),
    };
    let fragments = document
        .fragments
        .iter()
        .map(|fragment| (Name::new(fragment.name.text), writer.fragment(fragment)))
        .collect();
    ExecutableDocument { operations, fragments }
}

struct Writer<'a> {
    types: &'a TypeSystem,
}

fn name(word: Word<'_>) -> Positioned<Name> {
    Positioned::new(Name::new(word.text), word.pos)
}

impl<'a> Writer<'a> {
    fn operation(&self, operation: &Operation<'_>) -> Positioned<executable::OperationDefinition> {
        let variables = operation.variables.iter().map(|variable| {
            let default = variable.default.as_ref().and_then(|default| {
                let constant = self.value(Some(&variable.ty), default).into_const()?;
                Some(Positioned::new(constant, default.pos))
            });
            let definition = executable::VariableDefinition {
                name: name(variable.name),
                var_type: Positioned::new(variable.ty.clone(), variable.ty_pos),
                directives: self.directives(&variable.directives),
                default_value: default,
            };
            Positioned::new(definition, variable.name.pos)
        });
        let definition = executable::OperationDefinition {
            ty: operation.ty,
            variable_definitions: variables.collect(),
            directives: self.directives(&operation.directives),
            selection_set: self.selection_set(&operation.selections, self.types.root(operation.ty)),
        };
        Positioned::new(definition, operation.pos)
    }

    fn fragment(&self, fragment: &Fragment<'_>) -> Positioned<executable::FragmentDefinition> {
        let on = self.types.get(fragment.on.text);
        let definition = executable::FragmentDefinition {
            type_condition: condition(fragment.on),
            directives: self.directives(&fragment.directives),
            selection_set: self.selection_set(&fragment.selections, on),
        };
        Positioned::new(definition, fragment.pos)
    }

    fn selection_set(
        &self,
        set: &SelectionSet<'_>,
        on: Option<&'a NamedType>,
    ) -> Positioned<executable::SelectionSet> {
        let items = set.items.iter().map(|selection| match selection {
            Selection::Field(field) => {
                let one = Positioned::new(self.field(field, on), field.pos);
                Positioned::new(executable::Selection::Field(one), field.pos)
            }
            Selection::Spread(spread) => {
                let one = executable::FragmentSpread {
                    fragment_name: name(spread.name),
                    directives: self.directives(&spread.directives),
                };
                let one = Positioned::new(one, spread.pos);
                Positioned::new(executable::Selection::FragmentSpread(one), spread.pos)
            }
            Selection::Inline(inline) => {
                let on = inline.on.map_or(on, |on| self.types.get(on.text));
                let one = executable::InlineFragment {
                    type_condition: inline.on.map(condition),
                    directives: self.directives(&inline.directives),
                    selection_set: self.selection_set(&inline.selections, on),
                };
                let one = Positioned::new(one, inline.pos);
                Positioned::new(executable::Selection::InlineFragment(one), inline.pos)
            }
        });
        Positioned::new(executable::SelectionSet { items: items.collect() }, set.pos)
    }

    fn field(&self, field: &Field<'_>, on: Option<&'a NamedType>) -> executable::Field {
        let definition = on.and_then(|on| self.types.field(on, field.name.text));
        let ty = definition.and_then(|definition| self.types.of(&definition.ty));
        executable::Field {
            alias: field.alias.map(name),
            name: name(field.name),
            arguments: self.arguments(&field.arguments, definition.map(|definition| &definition.arguments)),
            directives: self.directives(&field.directives),
            selection_set: match &field.selections {
                Some(selections) => self.selection_set(selections, ty),
                None => Positioned::new(executable::SelectionSet::default(), field.pos),
            },
        }
    }

    fn directives(&self, directives: &[Directive<'_>]) -> Vec<Positioned<executable::Directive>> {
        let directives = directives.iter().map(|directive| {
            let definition = self.types.directives.get(directive.name.text);
            let declared = definition.map(|definition| &definition.arguments);
            let one = executable::Directive {
                name: name(directive.name),
                arguments: self.arguments(&directive.arguments, declared),
            };
            Positioned::new(one, directive.pos)
        });
        directives.collect()
    }

    fn arguments(
        &self,
        arguments: &[Argument<'_>],
        declared: Option<&InputValues>,
    ) -> Vec<(Positioned<Name>, Positioned<Coerced>)> {
        let arguments = arguments.iter().map(|argument| {
            let definition = declared.and_then(|declared| declared.get(argument.name.text));
            let value = self.value(definition.map(|definition| &definition.ty), &argument.value);
            (name(argument.name), Positioned::new(value, argument.value.pos))
        });
        arguments.collect()
    }

    fn value(&self, ty: Option<&Type>, value: &Value<'_>) -> Coerced {
        match (ty.map(|ty| &ty.base), &value.literal) {
            // A variable has a value of its own type already.
            (_, Literal::Variable(name)) => Coerced::Variable(Name::new(name)),
            (_, Literal::Null) => Coerced::Null,
            (Some(BaseType::List(element)), Literal::List(items)) => {
                Coerced::List(items.iter().map(|item| self.value(Some(element), item)).collect())
            }
            (Some(BaseType::List(element)), _) => Coerced::List(vec![self.value(Some(element), value)]),
            (Some(BaseType::Named(id)), Literal::Int(text)) if id == "ID" => {
                Coerced::String((*text).to_owned())
            }
            (_, Literal::Boolean(value)) => Coerced::Boolean(*value),
            (_, Literal::Int(text) | Literal::Float(text)) => match text.parse::<Number>() {
                Ok(number) => Coerced::Number(number),
                // Of no type but a custom scalar's, which may read it.
                Err(_) => Coerced::String((*text).to_owned()),
            },
            (_, Literal::String { text, .. }) => Coerced::String(text.clone().into_owned()),
            (_, Literal::Enum(name)) => Coerced::Enum(Name::new(name)),
            (_, Literal::List(items)) => {
                Coerced::List(items.iter().map(|item| self.value(None, item)).collect())
            }
            (base, Literal::Object(members)) => {
                let fields = match base {
                    Some(BaseType::Named(name)) => self.types.get(name).and_then(input_fields),
                    _ => None,
                };
                let members = members.iter().map(|(name, member)| {
                    let definition = fields.and_then(|fields| fields.get(name.text));
                    (Name::new(name.text), self.value(definition.map(|definition| &definition.ty), member))
                });
                Coerced::Object(members.collect())
            }
        }
    }
}

fn input_fields(ty: &NamedType) -> Option<&InputValues> {
    match &ty.kind {
        NamedKind::InputObject { fields, .. } => Some(fields),
        _ => None,
    }
}

fn condition(on: Word<'_>) -> Positioned<executable::TypeCondition> {
    Positioned::new(executable::TypeCondition { on: name(on) }, on.pos)
}
