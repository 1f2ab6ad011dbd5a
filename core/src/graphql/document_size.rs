//! How much memory a document holds: its texts are the smaller part of it.

use std::collections::HashMap;

use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition,
    OperationDefinition, Selection, SelectionSet, Type, TypeCondition, VariableDefinition,
};
use async_graphql::{Name, Positioned, Value as Constant};
use async_graphql_value::Value as Literal;
use indexmap::IndexMap;

/// What the allocator keeps beside each piece of memory, at least.
const ALLOCATION: usize = 16;
/// The counters of an `Arc`.
const COUNTERS: usize = 16;
/// What an entry of an `IndexMap` takes beside its key and value: a hash, and its place in a table that is not full.
const INDEX: usize = 24;

/// Bytes of a document on the heap, about.
pub(super) fn document(document: &ExecutableDocument) -> usize {
    let operations = match &document.operations {
        DocumentOperations::Single(only) => operation(&only.node),
        DocumentOperations::Multiple(all) => {
            map(all) + all.iter().map(|(key, one)| name(key) + operation(&one.node)).sum::<usize>()
        }
    };
    let fragments =
        document.fragments.iter().map(|(key, one)| name(key) + fragment(&one.node)).sum::<usize>();
    size_of::<ExecutableDocument>()
        + ALLOCATION
        + COUNTERS
        + operations
        + map(&document.fragments)
        + fragments
}

fn map<K, V>(map: &HashMap<K, V>) -> usize {
    match map.capacity() {
        0 => 0,
        // A table is filled to seven eighths.
        capacity => capacity * 8 / 7 * (size_of::<(K, V)>() + 1) + ALLOCATION,
    }
}

fn list<T>(list: &Vec<T>) -> usize {
    match list.capacity() {
        0 => 0,
        capacity => capacity * size_of::<T>() + ALLOCATION,
    }
}

fn text(length: usize) -> usize {
    if length == 0 { 0 } else { length + ALLOCATION }
}

fn name(name: &Name) -> usize {
    name.len() + COUNTERS + ALLOCATION
}

fn operation(operation: &OperationDefinition) -> usize {
    let variables = &operation.variable_definitions;
    list(variables)
        + variables.iter().map(|one| variable(&one.node)).sum::<usize>()
        + directives(&operation.directives)
        + selections(&operation.selection_set.node)
}

fn fragment(fragment: &FragmentDefinition) -> usize {
    condition(&fragment.type_condition.node)
        + directives(&fragment.directives)
        + selections(&fragment.selection_set.node)
}

fn condition(condition: &TypeCondition) -> usize {
    name(&condition.on.node)
}

fn variable(variable: &VariableDefinition) -> usize {
    name(&variable.name.node)
        + ty(&variable.var_type.node)
        + directives(&variable.directives)
        + variable.default_value.as_ref().map_or(0, |default| constant(&default.node))
}

fn ty(of: &Type) -> usize {
    match &of.base {
        BaseType::Named(named) => name(named),
        BaseType::List(element) => size_of::<Type>() + ALLOCATION + ty(element),
    }
}

fn directives(directives: &Vec<Positioned<Directive>>) -> usize {
    let one = |directive: &Positioned<Directive>| {
        name(&directive.node.name.node) + arguments(&directive.node.arguments)
    };
    list(directives) + directives.iter().map(one).sum::<usize>()
}

/// Bytes of arguments on the heap, about.
pub(super) fn arguments(arguments: &Vec<(Positioned<Name>, Positioned<Literal>)>) -> usize {
    list(arguments)
        + arguments.iter().map(|(key, value)| name(&key.node) + literal(&value.node)).sum::<usize>()
}

// As deep as a document may nest.
fn selections(set: &SelectionSet) -> usize {
    let one = |selection: &Positioned<Selection>| match &selection.node {
        Selection::Field(one) => field(&one.node),
        Selection::FragmentSpread(spread) => {
            name(&spread.node.fragment_name.node) + directives(&spread.node.directives)
        }
        Selection::InlineFragment(inline) => {
            inline.node.type_condition.as_ref().map_or(0, |on| condition(&on.node))
                + directives(&inline.node.directives)
                + selections(&inline.node.selection_set.node)
        }
    };
    list(&set.items) + set.items.iter().map(one).sum::<usize>()
}

/// Bytes of a field on the heap, about.
pub(super) fn field(field: &Field) -> usize {
    field.alias.as_ref().map_or(0, |alias| name(&alias.node))
        + name(&field.name.node)
        + arguments(&field.arguments)
        + directives(&field.directives)
        + selections(&field.selection_set.node)
}

fn literal(value: &Literal) -> usize {
    match value {
        Literal::Null | Literal::Boolean(_) => 0,
        Literal::Variable(known) | Literal::Enum(known) => name(known),
        // Its text is kept.
        Literal::Number(number) => text(number.as_str().len()),
        Literal::String(value) => text(value.capacity()),
        Literal::Binary(bytes) => text(bytes.len()),
        Literal::List(items) => list(items) + items.iter().map(literal).sum::<usize>(),
        Literal::Object(all) => members(all, literal),
    }
}

fn constant(value: &Constant) -> usize {
    match value {
        Constant::Null | Constant::Boolean(_) => 0,
        Constant::Enum(known) => name(known),
        Constant::Number(number) => text(number.as_str().len()),
        Constant::String(value) => text(value.capacity()),
        Constant::Binary(bytes) => text(bytes.len()),
        Constant::List(items) => list(items) + items.iter().map(constant).sum::<usize>(),
        Constant::Object(all) => members(all, constant),
    }
}

fn members<V>(all: &IndexMap<Name, V>, value: fn(&V) -> usize) -> usize {
    all.capacity() * (size_of::<(Name, V)>() + INDEX)
        + 2 * ALLOCATION
        + all.iter().map(|(key, member)| name(key) + value(member)).sum::<usize>()
}
