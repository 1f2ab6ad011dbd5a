//! The row, the create input and the patch: the structs, and what implements them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::expand::{EnginePart, docs_or, engine_parts, tokens};
use crate::ir::{Entity, Field};
use crate::standard_type::StandardType;

/// Where a type is written, for names of the derive's own: the type may come from a macro of the user's, which sees
/// other names.
fn type_span(ty: &Type) -> Span {
    ty.span().resolved_at(Span::call_site())
}

fn field_docs(field: &Field) -> String {
    docs_or(&field.docs, || format!("`{}`.", field.name))
}

/// A field of a generated struct.
struct Part<'a> {
    name: &'a Ident,
    /// Where its type is written: every use of a wrong type gives the same message at the same span, which rustc shows
    /// once.
    span: Span,
    column: usize,
    form: Form,
    /// Its type is a standard one: an error in it is reported elsewhere.
    standard: bool,
    kind: PartKind,
}

/// Which functions of `entify` write and read it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    /// Those of its type.
    Scalar,
    /// Those of its elements.
    List,
    /// Those of the key of a related row.
    Reference,
}

impl PartKind {
    fn of(field: &Field) -> Self {
        match StandardType::of(&field.scalar) {
            _ if field.relation.is_some() => Self::Reference,
            Some(StandardType::List) => Self::List,
            _ => Self::Scalar,
        }
    }
}

