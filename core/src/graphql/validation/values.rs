//! Values as they are written: of the type that is expected, each member of an object once.

use std::collections::HashSet;

use async_graphql::Pos;
use async_graphql::parser::types::{BaseType, Type};

use crate::graphql::syntax::{Literal, Value, Word};
use crate::graphql::type_system::{InputValue, InputValues, NamedKind, NamedType};
use crate::graphql::validation::context::Validation;

/// What is expected where a value stands.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    ty: &'a Type,
    /// Whether there is a value when none is given.
    has_default: bool,
    /// The `@oneOf` type whose member it is, unless a null is told anyway when the value is read.
    one_of: Option<&'a str>,
}

/// Where a variable is used.
#[derive(Clone, Copy)]
pub(super) struct VariableUse<'a> {
    pub(super) name: &'a str,
    pub(super) pos: Pos,
    /// Nothing within values whose type is open.
    pub(super) expected: Option<Expected<'a>>,
}

impl<'a> Expected<'a> {
    pub(super) fn of(definition: &'a InputValue) -> Self {
        Self { ty: &definition.ty, has_default: definition.has_default, one_of: None }
    }

    pub(super) fn by_type(ty: &'a Type) -> Self {
        Self { ty, has_default: false, one_of: None }
    }

    pub(super) fn ty(self) -> &'a Type {
        self.ty
    }

    pub(super) fn has_default(self) -> bool {
        self.has_default
    }

    pub(super) fn one_of(self) -> Option<&'a str> {
        self.one_of
    }
}

/// Checks a value, and keeps what variables are used in it.
pub(super) fn check<'a>(
    validation: &mut Validation<'a>,
    uses: &mut Vec<VariableUse<'a>>,
    expected: Option<Expected<'a>>,
    value: &'a Value<'a>,
) {
    if let Literal::Variable(name) = value.literal {
        uses.push(VariableUse { name, pos: value.pos, expected });
        return;
    }
    let Some(Expected { ty, .. }) = expected else {
        return check_untyped(validation, uses, value);
    };
    if value.is_null() {
        if !ty.nullable {
            validation.report(value.pos, format!("a value of type `{ty}` cannot be null"));
        }
        return;
    }
    match (&ty.base, &value.literal) {
        (BaseType::List(element), Literal::List(items)) => {
            for item in items {
                check(validation, uses, Some(Expected::by_type(element)), item);
            }
        }
        // One value is a list of one.
        (BaseType::List(element), _) => check(validation, uses, Some(Expected::by_type(element)), value),
        (BaseType::Named(name), _) => {
            if let Some(named) = validation.types.get(name) {
                check_named(validation, uses, named, ty.nullable, value);
            }
        }
    }
}

/// Checks a value whose type is open: that of a custom scalar, or of an argument that is not there.
fn check_untyped<'a>(validation: &mut Validation<'a>, uses: &mut Vec<VariableUse<'a>>, value: &'a Value<'a>) {
    match &value.literal {
        Literal::List(items) => items.iter().for_each(|item| check(validation, uses, None, item)),
        Literal::Object(members) => {
            check_unique(validation, members);
            members.iter().for_each(|(_, member)| check(validation, uses, None, member));
        }
        _ => {}
    }
}

fn check_unique<'a>(validation: &mut Validation<'a>, members: &'a [(Word<'a>, Value<'a>)]) {
    let mut seen = HashSet::new();
    for (name, _) in members {
        if !seen.insert(name.text) {
            validation.report(name.pos, format!("the field `{}` is given twice", name.text));
        }
    }
}

fn check_named<'a>(
    validation: &mut Validation<'a>,
    uses: &mut Vec<VariableUse<'a>>,
    named: &'a NamedType,
    nullable: bool,
    value: &'a Value<'a>,
) {
    let name = named.name.as_str();
    let fits = match (&named.kind, &value.literal) {
        (NamedKind::InputObject { fields, one_of }, Literal::Object(members)) => {
            // As graphql-js, which looks for the variables of a `@oneOf` object only where the object may be null.
            let guarded = (*one_of && nullable).then_some(name);
            check_object(validation, uses, (named, fields), guarded, value.pos, members);
            if *one_of {
                check_one_of(validation, name, value.pos, members);
            }
            return;
        }
        (NamedKind::Enum { values }, Literal::Enum(given)) => {
            if !values.contains(*given) {
                let suggestion = validation.suggest(given, values);
                validation.report(value.pos, format!("`{given}` is not a value of `{name}`{suggestion}"));
            }
            return;
        }
        (NamedKind::Scalar, literal) => match (name, literal) {
            ("Int", Literal::Int(text)) => text.parse::<i32>().is_ok(),
            ("Float", Literal::Int(text) | Literal::Float(text)) => text.parse().is_ok_and(f64::is_finite),
            ("String" | "ID", Literal::String { .. })
            | ("ID", Literal::Int(_))
            | ("Boolean", Literal::Boolean(_)) => true,
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
            // What values a custom scalar has is said where they are read.
            _ => return check_untyped(validation, uses, value),
        },
        _ => false,
    };
    if !fits {
        // What is within is wrong with it.
        check_untyped(validation, uses, value);
        validation.report(value.pos, format!("`{}` is not a value of type `{name}`", value.literal));
    }
}

fn check_object<'a>(
    validation: &mut Validation<'a>,
    uses: &mut Vec<VariableUse<'a>>,
    (named, fields): (&'a NamedType, &'a InputValues),
    one_of: Option<&'a str>,
    pos: Pos,
    members: &'a [(Word<'a>, Value<'a>)],
) {
    check_unique(validation, members);
    for (name, member) in members {
        let definition = fields.get(name.text);
        if definition.is_none() {
            let suggestion = validation.suggest(name.text, fields.keys());
            validation.report(name.pos, format!("`{}` has no field `{}`{suggestion}", named.name, name.text));
        }
        let expected = definition.map(|definition| Expected { one_of, ..Expected::of(definition) });
        check(validation, uses, expected, member);
    }
    for (name, definition) in fields {
        if definition.is_required() && !members.iter().any(|(given, _)| given.text == name) {
            let message = format!("`{}` needs the field `{name}` of type `{}`", named.name, definition.ty);
            validation.report(pos, message);
        }
    }
}

fn check_one_of(validation: &mut Validation<'_>, name: &str, pos: Pos, members: &[(Word<'_>, Value<'_>)]) {
    let [(_, member)] = members else {
        validation.report(pos, format!("exactly one field of `{name}` must be given"));
        return;
    };
    if member.is_null() {
        validation.report(member.pos, format!("the field of `{name}` cannot be null"));
    }
}
