//! `#[entify::actions]`: an entity's verbs. Parse, check, emit.
//!
//! The functions stay as they are written. Beside them stands one declaration of all: their plain data as one text, and each
//! function by a pointer. The derive finds it as an associated item of the entity.

mod signature;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, ItemImpl, Path, Type};

use crate::attr::{self, ActionAttrs, Deprecated, Keyed, Policy};
use crate::diag::{Errors, as_written_at, respan};
use crate::expand::declaration_json;
use crate::ir::{Owner, Rule};
use crate::json::{Member as _, Object, list};
use crate::{lower, names, runtime, source};

use signature::Signature;

/// Names that are taken, and by what.
const RESERVED: [(&str, &str); 12] = [
    ("create", "every entity is created by"),
    ("update", "every entity is updated by"),
    ("delete", "every entity is deleted by"),
    ("upsert", "entities are written by"),
    ("restore", "deleted rows come back by"),
    ("purge", "deleted rows are removed by"),
    ("batch", "REST has an address"),
    ("aggregate", "REST has an address"),
    ("export", "REST has an address"),
    ("import", "REST has an address"),
    ("changes", "REST has an address"),
    ("history", "REST has an address"),
];

/// One action.
struct Action<'a> {
    ident: &'a Ident,
    docs: String,
    rule: Rule,
    confirm: bool,
    collection: bool,
    read: bool,
    /// `since` and `note`.
    deprecated: Option<Deprecated>,
    signature: Signature<'a>,
}

/// The attribute's output.
pub fn expand(arguments: &TokenStream, mut item: ItemImpl) -> TokenStream {
    let mut errors = Errors::default();
    check_block(arguments, &item, &mut errors);
    let emitted = {
        let actions: Vec<Action<'_>> = read(&item, &mut errors);
        expand_actions(&item.self_ty, &actions)
    };
    for function in &mut item.items {
        if let ImplItem::Fn(function) = function {
            function.attrs.retain(|attribute| !is_action(attribute));
        }
    }
    match errors.finish() {
        Ok(()) => quote!(#item #emitted),
        Err(messages) => quote!(#messages #item),
    }
}

fn is_action(attribute: &Attribute) -> bool {
    attribute.path().is_ident("action")
}

/// What is not the `impl` of an entity.
fn check_block(arguments: &TokenStream, item: &ItemImpl, errors: &mut Errors) {
    if !arguments.is_empty() {
        errors.on(arguments, "`actions` takes no options; write them on a function: `#[action(policy = …)]`");
    }
    if let Some((path, _)) = &item.trait_ {
        errors.on(path, "actions are functions of the entity itself: `impl Invoice { … }`");
    }
    if !item.generics.params.is_empty() {
        errors.on(&item.generics, "an entity is not generic, and so are its actions");
    }
    let actions = item.items.iter().filter(|item| match item {
        ImplItem::Fn(function) => function.attrs.iter().any(is_action),
        _ => false,
    });
    if actions.count() == 0 {
        errors.on(
            &item.self_ty,
            "there is no action here; write `#[action(policy = …)]` on the functions that are actions",
        );
    }
}

/// Reads the actions; other functions are the application's own.
fn read<'a>(item: &'a ItemImpl, errors: &mut Errors) -> Vec<Action<'a>> {
    let functions = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) if function.attrs.iter().any(is_action) => Some(function),
        _ => None,
    });
    functions
        .map(|function| {
            let (attrs, complete) = attr::read_named::<ActionAttrs>(&function.attrs, "action", errors);
            let ActionAttrs { policy, confirm, collection, read, deprecated } = attrs;
            let ident = &function.sig.ident;
            check_name(ident, errors);
            if let (Some(confirm), Some(_)) = (&confirm, &read) {
                errors.at(confirm.key, "`confirm` cannot be combined with `read`; nothing is changed by it");
            }
            let collection = collection.is_some();
            Action {
                docs: source::docs(&function.attrs),
                rule: lower_policy(ident, policy.as_ref(), complete, collection, errors),
                confirm: confirm.is_some(),
                read: read.is_some(),
                deprecated: attr::resolve(&deprecated, "deprecated", errors),
                signature: Signature::read(&function.sig, collection, errors),
                collection,
                ident,
            }
        })
        .collect()
}

fn check_name(ident: &Ident, errors: &mut Errors) {
    let name = names::plain(ident);
    if let Some((_, what)) = RESERVED.iter().find(|(reserved, _)| *reserved == name) {
        errors.on(ident, format!("{what} `{name}`; give the action another name"));
    } else if !name.is_ascii() || name.starts_with('_') {
        errors.on(
            ident,
            format!("`{name}` is no name of an action: it is one in GraphQL and in an address, where names are letters from \
                     `a` to `z`, digits and `_`, beginning with a letter"),
        );
    }
}