impl Part<'_> {
    /// The variable that holds its value.
    fn value(&self) -> Ident {
        format_ident!("_{}", self.column)
    }

    /// What stands for it in a run, as an expression or a pattern.
    fn place(&self, value: TokenStream) -> TokenStream {
        match self {
            Self { standard: false, .. } => quote!(()),
            Self { kind: PartKind::Reference, .. } => quote!(__entify::ForeignKey(#value)),
            Self { .. } => value,
        }
    }
}

/// The longest tuple that `entify` takes.
const LONGEST_RUN: usize = 16;

/// What a field of a generated struct holds, of a scalar `T`.
#[derive(Clone, Copy)]
enum Form {
    /// `T`
    Plain,
    /// `Option<T>`
    Optional,
    /// `Option<T>`, whose `None` takes the default.
    OrDefault,
    /// `Change<T>`
    Change,
    /// `Change<Option<T>>`
    OptionalChange,
}

impl Form {
    /// The functions of `Scalar` that write and read such a field.
    fn functions(self) -> [&'static str; 2] {
        match self {
            Self::Plain => ["put", "take"],
            Self::Optional => ["put_optional", "take_optional"],
            Self::OrDefault => ["put_or_default", "take_or_default"],
            Self::Change => ["put_change", "take_change"],
            Self::OptionalChange => ["put_optional_change", "take_optional_change"],
        }
    }
}

/// `Fields`, and the standard traits by it. They need no traits of the fields' types, so that an enum of the
/// application may derive them, or not.
fn expand_fields(entity: &Entity, name: &Ident, parts: &[Part<'_>]) -> TokenStream {
    let fields = expand_cells(&entity.ident, name, parts);
    let common = tokens(&format!(
        "#[automatically_derived]
        impl ::core::clone::Clone for {name} {{
            fn clone(&self) -> Self {{ __entify::clone_fields(self) }}
        }}
        #[automatically_derived]
        impl ::core::fmt::Debug for {name} {{
            fn fmt(&self, to: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {{
                __entify::debug_fields(self, \"{name}\", to)
            }}
        }}"
    ));
    quote!(#fields #common)
}

/// `Fields`, of a struct that belongs to this one.
fn expand_cells(ident: &Ident, name: &Ident, parts: &[Part<'_>]) -> TokenStream {
    let (puts, takes) = expand_parts(parts);
    let names = parts.iter().map(|part| part.name);
    let values = parts.iter().map(Part::value);
    quote! {
        #[automatically_derived]
        impl __entify::Fields for #name {
            type Of = #ident;

            fn put(&self, to: &mut __entify::CellWriter) {
                #puts
            }

            fn take(from: &mut __entify::CellReader) -> Self {
                #takes
                Self { #(#names: #values),* }
            }
        }
    }
}

/// The statements that write the fields and read them: a call for those of standard types, and one for each of the
/// others, which may be wrong.
fn expand_parts(parts: &[Part<'_>]) -> (TokenStream, TokenStream) {
    let runs = parts.chunk_by(|left, right| left.column + 1 == right.column);
    let runs = runs.flat_map(|run| run.chunks(LONGEST_RUN)).map(expand_run);
    let single = |part: &&Part<'_>| !part.standard;
    runs.chain(parts.iter().filter(single).map(expand_single)).unzip()
}

fn expand_single(part: &Part<'_>) -> (TokenStream, TokenStream) {
    let Part { name, span, column, form, kind, .. } = part;
    let value = part.value();
    let (of, suffix) = if *kind == PartKind::List { ("Element", "_list") } else { ("Scalar", "") };
    let of = Ident::new(of, *span);
    let [put, take] = form.functions().map(|function| Ident::new(&format!("{function}{suffix}"), *span));
    let column = Literal::usize_unsuffixed(*column);
    (
        quote_spanned!(*span=> __entify::#of::#put(&self.#name, to, #column);),
        quote_spanned!(*span=> let #value = __entify::#of::#take(from, #column);),
    )
}

/// One call for fields whose columns follow each other, from the first to the last of a standard type; `()` keeps the
/// positions of those between.
fn expand_run(run: &[Part<'_>]) -> (TokenStream, TokenStream) {
    let Some(first) = run.iter().position(|part| part.standard) else { return Default::default() };
    let last = run.iter().rposition(|part| part.standard).unwrap_or(first);
    let run = &run[first..=last];
    let first = Literal::usize_unsuffixed(run[0].column);
    let fields = run.iter().map(|part| {
        let name = part.name;
        let field = match part.form {
            Form::OrDefault => quote_spanned!(part.span=> __entify::OrDefault(&self.#name)),
            Form::Plain | Form::Optional | Form::Change | Form::OptionalChange => {
                quote_spanned!(part.span=> &self.#name)
            }
        };
        part.place(field)
    });
    let values = run.iter().map(|part| part.place(part.value().into_token_stream()));
    match run {
        [_] => (
            quote!(#(__entify::put(to, #first, #fields);)*),
            quote!(#(let #values = __entify::take(from, #first);)*),
        ),
        _ => (
            quote!(__entify::put(to, #first, (#(#fields),*));),
            quote!(let (#(#values),*) = __entify::take(from, #first);),
        ),
    }
}

/// Whether errors in a field's type are reported elsewhere: in a relation's, by its target.
fn is_standard(field: &Field) -> bool {
    field.relation.is_some() || StandardType::is_field(&field.scalar)
}

/// What implements the fields of values, which are the struct itself; of a wrong struct, without making one.
pub fn expand_values(values: &Entity, is_whole: bool) -> TokenStream {
    let ident = &values.ident;
    if !is_whole {
        return quote! {
            #[automatically_derived]
            impl __entify::Fields for #ident {
                type Of = #ident;

                fn put(&self, _: &mut __entify::CellWriter) {}

                fn take(_: &mut __entify::CellReader) -> Self {
                    loop {}
                }
            }
        };
    }
    let parts = values.fields.iter().enumerate().map(|(position, field)| Part {
        name: &field.declared,
        span: type_span(&field.scalar),
        column: position + 1,
        form: if field.nullable { Form::Optional } else { Form::Plain },
        standard: is_standard(field),
        kind: PartKind::of(field),
    });
    expand_cells(ident, ident, &parts.collect::<Vec<_>>())
}

/// `UserModel`.
pub fn expand_model(entity: &Entity) -> (TokenStream, TokenStream) {
    let Entity { ident, visibility, runtime, fields, .. } = entity;
    let model = entity.generated("Model");
    let docs = format!("A stored [`{ident}`].");
    let idents = fields.iter().map(|field| &field.ident);
    let types = fields.iter().map(|field| &field.ty);
    let docs_of_fields = fields.iter().map(field_docs);
    let engine: Vec<_> = engine_parts(entity).collect();
    let names: Vec<_> = engine.iter().map(|part| Ident::new(part.name, Span::call_site())).collect();
    let form = |nullable| if nullable { Form::Optional } else { Form::Plain };
    let mut parts: Vec<_> = engine
        .iter()
        .zip(&names)
        .map(|(EnginePart { nullable, column, .. }, name)| Part {
            name,
            span: Span::call_site(),
            column: *column,
            form: form(*nullable),
            standard: true,
            kind: PartKind::Scalar,
        })
        .collect();
    parts.extend(fields.iter().enumerate().map(|(position, field)| Part {
        name: &field.ident,
        span: type_span(&field.scalar),
        column: position + 1,
        form: form(field.nullable),
        standard: is_standard(field),
        kind: PartKind::of(field),
    }));
    parts.sort_by_key(|part| part.column);
    let path = runtime.to_string();
    let engine_fields = engine.iter().map(|EnginePart { name, docs, ty, .. }| {
        let ty = ty.replace("__entify", &path);
        format!("#[doc = \"{docs}\"] pub {name}: {ty},")
    });
    let mut engine_fields = engine_fields.collect::<Vec<_>>();
    let key = tokens(&engine_fields.remove(0));
    let engine_fields = tokens(&engine_fields.concat());
    let implementations = expand_fields(entity, &model, &parts);
    let written = entity.written_as(&model.to_string());
    let declaration = quote! {
        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #visibility struct #written {
            #key
            #(#[doc = #docs_of_fields] pub #idents: #types,)*
            #engine_fields
        }
    };
    let equal = tokens(&format!(
        "#[automatically_derived]
        impl ::core::cmp::PartialEq for {model} {{
            fn eq(&self, other: &Self) -> bool {{ __entify::fields_eq(self, other) }}
        }}"
    ));
    let implementations = quote!(#implementations #equal);
    (declaration, implementations)
}

/// `UserInput`.
pub fn expand_input(entity: &Entity) -> (TokenStream, TokenStream) {
    let Entity { ident, visibility, .. } = entity;
    let input = entity.generated("Input");
    let docs = format!("The values of a new [`{ident}`].");
    let mut parts = Vec::new();
    let mut declared = TokenStream::new();
    let mut parameters = TokenStream::new();
    let mut values = TokenStream::new();
    for (position, field) in entity.fields.iter().enumerate().filter(|(_, field)| field.in_input()) {
        let Field { ident: name, ty, scalar, .. } = field;
        let docs = field_docs(field);
        let span = type_span(scalar);
        let form = match (field.has_default(), field.nullable) {
            (true, _) => Form::OrDefault,
            (false, true) => Form::Optional,
            (false, false) => Form::Plain,
        };
        let (standard, kind) = (is_standard(field), PartKind::of(field));
        parts.push(Part { name, span, column: position + 1, form, standard, kind });
        if field.has_default() {
            let docs = format!("{docs}\n\n`None` takes the default.");
            let optional = quote_spanned!(span=> ::core::option::Option<#scalar>);
            declared.extend(quote!(#[doc = #docs] pub #name: #optional,));
        } else {
            declared.extend(quote!(#[doc = #docs] pub #name: #ty,));
        }
        if field.required() {
            parameters.extend(quote!(#name: impl ::core::convert::Into<#ty>,));
            values.extend(quote!(#name: ::core::convert::Into::into(#name),));
        }
    }
    if !entity.fields.iter().filter(|field| field.in_input()).all(Field::required) {
        values.extend(quote!(..__entify::unset_fields()));
    }
    let implementations = expand_fields(entity, &input, &parts);
    let [written, implement] = [&input.to_string(), "impl"].map(|word| entity.written_as(word));
    let declaration = quote! {
        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #visibility struct #written { #declared }
    };
    let implementations = quote! {
        #implementations

        #[allow(dead_code, unreachable_pub, clippy::too_many_arguments)]
        #implement #input {
            /// An input with every required field; the others are absent.
            #[must_use]
            pub fn new(#parameters) -> Self {
                Self { #values }
            }
        }
    };
    (declaration, implementations)
}

/// `UserPatch`.
pub fn expand_patch(entity: &Entity) -> (TokenStream, TokenStream) {
    let Entity { ident, visibility, runtime, .. } = entity;
    let patch = entity.generated("Patch");
    let docs = format!("A partial update of a [`{ident}`].");
    let mut parts = Vec::new();
    let mut declared = TokenStream::new();
    for (position, field) in entity.fields.iter().enumerate().filter(|(_, field)| field.in_patch()) {
        let Field { ident: name, ty, scalar, .. } = field;
        let docs = field_docs(field);
        let form = if field.nullable { Form::OptionalChange } else { Form::Change };
        let (span, standard, kind) = (type_span(scalar), is_standard(field), PartKind::of(field));
        parts.push(Part { name, span, column: position + 1, form, standard, kind });
        declared.extend(quote!(#[doc = #docs] pub #name: #runtime::Change<#ty>,));
    }
    let implementations = expand_fields(entity, &patch, &parts);
    let written = entity.written_as(&patch.to_string());
    let declaration = quote! {
        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #visibility struct #written { #declared }
    };
    let default = tokens(&format!(
        "#[automatically_derived]
        impl ::core::default::Default for {patch} {{
            fn default() -> Self {{ __entify::unset_fields() }}
        }}"
    ));
    let implementations = quote!(#implementations #default);
    (declaration, implementations)
}
