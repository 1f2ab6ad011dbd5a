//! The struct as written: its options, its fields and how their types are spelt, undecided.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, Fields, GenericArgument, Lit, Meta, PathArguments, Type,
};

use crate::attr::{self, EntityAttrs, FieldAttrs};
use crate::diag::Errors;

/// A struct as written.
#[derive(Debug)]
pub struct Source<'a> {
    pub input: &'a DeriveInput,
    pub attrs: EntityAttrs,
    /// Whether every attribute of the struct could be split into options.
    pub complete: bool,
    pub fields: Vec<SourceField<'a>>,
}

/// Reads the options; `None` when the item is not a struct with named fields and no parameters.
pub fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<Source<'a>> {
    let Data::Struct(data) = &input.data else {
        errors.on(&input.ident, "`Entity` is for structs; for an enum derive `EntityEnum`");
        return None;
    };
    let (attrs, complete) = attr::read_all(&input.attrs, errors);
    let Fields::Named(fields) = &data.fields else {
        errors.on(&input.ident, "an entity is a struct with named fields: `struct User { email: String }`");
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.on(&input.generics, "an entity cannot be generic; declare one struct for each table");
        return None;
    }
    let fields = fields.named.iter().filter_map(|field| SourceField::parse(field, errors)).collect();
    Some(Source { input, attrs, complete, fields })
}

/// A field as written.
#[derive(Debug)]
pub struct SourceField<'a> {
    pub ident: &'a Ident,
    pub attrs: FieldAttrs,
    pub docs: String,
    pub ty: &'a Type,
    pub shape: Shape<'a>,
}

/// The kind of a field by how its type is written; the emitted obligations verify it.
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
    pub fn nesting_error(self) -> Option<&'static str> {
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
pub fn argument<'a>(mut ty: &'a Type, name: &str) -> Option<&'a Type> {
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

impl<'a> SourceField<'a> {
    /// Reads one field's options.
    pub fn parse(field: &'a syn::Field, errors: &mut Errors) -> Option<Self> {
        Some(Self {
            ident: field.ident.as_ref()?,
            attrs: attr::read(&field.attrs, errors),
            docs: docs(&field.attrs),
            ty: &field.ty,
            shape: Shape::of(&field.ty),
        })
    }
}

impl SourceField<'_> {
    /// The names in its type that are looked up where the struct is: `Status` of `Option<Status>`, not of
    /// `other::Status`.
    pub fn named(&self) -> Vec<Ident> {
        let mut named = Vec::new();
        collect_names(self.ty.to_token_stream(), &mut named);
        named
    }
}

fn collect_names(tokens: TokenStream, named: &mut Vec<Ident>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let is_colon =
        |tree: Option<&TokenTree>| matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    for (position, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(ident) => {
                let before = position.checked_sub(1).and_then(|before| trees.get(before));
                if !is_colon(before) && !is_colon(trees.get(position + 1)) {
                    named.push(ident.clone());
                }
            }
            TokenTree::Group(group) => collect_names(group.stream(), named),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The doc comment: lines joined by `\n`, without the space that follows `///`.
pub fn docs(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    lines.join("\n").trim().to_owned()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else {
        return None;
    };
    if !attribute.path().is_ident("doc") {
        return None;
    }
    let text = text.value();
    let lines = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    Some(lines.collect::<Vec<_>>().join("\n"))
}
