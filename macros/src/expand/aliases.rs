//! Names for what the runtime provides for every entity: `UserService`, `UserApi`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::ir::Entity;

/// The type aliases.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { runtime, ident, visibility, .. } = entity;
    let aliases = [
        ("Filter", "Filter", "A condition on the rows of"),
        ("Order", "Order", "An order of the rows of"),
        ("Type", "EntityObject", "The GraphQL type of"),
        ("Query", "EntityQuery", "The GraphQL query fields of"),
        ("Mutation", "EntityMutation", "The GraphQL mutation fields of"),
        ("Api", "EntityApi", "The REST resource of"),
        ("AdminView", "EntityView", "The admin pages of"),
    ]
    .map(|(suffix, generic, what)| {
        let alias = format_ident!("{ident}{suffix}");
        let generic = format_ident!("{generic}");
        let docs = format!("{what} [`{ident}`].");
        quote! {
            #[doc = #docs]
            #[allow(dead_code, unreachable_pub)]
            #visibility type #alias = #runtime::#generic<#ident>;
        }
    });
    let service = format_ident!("{ident}Service");
    let docs = format!("The repository service of [`{ident}`].");
    quote! {
        #(#aliases)*

        #[doc = #docs]
        #[allow(dead_code, unreachable_pub)]
        #visibility type #service<'c> = #runtime::Service<'c, #ident>;
    }
}
