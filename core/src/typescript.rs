//! A client in TypeScript, written from an OpenAPI document: `client typescript --out DIR`.
//!
//! `models` writes the types of what is sent and answered, `params` those of queries, `methods` what calls the operations; `runtime.ts` is
//! the part that every client has, as it is. The document is read by `document` as OpenAPI says it, in 3.0 and in 3.1, so that APIs of
//! the application's own are in the client too. What is written depends on nothing but the document, and needs no package.

mod document;
mod methods;
mod models;
mod params;
mod text;
mod types;

use document::Document;
use models::Models;
use text::pascal_case;

use crate::entity::{Registry, Surface};
use crate::rest::PREFIX;

/// What every client has.
const RUNTIME: &str = include_str!("typescript/runtime.ts");

const HEAD: &str = "// Written by the application's command `client typescript` from its entities: change those, not this.\n";

/// The paths of one entity.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    /// `/api/invoice-lines`
    pub(crate) path: String,
    /// `invoice_line`, as ids of operations have it.
    pub(crate) singular: &'static str,
    /// `invoice_lines`
    pub(crate) plural: &'static str,
}

impl Resource {
    /// Those of the entities of an application.
    pub(crate) fn all(registry: &Registry) -> Vec<Self> {
        let served = registry.iter().filter(|info| info.is_on(Surface::Rest));
        let resources = served.map(|info| Self {
            path: format!("{PREFIX}/{}", info.def.rest_path),
            singular: info.def.singular,
            plural: info.def.plural,
        });
        resources.collect()
    }

    /// Whether an operation at this path is of the entity.
    fn has(&self, path: &str) -> bool {
        path.strip_prefix(&self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn class(&self) -> String {
        format!("{}Resource", pascal_case(self.plural))
    }
}

/// A file of a client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ClientFile {
    pub(crate) name: &'static str,
    pub(crate) text: String,
}

/// The files of the client of an application: `document` is its OpenAPI document in JSON, `graphql` says whether it serves GraphQL.
///
/// # Errors
/// What is wrong with the document.
pub(crate) fn client(
    document: &str,
    resources: &[Resource],
    graphql: bool,
) -> Result<Vec<ClientFile>, serde_json::Error> {
    let document = Document::read(document)?;
    let models = Models::of(&document);
    let (client, params) = methods::write(&document, resources, &models, graphql);
    let file = |name, text: String| ClientFile { name, text: format!("{HEAD}\n{text}") };
    Ok(vec![
        file("client.ts", client),
        file("index.ts", index()),
        file("models.ts", models.write(&document)),
        file("params.ts", params),
        file("runtime.ts", RUNTIME.to_owned()),
    ])
}

fn index() -> String {
    let exports = [
        "export { Client } from \"./client.js\";",
        "export type * as models from \"./models.js\";",
        "export type * as params from \"./params.js\";",
        "export * from \"./runtime.js\";",
    ];
    exports.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
