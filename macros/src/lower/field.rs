//! Fields: stored ones, to-one relations, to-many relations.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Type, parse_quote_spanned};

use crate::attr;
use crate::attr::{
    ComputedAttrs, FieldAttrs, FieldOptions, Keyed, LoweredFieldAttrs, Number, Once, Requirement, resolve,
};
use crate::diag::{Errors, respan};
use crate::ir::{Computed, DefaultValue, Field, Link, Many, Relation, Sequence};
use crate::likely_type::likely_type;
use crate::lower::text;
use crate::names;
use crate::source::{Shape, SourceField};
use crate::standard_type::name_of;

const NO_EXPRESSION: &str = "`computed` needs an expression: `computed(sql = \"{price} * {amount}\")`";

/// What a declared field becomes.
pub enum Lowered {
    Stored(Box<Field>),
    Many(Box<Many>),
}

/// Decides one field.
pub fn lower(runtime: &TokenStream, declared: &SourceField<'_>, errors: &mut Errors) -> Lowered {
    match declared.shape {
        Shape::Many { target } => Lowered::Many(Box::new(many(declared, target, errors))),
        Shape::One { target, nullable } => {
            let key = spanned_key(runtime, declared.ty, target, false);
            let full = spanned_key(runtime, declared.ty, target, nullable);
            let mut field = stored(declared, key, full, nullable, errors);
            let plain = names::plain(declared.ident);
            field.relation = Some(Relation {
                graphql: names::lower_camel(&plain),
                name: plain,
                target: target.clone(),
                on_delete: resolve(&declared.attrs.on_delete, "on_delete", errors).unwrap_or_default(),
            });
            Lowered::Stored(Box::new(field))
        }
        Shape::Scalar { scalar, nullable } => {
            Lowered::Stored(Box::new(stored(declared, scalar.clone(), declared.ty.clone(), nullable, errors)))
        }
    }
}

