//! Fields: stored ones, to-one relations, to-many relations.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, GenericArgument, Lit, PathArguments, Type, parse_quote_spanned};

use crate::attr::{self, FieldAttrs, Keyed, Number, Search, Text};
use crate::diag::{Errors, respan};
use crate::ir::{Computed, DefaultValue, Field, Format, Link, Many, Need, OnDelete, Relation, SkipField};
use crate::names;

/// A field as written.
#[derive(Debug)]
pub struct Declared<'a> {
    pub ident: &'a Ident,
    pub attrs: FieldAttrs,
    pub docs: String,
    pub ty: &'a Type,
    pub shape: Shape<'a>,
}

/// What can be told from how a type is written; the emitted obligations verify it.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'a> {
    /// Anything else.
    Scalar { scalar: &'a Type, nullable: bool },
    /// `One<E>` or `Option<One<E>>`.
    One { target: &'a Type, nullable: bool },
    /// `Many<E>`.
    Many { target: &'a Type },
}

impl<'a> Shape<'a> {
    fn of(ty: &'a Type) -> Self {
        if let Some(target) = argument(ty, "Many") {
            return Self::Many { target };
        }
        let (inner, nullable) = match argument(ty, "Option") {
            Some(inner) => (inner, true),
            None => (ty, false),
        };
        match argument(inner, "One") {
            Some(target) => Self::One { target, nullable },
            None => Self::Scalar { scalar: inner, nullable },
        }
    }
}

impl Shape<'_> {
    /// Why the wrappers around the type mean nothing, if they do.
    pub fn misuse(self) -> Option<&'static str> {
        let Self::Scalar { scalar, nullable } = self else {
            return None;
        };
        if argument(scalar, "Many").is_some() {
            return Some("a to-many relation is never absent, only empty; write `Many<…>` without `Option`");
        }
        if nullable && argument(scalar, "Option").is_some() {
            return Some("a column has one kind of NULL; write `Option` once");
        }
        let element = argument(scalar, "Vec")?;
        ["One", "Many"]
            .iter()
            .any(|name| argument(element, name).is_some())
            .then_some("a list cannot hold relations; write `Many<…>` with `inverse` or `through`")
    }
}

/// `T` of `Name<T>`.
fn argument<'a>(mut ty: &'a Type, name: &str) -> Option<&'a Type> {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != name {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

impl<'a> Declared<'a> {
    /// Reads one field's options.
    pub fn parse(field: &'a syn::Field, errors: &mut Errors) -> Option<Self> {
        Some(Self {
            ident: field.ident.as_ref()?,
            attrs: attr::read(&field.attrs, errors),
            docs: super::docs(&field.attrs),
            ty: &field.ty,
            shape: Shape::of(&field.ty),
        })
    }
}

/// What a declared field becomes.
pub enum Lowered {
    Stored(Box<Field>),
    Many(Box<Many>),
}

/// Decides one field.
pub fn lower(runtime: &TokenStream, declared: &Declared<'_>, errors: &mut Errors) -> Lowered {
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
                on_delete: on_delete(declared, errors),
            });
            Lowered::Stored(Box::new(field))
        }
        Shape::Scalar { scalar, nullable } => {
            Lowered::Stored(Box::new(stored(declared, scalar.clone(), declared.ty.clone(), nullable, errors)))
        }
    }
}