/// The rule, which an action must have.
fn lower_policy(
    ident: &Ident,
    policy: Option<&Keyed<Policy>>,
    complete: bool,
    collection: bool,
    errors: &mut Errors,
) -> Rule {
    let rule = match policy.map(|policy| (&policy.value, policy.key)) {
        Some((Policy::All(expression), _)) => lower::lower_action_rule(expression, errors),
        Some((Policy::Each(_) | Policy::Unreadable(_), span)) => {
            errors.at(span, "`policy` on an action takes one rule: `policy = role(\"staff\")`");
            Rule::Nobody
        }
        None => {
            // It may be written where the attribute could not be read, which was reported.
            if complete {
                errors.on(
                    ident,
                    "an action needs a `policy`, since nobody may do what no rule allows; write \
                     `#[action(policy = role(\"staff\"))]`, or `policy = public` to open it to everyone",
                );
            }
            Rule::Nobody
        }
    };
    if let Some(owner) = rule.owners().first().filter(|_| collection) {
        errors.on(
            owner.written.first(),
            "`owner` is about a row, and an action with `collection` has none; take `authenticated` or `role(\"x\")`",
        );
    }
    rule
}

/// The declaration of all actions.
fn expand_actions(entity: &Type, actions: &[Action<'_>]) -> TokenStream {
    let runtime = runtime::path();
    let mut policies: Vec<&Path> = Vec::new();
    for policy in actions.iter().flat_map(|action| action.rule.policies()) {
        if !policies.contains(&policy) {
            policies.push(policy);
        }
    }
    let json = Literal::string(&list(actions, |action| expand_json(action, &policies)));
    let code = actions.iter().map(expand_code);
    let policies = policies.iter().map(|policy| {
        let of = respan(&quote!(__entify::policy_of), syn::spanned::Spanned::span(policy));
        quote!(#of::<#entity, #policy>())
    });
    let checks =
        actions.iter().flat_map(|action| action.rule.owners()).map(|owner| expand_check(owner, entity));
    quote! {
        const _: () = {
            use #runtime as __entify;
            impl #entity {
                #[doc(hidden)]
                #[allow(unreachable_pub)]
                pub const __ENTIFY_ACTIONS_ARE_IN_ONE_BLOCK: &'static __entify::Actions = &__entify::Actions {
                    json: #json,
                    policies: &[#(#policies),*],
                    code: &[#(#code),*],
                };
            }
            #(#checks)*
        };
    }
}

/// The function by a pointer, with its types as they are written.
fn expand_code(action: &Action<'_>) -> TokenStream {
    let ident = action.ident;
    let Signature { row, input, output } = &action.signature;
    let or_nothing = |ty: &Option<&Type>| ty.map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let [row_ty, input_ty, output_ty] = [row, input, output].map(or_nothing);
    let row = row.map(|_| quote!(row,));
    let input = input.map(|_| quote!(input));
    let [row_name, input_name] = [(&row, "row"), (&input, "input")].map(|(taken, name)| {
        let name = if taken.is_some() { name } else { "_" };
        if name == "_" {
            quote!(_)
        } else {
            Ident::new(name, proc_macro2::Span::call_site()).to_token_stream()
        }
    });
    // What is wrong with its future is told where the function is.
    let running = respan(&quote!(::std::boxed::Box::pin(Self::#ident(ctx, #row #input))), ident.span());
    quote! {
        &__entify::action::<Self, #row_ty, #input_ty, #output_ty>(|ctx, #row_name, #input_name| #running)
    }
}

/// The names of `owner(…)`, which rustc follows.
fn expand_check(owner: &Owner, entity: &Type) -> TokenStream {
    let names: Vec<String> = owner.written.iter().map(names::plain).collect();
    let checks = owner.written.iter().enumerate().map(|(position, name)| {
        let check = quote!(__entify::check_owner::<#entity>(&[#(#names),*], #position));
        let check = as_written_at(&check, name.span());
        quote!(const _: () = { static CHECK: () = #check; CHECK };)
    });
    checks.collect()
}

/// The plain data of one.
fn expand_json(action: &Action<'_>, policies: &[&Path]) -> String {
    let name = names::plain(action.ident);
    let mut object = Object::default();
    object.text("name", &name);
    object.text("path", &names::kebab(&name));
    object.text("graphql", &names::lower_camel(&name));
    object.some_text("docs", (!action.docs.is_empty()).then_some(action.docs.as_str()));
    object.value("policy", &declaration_json::expand_rule(policies, &action.rule));
    object.flag("confirm", action.confirm);
    object.flag("collection", action.collection);
    object.flag("read", action.read);
    action.deprecated.write("deprecated", &mut object);
    object.end()
}
