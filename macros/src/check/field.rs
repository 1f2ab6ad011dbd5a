//! Rules of one field's options: what applies to its shape, what contradicts what, and bounds.

use crate::attr::{Applies, Count, FieldAttrs, FieldOptions, Keyed, Number};
use crate::diag::{Errors, suggestion};
use crate::ir::{DefaultValue, Entity, Field};
use crate::likely_type::likely_type;
use crate::lower::stored_name;
use crate::names;
use crate::source::{Shape, Source, SourceField};

/// Digits a `Decimal` holds.
const MAX_PRECISION: u32 = 28;

/// The options that one field may have, by its shape.
pub fn check(declared: &SourceField<'_>, errors: &mut Errors) {
    check_shape(declared, errors);
    check_applies(declared, errors);
    check_pairs(declared, errors);
}

/// As [`check`], of a field with a column.
pub fn check_stored(declared: &SourceField<'_>, errors: &mut Errors) {
    check(declared, errors);
    check_writable(declared, errors);
}

/// As the traits of the types say it.
const FIELD_TYPES: &str = "`String bool i16 i32 i64 f32 f64 Decimal Uuid NaiveDate NaiveTime DateTime<Utc> Json Bytes \
                           Password`, enums with `#[derive(EntityEnum)]`, `Vec` of a scalar, `One<E>`, `Many<E>`, and \
                           `Option` of those";

/// Wrappers that mean nothing around each other.
fn check_shape(declared: &SourceField<'_>, errors: &mut Errors) {
    if let Some(message) = declared.shape.nesting_error() {
        errors.on(declared.ty, message);
    } else if let Shape::Scalar { scalar, .. } = declared.shape
        && let Some(likely) = likely_type(scalar)
    {
        let likely = if likely.is_empty() { likely } else { format!("write `{likely}`; ") };
        errors
            .on(scalar, format!("this cannot be the type of a field; {likely}field types are {FIELD_TYPES}"));
    }
}

/// Options that do not apply to the field's shape: those of values first.
fn check_applies(declared: &SourceField<'_>, errors: &mut Errors) {
    for applies in [Applies::Value, Applies::Column, Applies::ToOne, Applies::ToMany, Applies::Any] {
        let Some(why) = refusal(applies, declared.shape) else { continue };
        for rule in FieldAttrs::RULES.iter().filter(|rule| rule.applies == applies) {
            if let Some(span) = (rule.key)(&declared.attrs) {
                errors.at(span, format!("`{}` {why}", rule.name));
            }
        }
    }
}

