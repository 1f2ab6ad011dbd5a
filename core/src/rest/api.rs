//! What an application composes: [`EntityApi`] for one entity, [`Rest`] for all of them and APIs of its own.

use std::sync::Arc;

use poem::Route;
use poem_openapi::OpenApi;

use crate::entity::{Entity, EntityApi, Registry};
use crate::http::json::BODY_LIMIT;
use crate::rest::PREFIX;
use crate::rest::docs;
use crate::rest::registry::{
    self, AnyApi, Components, Document, MetaApi, OpenApiVersion, OwnOperation, RouteTable,
};
use crate::rest::resource::{BodyLimits, Resource};
use crate::rest::router::{self, Router};
use crate::state::AppState;

const LIMITS: BodyLimits = BodyLimits { body: BODY_LIMIT, import: crate::config::IMPORT_LIMIT };

/// The resources of all entities under `/api`, with `/openapi.json`, `/openapi.yaml` and `/docs`.
///
/// An application with APIs of its own builds a [`Rest`].
#[must_use]
pub fn endpoint(state: &AppState) -> Route {
    Rest::new().routes(state)
}

/// The OpenAPI description of the entities as indented JSON.
///
/// # Errors
/// [`crate::Error::Internal`], should the description not be writable.
pub fn spec(registry: &Registry, title: &str, version: &str) -> crate::Result<String> {
    Document::new(registry, title, version).json("", OpenApiVersion::V3_0)
}

impl<E: Entity> OpenApi for EntityApi<E> {
    fn meta() -> Vec<MetaApi> {
        vec![registry::paths(E::def().info())]
    }

    fn register(to: &mut Components) {
        registry::components(E::def().info(), to);
    }

    fn add_routes(self, table: &mut RouteTable) {
        router::add_routes(&Arc::new(Resource::new(E::def().info(), LIMITS)), table);
    }
}

/// The REST surface of an application: title and version of its description, and APIs of its own.
pub struct Rest {
    title: String,
    version: String,
    limits: BodyLimits,
    apis: Vec<Box<dyn AnyApi>>,
}

/// Why an API of the program's own cannot be served beside the entities.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiConflict {
    /// An operation is there already.
    #[error("`{method} {path}` is served already; give the API another path")]
    Operation {
        /// The HTTP method.
        method: String,
        /// The path.
        path: String,
    },
    /// An operation id is there already.
    #[error("the operation id `{0}` is taken; give the operation another `operation_id`")]
    OperationId(String),
    /// A schema of that name is there already, and another.
    #[error("the schema name `{0}` is taken; rename the type with `#[oai(rename = \"…\")]`")]
    Schema(String),
    /// A path that poem's router refuses.
    #[error("the API's paths cannot be served: {0}")]
    Path(String),
}

impl std::fmt::Debug for Rest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rest")
            .field("title", &self.title)
            .field("version", &self.version)
            .field("apis", &self.apis.len())
            .finish_non_exhaustive()
    }
}

impl Default for Rest {
    fn default() -> Self {
        Self::new()
    }
}

impl Rest {
    /// The entities alone.
    #[must_use]
    pub fn new() -> Self {
        Self { title: "API".to_owned(), version: "1.0.0".to_owned(), limits: LIMITS, apis: Vec::new() }
    }

    /// The title of the description.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The API's version, as the description tells it.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The greatest request body in bytes; 1 MiB by default.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.limits.body = bytes;
        self
    }

    /// The greatest file that is imported, in bytes; 64 MiB by default.
    #[must_use]
    pub fn import_limit(mut self, bytes: usize) -> Self {
        self.limits.import = bytes;
        self
    }

    /// Adds a poem-openapi API of the program's own. Its paths stand under [`PREFIX`] too; it finds the request's
    /// context as `Data<&Ctx>`.
    #[must_use]
    pub fn api<T: OpenApi + Send + 'static>(mut self, api: T) -> Self {
        self.apis.push(Box::new(api));
        self
    }

    /// The operations of the APIs of the program's own.
    pub(crate) fn own_operations(&self) -> Vec<OwnOperation> {
        self.apis.iter().flat_map(|api| registry::operations(&**api)).collect()
    }

    /// The OpenAPI description as indented JSON.
    ///
    /// # Errors
    /// [`ApiConflict`] when an added API claims what is taken.
    pub fn spec(&self, registry: &Registry) -> Result<String, ApiConflict> {
        self.spec_in(OpenApiVersion::V3_0, registry)
    }

    /// The same in OpenAPI 3.1.
    ///
    /// # Errors
    /// [`ApiConflict`] when an added API claims what is taken.
    pub fn spec_3_1(&self, registry: &Registry) -> Result<String, ApiConflict> {
        self.spec_in(OpenApiVersion::V3_1, registry)
    }

    pub(crate) fn spec_in(
        &self,
        version: OpenApiVersion,
        registry: &Registry,
    ) -> Result<String, ApiConflict> {
        let document = self.document(registry)?;
        document.json("", version).map_err(|error| ApiConflict::Path(error.to_string()))
    }

    /// The routes of everything: resources, description and its pages.
    ///
    /// # Errors
    /// [`ApiConflict`] when an added API claims what is taken.
    pub fn endpoint(self, state: &AppState) -> Result<Route, ApiConflict> {
        self.add_to(Route::new(), state)
    }

    /// As [`Rest::endpoint`], beside other routes.
    pub(crate) fn add_to(self, route: Route, state: &AppState) -> Result<Route, ApiConflict> {
        let document = self.document(state.registry())?;
        let router = Router::new(state.registry(), self.limits).with(self.apis)?;
        let route = add_resources(route, router);
        Ok(match state.settings().serves_api_docs() {
            true => docs::add_routes(route, &self.title, document),
            false => route,
        })
    }

    /// The routes without APIs of the program's own.
    pub(super) fn routes(self, state: &AppState) -> Route {
        let route = add_resources(Route::new(), Router::new(state.registry(), self.limits));
        match state.settings().serves_api_docs() {
            true => docs::add_routes(
                route,
                &self.title,
                Document::new(state.registry(), &self.title, &self.version),
            ),
            false => route,
        }
    }

    fn document(&self, registry: &Registry) -> Result<Document, ApiConflict> {
        let mut document = Document::new(registry, &self.title, &self.version);
        for api in &self.apis {
            document.add(&**api)?;
        }
        Ok(document)
    }
}

fn add_resources(route: Route, router: Router) -> Route {
    // A bare `*` keeps poem from copying the path; the router reads it itself.
    route.at(format!("{PREFIX}/*"), router)
}