/// `Id<Target>`, or an `Option` of it, at the span of the declared type.
fn spanned_key(runtime: &TokenStream, declared: &Type, target: &Type, nullable: bool) -> Type {
    let span = declared.span();
    // The target keeps its own span: it may not exist.
    let id = respan(&quote!(#runtime::Id), span);
    let key = quote_spanned!(span=> #id<#target>);
    if nullable {
        parse_quote_spanned!(span=> ::core::option::Option<#key>)
    } else {
        parse_quote_spanned!(span=> #key)
    }
}

fn stored(declared: &SourceField<'_>, scalar: Type, ty: Type, nullable: bool, errors: &mut Errors) -> Field {
    let attrs = &declared.attrs;
    let plain = names::plain(declared.ident);
    // No `..`: a new option does not compile until something is made of it.
    // Relations read theirs in `lower` and `many`, and a policy may name fields that are lowered later.
    let LoweredFieldAttrs {
        default,
        rename,
        column,
        on_delete: _,
        inverse: _,
        through: _,
        computed,
        sequence,
        policy: _,
    } = attrs.lowered();
    let (ident, name) = match declared.shape {
        Shape::One { .. } => {
            (format_ident!("{plain}_id", span = declared.ident.span()), format!("{plain}_id"))
        }
        Shape::Scalar { .. } | Shape::Many { .. } => (declared.ident.clone(), plain),
    };
    let wire = text(rename).unwrap_or_else(|| name.clone());
    let computed = lower_computed(computed, errors);
    let value_of_new_row = default.as_ref().map(|default| default_value(&default.value.0, &scalar));
    let mut options = FieldOptions::resolve(attrs, errors);
    options.read_only |= computed.is_some() || sequence.is_some();
    Field {
        declared: declared.ident.clone(),
        graphql: names::lower_camel(&wire),
        wire,
        column: text(column).unwrap_or_else(|| name.clone()),
        ident,
        name,
        docs: declared.docs.clone(),
        ty,
        scalar,
        nullable,
        relation: None,
        default: value_of_new_row,
        computed,
        // The field that it counts by may be lowered later.
        sequence: sequence.as_ref().map(|_| Sequence { per: None }),
        options,
        read: None,
        write: None,
        requirements: requirements(attrs),
        wrongly_nested: declared.shape.nesting_error().is_some() || is_other_type(declared.shape),
    }
}

/// A number over a relation as written, or the SQL of `computed(sql = "…")`, split at its `{field}`s.
fn lower_computed(option: &Once<attr::Computed>, errors: &mut Errors) -> Option<Computed> {
    let Keyed { key, value } = option.as_ref()?;
    let ComputedAttrs { sql } = match value {
        attr::Computed::Number(number) => return Some(Computed::Number(number.clone())),
        attr::Computed::Sql(attrs) => attrs,
    };
    let Some(sql) = sql else {
        errors.at(*key, NO_EXPRESSION);
        return None;
    };
    let sql = sql.value.0.clone();
    match split_placeholders(&sql.value()) {
        Ok(parts) => Some(Computed::Sql { sql, parts }),
        Err(message) => {
            errors.on(&sql, message);
            None
        }
    }
}

/// SQL in turns with the names between braces; `{{` and `}}` are braces.
fn split_placeholders(sql: &str) -> Result<Vec<String>, &'static str> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' if letters.next_if_eq(&letter).is_some() => part.push(letter),
            '{' => {
                parts.push(std::mem::take(&mut part));
                let name: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                parts.push(name.trim().to_owned());
            }
            '}' => return Err("a `}` without its `{`; a brace of the SQL itself is written twice: `}}`"),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    if parts.iter().all(|part| part.trim().is_empty()) {
        return Err(NO_EXPRESSION);
    }
    Ok(parts)
}

/// A default: a literal, a word that the field's type has a meaning for, or an expression.
fn default_value(written: &Expr, scalar: &Type) -> DefaultValue {
    let mut value = written;
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    if let Some(number) = Number::from_literal(value) {
        return DefaultValue::Number(number);
    }
    match value {
        Expr::Path(path) if path.path.is_ident("now") && is_time(scalar) => DefaultValue::Now,
        Expr::Path(path) if path.path.is_ident("uuid") && name_of(scalar) == "Uuid" => DefaultValue::Uuid,
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => DefaultValue::Text(text.clone()),
        _ => DefaultValue::Expression(value.clone()),
    }
}

fn is_time(scalar: &Type) -> bool {
    matches!(name_of(scalar).as_str(), "DateTime" | "NaiveDate" | "NaiveTime")
}

/// What the options require of the type.
fn requirements(attrs: &FieldAttrs) -> Vec<Requirement> {
    let written = || FieldAttrs::RULES.iter().filter(|rule| (rule.key)(attrs).is_some());
    let required = |requirement: &Requirement| written().any(|rule| rule.requires.contains(requirement));
    Requirement::ALL.into_iter().filter(required).collect()
}

fn many(declared: &SourceField<'_>, target: &Type, errors: &mut Errors) -> Many {
    let attrs = &declared.attrs;
    let plain = names::plain(declared.ident);
    let link = match (&attrs.inverse, &attrs.through) {
        (Some(inverse), None) => Link::Inverse(inverse.value.0.clone()),
        (None, Some(through)) => Link::Through(through.value.0.clone()),
        (Some(_), Some(through)) => {
            errors.at(
                through.key,
                "`inverse` and `through` exclude each other; keep `inverse` when the target points here, \
                 `through` when a joining entity does",
            );
            Link::Broken
        }
        (None, None) => {
            errors.on(
                declared.ty,
                "a to-many relation needs `inverse = field` (the target's `One<…>` field that points here) or \
                 `through = Entity` (a joining entity)",
            );
            Link::Broken
        }
    };
    Many {
        ident: declared.ident.clone(),
        graphql: names::lower_camel(&text(&attrs.rename).unwrap_or_else(|| plain.clone())),
        name: plain,
        docs: declared.docs.clone(),
        target: target.clone(),
        link,
        skip: resolve(&attrs.skip, "skip", errors),
        deprecated: resolve(&attrs.deprecated, "deprecated", errors),
    }
}

/// Whether it is of a type that is no field type, as was reported.
fn is_other_type(shape: Shape<'_>) -> bool {
    matches!(shape, Shape::Scalar { scalar, .. } if likely_type(scalar).is_some())
}