/// Why options that apply to some kind of field do not apply to one of this shape.
fn refusal(applies: Applies, shape: Shape<'_>) -> Option<&'static str> {
    match (applies, shape) {
        (Applies::Any, _)
        | (Applies::Value, Shape::Scalar { .. })
        | (Applies::Column, Shape::Scalar { .. } | Shape::One { .. })
        | (Applies::ToOne, Shape::One { .. })
        | (Applies::ToMany, Shape::Many { .. }) => None,
        (Applies::Value | Applies::Column, Shape::Many { .. }) => {
            Some("does not apply to a to-many relation; it stores nothing here")
        }
        (Applies::Value, Shape::One { .. }) => {
            Some("does not apply to a relation; it stores the key of the related row")
        }
        (Applies::ToOne, Shape::Many { .. }) => {
            Some("belongs on the `One<…>` field of the other entity, which stores the reference")
        }
        (Applies::ToOne, Shape::Scalar { .. }) => {
            Some("applies to relations only; they are written `One<E>` or `Option<One<E>>`")
        }
        (Applies::ToMany, Shape::Scalar { .. } | Shape::One { .. }) => {
            Some("applies to to-many relations only; they are written `Many<E>`")
        }
    }
}

/// Options that contradict each other, or of which one implies the other.
fn check_pairs(declared: &SourceField<'_>, errors: &mut Errors) {
    let attrs = &declared.attrs;
    for rule in FieldAttrs::RULES.iter().filter(|rule| (rule.key)(attrs).is_some()) {
        for excluded in rule.excludes {
            if let Some(span) = (excluded.span)(attrs) {
                let why = excluded.why;
                errors.at(
                    span,
                    format!("`{}` cannot be combined with `{}`; {why}", excluded.option, rule.name),
                );
            }
        }
    }
    check_skip(declared, errors);
    check_set_null(declared, errors);
    check_many_skip(declared, errors);
}

/// Words of `skip` that another option implies.
fn check_skip(declared: &SourceField<'_>, errors: &mut Errors) {
    let Some(skip) = &declared.attrs.skip else { return };
    if let (Some(_), Some(update)) = (skip.word("create"), skip.word("update")) {
        errors.at(
            update,
            "`skip(update)` cannot be combined with `skip(create)`; that is what `read_only` says",
        );
    }
}

/// A reference that cannot be NULL cannot become NULL.
fn check_set_null(declared: &SourceField<'_>, errors: &mut Errors) {
    let Shape::One { target, nullable: false } = declared.shape else {
        return;
    };
    if let Some(on_delete) = &declared.attrs.on_delete
        && on_delete.value.0 == "set_null"
    {
        let target = quote::quote!(#target);
        errors.on(
            &on_delete.value.0,
            format!("`set_null` needs a relation that may be absent; write `Option<One<{target}>>`"),
        );
    }
}

/// A to-many relation is in no input, and not in REST.
fn check_many_skip(declared: &SourceField<'_>, errors: &mut Errors) {
    let Shape::Many { .. } = declared.shape else {
        return;
    };
    for (word, why) in
        [("create", "it is in no input"), ("update", "it is in no input"), ("rest", "REST has none")]
    {
        if let Some(span) = declared.attrs.skip.as_ref().and_then(|skip| skip.word(word)) {
            errors.at(span, format!("`skip({word})` does not apply to a to-many relation; {why}"));
        }
    }
}

/// A required value that no input can set: no row could ever be created.
fn check_writable(declared: &SourceField<'_>, errors: &mut Errors) {
    let (Shape::One { nullable: false, .. } | Shape::Scalar { nullable: false, .. }) = declared.shape else {
        return;
    };
    let attrs = &declared.attrs;
    if attrs.default.is_some() || attrs.computed.is_some() || attrs.sequence.is_some() {
        return;
    }
    let read_only = attrs.read_only.as_ref().map(|option| ("read_only", option.key));
    let create = attrs.skip.as_ref().and_then(|skip| skip.word("create"));
    if let Some((option, span)) = read_only.or(create.map(|span| ("skip(create)", span))) {
        let way_out = match declared.shape {
            Shape::One { .. } | Shape::Many { .. } => "make the relation an `Option`",
            Shape::Scalar { .. } => "give it a `default` or make it an `Option`",
        };
        errors
            .at(span, format!("`{option}` on a required field, so that no row could be created; {way_out}"));
    }
}

/// Rules of who may see or set the field that it cannot follow.
pub fn check_policies(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    for field in &entity.fields {
        let Some(declared) = source.fields.iter().find(|declared| *declared.ident == field.declared) else {
            continue;
        };
        let Some(policy) = &declared.attrs.policy else { continue };
        if field.read.is_some() && field.options.write_only {
            errors.at(
                policy.key,
                "`policy(read = …)` cannot be combined with `write_only`; the field is shown to no one",
            );
        }
        let is_set = !field.options.read_only && (field.in_input() || field.in_patch());
        if field.write.is_some() && !is_set {
            errors.at(policy.key, "`policy(write = …)` on a field that no client sets; leave it out");
        }
        if field.read.is_some() && field.fulltext() {
            errors.at(
                policy.key,
                "`policy(read = …)` cannot be combined with `search(fulltext)`; its index is one for all fields and \
                 would reveal what is hidden; write `search`",
            );
        }
    }
}

/// Numbers that exclude each other.
pub fn check_values(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    for field in &entity.fields {
        let Some(declared) = source.fields.iter().find(|declared| *declared.ident == field.declared) else {
            continue;
        };
        let attrs = &declared.attrs;
        let number = |option: &Option<Keyed<Number>>| option.as_ref().map(|number| number.value.clone());
        let count = |option: &Option<Keyed<Count>>| option.as_ref().map(|count| count.value.0.clone());
        check_bounds(("min", number(&attrs.min)), ("max", number(&attrs.max)), errors);
        check_bounds(("min_len", count(&attrs.min_len)), ("max_len", count(&attrs.max_len)), errors);
        check_bounds(("scale", count(&attrs.scale)), ("precision", count(&attrs.precision)), errors);
        check_precision(field, attrs, errors);
        check_default(field, errors);
        check_sequence(field, attrs, entity, errors);
    }
}

/// Every row has a number, within a parent that every row has.
fn check_sequence(field: &Field, attrs: &FieldAttrs, entity: &Entity, errors: &mut Errors) {
    let Some(sequence) = &attrs.sequence else { return };
    if field.nullable {
        errors.on(&field.ty, "a field with `sequence` is never absent; take the `Option` away");
    }
    let Some(per) = &sequence.value.per else { return };
    let (written, stored) = (names::plain(per), stored_name(per, &entity.fields));
    let known = || entity.fields.iter().filter(|other| other.computed.is_none() && other.name != field.name);
    match known().find(|other| other.name == stored) {
        Some(parent) if parent.nullable => errors.on(
            per,
            format!(
                "`{written}` may be absent, and then there is nothing to count by; take its `Option` away"
            ),
        ),
        Some(_) => {}
        None => {
            let names = known().map(|other| other.name.as_str());
            errors.on(
                per,
                format!("there is no stored field `{written}` to count by{}", suggestion(&written, names)),
            );
        }
    }
}

fn check_bounds(
    (least, low): (&str, Option<Number>),
    (greatest, high): (&str, Option<Number>),
    errors: &mut Errors,
) {
    if let (Some(low), Some(high)) = (low, high)
        && low.exceeds(&high)
    {
        errors.at(
            low.span,
            format!(
                "`{least} = {}` is greater than `{greatest} = {}`; no value could satisfy both",
                low.digits, high.digits
            ),
        );
    }
}

fn check_precision(field: &Field, attrs: &FieldAttrs, errors: &mut Errors) {
    let FieldOptions { precision, scale, .. } = field.options;
    for (name, count, option) in [("precision", precision, &attrs.precision), ("scale", scale, &attrs.scale)]
    {
        let (Some(count), Some(option)) = (count, option) else {
            continue;
        };
        let least = u32::from(name == "precision");
        if count < least || count > MAX_PRECISION {
            errors.at(
                option.value.0.span,
                format!("`{name}` is from {least} to {MAX_PRECISION}, the digits of a `Decimal`"),
            );
        }
    }
}

/// A default that the field's own rules refuse.
fn check_default(field: &Field, errors: &mut Errors) {
    let FieldOptions { min, max, min_len, max_len, .. } = &field.options;
    match &field.default {
        Some(DefaultValue::Number(default)) => {
            let below = min.as_ref().filter(|min| min.exceeds(default)).map(|min| ("min", &min.digits));
            let above = max.as_ref().filter(|max| default.exceeds(max)).map(|max| ("max", &max.digits));
            if let Some((option, bound)) = below.or(above) {
                errors.at(
                    default.span,
                    format!(
                        "the default {} breaks the field's own rule `{option} = {bound}`",
                        default.digits
                    ),
                );
            }
        }
        Some(DefaultValue::Text(text)) => {
            let length = u32::try_from(text.value().chars().count()).unwrap_or(u32::MAX);
            let short = min_len.filter(|min| length < *min).map(|min| ("min_len", min));
            let long = max_len.filter(|max| length > *max).map(|max| ("max_len", max));
            if let Some((option, bound)) = short.or(long) {
                errors.on(text, format!("the default breaks the field's own rule `{option} = {bound}`"));
            }
        }
        Some(DefaultValue::Expression(_) | DefaultValue::Now | DefaultValue::Uuid) | None => {}
    }
}
