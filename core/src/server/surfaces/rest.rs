//! The REST API of an application.

use poem::Route;
use poem_openapi::OpenApi;

use crate::entity::{EntityInfo, Registry, Surface};
#[cfg(feature = "cli")]
use crate::rest::OpenApiVersion;
use crate::rest::{ApiConflict, Below, PREFIX, Rest, below};
use crate::server::surfaces::{About, PageLink, ServedPath};
use crate::server::{App, StartError};
use crate::state::AppState;

/// What an application adds to the REST API.
#[derive(Default)]
pub(crate) struct RestAdditions(Rest);

pub(super) const LINKS: &[PageLink] = &[
    PageLink { name: "REST documentation", path: "/docs" },
    PageLink { name: "OpenAPI document", path: "/openapi.json" },
];

impl App {
    /// Adds a poem-openapi `#[OpenApi]` to the REST API, under `/api`. It finds the request's [`Ctx`](crate::Ctx) as
    /// `Data<&Ctx>`.
    #[must_use]
    pub fn api(mut self, api: impl OpenApi + Send + 'static) -> Self {
        self.surfaces.rest.0 = self.surfaces.rest.0.api(api);
        self
    }
}

impl RestAdditions {
    pub(super) fn mount(self, route: Route, about: &About, state: &AppState) -> Result<Route, StartError> {
        let settings = state.settings();
        let rest = self.described(about).body_limit(settings.body_limit).import_limit(settings.import_limit);
        Ok(rest.add_to(route, state)?)
    }

    /// The OpenAPI document, as indented JSON.
    #[cfg(feature = "cli")]
    pub(crate) fn spec(
        self,
        about: &About,
        registry: &Registry,
        version: OpenApiVersion,
    ) -> Result<String, ApiConflict> {
        self.described(about).spec_in(version, registry)
    }

    pub(super) fn paths(&self, registry: &Registry) -> Vec<ServedPath> {
        let mut paths = Vec::new();
        for (info, path) in resources(registry) {
            let name = match info.def.deprecated {
                Some(_) => format!("{} (deprecated)", info.def.name),
                None => info.def.name.to_owned(),
            };
            let purpose = format!("{name}: list, create, update and delete by a filter");
            paths.push(ServedPath::new("GET POST PATCH DELETE", path.clone(), purpose));
            let purpose = format!("{name}: get, update, delete");
            paths.push(ServedPath::new("GET PATCH DELETE", format!("{path}/{{id}}"), purpose));
            paths.extend(below(info).into_iter().map(|Below { methods, path: below, purpose }| {
                let below = below.replace(":id", "{id}").replace(":key", "{key}");
                ServedPath::new(methods, format!("{path}{below}"), format!("{name}: {purpose}"))
            }));
        }
        if !paths.is_empty() {
            paths.push(ServedPath::new("POST", "/api/batch", "writes of several entities at once"));
        }
        paths.extend(self.0.own_operations().into_iter().map(|operation| {
            ServedPath::new(
                operation.method,
                operation.path,
                operation.summary.unwrap_or("of the application"),
            )
        }));
        paths.push(ServedPath::new("GET", "/openapi.json", "the REST API's description"));
        paths.push(ServedPath::new("GET", "/openapi.yaml", "the same in YAML"));
        paths.push(ServedPath::new("GET", "/openapi-3.1.json", "the same in OpenAPI 3.1"));
        paths.push(ServedPath::new("GET", "/openapi-3.1.yaml", "that in YAML"));
        paths.push(ServedPath::new("GET", "/docs", "the REST API's documentation"));
        paths.push(ServedPath::new("GET", "/docs/try", "tries its requests in the browser"));
        paths
    }

    /// The patterns of the paths of the APIs that it adds.
    pub(super) fn own_paths(&self) -> Vec<String> {
        let paths = self.0.own_operations().into_iter().map(|operation| operation.path);
        paths.map(|path| path.replace('{', ":").replace('}', "")).collect()
    }

    fn described(self, about: &About) -> Rest {
        self.0.title(&about.title).version(&about.version)
    }
}

fn resources(registry: &Registry) -> impl Iterator<Item = (&'static EntityInfo, String)> + '_ {
    let served = registry.iter().filter(|info| info.is_on(Surface::Rest));
    served.map(|info| (info, format!("{PREFIX}/{}", info.def.rest_path)))
}

/// The paths of the resources.
pub(crate) fn resource_paths(registry: &Registry) -> impl Iterator<Item = String> + '_ {
    resources(registry).map(|(_, path)| path)
}

/// The path of the first resource that everyone may read.
pub(super) fn readable_resource(registry: &Registry) -> Option<String> {
    let mut found = resources(registry).filter(|(info, _)| info.def.deprecated.is_none());
    found.find(|(info, _)| info.def.policy.read.is_public()).map(|(_, path)| path)
}

/// The patterns of the addresses below the collections.
pub(super) fn paths_below(registry: &Registry) -> impl Iterator<Item = String> + '_ {
    resources(registry)
        .flat_map(|(info, path)| below(info).into_iter().map(move |below| format!("{path}{}", below.path)))
}

/// The path of the first resource, so that the printed address is one that is served.
#[cfg(feature = "cli")]
pub(super) fn addresses(registry: &Registry) -> Vec<(&'static str, String)> {
    let first = resource_paths(registry).next();
    vec![("REST", first.unwrap_or_else(|| "/openapi.json".to_owned())), ("REST docs", "/docs".to_owned())]
}
