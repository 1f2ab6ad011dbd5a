//! What options and defaults require of a standard type.

use crate::attr::Number;
use crate::diag::Errors;
use crate::ir::{DefaultValue, Entity, Field};
use crate::standard_type::{NumberFit, StandardType, name_of};

/// Options and defaults that a standard type does not take.
pub fn check(entity: &Entity, errors: &mut Errors) {
    for field in entity.fields.iter().filter(|field| field.relation.is_none() && !field.wrongly_nested) {
        if let Some(standard) = StandardType::of(&field.scalar) {
            check_requirements(field, standard, errors);
            check_numbers(field, standard, errors);
            check_default(field, standard, errors);
        }
    }
}

fn check_requirements(field: &Field, standard: StandardType, errors: &mut Errors) {
    let ty = name_of(&field.scalar);
    for requirement in field.requirements.iter().filter(|requirement| !standard.fulfils(**requirement)) {
        let (options, types) = requirement.description();
        errors.on(&field.scalar, format!("{options} do not apply to `{ty}`; they apply to {types}"));
    }
}

fn check_numbers(field: &Field, standard: StandardType, errors: &mut Errors) {
    for bound in [&field.options.min, &field.options.max].into_iter().flatten() {
        // That `min` applies to no text was reported already.
        if standard.holds(bound) != NumberFit::NoNumber {
            check_number(field, standard, bound, errors);
        }
    }
}

fn check_number(field: &Field, standard: StandardType, number: &Number, errors: &mut Errors) {
    let ty = name_of(&field.scalar);
    let digits = &number.digits;
    match standard.holds(number) {
        NumberFit::Fits => {}
        NumberFit::OutOfRange => errors.at(number.span, format!("{digits} is out of the range of `{ty}`")),
        NumberFit::NotWhole => {
            errors.at(number.span, format!("`{ty}` holds whole numbers; {digits} is none"));
        }
        NumberFit::NoNumber => errors.at(number.span, format!("a number is not a `{ty}`")),
    }
}

fn check_default(field: &Field, standard: StandardType, errors: &mut Errors) {
    match &field.default {
        Some(DefaultValue::Number(number)) => check_number(field, standard, number, errors),
        Some(DefaultValue::Text(text)) if standard != StandardType::Text => {
            let ty = name_of(&field.scalar);
            errors.at(text.span(), format!("a text is not a `{ty}`"));
        }
        Some(
            DefaultValue::Text(_) | DefaultValue::Expression(_) | DefaultValue::Now | DefaultValue::Uuid,
        )
        | None => {}
    }
}
