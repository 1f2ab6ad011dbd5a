//! The OpenAPI document: what poem-openapi's own writer does, plus what that one leaves out.
//!
//! It says 3.0.3 (poem-openapi's says 3.0.0), or 3.1.1 after `upgrade`, keeps one entry per path however many APIs share it, and closes the
//! schemas of bodies against unknown members.

use std::collections::{BTreeMap, HashSet};

use indexmap::IndexMap;
use poem_openapi::registry::{
    MetaApi, MetaOperation, MetaPath, MetaSchema, MetaSecurityScheme, MetaTag, Registry as Components,
};
use serde::Serialize;
use serde::ser::Serializer;
use serde_json::{Map, Value as Json};

use super::operation::register_bearer;
use super::rules::with_or_without;
use super::schema::SchemaNames;
use super::share::share;
use super::{AnyApi, batch, list_argument, upgrade};
use crate::entity::{EntityInfo, Registry, Surface};
use crate::rest::{ApiConflict, PREFIX};

/// What holds for every resource.
const CONVENTIONS: &str = "Every error is a problem document (RFC 9457): its `code` tells kinds of errors apart, and \
    `errors` lists each broken rule with its field. Rows and values that the bearer of the token may not see are absent, \
    as if they did not exist. Unknown members and parameters are refused, and so is what comes twice. Texts hold any \
    character but NUL (U+0000). Patterns are regular expressions of ECMA 262 with the flag `u`.";

/// One API description, ready to be written.
pub(in crate::rest) struct Document {
    entities: Registry,
    info: Info,
    tags: Vec<MetaTag>,
    paths: IndexMap<String, MetaPath>,
    components: DocumentComponents,
}

/// A description as it is written, of an application below some path.
#[derive(Serialize)]
struct WrittenDocument<'d> {
    openapi: &'static str,
    info: &'d Info,
    #[serde(rename = "jsonSchemaDialect", skip_serializing_if = "Option::is_none")]
    json_schema_dialect: Option<&'static str>,
    servers: [Server<'d>; 1],
    tags: &'d [MetaTag],
    paths: IndexMap<&'d str, Json>,
    components: OfVersion<'d>,
}

/// A version of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenApiVersion {
    /// 3.0.3, which every tool reads.
    V3_0,
    /// 3.1.1, whose schemas are those of JSON Schema.
    V3_1,
}

#[derive(Serialize)]
struct Info {
    title: String,
    description: &'static str,
    version: String,
}

#[derive(Serialize)]
struct Server<'d> {
    url: &'d str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DocumentComponents {
    schemas: BTreeMap<String, ComponentSchema>,
    security_schemes: BTreeMap<&'static str, MetaSecurityScheme>,
}

#[derive(Serialize)]
struct WrittenComponents<'d> {
    #[serde(flatten)]
    own: &'d DocumentComponents,
    #[serde(flatten)]
    shared: BTreeMap<&'static str, Map<String, Json>>,
}

/// Components as they are written: their members in the order in which they are declared, but for what is made another of.
#[derive(Serialize)]
#[serde(untagged)]
enum OfVersion<'d> {
    V3_0(WrittenComponents<'d>),
    V3_1(Json),
}

struct ComponentSchema {
    schema: MetaSchema,
    closed: bool,
}

impl Serialize for ComponentSchema {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        /// `MetaSchema` with the one member that it cannot express.
        #[derive(Serialize)]
        struct Closed<'s> {
            #[serde(flatten)]
            schema: &'s MetaSchema,
            #[serde(rename = "additionalProperties")]
            additional_properties: bool,
        }
        if !self.closed {
            return self.schema.serialize(to);
        }
        let closed = Closed { schema: &self.schema, additional_properties: false };
        closed.serialize(to)
    }
}

impl Document {
    /// The description of an application's entities.
    pub(in crate::rest) fn new(registry: &Registry, title: &str, version: &str) -> Self {
        let mut to = Components::new();
        let mut paths = Paths::default();
        let mut closed = HashSet::new();
        let served: Vec<&EntityInfo> = registry.iter().filter(|info| info.is_on(Surface::Rest)).collect();
        if !served.is_empty() {
            to.create_tag(MetaTag {
                name: batch::TAG,
                description: Some("Rows of several entities."),
                external_docs: None,
            });
            paths.add(MetaApi { paths: vec![batch::of_all(&served)] });
        }
        for info in served {
            super::components(info, &mut to);
            paths.add(super::paths(info));
            closed.extend(bodies(info));
        }
        Self {
            entities: registry.clone(),
            info: Info { title: title.to_owned(), description: CONVENTIONS, version: version.to_owned() },
            tags: to.tags.into_iter().collect(),
            paths: paths.0,
            components: DocumentComponents {
                schemas: to
                    .schemas
                    .into_iter()
                    .map(|(name, schema)| {
                        let closed = closed.contains(&name);
                        (name, ComponentSchema { schema, closed })
                    })
                    .collect(),
                security_schemes: to.security_schemes,
            },
        }
    }

    /// Adds an API of the program's own.
    ///
    /// # Errors
    /// [`ApiConflict`] when it claims an operation, an operation id or a schema name that is taken.
    pub(in crate::rest) fn add(&mut self, api: &dyn AnyApi) -> Result<(), ApiConflict> {
        let mut to = Components::new();
        api.register(&mut to);
        register_bearer(&mut to);
        for (name, schema) in to.schemas {
            let schema = ComponentSchema { schema, closed: false };
            match self.components.schemas.get(&name) {
                Some(known) if known.schema != schema.schema => return Err(ApiConflict::Schema(name)),
                // An entity's own, which may be closed against unknown members.
                Some(_) => {}
                None => drop(self.components.schemas.insert(name, schema)),
            }
        }
        for tag in to.tags {
            if !self.tags.contains(&tag) {
                self.tags.push(tag);
            }
        }
        for (name, scheme) in to.security_schemes {
            self.components.security_schemes.entry(name).or_insert(scheme);
        }
        for api in api.meta() {
            self.add_paths(api)?;
        }
        Ok(())
    }

