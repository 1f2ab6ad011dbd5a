//! Rules of one field's options: what applies to its shape, what contradicts what, and bounds.

use proc_macro2::{Ident, Span};

use crate::attr::{FieldAttrs, Keyed, Names, Number};
use crate::diag::Errors;
use crate::ir::{DefaultValue, Entity, Field};
use crate::lower::{Declared, Shape, Source};

/// Digits a `Decimal` holds.
const MAX_PRECISION: u32 = 28;

/// What one field may say, by its shape.
pub fn check(declared: &Declared<'_>, errors: &mut Errors) {
    check_shape(declared, errors);
    check_applies(declared, errors);
    check_pairs(declared, errors);
    check_writable(declared, errors);
}

/// Wrappers that mean nothing around each other.
fn check_shape(declared: &Declared<'_>, errors: &mut Errors) {
    if let Some(message) = declared.shape.misuse() {
        errors.on(declared.ty, message);
    }
}

/// Options that do not apply to the field's shape.
fn check_applies(declared: &Declared<'_>, errors: &mut Errors) {
    // No `..`: a new option does not compile until it is sorted into one of the lists.
    let FieldAttrs {
        unique,
        index,
        filter,
        sort,
        search,
        default,
        min_len,
        max_len,
        min,
        max,
        pattern,
        format,
        multiline,
        read_only,
        write_only,
        immutable,
        skip: _,
        rename: _,
        column,
        was,
        on_delete,
        inverse,
        through,
        precision,
        scale,
        computed,
        policy,
    } = &declared.attrs;
    let of_values = [
        ("computed", key(computed)),
        ("search", key(search)),
        ("default", key(default)),
        ("min_len", key(min_len)),
        ("max_len", key(max_len)),
        ("min", key(min)),
        ("max", key(max)),
        ("pattern", key(pattern)),
        ("format", key(format)),
        ("multiline", key(multiline)),
        ("precision", key(precision)),
        ("scale", key(scale)),
    ];
    let of_columns = [
        ("unique", key(unique)),
        ("index", key(index)),
        ("filter", key(filter)),
        ("sort", key(sort)),
        ("read_only", key(read_only)),
        ("write_only", key(write_only)),
        ("immutable", key(immutable)),
        ("column", key(column)),
        ("was", key(was)),
        ("policy", key(policy)),
    ];
    let of_many = [("inverse", key(inverse)), ("through", key(through))];
    let mut refuse = |options: &[(&str, Option<Span>)], why: &str| {
        for (name, place) in options {
            if let Some(place) = place {
                errors.at(*place, format!("`{name}` {why}"));
            }
        }
    };
    let on_delete = [("on_delete", key(on_delete))];
    const MANY_ONLY: &str = "applies to to-many relations only; they are written `Many<E>`";
    match declared.shape {
        Shape::Many { .. } => {
            refuse(&of_values, "does not apply to a to-many relation; it stores nothing here");
            refuse(&of_columns, "does not apply to a to-many relation; it stores nothing here");
            refuse(
                &on_delete,
                "belongs on the `One<…>` field of the other entity, which stores the reference",
            );
        }
        Shape::One { .. } => {
            refuse(&of_values, "does not apply to a relation; it stores the key of the related row");
            refuse(&of_many, MANY_ONLY);
        }
        Shape::Scalar { .. } => {
            refuse(&of_many, MANY_ONLY);
            refuse(&on_delete, "applies to relations only; they are written `One<E>` or `Option<One<E>>`");
        }
    }
}

/// Options that contradict each other, or of which one says what the other says.
fn check_pairs(declared: &Declared<'_>, errors: &mut Errors) {
    let attrs = &declared.attrs;
    let [create, update, filter] =
        ["create", "update", "filter"].map(|word| skipped(attrs.skip.as_ref(), word));
    let read_only = ("`read_only`", key(&attrs.read_only));
    let write_only = ("`write_only`", key(&attrs.write_only));
    let immutable = ("`immutable`", key(&attrs.immutable));
    let create = ("`skip(create)`", create);
    let update = ("`skip(update)`", update);
    let hidden = "it would tell what must not be shown";
    let pairs = [
        (read_only, write_only, "no one could use the field"),
        (read_only, immutable, "a `read_only` field is never written"),
        (read_only, create, "a `read_only` field is never written"),
        (read_only, update, "a `read_only` field is never written"),
        (immutable, update, "an `immutable` field is in no update"),
        (create, update, "that is what `read_only` says"),
        (write_only, ("`filter`", key(&attrs.filter)), hidden),
        (write_only, ("`sort`", key(&attrs.sort)), hidden),
        (write_only, ("`search`", key(&attrs.search)), hidden),
        (("`filter`", key(&attrs.filter)), ("`skip(filter)`", filter), "remove one of them"),
        (("`unique`", key(&attrs.unique)), ("`index`", key(&attrs.index)), "`unique` makes an index already"),
    ];
    for ((first, first_place), (second, second_place), why) in pairs {
        if let (Some(_), Some(place)) = (first_place, second_place) {
            errors.at(place, format!("{second} cannot be combined with {first}; {why}"));
        }
    }
    check_set_null(declared, errors);
    check_many_skip(declared, errors);
}

