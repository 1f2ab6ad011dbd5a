//! Numbers over relations: the relation is one of the struct, and the field can hold the number. What is measured of the related
//! rows, rustc checks.

use crate::attr::{NumberFunction, RelationNumber};
use crate::diag::{Errors, suggestion};
use crate::ir::{Entity, Field};
use crate::names;
use crate::source::{Source, SourceField};
use crate::standard_type::{StandardType, name_of};

/// Reports every broken rule.
pub fn check(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    for field in &entity.fields {
        let Some(number) = field.number() else { continue };
        check_relation(number, entity, errors);
        check_type(number, field, errors);
        let declared = source.fields.iter().find(|declared| *declared.ident == field.declared);
        declared.into_iter().for_each(|declared| check_options(declared, errors));
    }
}

/// The relation is a to-many one of the struct.
fn check_relation(number: &RelationNumber, entity: &Entity, errors: &mut Errors) {
    if entity.many_of(number).is_some() {
        return;
    }
    let name = names::plain(&number.relation);
    let message = if entity.many.is_empty() {
        format!("there is no to-many relation `{name}`; declare it, as a field of the type `Many<…>`")
    } else {
        let known = entity.many.iter().map(|many| many.name.as_str());
        format!("there is no to-many relation `{name}`{}", suggestion(&name, known))
    };
    errors.on(&number.relation, message);
}

/// The field's type is that of the number.
fn check_type(number: &RelationNumber, field: &Field, errors: &mut Errors) {
    let word = number.function.word();
    let written = name_of(&field.scalar);
    let is = |name: &str| StandardType::of(&field.scalar).is_some() && written == name;
    let message = match number.function {
        NumberFunction::Count if is("i64") && !field.nullable => return,
        NumberFunction::Exists if is("bool") && !field.nullable => return,
        NumberFunction::Count => {
            "`count` is a number of rows, 0 where there is none; make it `i64`".to_owned()
        }
        NumberFunction::Exists => "`exists` is true or false; make it `bool`".to_owned(),
        _ if field.nullable => return,
        _ => format!("there is no `{word}` of no rows; make it `Option<{written}>`"),
    };
    errors.on(&field.ty, message);
}

/// Options that computed SQL may have, and a number may not.
fn check_options(declared: &SourceField<'_>, errors: &mut Errors) {
    let attrs = &declared.attrs;
    let refused = [
        ("search", attrs.search.as_ref().map(|option| option.key), "it is not in the row"),
        (
            "aggregate",
            attrs.aggregate.as_ref().map(|option| option.key),
            "it is a measure itself; measure the fields of the related rows",
        ),
        ("scale", attrs.scale.as_ref().map(|option| option.key), "its digits are those of what it measures"),
    ];
    for (option, span, why) in refused {
        if let Some(span) = span {
            errors.at(span, format!("`{option}` cannot be combined with a number over a relation; {why}"));
        }
    }
}
