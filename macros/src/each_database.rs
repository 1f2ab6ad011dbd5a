//! `#[each_database(entities![User])]`: one test for each database.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, FnArg, Ident, ItemFn, Meta, MetaNameValue, Token, Type};

use crate::diag::{Errors, suggestion};
use crate::runtime;

/// The tests of the function, which stays as it is written inside one that takes the back end.
pub fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let function = parse_function(item.clone(), &mut errors);
    let arguments = parse_arguments(arguments, &mut errors);
    let argument = function.as_ref().and_then(|function| check_signature(function, &mut errors));
    if let Err(messages) = errors.finish() {
        // The item too, so that what it uses is not called unused.
        return quote!(#messages #[allow(dead_code)] #item);
    }
    match (function, arguments, argument) {
        (Some(function), Some(arguments), Some(argument)) => emit(function, &arguments, &argument),
        _ => item,
    }
}

/// The back ends: the test's name, and the variant of `Backend`.
const BACKENDS: [(&str, &str); 3] =
    [("sqlite", "Sqlite"), ("postgres", "Postgres"), ("row_security", "RowSecurity")];

/// The content of the parentheses.
struct Arguments {
    /// The entities whose tables the database has.
    entities: Expr,
    /// `row_security`: a third test, on a PostgreSQL database with row-level security.
    row_security: Option<Ident>,
    /// `only(…)`: the back ends, instead of all.
    only: Option<Vec<Ident>>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            let message = "`each_database` needs the entities whose tables the test uses: \
                           `each_database(entities![User, Post])`";
            return Err(syn::Error::new(Span::call_site(), message));
        }
        let mut arguments = Self { entities: input.parse()?, row_security: None, only: None };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if !input.is_empty() {
                arguments.option(input)?;
            }
        }
        Ok(arguments)
    }
}

impl Arguments {
    fn option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let name: Ident = input.parse()?;
        let wrong = |message: String| Err(syn::Error::new(name.span(), message));
        let option = name.to_string();
        match option.as_str() {
            "row_security" if self.row_security.is_none() => self.row_security = Some(name.clone()),
            "only" if self.only.is_none() => self.only = Some(backends(input, &name)?),
            "row_security" | "only" => return wrong(format!("`{name}` is given twice; remove one")),
            _ => {
                let known = suggestion(&option, ["row_security", "only"]);
                return wrong(format!("unknown option `{name}` of `each_database`{known}"));
            }
        }
        if self.row_security.is_some() && self.only.is_some() {
            return wrong(
                "`only` says which databases; write `row_security` into its parentheses".to_owned(),
            );
        }
        Ok(())
    }

    /// Whether there is a test on this back end.
    fn has(&self, backend: &str) -> bool {
        match &self.only {
            Some(only) => only.iter().any(|name| name == backend),
            None => backend != "row_security" || self.row_security.is_some(),
        }
    }
}

/// The names in `only(…)`.
fn backends(input: ParseStream<'_>, only: &Ident) -> syn::Result<Vec<Ident>> {
    let names = if input.peek(syn::token::Paren) {
        let list;
        syn::parenthesized!(list in input);
        Punctuated::<Ident, Token![,]>::parse_terminated(&list)?
    } else {
        Punctuated::new()
    };
    if names.is_empty() {
        return Err(syn::Error::new(only.span(), "`only` needs databases: `only(postgres)`"));
    }
    let known = BACKENDS.map(|(name, _)| name);
    match names.iter().find(|name| !known.iter().any(|known| name == known)) {
        Some(name) => {
            let known = suggestion(&name.to_string(), known);
            Err(syn::Error::new(name.span(), format!("unknown database `{name}`{known}")))
        }
        None => Ok(names.into_iter().collect()),
    }
}

fn parse_arguments(arguments: TokenStream, errors: &mut Errors) -> Option<Arguments> {
    syn::parse2(arguments).map_err(|error| errors.at(error.span(), error)).ok()
}

fn parse_function(item: TokenStream, errors: &mut Errors) -> Option<ItemFn> {
    let first = item.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    let function = syn::parse2(item);
    if function.is_err() {
        errors.at(first, "`each_database` belongs on a function: `async fn name(ctx: Ctx) { … }`");
    }
    function.ok()
}