/// A reference that cannot be NULL cannot become NULL.
fn check_set_null(declared: &Declared<'_>, errors: &mut Errors) {
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

/// A to-many relation is in no input.
fn check_many_skip(declared: &Declared<'_>, errors: &mut Errors) {
    let Shape::Many { .. } = declared.shape else {
        return;
    };
    for word in ["create", "update"] {
        if let Some(place) = skipped(declared.attrs.skip.as_ref(), word) {
            errors
                .at(place, format!("`skip({word})` does not apply to a to-many relation; it is in no input"));
        }
    }
}

/// A required value that no one can give: no row could ever be made.
fn check_writable(declared: &Declared<'_>, errors: &mut Errors) {
    let (Shape::One { nullable: false, .. } | Shape::Scalar { nullable: false, .. }) = declared.shape else {
        return;
    };
    let attrs = &declared.attrs;
    if attrs.default.is_some() || attrs.computed.is_some() {
        return;
    }
    let read_only = key(&attrs.read_only).map(|place| ("read_only", place));
    let create = skipped(attrs.skip.as_ref(), "create").map(|place| ("skip(create)", place));
    if let Some((option, place)) = read_only.or(create) {
        let way_out = match declared.shape {
            Shape::One { .. } => "make the relation an `Option`",
            _ => "give it a `default` or make it an `Option`",
        };
        errors.at(place, format!("`{option}` on a required field, so that no row could be made; {way_out}"));
    }
}

fn key<T>(option: &Option<Keyed<T>>) -> Option<Span> {
    option.as_ref().map(|option| option.key)
}

/// Where `skip(…)` has a word.
fn skipped(skip: Option<&Keyed<Names>>, word: &str) -> Option<Span> {
    skip?.value.0.iter().find(|written| *written == word).map(Ident::span)
}

/// Rules of who may see or set the field that it cannot follow.
pub fn check_policies(source: &Source<'_>, entity: &Entity, errors: &mut Errors) {
    for field in &entity.fields {
        let Some(declared) = source.fields.iter().find(|declared| *declared.ident == field.declared) else {
            continue;
        };
        let Some(policy) = &declared.attrs.policy else { continue };
        if field.read.is_some() && field.write_only {
            errors.at(
                policy.key,
                "`policy(read = …)` cannot be combined with `write_only`; the field is shown to no one",
            );
        }
        if field.write.is_some() && !field.in_input() && !field.in_patch() {
            errors.at(policy.key, "`policy(write = …)` on a field that no client sets; leave it out");
        }
        if field.read.is_some() && field.fulltext {
            errors.at(
                policy.key,
                "`policy(read = …)` cannot be combined with `search(fulltext)`; its index is one for all fields and \
                 would tell what is hidden; write `search`",
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
        check_bounds("min", attrs.min.as_ref(), "max", attrs.max.as_ref(), errors);
        check_bounds("min_len", attrs.min_len.as_ref(), "max_len", attrs.max_len.as_ref(), errors);
        check_bounds("scale", attrs.scale.as_ref(), "precision", attrs.precision.as_ref(), errors);
        check_precision(field, attrs, errors);
        check_default(field, errors);
    }
}

fn check_bounds(
    least: &str,
    low: Option<&Keyed<Number>>,
    greatest: &str,
    high: Option<&Keyed<Number>>,
    errors: &mut Errors,
) {
    if let (Some(low), Some(high)) = (low, high)
        && low.value.exceeds(&high.value)
    {
        errors.at(
            low.value.span,
            format!(
                "`{least} = {}` is greater than `{greatest} = {}`; no value could satisfy both",
                low.value.digits, high.value.digits
            ),
        );
    }
}

fn check_precision(field: &Field, attrs: &FieldAttrs, errors: &mut Errors) {
    for (name, count, option) in
        [("precision", field.precision, &attrs.precision), ("scale", field.scale, &attrs.scale)]
    {
        let (Some(count), Some(option)) = (count, option) else {
            continue;
        };
        let least = u32::from(name == "precision");
        if count < least || count > MAX_PRECISION {
            errors.at(
                option.value.span,
                format!("`{name}` is from {least} to {MAX_PRECISION}, the digits of a `Decimal`"),
            );
        }
    }
}

/// A default that the field's own rules refuse.
fn check_default(field: &Field, errors: &mut Errors) {
    let Field { min, max, min_len, max_len, .. } = field;
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
        Some(DefaultValue::Value(_)) | None => {}
    }
}