    fn add_paths(&mut self, mut api: MetaApi) -> Result<(), ApiConflict> {
        for operation in api.paths.iter_mut().flat_map(|path| &mut path.operations) {
            list_argument::describe(operation, &self.entities);
            // It is authenticated as all others, unless it says that it has a way of its own.
            if operation.security.is_empty() {
                operation.security = with_or_without();
            }
        }
        for path in &api.paths {
            for operation in &path.operations {
                self.check(&full(&path.path), operation)?;
            }
        }
        let mut paths = Paths(std::mem::take(&mut self.paths));
        paths.add(api);
        self.paths = paths.0;
        Ok(())
    }

    fn check(&self, path: &str, new: &MetaOperation) -> Result<(), ApiConflict> {
        let operations = || self.paths.values().flat_map(|path| &path.operations);
        if let Some(id) =
            new.operation_id.filter(|_| operations().any(|known| known.operation_id == new.operation_id))
        {
            return Err(ApiConflict::OperationId(id.to_owned()));
        }
        let taken = |path: &MetaPath| path.operations.iter().any(|known| known.method == new.method);
        if self.paths.get(path).is_some_and(taken) {
            return Err(ApiConflict::Operation { method: new.method.to_string(), path: path.to_owned() });
        }
        Ok(())
    }

    /// Indented JSON, for an application below this path.
    pub(in crate::rest) fn json(&self, base: &str, version: OpenApiVersion) -> crate::Result<String> {
        serde_json::to_string_pretty(&self.written(base, version)?).map_err(crate::Error::internal)
    }

    /// Block YAML, for an application below this path.
    pub(in crate::rest) fn yaml(&self, base: &str, version: OpenApiVersion) -> crate::Result<String> {
        crate::rest::yaml::to_string(&self.written(base, version)?).map_err(crate::Error::internal)
    }

    pub(super) fn version(&self) -> &str {
        &self.info.version
    }

    pub(super) fn description(&self) -> &'static str {
        self.info.description
    }

    pub(super) fn tags(&self) -> &[MetaTag] {
        &self.tags
    }

    /// All operations with their paths, in the order of the document.
    pub(super) fn operations(&self) -> impl Iterator<Item = (&str, &MetaOperation)> {
        self.paths
            .iter()
            .flat_map(|(path, item)| item.operations.iter().map(move |operation| (path.as_str(), operation)))
    }

    /// The schemas by their names.
    pub(super) fn schemas(&self) -> impl Iterator<Item = (&str, &MetaSchema)> {
        self.components.schemas.iter().map(|(name, component)| (name.as_str(), &component.schema))
    }

    fn written<'d>(&'d self, base: &'d str, version: OpenApiVersion) -> crate::Result<WrittenDocument<'d>> {
        let item = |(path, item): (&'d String, &'d MetaPath)| {
            Ok((path.as_str(), serde_json::to_value(item).map_err(crate::Error::internal)?))
        };
        let mut paths = self.paths.iter().map(item).collect::<crate::Result<IndexMap<&str, Json>>>()?;
        let shared = share(&mut paths);
        let components = WrittenComponents { own: &self.components, shared };
        let written = WrittenDocument {
            openapi: "3.0.3",
            info: &self.info,
            json_schema_dialect: None,
            servers: [Server { url: if base.is_empty() { "/" } else { base } }],
            tags: &self.tags,
            paths,
            components: OfVersion::V3_0(components),
        };
        match version {
            OpenApiVersion::V3_0 => Ok(written),
            OpenApiVersion::V3_1 => upgraded(written),
        }
    }
}

/// The same in OpenAPI 3.1.
fn upgraded(mut written: WrittenDocument<'_>) -> crate::Result<WrittenDocument<'_>> {
    let mut components = serde_json::to_value(&written.components).map_err(crate::Error::internal)?;
    upgrade::components(&mut components);
    written.paths.values_mut().for_each(upgrade::path_item);
    Ok(WrittenDocument {
        openapi: "3.1.1",
        json_schema_dialect: Some(upgrade::DIALECT),
        components: OfVersion::V3_1(components),
        ..written
    })
}

/// Operations by path, in the order first seen.
#[derive(Default)]
struct Paths(IndexMap<String, MetaPath>);

impl Paths {
    fn add(&mut self, api: MetaApi) {
        for MetaPath { path, operations } in api.paths {
            let path = full(&path);
            let entry =
                self.0.entry(path.clone()).or_insert_with(|| MetaPath { path, operations: Vec::new() });
            entry.operations.extend(operations);
        }
    }
}

/// The path as clients send it. It stands whole in the document, since not every generated client reads `servers`.
pub(super) fn full(path: &str) -> String {
    format!("{PREFIX}{path}")
}

/// The schemas of request bodies.
fn bodies(info: &'static EntityInfo) -> Vec<String> {
    let names = SchemaNames::of(info);
    let related = [names.to_one, names.to_many, names.to_many_update];
    let others = [names.input, names.patch, names.increment, names.batch].into_iter().chain(related);
    let of_actions = super::actions::input_names(info);
    others.chain(names.operations).chain(of_actions).collect()
}
