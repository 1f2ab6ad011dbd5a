//! The signature of an action: what it takes and answers.

use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, PathArguments, ReturnType, Type};

use crate::diag::Errors;

/// The types of an action.
#[derive(Debug, Default)]
pub struct Signature<'a> {
    pub row: Option<&'a Type>,
    pub input: Option<&'a Type>,
    /// None for `()`.
    pub output: Option<&'a Type>,
}

const FORM: &str =
    "`async fn pay(ctx: &Ctx, invoice: InvoiceModel, input: Payment) -> entify::Result<InvoiceModel>`";
const COLLECTION_FORM: &str =
    "`async fn open_month(ctx: &Ctx, input: Month) -> entify::Result<Vec<InvoiceModel>>`";

impl<'a> Signature<'a> {
    /// Reads it; what is wrong is reported.
    pub fn read(written: &'a syn::Signature, collection: bool, errors: &mut Errors) -> Self {
        let form = if collection { COLLECTION_FORM } else { FORM };
        if written.asyncness.is_none() {
            errors.on(written.fn_token, format!("an action is an `async` function: {form}"));
        }
        if let syn::Safety::Unsafe(word) = &written.safety {
            errors.on(word, "an action is a safe function; take `unsafe` away");
        }
        if let Some(abi) = &written.abi {
            errors.on(abi, "an action is a function of Rust; take `extern` away");
        }
        if !written.generics.params.is_empty() || written.generics.where_clause.is_some() {
            errors.on(
                &written.generics.params,
                "an action has no parameters of its own; it is called with one type each",
            );
        }
        let types: Vec<&Type> = written
            .inputs
            .iter()
            .filter_map(|argument| match argument {
                FnArg::Typed(argument) => Some(&*argument.ty),
                FnArg::Receiver(receiver) => {
                    errors.on(
                        receiver,
                        format!("an action has no `self`; it takes the row as its model: {form}"),
                    );
                    None
                }
            })
            .collect();
        let has_receiver = types.len() < written.inputs.len();
        let mut types = types.into_iter();
        match types.next() {
            Some(Type::Reference(context)) if context.mutability.is_none() => {}
            Some(other) if !has_receiver => {
                errors.on(other, format!("an action takes the context first: {form}"));
                return Self { output: output(written, form, errors), ..Self::default() };
            }
            None if !has_receiver => {
                errors.on(&written.ident, format!("an action takes the context first: {form}"));
            }
            Some(_) | None => {}
        }
        let row = if collection { None } else { types.next() };
        if !collection && row.is_none() && !has_receiver && !written.inputs.is_empty() {
            errors.on(
                &written.ident,
                format!(
                    "an action takes the row that it is about: {FORM}; one of the entity as a whole has \
                         `#[action(collection)]`"
                ),
            );
        }
        let input = types.next();
        for taken in [row, input].into_iter().flatten() {
            if let Type::Reference(_) = taken {
                errors.on(taken, "an action takes the row and its input by value; take the `&` away");
            }
        }
        if let Some(more) = types.next() {
            let what = match collection {
                true => "the context and one input",
                false => "the context, the row and one input",
            };
            errors.on(
                more,
                format!(
                    "an action takes {what}; put what it takes into one struct with `#[derive(EntityInput)]`"
                ),
            );
        }
        Self { row, input, output: output(written, form, errors) }
    }
}

/// `T` of `-> entify::Result<T>`.
fn output<'a>(written: &'a syn::Signature, form: &str, errors: &mut Errors) -> Option<&'a Type> {
    let ReturnType::Type(_, ty) = &written.output else {
        errors.on(&written.ident, format!("an action answers a `Result`: {form}"));
        return None;
    };
    let answered = match &**ty {
        Type::Path(path) => path.path.segments.last().filter(|last| last.ident == "Result"),
        _ => None,
    };
    let arguments = answered.map(|last| &last.arguments);
    let Some(PathArguments::AngleBracketed(arguments)) = arguments else {
        errors.at(
            ty.span(),
            format!("an action answers a `Result`, and not `{}`: {form}", ty.to_token_stream()),
        );
        return None;
    };
    let first = arguments.args.first().and_then(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    first.filter(|ty| !matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty()))
}
