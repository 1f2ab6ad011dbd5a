//! Names for what the runtime provides for every entity: `UserService`, `UserApi`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::visible_items;
use crate::ir::Entity;

/// Suffix, the runtime's generic type, and what it is.
const ALIASES: [[&str; 3]; 9] = [
    ["Filter", "Filter<", "A condition on the rows of"],
    ["Order", "Order<", "An order of the rows of"],
    ["Type", "EntityObject<", "The GraphQL type of"],
    ["Connection", "Connection<", "A list that a GraphQL resolver answers, of the rows of"],
    ["Query", "EntityQuery<", "The GraphQL query fields of"],
    ["Mutation", "EntityMutation<", "The GraphQL mutation fields of"],
    ["Api", "EntityApi<", "The REST resource of"],
    ["AdminView", "EntityView<", "The admin pages of"],
    ["Service<'c>", "Service<'c, ", "The repository service of"],
];

/// The type aliases, but those whose names the types of fields have: an enum `ProductType` beside `Product`.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { runtime: path, ident, visibility, .. } = entity;
    let [runtime, ident, name] = [path.to_string(), ident.to_string(), crate::names::plain(ident)];
    let is_free = |suffix: &str| {
        let suffix = suffix.split('<').next().unwrap_or_default();
        !entity.named.contains(&format!("{name}{suffix}"))
    };
    let aliases = ALIASES.iter().filter(|[suffix, ..]| is_free(suffix)).map(|[suffix, generic, what]| {
        [
            format!("#[doc = \"{what} [`{ident}`].\"] #[allow(dead_code, unreachable_pub)]"),
            format!("type {name}{suffix} = {runtime}::{generic}{ident}>;"),
        ]
    });
    let aliases = visible_items(visibility, &aliases.collect::<Vec<_>>());
    if !is_free("Client") {
        return aliases;
    }
    // Only where the runtime has clients.
    let client = [
        format!(
            "#[doc = \"The client of the rows of [`{ident}`] in another application.\"] #[allow(dead_code, unreachable_pub)]"
        ),
        format!("type {name}Client = {runtime}::EntityClient<{ident}>;"),
    ];
    let client = visible_items(visibility, &[client]);
    quote!(#aliases #path::client_alias! { #client })
}
