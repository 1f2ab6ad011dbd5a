//! Variables: each defined once, of an input type, used, and used where its type fits.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{BaseType, Type};

use crate::graphql::syntax::{Operation, Variable};
use crate::graphql::type_system::innermost;
use crate::graphql::validation::context::Validation;
use crate::graphql::validation::directives;
use crate::graphql::validation::selections::{DocumentReferences, References};
use crate::graphql::validation::values::{self, Expected, VariableUse};

pub(super) fn check<'a>(validation: &mut Validation<'a>, references: &DocumentReferences<'a>) {
    let document = validation.document;
    let fragments: HashMap<&str, &References<'a>> =
        document.fragments.iter().map(|fragment| fragment.name.text).zip(&references.fragments).collect();
    for (operation, own) in document.operations.iter().zip(&references.operations) {
        let defined = definitions(validation, operation);
        let mut used = HashSet::new();
        let mut reached = HashSet::new();
        let mut next = vec![own];
        while let Some(References { variables, fragments: spread }) = next.pop() {
            for one in variables {
                used.insert(one.name);
                check_use(validation, operation, defined.get(one.name).copied(), *one);
            }
            let new = spread.iter().filter(|name| reached.insert(**name));
            next.extend(new.filter_map(|name| fragments.get(name).copied()));
        }
        for variable in &operation.variables {
            if !used.contains(variable.name.text) {
                let message = format!(
                    "the variable `${}` is not used in {}",
                    variable.name.text,
                    operation.described()
                );
                validation.report(variable.name.pos, message);
            }
        }
    }
}

/// The variables of an operation by their names.
fn definitions<'a>(
    validation: &mut Validation<'a>,
    operation: &'a Operation<'a>,
) -> HashMap<&'a str, &'a Variable<'a>> {
    let types = validation.types;
    let mut defined = HashMap::new();
    for variable in &operation.variables {
        let name = variable.name;
        if defined.insert(name.text, variable).is_some() {
            validation.report(name.pos, format!("the variable `${}` is defined twice", name.text));
        }
        let base = innermost(&variable.ty);
        match types.get(base) {
            None => {
                let suggestion = validation.suggest(base, types.types.keys());
                validation.report(variable.ty_pos, format!("there is no type `{base}`{suggestion}"));
            }
            Some(ty) if !ty.is_input() => {
                let message = format!("the variable `${}` cannot be of the output type `{base}`", name.text);
                validation.report(variable.ty_pos, message);
            }
            Some(_) => {
                if let Some(default) = &variable.default {
                    // A default is constant, so no variable is found in it.
                    let expected = Some(Expected::by_type(&variable.ty));
                    values::check(validation, &mut Vec::new(), expected, default);
                }
            }
        }
        directives::check(validation, &mut Vec::new(), &variable.directives, "VARIABLE_DEFINITION");
    }
    defined
}

fn check_use(
    validation: &mut Validation<'_>,
    operation: &Operation<'_>,
    definition: Option<&Variable<'_>>,
    VariableUse { name, pos, expected }: VariableUse<'_>,
) {
    let Some(variable) = definition else {
        validation.report(pos, format!("the variable `${name}` is not defined in {}", operation.described()));
        return;
    };
    // A type that is not there is told where the variable is defined.
    let (Some(expected), Some(_)) = (expected, validation.types.of(&variable.ty)) else {
        return;
    };
    let positions = || vec![variable.name.pos, pos];
    if !fits(variable, expected) {
        let message = format!(
            "the variable `${name}` of type `{}` is used where `{}` is expected",
            variable.ty,
            expected.ty()
        );
        validation.report_at(positions(), message);
    } else if let Some(one_of) = expected.one_of()
        && variable.ty.nullable
    {
        let message = format!(
            "the variable `${name}` of type `{}` may be null, which the field of `{one_of}` cannot; write `{}!`",
            variable.ty, variable.ty
        );
        validation.report_at(positions(), message);
    }
}

/// `IsVariableUsageAllowed`: a variable that may be null stands where null cannot only if something else is there then.
fn fits(variable: &Variable<'_>, expected: Expected<'_>) -> bool {
    let wanted = expected.ty();
    if !wanted.nullable && variable.ty.nullable {
        let has_value = variable.default.as_ref().is_some_and(|default| !default.is_null());
        return (has_value || expected.has_default()) && bases_fit(&variable.ty, wanted);
    }
    types_fit(&variable.ty, wanted)
}

/// `AreTypesCompatible`
fn types_fit(given: &Type, wanted: &Type) -> bool {
    (wanted.nullable || !given.nullable) && bases_fit(given, wanted)
}

fn bases_fit(given: &Type, wanted: &Type) -> bool {
    match (&given.base, &wanted.base) {
        (BaseType::List(given), BaseType::List(wanted)) => types_fit(given, wanted),
        (BaseType::Named(given), BaseType::Named(wanted)) => given == wanted,
        _ => false,
    }
}