/// `Id<Target>`, or an `Option` of it, at the place of the declared type.
fn spanned_key(runtime: &TokenStream, place: &Type, target: &Type, nullable: bool) -> Type {
    let span = place.span();
    // The target keeps its own place: it may not exist.
    let id = respan(&quote!(#runtime::Id), span);
    let key = quote_spanned!(span=> #id<#target>);
    if nullable {
        parse_quote_spanned!(span=> ::core::option::Option<#key>)
    } else {
        parse_quote_spanned!(span=> #key)
    }
}

fn stored(declared: &Declared<'_>, scalar: Type, ty: Type, nullable: bool, errors: &mut Errors) -> Field {
    let attrs = &declared.attrs;
    let plain = names::plain(declared.ident);
    let (ident, name) = match declared.shape {
        Shape::One { .. } => {
            (format_ident!("{plain}_id", span = declared.ident.span()), format!("{plain}_id"))
        }
        _ => (declared.ident.clone(), plain),
    };
    let wire = text(&attrs.rename).unwrap_or_else(|| name.clone());
    Field {
        declared: declared.ident.clone(),
        graphql: names::lower_camel(&wire),
        wire,
        column: text(&attrs.column).unwrap_or_else(|| name.clone()),
        was: text(&attrs.was),
        ident,
        name,
        docs: declared.docs.clone(),
        ty,
        scalar,
        nullable,
        relation: None,
        default: attrs.default.as_ref().map(|default| default_value(&default.value.0)),
        unique: attrs.unique.is_some(),
        index: attrs.index.is_some(),
        filter: attrs.filter.is_some(),
        sort: attrs.sort.is_some(),
        search: attrs.search.is_some(),
        fulltext: attrs.search.as_ref().is_some_and(|search| search.value == Search::Fulltext),
        computed: computed(attrs, errors),
        min_len: count("min_len", &attrs.min_len, errors),
        max_len: count("max_len", &attrs.max_len, errors),
        min: attrs.min.as_ref().map(|min| min.value.clone()),
        max: attrs.max.as_ref().map(|max| max.value.clone()),
        pattern: attrs.pattern.as_ref().map(|pattern| pattern.value.0.clone()),
        format: format(attrs, errors),
        multiline: attrs.multiline.is_some(),
        read_only: attrs.read_only.is_some(),
        write_only: attrs.write_only.is_some(),
        immutable: attrs.immutable.is_some(),
        precision: count("precision", &attrs.precision, errors),
        scale: count("scale", &attrs.scale, errors),
        skip: skip(attrs, errors),
        read: None,
        write: None,
        needs: needs(attrs),
        misused: declared.shape.misuse().is_some(),
    }
}

fn text(option: &Option<Keyed<Text>>) -> Option<String> {
    option.as_ref().map(|text| text.value.0.value())
}

/// The SQL of `computed(sql = "…")`, cut at its `{field}`s.
fn computed(attrs: &FieldAttrs, errors: &mut Errors) -> Option<Computed> {
    let computed = attrs.computed.as_ref()?;
    let Some(sql) = &computed.value.0.sql else {
        errors.at(computed.key, "`computed` needs an expression: `computed(sql = \"{price} * {amount}\")`");
        return None;
    };
    let sql = sql.value.0.clone();
    match cut(&sql.value()) {
        Ok(parts) => Some(Computed { sql, parts }),
        Err(message) => {
            errors.on(&sql, message);
            None
        }
    }
}

/// SQL in turns with the names between braces; `{{` and `}}` are braces.
fn cut(sql: &str) -> Result<Vec<String>, &'static str> {
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
        return Err("`computed` needs an expression: `computed(sql = \"{price} * {amount}\")`");
    }
    Ok(parts)
}

/// A whole number from 0 up.
fn count(name: &str, option: &Option<Keyed<Number>>, errors: &mut Errors) -> Option<u32> {
    let number = &option.as_ref()?.value;
    let count = number.whole.and_then(|whole| u32::try_from(whole).ok());
    if count.is_none() {
        errors.at(number.span, format!("`{name}` takes a whole number from 0 to {}", u32::MAX));
    }
    count
}

fn default_value(written: &Expr) -> DefaultValue {
    let mut value = written;
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    if let Some(number) = Number::of(value) {
        return DefaultValue::Number(number);
    }
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => DefaultValue::Text(text.clone()),
        _ => DefaultValue::Value(value.clone()),
    }
}

fn format(attrs: &FieldAttrs, errors: &mut Errors) -> Option<Format> {
    let choices = [("email", Format::Email), ("url", Format::Url), ("slug", Format::Slug)];
    super::choose(&attrs.format.as_ref()?.value.0, "format", &choices, errors)
}

fn on_delete(declared: &Declared<'_>, errors: &mut Errors) -> OnDelete {
    let Some(option) = &declared.attrs.on_delete else {
        return OnDelete::Restrict;
    };
    let choices =
        [("restrict", OnDelete::Restrict), ("cascade", OnDelete::Cascade), ("set_null", OnDelete::SetNull)];
    super::choose(&option.value.0, "on_delete", &choices, errors).unwrap_or(OnDelete::Restrict)
}

fn skip(attrs: &FieldAttrs, errors: &mut Errors) -> SkipField {
    let mut skip = SkipField::default();
    let Some(words) = &attrs.skip else { return skip };
    for word in &words.value.0 {
        let place: Option<fn(&mut SkipField) -> &mut bool> = super::choose(
            word,
            "skip",
            &[
                ("graphql", (|skip| &mut skip.graphql) as fn(&mut SkipField) -> &mut bool),
                ("rest", |skip| &mut skip.rest),
                ("admin", |skip| &mut skip.admin),
                ("create", |skip| &mut skip.create),
                ("update", |skip| &mut skip.update),
                ("filter", |skip| &mut skip.filter),
            ],
            errors,
        );
        if let Some(place) = place {
            *place(&mut skip) = true;
        }
    }
    skip
}

/// What the options ask of the type.
fn needs(attrs: &FieldAttrs) -> Vec<Need> {
    let text = attrs.pattern.is_some() || attrs.format.is_some();
    let needs = [
        (Need::Text, text || attrs.multiline.is_some() || attrs.search.is_some()),
        (Need::Length, attrs.min_len.is_some() || attrs.max_len.is_some()),
        (Need::Numeric, attrs.min.is_some() || attrs.max.is_some()),
        (Need::Decimal, attrs.precision.is_some() || attrs.scale.is_some()),
        (Need::Sortable, attrs.sort.is_some() || attrs.index.is_some() || attrs.unique.is_some()),
    ];
    needs.into_iter().filter(|(_, asked)| *asked).map(|(need, _)| need).collect()
}

fn many(declared: &Declared<'_>, target: &Type, errors: &mut Errors) -> Many {
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
        skip: skip(attrs, errors),
    }
}