/// The type of the one argument, when the function is one that can be a test.
fn check_signature(function: &ItemFn, errors: &mut Errors) -> Option<Type> {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        errors.on(signature.fn_token, "a test of `each_database` is asynchronous; write `async fn`");
    }
    if !signature.generics.params.is_empty() {
        errors.on(&signature.generics, "a test of `each_database` has no generic parameters; remove them");
    }
    let mut inputs = signature.inputs.iter();
    match (inputs.next(), inputs.next()) {
        (Some(FnArg::Typed(argument)), None) => return Some((*argument.ty).clone()),
        (Some(FnArg::Receiver(receiver)), _) => {
            errors.on(receiver, "`each_database` belongs on a function, not on a method; take `ctx: Ctx`");
        }
        (_, Some(second)) => {
            errors.on(second, "a test of `each_database` takes one argument, `Ctx` or `TestDb`; remove this");
        }
        (None, None) => {
            let message = "a test of `each_database` takes one argument, `ctx: Ctx` or `db: TestDb`";
            errors.at(signature.paren_token.span.join(), message);
        }
    }
    None
}

/// Whether an attribute belongs to the tests, and not to the function itself.
fn is_of_tests(attribute: &Attribute) -> bool {
    ["ignore", "should_panic"].iter().any(|name| attribute.path().is_ident(name))
}

/// The text of `#[should_panic(expected = "…")]`; empty when there is none.
fn expected(attribute: &Attribute) -> Expr {
    let text = match &attribute.meta {
        Meta::NameValue(pair) => Some(pair.value.clone()),
        Meta::List(list) => list.parse_args::<MetaNameValue>().ok().map(|pair| pair.value),
        Meta::Path(_) => None,
    };
    text.unwrap_or_else(|| syn::parse_quote!(""))
}

fn emit(mut function: ItemFn, arguments: &Arguments, argument: &Type) -> TokenStream {
    let krate = runtime::krate();
    let (test_attributes, other_attributes): (Vec<_>, Vec<_>) =
        function.attrs.drain(..).partition(is_of_tests);
    let (conditions, other_attributes): (Vec<_>, Vec<_>) =
        other_attributes.into_iter().partition(|attribute| attribute.path().is_ident("cfg"));
    function.attrs = other_attributes;
    let name = &function.sig.ident;
    let backend = Ident::new("backend", Span::mixed_site());
    let entities = &arguments.entities;
    let list = quote_spanned!(entities.span()=> &#entities);
    // On the argument's type, for the error when it is not one that a test may take.
    let run = quote_spanned!(argument.span()=> #krate::testing::Backend::run::<#argument, _, _>);
    let panics =
        test_attributes.iter().find(|attribute| attribute.path().is_ident("should_panic")).map(expected);
    let tests = BACKENDS.iter().filter(|(name, _)| arguments.has(name)).map(|(test, variant)| {
        let (test, variant) = (format_ident!("{test}"), format_ident!("{variant}"));
        let run = quote!(super::#name(#krate::testing::Backend::#variant));
        // A test that must panic returns nothing, and cannot be skipped but by the panic that is expected.
        let (output, run) = match &panics {
            None => (quote!(-> ::std::process::ExitCode), run),
            Some(expected) => {
                let there = quote!(#krate::testing::Backend::#variant.is_available());
                (TokenStream::new(), quote!(::core::assert!(#there, "{}", #expected); #run;))
            }
        };
        let test = quote! {
            #(#test_attributes)*
            #[::core::prelude::v1::test]
            fn #test() #output { #run }
        };
        let ignored = test_attributes.iter().any(|attribute| attribute.path().is_ident("ignore"));
        if variant == "Sqlite" || ignored { test } else { quote!(#krate::__postgres_test! { #test }) }
    });
    quote! {
        #(#conditions)*
        #[cfg_attr(not(test), allow(dead_code))]
        fn #name(#backend: #krate::testing::Backend) -> ::std::process::ExitCode {
            #function
            #run(#backend, #list, #name)
        }

        #(#conditions)*
        mod #name {
            #(#tests)*
        }
    }
}
